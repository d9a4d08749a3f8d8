/** A secretary's day: find a student, change an address, see what was changed, mend a wrong number. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { snilsSumIsRight } from '../../core/formats/checksums.ts';
import {
  changedColumns,
  organisationOf,
  type StudentRow,
  storedRow,
  studentsOf,
  surnameOf,
} from './people.ts';
import {
  aStage,
  expectNoSidewaysScroll,
  historyEntries,
  openCard,
  openHistory,
  openSection,
  phone,
  type Stage,
  saveByKey,
  searchList,
  shownText,
  soon,
  tabTo,
  toast,
} from './steps.ts';

let stage: Stage;
/** Students whose name has a ё, all of the secretary's school. */
let students: StudentRow[];
let secretary: string;

beforeAll(async () => {
  stage = await aStage();
  const { db } = stage.server;
  const school = await organisationOf(db, 'secretary');
  secretary = await surnameOf(db, 'secretary');
  students = await studentsOf(db, school, {
    condition: "p.first_name like '%ё%' and s.residence_street is not null",
    limit: 4,
  });
  expect(students).toHaveLength(4);
});
afterAll(() => stage?.close());

/** As somebody types in a hurry: small letters and no ё. */
const folded = (name: string) => name.toLowerCase().replaceAll('ё', 'е');
const street = (page: Page) =>
  page.getByRole('region', { name: 'Адреса' }).getByRole('textbox', { name: 'Улица' }).first();

test('S003-5.5 a student is found in the list by a name typed with ё and without', async () => {
  const [student] = students as [StudentRow];
  const page = await stage.enter('secretary');
  await openSection(page, 'Обучающиеся');
  await searchList(page, student.name, '1 запись');
  await page.getByRole('searchbox', { name: 'Найти в списке' }).fill(student.name.replaceAll('ё', 'ъ'));
  await page.getByRole('heading', { name: 'Ничего не найдено' }).waitFor();
  await searchList(page, folded(student.name), '1 запись');
  const row = page.getByRole('table', { name: 'Обучающиеся' }).getByRole('row').nth(1);
  await row.getByRole('link', { name: student.name }).click();
  await page.getByRole('heading', { level: 1, name: student.name }).waitFor();
  expect(new URL(page.url()).pathname).toMatch(new RegExp(`/card/student/${student.id}$`));
  await page.context().close();
});

test('S001-П1-1.2 a changed address is saved, survives a reload and stands in the history with its author', async () => {
  const { db } = stage.server;
  const [student] = students as [StudentRow];
  const before = await storedRow(db, 'student', student.id);
  const page = await stage.enter('secretary');
  await page.keyboard.press('Control+k');
  const palette = page.getByRole('dialog', { name: 'Поиск и команды' });
  await palette.getByRole('combobox').fill(folded(student.name));
  await palette.getByRole('option', { name: new RegExp(`${student.name}.*Обучающийся`) }).waitFor();
  await palette.getByRole('option', { name: new RegExp(`${student.name}.*Обучающийся`) }).click();
  await page.getByRole('heading', { level: 1, name: student.name }).waitFor();

  await street(page).fill('ул. Первопроходцев');
  await saveByKey(page);

  const after = await storedRow(db, 'student', student.id);
  expect(after.residence_street).toBe('ул. Первопроходцев');
  expect(after.version).toBe(Number(before.version) + 1);
  const allowed = ['registration_street', 'residence_street', 'updated_at', 'version'];
  expect(allowed).toEqual(expect.arrayContaining(changedColumns(before, after)));

  const newest = (await openHistory(page)).first();
  await newest.waitFor();
  const text = await shownText(newest);
  expect(text).toContain(secretary);
  expect(text).toContain('Секретарь');
  expect(await shownText(newest.getByRole('deletion').first())).toBe(before.residence_street);
  expect(text.indexOf(String(before.residence_street))).toBeLessThan(text.indexOf('ул. Первопроходцев'));

  await page.reload();
  await soon(() => street(page).inputValue()).toBe('ул. Первопроходцев');
  await page.context().close();
});

