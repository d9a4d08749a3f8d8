/** A new user in a real browser: appointed by an order, the password told once, and work begins with one of their own. */
import { readFile } from 'node:fs/promises';
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

async function signIn(login: string, password = demoPassword) {
  const page = await browser.aPage({ baseUrl: server.url });
  await page.goto('/');
  await page.getByLabel('Логин').fill(login);
  await page.getByRole('textbox', { name: 'Пароль' }).fill(password);
  await page.getByRole('button', { name: 'Войти' }).click();
  await page.getByRole('heading', { level: 1 }).waitFor();
  return page;
}

test('S001-П2-3.3 an administrator appoints a teacher, who chooses a password and works', async () => {
  const page = await signIn('org-admin');
  await page.getByRole('link', { name: 'Пользователи и назначения' }).click();
  await page.getByRole('tab', { name: 'Кто назначен' }).click();
  await page.getByRole('button', { name: 'Назначить: Учитель (преподаватель)' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Сотрудник').click();
  await page.locator('[data-combobox-option]:visible').first().click();
  await dialog.getByRole('button', { name: 'Назначить' }).click();
  await dialog.getByText('Укажите номер приказа о назначении').waitFor();
  await dialog.getByLabel('Номер приказа').fill('101-к');
  await dialog.getByRole('textbox', { name: 'Дата приказа' }).fill('20.11.2026');
  await dialog.getByRole('button', { name: 'Назначить' }).click();
  await page.getByText('Передайте лично').waitFor();
  const [login = '', password = ''] = await page.getByRole('dialog').locator('code').allInnerTexts();
  expect(password).toMatch(/^[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}$/);
  await page.context().close();

  const teacher = await signIn(login, password);
  await teacher.getByRole('heading', { name: 'Сменить пароль' }).waitFor();
  expect(teacher.url()).toMatch(/\/password$/);
  await teacher.context().close();
});

test('S003-8.4 a class teacher takes the paper with passwords of the own class', async () => {
  const page = await signIn('class-teacher');
  await page.getByRole('link', { name: 'Обучающиеся' }).click();
  const led = await page.locator('tbody tr').first().locator('td').nth(1).innerText();
  await page.getByRole('link', { name: 'Пользователи и назначения' }).click();
  await page.getByRole('button', { name: 'Пароли для входа' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Класс (группа)').fill(led);
  const options = page.locator('[data-combobox-option]:visible');
  const ofYear = options.filter({ hasText: led }).filter({ hasNotText: '2025' });
  await ofYear.first().click();
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    dialog.getByRole('button', { name: 'Составить и скачать PDF' }).click(),
  ]);
  expect(file.suggestedFilename()).toBe(`Пароли для входа_ ${led}.pdf`);
  expect((await readFile(await file.path())).subarray(0, 5).toString()).toBe('%PDF-');
  await page.context().close();
});
