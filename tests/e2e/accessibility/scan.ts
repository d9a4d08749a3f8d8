/** What a screen may do wrong: rules of WCAG by axe, and sizes that axe does not measure. */
import { createRequire } from 'node:module';
import type { RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';

/** The rules that come with AxeBuilder. */
const AXE = (createRequire(import.meta.resolve('@axe-core/playwright'))('axe-core') as { source: string })
  .source;

const PANEL = '.mantine-Popover-dropdown, .mantine-Menu-dropdown';
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** One line per element: rule, what is wrong, where. */
export async function axeFaults(page: Page): Promise<string[]> {
  // Under an open panel some targets are partly covered until it is closed: then only its own are measured.
  const panel = await page.locator(PANEL).first().isVisible();
  // Off by default in axe, though it is part of WCAG 2.2 AA.
  const rules = { 'target-size': { enabled: !panel } };
  const found = await scan(page, { runOnly: TAGS, rules, resultTypes: ['violations'] });
  if (panel) found.push(...(await scan(page, { runOnly: { type: 'rule', values: ['target-size'] } }, PANEL)));
  return found;
}

/**
 * What AxeBuilder would do in its legacy mode (there are no frames here), but the rules are sent to a page once and
 * not for every look: half of a look went there.
 */
async function scan(page: Page, options: RunOptions, within?: string): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(AXE);
  return page.evaluate(
    async ([asked, selector]) => {
      const { axe } = window as unknown as { axe: typeof import('axe-core') };
      const { violations } = await axe.run(selector ?? document, asked);
      return violations.flatMap(({ id, nodes }) =>
        nodes.map(node => {
          const why = [...node.any, ...node.all, ...node.none].map(({ message }) => message).join('; ');
          return `${id}: ${why} — ${node.target.join(' ')} ${node.html.slice(0, 160)}`;
        }),
      );
    },
    [options, within] as const,
  );
}

/** A narrow window: nothing sticks out sideways. Containers that scroll on their own are allowed. */
export function sidewaysFaults(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const wide = document.documentElement.scrollWidth;
    if (wide <= innerWidth) return [];
    const out = [...document.querySelectorAll('body *')].filter(element => {
      const { right, width } = element.getBoundingClientRect();
      return width > 0 && right > innerWidth + 1 && !element.closest('.k-hidden');
    });
    const names = out.slice(0, 4).map(element => element.outerHTML.slice(0, 120));
    return [`the page is ${wide} px wide in a window of ${innerWidth} px: ${names.join(' | ')}`];
  });
}

/** For fingers: fields of 44 px with text of 16 px; whatever is pressed is 24 px both ways. */
export function touchFaults(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const faults: string[] = [];
    const name = (element: Element) =>
      `${element.outerHTML.slice(0, 140).replace(/\s+/g, ' ')} «${element.textContent?.trim().slice(0, 30)}»`;
    const visible = (element: Element) =>
      element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) &&
      !element.closest('.k-hidden, .k-skip, [aria-hidden="true"]');
    const boxes = 'input:not([type=checkbox], [type=radio], [type=hidden]), select, textarea';
    for (const field of document.querySelectorAll<HTMLElement>(boxes)) {
      if (!visible(field)) continue;
      // The frame of a password or of chosen values is around the field itself.
      const frame = field.closest('.mantine-Input-wrapper') ?? field;
      const { height } = frame.getBoundingClientRect();
      const size = Number.parseFloat(getComputedStyle(field).fontSize);
      if (height < 43.5) faults.push(`a field of ${height} px: ${name(field)}`);
      if (size < 16) faults.push(`a field with text of ${size} px: ${name(field)}`);
    }
    const pressed =
      'a[href], button, [role=button], [role=option], [role=menuitem], input[type=checkbox], input[type=radio], summary';
    for (const target of document.querySelectorAll<HTMLElement>(pressed)) {
      if (!visible(target)) continue;
      // A label is pressed as well as its box.
      const labels = target instanceof HTMLInputElement ? [...(target.labels ?? [])] : [];
      const sizes = [target, ...labels].map(element => element.getBoundingClientRect());
      const width = Math.max(...sizes.map(box => box.right)) - Math.min(...sizes.map(box => box.left));
      const height = Math.max(...sizes.map(box => box.bottom)) - Math.min(...sizes.map(box => box.top));
      // A link in running text is as high as its line.
      const inText = getComputedStyle(target).display === 'inline' && target.closest('p');
      if (width === 0 || inText) continue;
      if (Math.min(width, height) < 23.5) {
        faults.push(`a target of ${Math.round(width)} x ${Math.round(height)} px: ${name(target)}`);
      }
    }
    return faults;
  });
}

/** Language of the page and of nothing but the page; a title that says more than the system's name. */
export function namingFaults(page: Page, language: 'ru' | 'en', title: RegExp): Promise<string[]> {
  return page
    .evaluate(() => ({ lang: document.documentElement.lang, title: document.title }))
    .then(found => [
      ...(found.lang === language ? [] : [`lang="${found.lang}" where ${language} is read`]),
      ...(title.test(found.title) ? [] : [`the title is «${found.title}», not ${title}`]),
    ]);
}

/** With print media on: the frame is gone, the table is whole, the paper says whose it is. */
export function printFaults(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const faults: string[] = [];
    for (const selector of [
      '.k-shell-side',
      '.k-phonebar',
      '.k-filters',
      '.k-parameters',
      '.k-head-actions',
    ]) {
      for (const element of document.querySelectorAll(selector)) {
        if (element.checkVisibility()) faults.push(`${selector} is printed`);
      }
    }
    for (const box of document.querySelectorAll('.k-table-box')) {
      const { overflowX, overflowY } = getComputedStyle(box);
      if (overflowX !== 'visible' || overflowY !== 'visible') faults.push('the table is cut off');
    }
    const stamp = document.querySelector('.k-print-stamp');
    if (!stamp?.checkVisibility()) faults.push('no stamp of system, moment and person');
    return faults;
  });
}
