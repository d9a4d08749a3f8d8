/** A screen without a mouse: every control is a stop of Tab, shows that it is one, and is not covered. */
import type { Page } from 'playwright-core';
import { settled } from './world.ts';

interface Stop {
  name: string;
  /** Number given to the control by `markControls`; absent: something that was not counted. */
  number?: string;
  ring: boolean;
  /** What lies over its middle, if not itself. */
  covered?: string;
}

/** Numbers every control that should be reachable; those outside an open dialog are not. Returns their names. */
function markControls(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const root = document.querySelector('[role="dialog"]') ?? document.body;
    const controls =
      'a[href], button, input:not([type=hidden]), select, textarea, [role=button], [role=link], [tabindex="0"]';
    const names: string[] = [];
    const groups = new Set<string>();
    for (const element of root.querySelectorAll<HTMLElement>(controls)) {
      const field = element as HTMLInputElement;
      const hidden =
        !element.checkVisibility({ visibilityProperty: true }) || element.closest('[aria-hidden="true"]');
      if (hidden || field.disabled || element.closest('[inert]')) continue;
      // Arrows move inside a group of choices: Tab stops at it once.
      if (field.type === 'radio') {
        if (groups.has(field.name)) continue;
        groups.add(field.name);
        for (const other of document.getElementsByName(field.name)) other.dataset.stop = String(names.length);
      }
      element.dataset.stop = String(names.length);
      names.push(element.outerHTML.slice(0, 150).replace(/\s+/g, ' '));
    }
    return names;
  });
}

/** The control in focus: its number, whether the ring is drawn, what covers it. */
function stopHere(page: Page): Promise<Stop | undefined> {
  return page.evaluate(async () => {
    // Looks follow focus with the next frame.
    await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
    const element = document.activeElement as HTMLElement | null;
    if (!element || element === document.body) return undefined;
    const style = getComputedStyle(element);
    const ringed = (one: CSSStyleDeclaration) =>
      (one.outlineStyle !== 'none' && Number.parseFloat(one.outlineWidth) >= 2) || one.boxShadow !== 'none';
    // A segment is drawn by its label.
    const label = (element as HTMLInputElement).labels?.[0];
    const ring = ringed(style) || (label !== undefined && ringed(getComputedStyle(label)));
    const [box = element.getBoundingClientRect()] = element.getClientRects();
    const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
    const over = document.elementFromPoint(x, y);
    const tiny = box.width < 4 || box.height < 4;
    const free =
      tiny || (over && (element.contains(over) || over.contains(element) || label?.contains(over)));
    return {
      name: element.outerHTML.slice(0, 150).replace(/\s+/g, ' '),
      ...(element.dataset.stop === undefined ? {} : { number: element.dataset.stop }),
      ring,
      ...(free
        ? {}
        : { covered: over?.outerHTML.slice(0, 100) ?? `nothing at ${Math.round(x)}, ${Math.round(y)}` }),
    };
  });
}

/** Goes through the whole page by Tab (or Shift+Tab) and says what was not reached, not ringed or covered. */
export async function walkFaults(page: Page, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<string[]> {
  await settled(page);
  const names = await markControls(page);
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  const left = new Set(names.keys());
  const faults: string[] = [];
  let outside = 0;
  // Twice round at most, since leaving the page takes a stop or two of the browser's own.
  for (let stops = 0; left.size > 0 && stops < names.length * 1.3 + 20 && outside < 3; stops += 1) {
    await page.keyboard.press(key);
    const stop = await stopHere(page);
    if (!stop) {
      outside += 1;
      continue;
    }
    if (stop.number !== undefined && !left.delete(Number(stop.number))) continue;
    if (!stop.ring) faults.push(`no ring: ${stop.name}`);
    if (stop.covered) faults.push(`covered by ${stop.covered}: ${stop.name}`);
  }
  return [...faults, ...[...left].map(number => `not reached by ${key}: ${names[number]}`)];
}

/** Escape closes what `open` opened, and focus is where it was. */
export async function escapeFaults(
  page: Page,
  what: string,
  opener: ReturnType<Page['locator']>,
  open: () => Promise<void> = () => page.keyboard.press('Enter'),
): Promise<string[]> {
  await opener.focus();
  await open();
  const dialog = page.getByRole('dialog').last();
  await dialog.waitFor();
  const faults: string[] = [];
  const inside = () => dialog.evaluate(box => box.contains(document.activeElement));
  const arrived = await page
    .waitForFunction(() => document.activeElement?.closest('[role="dialog"]') !== null, undefined, {
      timeout: 2000,
    })
    .then(() => true, inside);
  if (!arrived) faults.push(`${what}: focus is not in the dialog`);
  await page.keyboard.press('Escape');
  const closed = await dialog.waitFor({ state: 'hidden', timeout: 3000 }).then(
    () => true,
    () => false,
  );
  if (!closed) return [...faults, `${what}: Escape does not close it`];
  const back = await opener.evaluate(async element => {
    for (let tries = 0; tries < 20 && document.activeElement !== element; tries += 1) {
      await new Promise(done => setTimeout(done, 25));
    }
    return document.activeElement === element
      ? ''
      : (document.activeElement?.outerHTML.slice(0, 100) ?? 'nothing');
  });
  return back ? [...faults, `${what}: focus came back to ${back}`] : faults;
}
