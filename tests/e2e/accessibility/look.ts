/** One look at a screen as it stands: at the desk's width, at a phone's, or at both. */
import type { Page } from 'playwright-core';
import { axeFaults, namingFaults, sidewaysFaults, touchFaults } from './scan.ts';
import { DESK, PHONE, SMALL, settled } from './world.ts';

export interface LookOptions {
  /** Where to look; the window is left as wide as it was. */
  at: 'desk' | 'phone' | 'both';
  title?: RegExp | undefined;
}

export async function faultsAt(page: Page, { at, title }: LookOptions): Promise<string[]> {
  const before = page.viewportSize();
  const found: string[] = [];
  if (at !== 'phone') {
    await settled(page);
    found.push(...(await axeFaults(page)));
  }
  found.push(...(await namingFaults(page, 'ru', title ?? / · Картотека$/)));
  if (at !== 'desk') {
    await page.setViewportSize(PHONE);
    await settled(page);
    found.push(...(await axeFaults(page)), ...(await sidewaysFaults(page)), ...(await touchFaults(page)));
    await page.setViewportSize(SMALL);
    await settled(page);
    found.push(...(await sidewaysFaults(page)));
  }
  await page.setViewportSize(before ?? DESK);
  return found;
}
