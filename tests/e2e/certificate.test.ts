/** Everything a secretary takes away on paper or as a file names the system, the day and the person. */
import { readXlsx } from 'hucre/xlsx';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type PaperText, paperText } from './papers.ts';
import { organisationOf, type StudentRow, studentsOf, surnameOf } from './people.ts';
import { appointmentPath, aStage, downloaded, openCard, openSection, type Stage } from './steps.ts';

let stage: Stage;
let student: StudentRow;
let school: number;
let secretary: string;
let page: Page;

beforeAll(async () => {
  stage = await aStage();
  const { db } = stage.server;
  school = await organisationOf(db, 'secretary');
  secretary = await surnameOf(db, 'secretary');
  [student] = (await studentsOf(db, school, { condition: "p.sex = 'm'" })) as [StudentRow];
  page = await stage.enter('secretary');
});
afterAll(() => stage?.close());
// Whatever a test before has left open on the screen.
beforeEach(() => page.goto(appointmentPath(page)));

/** The day of the server in the test. */
const today = '22.11.2026';

function expectStampOnEveryPage({ pages }: PaperText): void {
  expect(pages.length).toBeGreaterThan(0);
  for (const [index, text] of pages.entries()) {
    expect(text, `page ${index + 1}`).toContain('«Картотека»');
    expect(text, `page ${index + 1}`).toMatch(new RegExp(`Дата составления: ${today}`));
    expect(text, `page ${index + 1}`).toMatch(new RegExp(`Исполнитель: ${secretary}`));
  }
}

test('S001-4.5, S003-5.5 «Справка об обучении» is printed from the card, stamped on every page', async () => {
  await openCard(page, 'student', student.id);
  await page.getByRole('button', { name: 'Печать', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Справка об обучении' }).click();
  const questions = page.getByRole('dialog', { name: 'Справка об обучении' });
  await questions.getByRole('textbox', { name: '№ справки' }).fill('148-с');
  await questions.getByRole('textbox', { name: 'Куда представляется' }).fill('в бассейн «Дельфин»');
  const file = await downloaded(page, () => questions.getByRole('button', { name: 'Напечатать' }).click());
  expect(file.name).toMatch(/^Справка об обучении.*\.pdf$/);
  const paper = await paperText(file.bytes);
  expectStampOnEveryPage(paper);
  const text = paper.pages.join(' ');
  const [year, month, day] = student.birthDate.split('-');
  expect(text).toContain('СПРАВКА');
  expect(text).toContain(`${day}.${month}.${year}`);
  expect(text).toContain(`класс ${student.group}`);
  expect(text).toContain('действительно обучается');
  expect(text).toContain('148-с');
  expect(text).toContain('в бассейн «Дельфин»');
  // The name stands in the dative, so its beginning is what stays.
  expect(text).toContain(student.lastName.slice(0, -1));
});

test('S001-4.5 a list printed whole is stamped on every page and holds every row', async () => {
  await openSection(page, 'Обучающиеся');
  const total = await studentCount('true');
  const file = await downloaded(page, () => exportAs('Печать (PDF)'));
  const paper = await paperText(file.bytes);
  expect(paper.pages.length).toBeGreaterThan(5);
  expectStampOnEveryPage(paper);
  expect(paper.pages[0]).toContain('Фамилия, имя, отчество');
  expect(paper.pages.join(' ').match(/\d\d\.\d\d\.20\d\d/g)?.length).toBeGreaterThanOrEqual(total);
});

test('S001-4.5, S003-6.8.4c «Общие сведения об обучающихся» as PDF is stamped on every page', async () => {
  await openReport('Общие сведения об обучающихся');
  const file = await downloaded(page, () => page.getByRole('button', { name: 'PDF', exact: true }).click());
  const paper = await paperText(file.bytes);
  expect(paper.pages.length).toBeGreaterThan(5);
  expectStampOnEveryPage(paper);
  const text = paper.pages.join(' ').replaceAll('\u00ad', '');
  expect(text).toContain(student.lastName);
  expect(text).toContain(`Всего`);
});

test('S001-4.5 XLSX of a list and of a report opens with typed days and the stamp', async () => {
  await openSection(page, 'Обучающиеся');
  const list = await sheet(await downloaded(page, () => exportAs('Таблица XLSX')));
  expect(list.rows).toHaveLength(await studentCount('true'));
  await openReport('Общие сведения об обучающихся');
  const report = await sheet(
    await downloaded(page, () => page.getByRole('button', { name: 'XLSX', exact: true }).click()),
  );

  for (const { stamp, column, rows } of [list, report]) {
    expect(stamp).toContain('«Картотека»');
    expect(stamp).toContain(today);
    expect(stamp).toContain(`Исполнитель: ${secretary}`);
    const own = rows.find(row => row.includes(student.name));
    const born = own?.[column('Дата рождения')];
    expect(born).toBeInstanceOf(Date);
    expect((born as unknown as Date).toISOString().slice(0, 10)).toBe(student.birthDate);
  }
});

async function exportAs(format: string): Promise<void> {
  await page.getByRole('button', { name: 'Выгрузить' }).click();
  await page.getByRole('menuitem', { name: format }).click();
}

async function openReport(title: string): Promise<void> {
  await page.goto(`${appointmentPath(page)}/reports`);
  await page.getByRole('main').getByRole('link', { name: title }).click();
  await page.getByRole('table', { name: title }).waitFor();
}

async function studentCount(condition: string): Promise<number> {
  const [row] = await stage.server.db.owner<{ count: number }>(
    `select count(*)::int as count from student s where s.organisation_id = $1 and (${condition})`,
    [school],
  );
  return row?.count ?? 0;
}

/** First sheet of a book: the lines above the table as one text, the rows below its head. */
async function sheet({ bytes }: { bytes: Uint8Array }) {
  const rows = (await readXlsx(bytes)).sheets[0]?.rows ?? [];
  const head = rows.findIndex(row => row.includes('Фамилия, имя, отчество'));
  expect(head).toBeGreaterThan(0);
  return {
    stamp: rows.slice(0, head).flat().join('\n'),
    column: (title: string) => rows[head]?.indexOf(title) ?? -1,
    rows: rows.slice(head + 1),
  };
}
