/** Two files in a folder are a working module; a faulty folder beside it stops nothing. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPlugin } from '../../core/plugins/create.ts';
import { aDatabase, type TestDatabase } from '../support/database.ts';
import { aStage, openSection, type Stage, searchList, toast } from './steps.ts';

const GOOD = 'excursions';
const FAULTY = 'broken-circles';

let folder: string;
let stage: Stage;
let page: Page;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kartoteka-plugins-'));
  const files = await createPlugin(folder, GOOD, '0.1.0');
  expect(files).toHaveLength(2);
  await breakPlugin(await createPlugin(folder, FAULTY, '0.1.0'));
  stage = await aStage({ pluginFolders: [folder] });
  page = await stage.enter('org-admin');
});
afterAll(async () => {
  await stage?.close();
  await rm(folder, { recursive: true, force: true });
});

/** Puts a word into the card that the vocabulary does not know. */
async function breakPlugin(files: string[]): Promise<void> {
  const file = files.find(name => name.endsWith('.schema.json')) ?? '';
  const card = JSON.parse(await readFile(file, 'utf8'));
  card.properties.name['x-colour'] = 'red';
  await writeFile(file, JSON.stringify(card));
}

test('a dropped folder of two files has a section, a list, a card and a history', async () => {
  await openSection(page, `Записи ${GOOD}`);
  await page.getByRole('heading', { name: 'Здесь ещё нет записей' }).waitFor();
  await page.getByRole('link', { name: 'Добавить' }).first().click();
  await page.getByRole('textbox', { name: 'Название' }).fill('Поездка в заповедник');
  await page.getByRole('textbox', { name: 'Начало' }).fill('14.05.2026');
  await page.getByRole('button', { name: 'Сохранить', exact: true }).click();
  await toast(page, 'Карточка создана').waitFor();
  await page.getByRole('heading', { level: 1, name: 'Поездка в заповедник' }).waitFor();
  await page.getByRole('textbox', { name: 'Примечание' }).fill('Автобус заказан');
  await page.keyboard.press('Control+s');
  await toast(page, 'Сохранено').waitFor();

  await openSection(page, `Записи ${GOOD}`);
  await searchList(page, 'ЗАПОВЕДНИК', '1 запись');
  const row = page
    .getByRole('table', { name: `Записи ${GOOD}` })
    .getByRole('row')
    .nth(1);
  await row.getByRole('link', { name: 'Поездка в заповедник' }).waitFor();

  const [stored] = await stage.server.db.owner(
    'select name, starts_on::text, note, version from excursions_record',
  );
  expect(stored).toEqual({
    name: 'Поездка в заповедник',
    starts_on: '2026-05-14',
    note: 'Автобус заказан',
    version: 2,
  });
});

test('it has an API and is a source of reports, for its own organisation only', async () => {
  const admin = await stage.server.signIn('org-admin');
  const path = `/api/records/${GOOD}-record`;
  const list = await admin.get<{ items: { id: string; label: string }[] }>(path);
  expect(list.body.items.map(item => item.label)).toEqual(['Поездка в заповедник']);
  const id = list.body.items[0]?.id;
  expect((await admin.get(`${path}/${id}/history`)).status).toBe(200);
  const sources = await admin.get('/api/report-sources');
  expect(sources.text).toContain(`"${GOOD}-record"`);
  const report = await admin.post('/api/report-runs', {
    definition: {
      $schema: 'kartoteka/report/1',
      id: 'own',
      version: 1,
      title: 'Поездки',
      source: `${GOOD}-record`,
      columns: [
        { key: 'name', property: 'name' },
        { key: 'starts', property: 'startsOn' },
      ],
    },
    parameters: {},
    format: 'csv',
  });
  expect(report.status).toBe(200);
  expect(report.text).toContain('Поездка в заповедник');
  expect(report.text).toContain('14.05.2026');

  const college = await stage.server.signIn('admin-college');
  expect((await college.get(`${path}/${id}`)).status).toBe(404);
});

test('nothing else changed: the other tables and cards are those of a system without it', async () => {
  const without = await aDatabase();
  try {
    const [here, there] = await Promise.all([columnsOf(stage.server.db), columnsOf(without)]);
    const added = here.filter(line => !there.includes(line));
    expect(there.filter(line => !here.includes(line))).toEqual([]);
    expect(new Set(added.map(line => line.split('.')[0]))).toEqual(new Set(['excursions_record']));
  } finally {
    await without.close();
  }
});

/** `table.column type` of everything there is. */
async function columnsOf(db: TestDatabase): Promise<string[]> {
  const rows = await db.owner<{ line: string }>(
    `select table_name || '.' || column_name || ' ' || data_type as line
     from information_schema.columns where table_schema = 'public'`,
  );
  return rows.map(({ line }) => line);
}

test('a faulty folder is set aside: the modules screen names its file and place, the rest works', async () => {
  const region = await stage.enter('region-admin');
  await openSection(region, 'Модули');
  const notice = region.getByRole('region', { name: /^Не загружен 1 модул/ });
  await notice.waitFor();
  const text = (await notice.textContent()) ?? '';
  expect(text).toContain(FAULTY);
  expect(text).toContain(`${FAULTY}/schemas/${FAULTY}-record.schema.json`);
  expect(text).toContain('/properties/name');
  expect(text).toContain('x-colour');
  expect(text).not.toContain(folder);
  await region.getByRole('article', { name: `Модуль ${GOOD}` }).waitFor();

  // The faulty one left nothing behind, the working ones go on.
  await openSection(page, 'Обучающиеся');
  await page.getByRole('table', { name: 'Обучающиеся' }).waitFor();
  expect(await page.getByRole('link', { name: `Записи ${FAULTY}` }).count()).toBe(0);
  expect((await columnsOf(stage.server.db)).filter(line => line.startsWith('broken_circles'))).toEqual([]);
  await region.context().close();
});
