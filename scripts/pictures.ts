/**
 * Takes the pictures of README and guide anew from a running demo region:
 *
 *     npm start                                                          (in another terminal)
 *     node_modules/.bin/node scripts/pictures.ts http://127.0.0.1:8080
 *
 * and names of pictures' functions below, to take only those. Works on the demo data: one address is changed to
 * show history and a conflict, one consent is withdrawn.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { aBrowser } from '../tests/support/browser.ts';

const FOLDER = join(import.meta.dirname, '..', 'docs', 'pictures');
const PASSWORD = 'kartoteka-demo';
const baseUrl = process.argv[2] ?? 'http://127.0.0.1:8080';
const { aPage, close } = await aBrowser();

async function take(page: Page, name: string, fullPage = false): Promise<void> {
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
  await page.waitForTimeout(400);
  await page.screenshot({ path: join(FOLDER, `${name}.png`), fullPage, animations: 'disabled' });
  console.log(name);
}

async function signedIn(login: string, size: { width: number; height: number }): Promise<Page> {
  const page = await aPage({ ...size, baseUrl });
  await page.goto('/');
  await page.getByLabel('Логин').fill(login);
  await page.getByLabel('Пароль', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Войти' }).click();
  await page.getByRole('heading', { name: 'Обзор' }).waitFor();
  return page;
}

const desk = { width: 1440, height: 900 };

async function signIn(): Promise<void> {
  const page = await aPage({ ...desk, baseUrl });
  await page.goto('/');
  await page.getByRole('button', { name: 'Войти' }).waitFor();
  await take(page, 'sign-in');
  await page.context().close();
}

async function openStudent(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Обучающиеся' }).click();
  await page.getByRole('row', { name: /Аветисян Арам/ }).click();
  await page.getByRole('heading', { level: 1, name: /Аветисян Арам/ }).waitFor();
}

async function cards(): Promise<void> {
  const page = await signedIn('secretary', desk);
  await take(page, 'home');
  await page.getByRole('link', { name: 'Обучающиеся' }).click();
  await page.getByRole('row').nth(20).waitFor();
  await take(page, 'list');
  await page.getByRole('row', { name: /Аветисян Арам/ }).click();
  await page.getByLabel('Улица').first().waitFor();
  await take(page, 'card');

  const other = await signedIn('deputy', desk);
  await openStudent(other);
  const before = await page.getByLabel('Улица').first().inputValue();
  const [theirs, mine] = ['ул. Речная', 'ул. Луговая', 'ул. Садовая'].filter(street => street !== before);
  await other
    .getByLabel('Улица')
    .first()
    .fill(theirs ?? '');
  await other.getByRole('button', { name: 'Сохранить' }).click();
  await other.getByText('Сохранено').first().waitFor();
  await other.context().close();

  await page
    .getByLabel('Улица')
    .first()
    .fill(mine ?? '');
  await page.keyboard.press('Control+s');
  await page.getByRole('dialog', { name: 'Карточка изменилась' }).waitFor();
  await take(page, 'conflict');
  await page.getByRole('button', { name: 'Сохранить выбранное' }).click();
  await page.getByText('Сохранено').first().waitFor();
  await page.getByRole('button', { name: 'Другие действия' }).click();
  await page.getByRole('menuitem', { name: 'История изменений' }).click();
  await page
    .getByRole('dialog')
    .getByText(mine ?? '')
    .first()
    .waitFor();
  await take(page, 'history');
  await page.context().close();
}

async function newStudent(): Promise<void> {
  const page = await signedIn('secretary', desk);
  await page.getByRole('link', { name: 'Обучающиеся' }).click();
  await page
    .getByRole('link', { name: 'Добавить' })
    .or(page.getByRole('button', { name: 'Добавить' }))
    .first()
    .click();
  await page.getByLabel('Фамилия').fill('Аветисян');
  await page.getByLabel('Имя').fill('Арам');
  await page.getByRole('button', { name: 'Найти', exact: true }).click();
  await page.getByText(/похож/).first().waitFor();
  await take(page, 'new-student');
  await page.context().close();
}

async function reports(): Promise<void> {
  const page = await signedIn('secretary', desk);
  await page.getByRole('link', { name: 'Отчёты' }).click();
  await page.getByRole('heading', { level: 1, name: 'Отчёты' }).waitFor();
  await page.goto(`${page.url()}/student-completeness`);
  await page.getByRole('columnheader', { name: 'Чего не хватает' }).waitFor();
  await take(page, 'report');
  await page.context().close();
}

async function phone(): Promise<void> {
  const page = await signedIn('secretary', { width: 390, height: 844 });
  await page.getByRole('button', { name: 'Разделы' }).click();
  await page.getByRole('link', { name: 'Обучающиеся' }).click();
  await page.getByRole('heading', { level: 1, name: 'Обучающиеся' }).waitFor();
  await page.getByText('Аветисян Арам Каренович').last().waitFor();
  await take(page, 'phone');
  await page.context().close();
}

/** The paper as the reader sees it before printing. */
async function certificate(): Promise<void> {
  const page = await signedIn('secretary', desk);
  const appointment = /\/o\/([^/]+)/.exec(page.url())?.[1];
  await page.goto(`/o/${appointment}/reports/study-certificate`);
  await page.getByRole('combobox', { name: 'Обучающийся' }).fill('Аветисян Арам');
  await page.getByRole('option', { name: /Аветисян Арам/ }).click();
  await page.getByLabel('№ справки').fill('12');
  await page.getByRole('button', { name: 'Построить' }).click();
  await page.getByText('Выдана Аветисян').waitFor();
  await take(page, 'certificate');
  await page.context().close();
}

