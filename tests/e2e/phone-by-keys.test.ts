/** Conflict and printing on a phone 390 points wide, by the keyboard alone. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { byKeys } from './hands.ts';
import { paperText } from './papers.ts';
import { organisationOf, type StudentRow, storedRow, studentsOf, surnameOf } from './people.ts';
import {
  aStage,
  downloaded,
  expectNoSidewaysScroll,
  openCard,
  openSection,
  phone,
  type Stage,
  saveByKey,
  tabTo,
  toast,
} from './steps.ts';

let stage: Stage;
let student: StudentRow;

beforeAll(async () => {
  stage = await aStage();
  const { db } = stage.server;
  [student] = (await studentsOf(db, await organisationOf(db, 'secretary'), {
    condition: 's.registration_street <> s.residence_street',
    limit: 1,
  })) as [StudentRow];
});
afterAll(() => stage?.close());

test('RL3 a conflict is settled by the keyboard alone at 390 points', async () => {
  const [slow, quick] = [await stage.enter('secretary', phone), await stage.enter('org-admin')];
  const street = (page: typeof slow) =>
    page.getByRole('region', { name: 'Адреса' }).getByRole('textbox', { name: 'Улица' }).first();
  await openCard(slow, 'student', student.id);
  await openCard(quick, 'student', student.id);
  await byKeys(slow).fill(street(slow), 'ул. Телефонная');
  await street(quick).fill('ул. Настольная');
  await saveByKey(quick);
  await slow.keyboard.press('Control+s');

  const dialog = slow.getByRole('dialog', { name: 'Карточка изменилась' });
  await dialog.waitFor();
  await expectNoSidewaysScroll(slow);
  await tabTo(slow, dialog.getByRole('radio', { name: 'Моё: ул. Телефонная' }));
  await slow.keyboard.press('ArrowDown');
  expect(await dialog.getByRole('radio', { name: 'Сохранено: ул. Настольная' }).isChecked()).toBe(true);
  await slow.keyboard.press('ArrowUp');
  await byKeys(slow).press(dialog.getByRole('button', { name: 'Сохранить выбранное' }));
  await toast(slow, 'Сохранено').waitFor();
  expect((await storedRow(stage.server.db, 'student', student.id)).residence_street).toBe('ул. Телефонная');
  await Promise.all([slow.context().close(), quick.context().close()]);
});

test('S001-4.5 a certificate and a list are printed by the keyboard alone at 390 points', async () => {
  const page = await stage.enter('secretary', phone);
  const hand = byKeys(page);
  const secretary = await surnameOf(stage.server.db, 'secretary');
  await openCard(page, 'student', student.id);
  await hand.press(page.getByRole('button', { name: 'Печать', exact: true }));
  await page.getByRole('menuitem', { name: 'Справка об обучении' }).press('Enter');
  const questions = page.getByRole('dialog', { name: 'Справка об обучении' });
  await hand.fill(questions.getByRole('textbox', { name: '№ справки' }), '390');
  await expectNoSidewaysScroll(page);
  const certificate = await downloaded(page, () =>
    hand.press(questions.getByRole('button', { name: 'Напечатать' })),
  );
  await questions.waitFor({ state: 'hidden' });

  await openSection(page, 'Обучающиеся');
  await hand.press(page.getByRole('button', { name: 'Выгрузить' }));
  const print = page.getByRole('menuitem', { name: 'Печать (PDF)' });
  await print.waitFor();
  for (let pressed = 0; pressed < 5; pressed += 1) {
    if (await print.evaluate(item => item === document.activeElement)) break;
    await page.keyboard.press('ArrowDown');
  }
  const list = await downloaded(page, () => page.keyboard.press('Enter'));

  for (const file of [certificate, list]) {
    const { pages } = await paperText(file.bytes);
    expect(pages.length).toBeGreaterThan(0);
    for (const text of pages) {
      expect(text).toContain('«Картотека»');
      expect(text).toMatch(/Дата составления: 22\.11\.2026/);
      expect(text).toContain(`Исполнитель: ${secretary}`);
    }
  }
  await page.context().close();
});
