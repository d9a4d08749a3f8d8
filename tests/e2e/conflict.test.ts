/** Two people in one card at once. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { organisationOf, type StudentRow, storedRow, studentsOf, surnameOf } from './people.ts';
import { aStage, openCard, openHistory, type Stage, saveByKey, shownText, soon, toast } from './steps.ts';

let stage: Stage;
let students: StudentRow[];

beforeAll(async () => {
  stage = await aStage();
  const { db } = stage.server;
  students = await studentsOf(db, await organisationOf(db, 'secretary'), {
    condition: 's.personal_file_number is not null and s.registration_street <> s.residence_street',
    limit: 2,
  });
  expect(students).toHaveLength(2);
});
afterAll(() => stage?.close());

const address = (page: Page, field: string) =>
  page.getByRole('region', { name: 'Адреса' }).getByRole('textbox', { name: field }).first();
const fileNumber = (page: Page) => page.getByRole('textbox', { name: '№ личного дела' });
const conflict = (page: Page) => page.getByRole('dialog', { name: 'Карточка изменилась' });

/** One opens the card, the other opens it too and saves first. */
async function overtaken(student: StudentRow) {
  const [slow, quick] = await Promise.all([stage.enter('secretary'), stage.enter('org-admin')]);
  await openCard(slow, 'student', student.id);
  await openCard(quick, 'student', student.id);
  await address(slow, 'Улица').fill('ул. Секретарская');
  await address(slow, 'Квартира').fill('77');
  await address(quick, 'Улица').fill('ул. Администраторская');
  await fileNumber(quick).fill('АД-1');
  await saveByKey(quick);
  await slow.keyboard.press('Control+s');
  await conflict(slow).waitFor();
  return { slow, quick };
}

test('RL3 the second of two who save is shown both values and the other name, and nothing typed is lost', async () => {
  const { db } = stage.server;
  const student = students[0] as StudentRow;
  const before = await storedRow(db, 'student', student.id);
  const { slow, quick } = await overtaken(student);

  const dialog = conflict(slow);
  const text = await shownText(dialog);
  expect(text).toContain(await surnameOf(db, 'org-admin'));
  expect(text).toContain(`Было: ${before.residence_street}`);
  // Only the field that both have changed is asked about.
  expect(await dialog.getByRole('radio').count()).toBe(2);
  await dialog.getByRole('radio', { name: 'Сохранено: ул. Администраторская' }).waitFor();
  expect((await storedRow(db, 'student', student.id)).residence_street).toBe('ул. Администраторская');

  // Back to the card and to the question again: what was typed still stands there.
  await dialog.getByRole('button', { name: 'Вернуться к карточке' }).click();
  await soon(() => dialog.count()).toBe(0);
  expect(await address(slow, 'Улица').inputValue()).toBe('ул. Секретарская');
  expect(await address(slow, 'Квартира').inputValue()).toBe('77');
  await slow.keyboard.press('Control+s');
  await dialog.getByRole('radio', { name: 'Моё: ул. Секретарская' }).check();
  await dialog.getByRole('button', { name: 'Сохранить выбранное' }).click();
  await toast(slow, 'Сохранено').waitFor();

  const after = await storedRow(db, 'student', student.id);
  expect(after).toMatchObject({
    residence_street: 'ул. Секретарская',
    residence_flat: '77',
    personal_file_number: 'АД-1',
    version: Number(before.version) + 2,
  });
  expect(await fileNumber(slow).inputValue()).toBe('АД-1');

  const [newest, older] = (await (
    await openHistory(slow).then(async entries => {
      await entries.filter({ hasText: 'ул. Секретарская' }).first().waitFor();
      return entries;
    })
  ).allInnerTexts()) as [string, string];
  expect(newest).toContain(await surnameOf(db, 'secretary'));
  expect(newest).toContain('ул. Секретарская');
  expect(older).toContain(await surnameOf(db, 'org-admin'));
  expect(older).toContain('ул. Администраторская');
  expect(older).toContain('АД-1');
  await Promise.all([slow.context().close(), quick.context().close()]);
});

test('RL3 who takes the other value keeps the own changes of other fields', async () => {
  const student = students[1] as StudentRow;
  const { slow, quick } = await overtaken(student);
  await conflict(slow).getByRole('radio', { name: 'Сохранено: ул. Администраторская' }).check();
  await conflict(slow).getByRole('button', { name: 'Сохранить выбранное' }).click();
  await toast(slow, 'Сохранено').waitFor();
  expect(await address(slow, 'Улица').inputValue()).toBe('ул. Администраторская');
  expect(await storedRow(stage.server.db, 'student', student.id)).toMatchObject({
    residence_street: 'ул. Администраторская',
    residence_flat: '77',
    personal_file_number: 'АД-1',
  });
  await Promise.all([slow.context().close(), quick.context().close()]);
});