test('S001-5.5 a wrong СНИЛС is refused with its reason and place, and nothing typed is lost', async () => {
  const { db } = stage.server;
  const student = students[1] as StudentRow;
  const page = await stage.enter('secretary');
  await openCard(page, 'student', student.id);
  const snils = page.getByRole('textbox', { name: 'СНИЛС' });
  const wrong = '112-233-445 96';
  await street(page).fill('пер. Набранный');
  await snils.fill(wrong);
  await page.keyboard.press('Control+s');

  const summary = page.getByRole('alert').filter({ hasText: 'Исправьте 1 поле' });
  await summary.waitFor();
  await soon(() => summary.evaluate(box => box === document.activeElement)).toBe(true);
  const link = summary.getByRole('link');
  expect(await link.count()).toBe(1);
  expect(await shownText(link)).toMatch(/СНИЛС.*контрольное число/i);
  await link.click();
  await soon(() => snils.evaluate(box => box === document.activeElement)).toBe(true);
  expect(await snils.getAttribute('aria-invalid')).toBe('true');
  expect(await snils.inputValue()).toBe(wrong);
  expect(await street(page).inputValue()).toBe('пер. Набранный');
  expect((await storedRow(db, 'student', student.id)).residence_street).not.toBe('пер. Набранный');

  const right = await aFreeSnils();
  await snils.fill(right);
  await saveByKey(page);
  expect(await summary.count()).toBe(0);
  expect((await storedRow(db, 'person', student.personId)).snils).toBe(right);
  expect((await storedRow(db, 'student', student.id)).residence_street).toBe('пер. Набранный');
  await page.context().close();
});

/** A number that nobody in the region has: eleven digits whose sum is right. */
async function aFreeSnils(): Promise<string> {
  const taken = await stage.server.db.owner<{ snils: string }>(
    'select snils from person where snils is not null',
  );
  const numbers = new Set(taken.map(row => row.snils));
  for (let number = 770_000_001; ; number += 1)
    for (let sum = 0; sum < 100; sum += 1) {
      const digits = `${number}${String(sum).padStart(2, '0')}`;
      if (snilsSumIsRight(digits) && !numbers.has(digits)) return digits;
    }
}

describe('the same', () => {
  test('S003-5.5 by the keyboard alone: from the sign-in to the history', async () => {
    const student = students[2] as StudentRow;
    const page = await stage.browser.aPage({ baseUrl: stage.server.url });
    const { keyboard } = page;
    await page.goto('/');
    await tabTo(page, page.getByLabel('Логин'));
    await keyboard.type('secretary');
    await tabTo(page, page.getByRole('textbox', { name: 'Пароль' }));
    await keyboard.type('kartoteka-demo');
    await keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Обзор' }).waitFor();

    await tabTo(page, page.getByRole('link', { name: 'Обучающиеся', exact: true }));
    await keyboard.press('Enter');
    await tabTo(page, page.getByRole('searchbox', { name: 'Найти в списке' }));
    await keyboard.type(folded(student.firstName));
    const links = page.getByRole('table', { name: 'Обучающиеся' }).getByRole('rowheader').getByRole('link');
    await soon(async () =>
      (await links.allInnerTexts()).every(name => name.includes(student.firstName)),
    ).toBe(true);
    await tabTo(page, links.first());
    const names = await links.allInnerTexts();
    for (let step = 0; step < names.indexOf(student.name); step += 1) await keyboard.press('ArrowDown');
    await keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: student.name }).waitFor();

    await tabTo(page, street(page));
    await keyboard.press('Control+a');
    await keyboard.type('ул. Клавишная');
    await saveByKey(page);
    await tabTo(page, page.getByRole('button', { name: 'Другие действия' }), { back: true });
    await keyboard.press('Enter');
    await tabTo(page, page.getByRole('menuitem', { name: 'История изменений' }), { most: 3 }).catch(() =>
      keyboard.press('ArrowDown'),
    );
    await keyboard.press('Enter');
    await historyEntries(page).filter({ hasText: 'ул. Клавишная' }).first().waitFor();
    await keyboard.press('Escape');
    await soon(() => historyEntries(page).count()).toBe(0);
    expect((await storedRow(stage.server.db, 'student', student.id)).residence_street).toBe('ул. Клавишная');
    await page.context().close();
  });

  test('S003-5.5 on a phone 390 points wide, with nothing to scroll sideways', async () => {
    const student = students[3] as StudentRow;
    const page = await stage.enter('secretary', phone);
    await expectNoSidewaysScroll(page);
    await openSection(page, 'Обучающиеся');
    await searchList(page, folded(student.name), '1 запись');
    await expectNoSidewaysScroll(page);
    await page.getByRole('list', { name: 'Обучающиеся' }).getByRole('link', { name: student.name }).click();
    await page.getByRole('heading', { level: 1, name: student.name }).waitFor();
    await street(page).fill('ул. Карманная');
    await expectNoSidewaysScroll(page);
    await page.getByRole('button', { name: 'Сохранить', exact: true }).click();
    await toast(page, 'Сохранено').waitFor();
    await (await openHistory(page)).filter({ hasText: 'ул. Карманная' }).first().waitFor();
    await expectNoSidewaysScroll(page);
    expect((await storedRow(stage.server.db, 'student', student.id)).residence_street).toBe('ул. Карманная');
    await page.context().close();
  });
});
