/** The regional administrator brings a module to one municipality from next Monday, by keyboard, in the browser. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { demoPassword } from '../support/app.ts';
import { aBrowser, type TestBrowser } from '../support/browser.ts';
import { demoDay } from '../support/database.ts';
import { aServer, type TestServer } from '../support/server.ts';

const MONDAY = '2026-11-23';

let server: TestServer;
let browser: TestBrowser;
let folder: string;
let today = demoDay;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kartoteka-modules-'));
  await mkdir(join(folder, 'broken'));
  await writeFile(
    join(folder, 'broken', 'plugin.json'),
    '{ "$schema": "kartoteka/plugin/1", "id": "broken", "version": "1", "core": "^0.1", "title": "Сломан", "entities": [] }',
  );
  [server, browser] = await Promise.all([
    aServer({ demo: true, pluginFolders: [folder], today: () => today }),
    aBrowser(),
  ]);
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
  await rm(folder, { recursive: true, force: true });
});

async function signedIn(login: string, size: { width?: number; height?: number } = {}): Promise<Page> {
  const page = await browser.aPage({ baseUrl: server.url, ...size });
  await page.goto('/');
  await page.getByLabel('Логин').fill(login);
  await page.getByRole('textbox', { name: 'Пароль' }).fill(demoPassword);
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/o\/[0-9a-f-]{36}/);
  return page;
}

async function sections(page: Page): Promise<string[]> {
  const links = page.getByRole('navigation', { name: 'Разделы' }).getByRole('link');
  await links.getByText('Обзор').waitFor();
  return (await links.allTextContents()).map(text => text.trim());
}

async function axeFinds(page: Page): Promise<string[]> {
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
  const { violations } = await new AxeBuilder({ page }).withTags(tags).analyze();
  return violations.map(violation => `${violation.id} ${violation.nodes[0]?.html.slice(0, 120)}`);
}

/** An appointment as head of a centre in another municipality, beside the one that the sign-in has. */
async function elsewhere(login: string): Promise<string> {
  const [row] = await server.db.owner<{ id: string }>(
    `insert into appointment (id, user_id, role, organisation_id, valid_from)
     select gen_random_uuid(), u.id, 'director', o.id, '2026-01-01' from app_user u, organisation o
     where u.login = $1 and o.name like '%Радуга%' returning id`,
    [login],
  );
  return row?.id as string;
}

test('PL2 a module is switched on for one municipality from next Monday, and is there on that day and only there', async () => {
  const region = await signedIn('region-admin');
  await region.goto(`${region.url().replace(/\/$/, '')}/modules`);
  await region.getByRole('button', { name: 'Добавить исключение: Детская музыкальная школа' }).focus();
  await region.keyboard.press('Enter');
  const dialog = region.getByRole('dialog', { name: 'Детская музыкальная школа' });
  await dialog.getByRole('combobox', { name: 'Муниципалитет или организация' }).focus();
  await region.keyboard.type('Яснополь');
  await region.getByRole('option', { name: 'город Яснополь' }).waitFor();
  await region.keyboard.press('ArrowDown');
  await region.keyboard.press('Enter');
  await dialog.getByRole('combobox', { name: 'Тип организаций' }).selectOption('additional');
  await dialog.getByRole('button', { name: 'Со следующего понедельника' }).press('Enter');
  await dialog
    .getByText('Изменится для 1 организации: МБУ ДО «Дворец детского творчества „Созвездие“»')
    .waitFor();
  expect(await axeFinds(region)).toEqual([]);
  await dialog.getByRole('button', { name: 'Сохранить' }).press('Enter');
  await dialog.waitFor({ state: 'detached' });
  const card = region.getByRole('article', { name: 'Детская музыкальная школа' });
  await card.getByText('включится 23.11.2026').waitFor();
  expect(await axeFinds(region)).toEqual([]);

  const sunday = await signedIn('head-additional');
  expect(await sections(sunday)).not.toContain('Индивидуальные планы');

  today = MONDAY;
  const there = await signedIn('head-additional');
  expect(await sections(there)).toEqual(expect.arrayContaining(['Индивидуальные планы', 'Инструменты']));
  await there.getByRole('link', { name: 'Индивидуальные планы' }).first().click();
  await there.getByRole('heading', { level: 1, name: 'Индивидуальные планы' }).waitFor();

  const school = await signedIn('director');
  expect(await sections(school)).not.toContain('Индивидуальные планы');
  const appointment = await elsewhere('head-college');
  const other = await signedIn('head-college');
  await other.goto(`/o/${appointment}/`);
  await other.getByText('Радуга').first().waitFor();
  // In the words of its type of organisations.
  expect(await sections(other)).toContain('Учащиеся');
  expect(await sections(other)).not.toContain('Индивидуальные планы');
  today = demoDay;
  for (const page of [region, sunday, there, school, other]) await page.context().close();
});

test('a refusal names who needs the module before anything is saved, and quarantine names file, place and reason', async () => {
  const page = await signedIn('region-admin', { width: 390, height: 844 });
  await page.goto(`${page.url().replace(/\/$/, '')}/modules`);
  const quarantine = page.getByRole('region', { name: 'Не загружен 1 модуль' });
  await quarantine.getByText('broken/plugin.json').waitFor();
  expect(await quarantine.textContent()).toContain('/version');

  await page
    .getByRole('button', { name: /^Образовательный процесс, Общеобразовательная организация/ })
    .click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText(/^Модуль «Образовательный процесс» нужен модулям .*«Обучающиеся»/).waitFor();
  expect(await dialog.getByRole('button', { name: 'Сохранить' }).isDisabled()).toBe(true);
  expect(await axeFinds(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
  await page.context().close();
});
