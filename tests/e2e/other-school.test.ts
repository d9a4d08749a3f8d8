/** Another school's student does not exist, wherever one looks. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestClient } from '../support/app.ts';
import { organisationOf, type StudentRow, storedRow, studentsOf } from './people.ts';
import { appointmentPath, aStage, openSection, type Stage, shownText } from './steps.ts';

let stage: Stage;
/** Of school 1, known nowhere else. */
let foreign: StudentRow;
/** Of the school of the reader, so that a blind screen would not pass. */
let own: StudentRow;
let ownSchool: number;
let page: Page;
let client: TestClient;

beforeAll(async () => {
  stage = await aStage();
  const { db } = stage.server;
  ownSchool = await organisationOf(db, 'secretary-2');
  [foreign] = (await studentsOf(db, await organisationOf(db, 'secretary'))) as [StudentRow];
  [own] = (await studentsOf(db, ownSchool)) as [StudentRow];
  page = await stage.enter('secretary-2');
  client = await stage.server.signIn('secretary-2');
});
afterAll(() => stage?.close());

test('AZ1 the address of its card shows the same as an address of nothing', async () => {
  const notFound = async (id: string) => {
    await page.goto(`${appointmentPath(page)}/card/student/${id}`);
    const state = page.getByRole('alert').filter({ has: page.getByRole('heading', { name: 'Не найдено' }) });
    await state.waitFor();
    expect(await shownText(page.getByRole('main'))).not.toContain(foreign.lastName);
    return (await shownText(state)).replace(/Код для обращения:.*/, '');
  };
  expect(await notFound(foreign.id)).toBe(await notFound('01a05b8d-0000-7000-8000-000000000000'));
});

test('AZ1 the list, the palette and a report do not know it, and know the own students', async () => {
  await openSection(page, 'Обучающиеся');
  const search = page.getByRole('searchbox', { name: 'Найти в списке' });
  await search.fill(own.name);
  await page.getByRole('link', { name: own.name }).waitFor();
  await search.fill(foreign.name);
  await page.getByRole('heading', { name: 'Ничего не найдено' }).waitFor();
  expect(await page.getByRole('link', { name: foreign.name }).count()).toBe(0);

  await page.keyboard.press('Control+k');
  const palette = page.getByRole('dialog', { name: 'Поиск и команды' });
  await palette.getByRole('combobox').fill(own.name);
  await palette
    .getByRole('option', { name: new RegExp(own.name) })
    .first()
    .waitFor();
  await palette.getByRole('combobox').fill(foreign.name);
  await palette.getByRole('status').filter({ hasText: 'Ничего не найдено' }).waitFor();
  expect(await palette.getByRole('option').count()).toBe(0);
  await page.keyboard.press('Escape');

  await page.goto(`${appointmentPath(page)}/reports/student-register`);
  const report = page.getByRole('table', { name: 'Общие сведения об обучающихся' });
  await report.getByRole('link', { name: own.name }).waitFor();
  for (;;) {
    const more = page.getByRole('button', { name: /^Показать ещё/ });
    if ((await more.count()) === 0) break;
    await more.click();
  }
  expect(await report.getByRole('link', { name: foreign.name }).count()).toBe(0);
  const [{ count }] = (await stage.server.db.owner<{ count: number }>(
    "select count(*)::int as count from student where organisation_id = $1 and status = 'active'",
    [ownSchool],
  )) as [{ count: number }];
  await report.getByRole('button', { name: new RegExp(`^Всего: Обучающихся ${count}:`) }).waitFor();
});

test('AZ1 its card, history, changing, removing and printing answer 404 as for what does not exist', async () => {
  const nobody = '01a05b8d-0000-7000-8000-000000000000';
  const version = String((await storedRow(stage.server.db, 'student', foreign.id)).version);
  const asked = (id: string) =>
    Promise.all([
      client.get(`/api/records/student/${id}`),
      client.get(`/api/records/student/${id}?include=guardianships`),
      client.get(`/api/records/student/${id}/history`),
      client.patch(`/api/records/student/${id}`, { personalFileNumber: 'Х-1' }, `${version}-1`),
      client.delete(`/api/records/student/${id}`, `${version}-1`),
      client.post('/api/report-runs', {
        report: 'study-certificate',
        parameters: { record: id },
        format: 'pdf',
      }),
    ]);
  const [of, ofNobody] = [await asked(foreign.id), await asked(nobody)];
  expect(of.map(answer => answer.status)).toEqual(ofNobody.map(answer => answer.status));
  expect(of.map(answer => answer.status)).toEqual([404, 404, 404, 404, 404, 404]);
  for (const answer of of) expect(answer.text).not.toContain(foreign.lastName);
  expect((await storedRow(stage.server.db, 'student', foreign.id)).version).toBe(Number(version));
});

test('AZ1, AZ2 exports, lists and reports asked for it by id hold nothing of it', async () => {
  const filter = { op: '=', args: [{ property: 'id' }, foreign.id] };
  const anything = {
    op: 'or',
    args: [filter, { op: 'not', args: [{ op: 'isNull', args: [{ property: 'id' }] }] }],
  };
  for (const where of [filter, anything]) {
    const list = await client.post<{ items: { id: string }[] }>('/api/records/student/query', {
      filter: where,
      limit: 200,
    });
    expect(list.status).toBe(200);
    expect(list.body.items.map(item => item.id)).not.toContain(foreign.id);
    const file = await client.post('/api/records/student/export', { filter: where, format: 'csv' });
    expect(file.status).toBe(200);
    expect(file.text).not.toContain(foreign.name);
  }
  const report = await client.post('/api/report-runs', {
    report: 'student-register',
    parameters: {},
    format: 'csv',
  });
  expect(report.status).toBe(200);
  expect(report.text).toContain(own.name);
  expect(report.text).not.toContain(foreign.name);
});
