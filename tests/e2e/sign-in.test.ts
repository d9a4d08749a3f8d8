/** The first minute in a real browser, on the pages as they are shipped. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { demoPassword } from '../support/app.ts';
import { aBrowser, type TestBrowser } from '../support/browser.ts';
import { aServer, type TestServer } from '../support/server.ts';

let server: TestServer;
let browser: TestBrowser;
beforeAll(async () => {
  [server, browser] = await Promise.all([aServer(), aBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
});

test('a secretary signs in and stands on the overview, with no fault in the console', async () => {
  const page = await browser.aPage({ baseUrl: server.url });
  const faults: string[] = [];
  page.on('pageerror', error => faults.push(String(error)));
  page.on('console', message => {
    // Being signed out is asked for by a 401.
    if (message.type() === 'error' && !message.text().includes('401')) faults.push(message.text());
  });

  await page.goto('/');
  await page.getByLabel('Логин').fill('secretary');
  await page.getByRole('textbox', { name: 'Пароль' }).fill(demoPassword);
  await page.getByRole('button', { name: 'Войти' }).click();
  await page.getByRole('heading', { level: 1 }).waitFor();

  await expect.poll(() => new URL(page.url()).pathname).toMatch(/^\/o\/[0-9a-f-]{36}\/?$/);
  expect(faults).toEqual([]);
  await page.context().close();
});
