/** What is typed and not saved outlives the browser; two people in one card both keep their work. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { organisationOf, type StudentRow, storedRow, studentsOf, surnameOf } from './people.ts';
import { aStage, openCard, openSection, type Stage, saveByKey, shownText, soon, toast } from './steps.ts';

let stage: Stage;
let students: StudentRow[];

beforeAll(async () => {
  stage = await aStage();
  const { db } = stage.server;
  students = await studentsOf(db, await organisationOf(db, 'secretary'), {
    condition: 's.personal_file_number is not null and s.registration_street <> s.residence_street',
    limit: 4,
  });
  expect(students).toHaveLength(4);
});
afterAll(() => stage?.close());

const street = (page: Page) =>
  page.getByRole('region', { name: 'Адреса' }).getByRole('textbox', { name: 'Улица' }).first();
const fileNumber = (page: Page) => page.getByRole('textbox', { name: '№ личного дела' });
const offer = (page: Page) => page.getByRole('region', { name: 'Есть несохранённые изменения' });
const conflict = (page: Page) => page.getByRole('dialog', { name: 'Карточка изменилась' });
const stored = (student: StudentRow) => storedRow(stage.server.db, 'student', student.id);
const drafts = () => stage.server.db.owner('select record_id from card_draft');

/** Types into the card, waits until that is kept and closes the browser without a word. */
async function leftUnsaved(student: StudentRow, text: string): Promise<void> {
  const page = await stage.enter('secretary');
  await openCard(page, 'student', student.id);
  const kept = page.waitForResponse(
    answer => answer.url().endsWith('/draft') && answer.request().method() === 'PUT',
  );
  await street(page).fill(text);
  expect((await kept).status()).toBe(204);
  await page.context().close();
}

test('RL3 what was typed before the browser was closed is offered again, and nothing of it lies in the browser', async () => {
  const student = students[0] as StudentRow;
  await leftUnsaved(student, 'ул. Незаконченная');
  const page = await stage.enter('secretary');
  await openCard(page, 'student', student.id);
  await offer(page).waitFor();
  expect(await shownText(offer(page))).toContain('Улица');
  expect(await street(page).inputValue()).not.toBe('ул. Незаконченная');
  const lying = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
  expect(lying, 'AU8').not.toContain('Незаконченная');

  await offer(page).getByRole('button', { name: 'Продолжить с ними' }).click();
  expect(await street(page).inputValue()).toBe('ул. Незаконченная');
  await saveByKey(page);
  expect(await stored(student)).toMatchObject({ residence_street: 'ул. Незаконченная' });
  await soon(drafts).toEqual([]);
  await page.context().close();
});

test('RL3 a draft of an older card meets what others have saved since, and the reader chooses', async () => {
  const student = students[1] as StudentRow;
  await leftUnsaved(student, 'ул. Вчерашняя');
  const other = await stage.enter('org-admin');
  await openCard(other, 'student', student.id);
  expect(await offer(other).count()).toBe(0);
  await street(other).fill('ул. Сегодняшняя');
  await saveByKey(other);

  const page = await stage.enter('secretary');
  await openCard(page, 'student', student.id);
  await offer(page).getByRole('button', { name: 'Продолжить с ними' }).click();
  await page.keyboard.press('Control+s');
  await conflict(page).getByRole('radio', { name: 'Моё: ул. Вчерашняя' }).waitFor();
  await conflict(page).getByRole('radio', { name: 'Сохранено: ул. Сегодняшняя' }).check();
  expect(await shownText(conflict(page))).toContain(await surnameOf(stage.server.db, 'org-admin'));
  await conflict(page).getByRole('button', { name: 'Сохранить выбранное' }).click();
  await soon(() => conflict(page).count()).toBe(0);
  expect(await street(page).inputValue()).toBe('ул. Сегодняшняя');
  expect(await stored(student)).toMatchObject({ residence_street: 'ул. Сегодняшняя' });
  await soon(drafts).toEqual([]);
  await Promise.all([page.context().close(), other.context().close()]);
});

test('a draft that is thrown away, or left behind on purpose, is not offered again', async () => {
  const student = students[2] as StudentRow;
  await leftUnsaved(student, 'ул. Лишняя');
  const page = await stage.enter('secretary');
  await openCard(page, 'student', student.id);
  await offer(page).getByRole('button', { name: 'Отбросить' }).click();
  await offer(page).waitFor({ state: 'hidden' });
  await soon(drafts).toEqual([]);

  await street(page).fill('ул. Оставленная');
  await soon(async () => (await drafts()).length).toBe(1);
  await page
    .getByRole('navigation', { name: 'Разделы', exact: true })
    .getByRole('link', { name: 'Обзор' })
    .click();
  await page.getByRole('button', { name: 'Уйти без сохранения' }).click();
  await page.getByRole('heading', { level: 1, name: 'Обзор' }).waitFor();
  await soon(drafts).toEqual([]);
  await openSection(page, 'Обучающиеся');
  await page.context().close();
});

test('RL3 two people change different fields of one card, and both keep their work without a question', async () => {
  const student = students[3] as StudentRow;
  const [slow, quick] = await Promise.all([stage.enter('secretary'), stage.enter('org-admin')]);
  await openCard(slow, 'student', student.id);
  await openCard(quick, 'student', student.id);
  await street(slow).fill('ул. Секретарская');
  await fileNumber(quick).fill('АД-7');
  await saveByKey(quick);
  await slow.keyboard.press('Control+s');
  await toast(slow, /тем временем сохранил.*Ваши изменения других полей добавлены/).waitFor();
  await toast(slow, 'Сохранено').waitFor();
  expect(await conflict(slow).count()).toBe(0);
  expect(await stored(student)).toMatchObject({
    residence_street: 'ул. Секретарская',
    personal_file_number: 'АД-7',
  });
  expect(await fileNumber(slow).inputValue()).toBe('АД-7');
  await Promise.all([slow.context().close(), quick.context().close()]);
});
