/** The same work done with a mouse and without one. */
import type { Locator, Page } from 'playwright-core';
import { tabTo } from './steps.ts';

export interface Hand {
  fill(box: Locator, text: string): Promise<void>;
  /** A button or a link. */
  press(target: Locator): Promise<void>;
  /** Picks by its caption from a list of the browser's or of ours. */
  choose(box: Locator, option: string): Promise<void>;
}

const isNative = (box: Locator) => box.evaluate(element => element instanceof HTMLSelectElement);

export const byMouse = (page: Page): Hand => ({
  fill: (box, text) => box.fill(text),
  press: target => target.click(),
  choose: async (box, option) => {
    if (await isNative(box)) {
      await box.selectOption({ label: option });
      return;
    }
    await box.click();
    await page.getByRole('option', { name: option, exact: true }).click();
  },
});

/** Reaches everything by Tab; never touches the mouse. */
export const byKeys = (page: Page): Hand => ({
  fill: async (box, text) => {
    await tabTo(page, box);
    await page.keyboard.press('Control+a');
    await page.keyboard.type(text);
  },
  press: async target => {
    await tabTo(page, target);
    await page.keyboard.press('Enter');
  },
  choose: async (box, option) => {
    const native = await isNative(box);
    await tabTo(page, box);
    if (!native) {
      await page.keyboard.type(option.split(' ')[0] ?? option);
      await page.getByRole('option', { name: option, exact: true }).waitFor();
    }
    for (let pressed = 0; pressed < 40; pressed += 1) {
      if ((await captionAt(page, box)) === option) {
        if (!native) await page.keyboard.press('Enter');
        return;
      }
      await page.keyboard.press('ArrowDown');
    }
    throw new Error(`«${option}» is not reached by arrows`);
  },
});

/** Caption of the option that Enter would take now. */
async function captionAt(page: Page, box: Locator): Promise<string | null> {
  if (await isNative(box))
    return box.evaluate(element => (element as HTMLSelectElement).selectedOptions[0]?.textContent ?? null);
  const active = await box.getAttribute('aria-activedescendant');
  // A list that came anew may have left the name of an option that is gone.
  const [caption = null] = active ? await page.locator(`[id="${active}"]`).allTextContents() : [];
  return caption;
}