/** A card whose consent was withdrawn just now. */
async function consents(): Promise<void> {
  const page = await signedIn('secretary', desk);
  await page.getByRole('link', { name: 'Обучающиеся' }).click();
  await page.getByRole('row').nth(3).click();
  const given = page.getByRole('region', { name: 'Согласия', exact: true });
  const journal = given.getByRole('group').filter({ hasText: 'Ведение электронного журнала' }).last();
  await journal.getByRole('button', { name: /^Изменить/ }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Отозвано' }).fill('20.11.2026');
  await dialog.getByRole('textbox', { name: 'Причина отзыва' }).fill('Заявление родителя');
  await dialog.getByRole('button', { name: 'Готово' }).click();
  await page.keyboard.press('Control+s');
  await page.getByText('Сохранено').first().waitFor();
  const contacts = page.getByRole('region', { name: 'Контакты' });
  await contacts.getByText('Нет согласия').waitFor();
  await page.getByRole('alert').waitFor({ state: 'hidden' });
  await contacts.evaluate(section => section.scrollIntoView({ block: 'center' }));
  await take(page, 'no-consent');
  await page.context().close();
}

/** The key for the authenticator app; it is not confirmed, so the sign-in stays as it was. */
async function secondFactor(): Promise<void> {
  const page = await signedIn('region-admin', desk);
  await page.goto(`${page.url().replace(/\/$/, '')}/security`);
  await page.getByRole('button', { name: 'Включить' }).click();
  await page.locator('.k-security-key').waitFor();
  await take(page, 'second-factor');
  await page.context().close();
}

await mkdir(FOLDER, { recursive: true });
const failed: string[] = [];
const wanted = process.argv.slice(3);
const all = [signIn, cards, newStudent, reports, phone, certificate, consents, secondFactor];
for (const shoot of all.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
  await shoot().catch((error: unknown) => failed.push(`${shoot.name}: ${String(error).slice(0, 400)}`));
}
await close();
if (failed.length > 0) {
  console.error(failed.join('\n'));
  process.exitCode = 1;
}
