/** What a person does on the pages, found as a person finds it: by role, label and text. */
import { readFile } from 'node:fs/promises';
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { demoPassword } from '../support/app.ts';
import { aBrowser, type TestBrowser } from '../support/browser.ts';
import { aServer, type TestServer } from '../support/server.ts';

export interface Stage {
  server: TestServer;
  browser: TestBrowser;
  /** A page of its own (cookies apart from all others), signed in, on the overview. */
  enter(login: string, size?: { width: number; height: number }): Promise<Page>;
  close(): Promise<void>;
}

export const phone = { width: 390, height: 844 };

/** A server with the demo region and a browser; call in `beforeAll`, close in `afterAll`. */
export async function aStage(options: { pluginFolders?: string[] } = {}): Promise<Stage> {
  const [server, browser] = await Promise.all([aServer({ demo: true, ...options }), aBrowser()]);
  return {
    server,
    browser,
    enter: async (login, size) => {
      const page = await browser.aPage({ baseUrl: server.url, ...size });
      await page.goto('/');
      await page.getByLabel('Логин').fill(login);
      await page.getByRole('textbox', { name: 'Пароль' }).fill(demoPassword);
      await page.getByRole('button', { name: 'Войти' }).click();
      await page.getByRole('heading', { level: 1, name: 'Обзор' }).waitFor();
      return page;
    },
    close: async () => {
      await browser.close();
      await server.close();
    },
  };
}

/** Opens a section of the side panel; on a phone through the button that shows it. */
export async function openSection(page: Page, title: string): Promise<void> {
  const drawer = page.getByRole('button', { name: 'Разделы', exact: true });
  if (await drawer.isVisible()) await drawer.click();
  await page
    .getByRole('navigation', { name: 'Разделы', exact: true })
    .getByRole('link', { name: title, exact: true })
    .click();
  await page.getByRole('heading', { level: 1, name: title, exact: true }).waitFor();
}

/** Narrows an open list and waits for the total. */
export async function searchList(page: Page, text: string, total: string | RegExp): Promise<void> {
  await page.getByRole('searchbox', { name: 'Найти в списке' }).fill(text);
  await page.getByRole('status').filter({ hasText: total }).waitFor();
}

/** Puts the card of that address on the screen, as a link sent by mail would. */
export async function openCard(page: Page, entity: string, id: string): Promise<void> {
  await page.goto(`${appointmentPath(page)}/card/${entity}/${id}`);
  await page.getByRole('button', { name: 'Сохранить', exact: true }).waitFor();
}

/** `/o/<appointment>` of the page. */
export function appointmentPath(page: Page): string {
  return new URL(page.url()).pathname.split('/').slice(0, 3).join('/');
}

/** The short message that comes up after something was done. */
export const toast = (page: Page, text: string | RegExp): Locator =>
  page.getByRole('alert').filter({ hasText: text });

/** Saves by the keyboard from wherever the focus is. */
export async function saveByKey(page: Page): Promise<void> {
  await page.keyboard.press('Control+s');
  await toast(page, 'Сохранено').waitFor();
}

/** Opens the history of the card on the screen; its entries, the newest first. */
export async function openHistory(page: Page): Promise<Locator> {
  await page.getByRole('button', { name: 'Другие действия' }).click();
  await page.getByRole('menuitem', { name: 'История изменений' }).click();
  return historyEntries(page);
}

export const historyEntries = (page: Page): Locator =>
  page.getByRole('dialog', { name: 'История изменений' }).getByRole('listitem');

/** Presses Tab until the thing has the focus, as one without a mouse does. */
export async function tabTo(page: Page, target: Locator, { back = false, most = 150 } = {}): Promise<void> {
  await target.waitFor();
  for (let pressed = 0; pressed < most; pressed += 1) {
    if (await target.evaluate(element => element === document.activeElement)) return;
    await page.keyboard.press(back ? 'Shift+Tab' : 'Tab');
  }
  throw new Error(`not reached by ${most} presses of ${back ? 'Shift+Tab' : 'Tab'}: ${target}`);
}

/** The file that an action of the page gives to the reader. */
export async function downloaded(
  page: Page,
  action: () => Promise<void>,
): Promise<{ name: string; bytes: Uint8Array }> {
  const [download] = await Promise.all([page.waitForEvent('download', { timeout: 45_000 }), action()]);
  return { name: download.suggestedFilename(), bytes: new Uint8Array(await readFile(await download.path())) };
}

/** `expect.poll` with as much patience as a busy machine needs. */
export const soon = <T>(look: () => Promise<T>) => expect.poll(look, { timeout: 15_000 });

/** Text as the reader sees it: without what is hidden, with breaks where lines end. */
export const shownText = (part: Locator): Promise<string> =>
  // biome-ignore lint/performance/useDomNodeTextContent: what is shown is what counts here
  part.innerText();

/** Nothing may stick out sideways on a phone. */
export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const [content, window] = await page.evaluate(() => [
    document.documentElement.scrollWidth,
    document.documentElement.clientWidth,
  ]);
  expect(content).toBeLessThanOrEqual(window as number);
}
