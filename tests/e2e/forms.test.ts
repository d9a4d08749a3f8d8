/** A coordinator shapes the card of the school in the browser, and the secretary works with it at once. */
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { byKeys } from './hands.ts';
import { paperText } from './papers.ts';
import { organisationOf, type StudentRow, studentsOf } from './people.ts';
import {
  appointmentPath,
  aStage,
  downloaded,
  expectNoSidewaysScroll,
  openCard,
  openHistory,
  openSection,
  phone,
  type Stage,
  saveByKey,
  shownText,
  soon,
  tabTo,
  toast,
} from './steps.ts';

let stage: Stage;
let students: StudentRow[];
let coordinator: Page;
let secretary: Page;

beforeAll(async () => {
  stage = await aStage();
  const { db } = stage.server;
  students = await studentsOf(db, await organisationOf(db, 'secretary'), { limit: 5 });
  expect(students).toHaveLength(5);
  [coordinator, secretary] = await Promise.all([stage.enter('coordinator'), stage.enter('secretary')]);
});
afterAll(() => stage?.close());

const FED = 'Льготное питание';
const MEAL = 'Вид питания';
const MEAL_RENAMED = 'Как питается';
const ASKED = 'Дата заявления на питание';
const SECTION = 'Питание';
const DICTIONARY = 'Виды питания';

const region = (page: Page, name: string): Locator => page.getByRole('region', { name, exact: true });
const outline = (page: Page) => region(page, 'Разделы и поля');
const dialog = (page: Page, name: string) => page.getByRole('dialog', { name });
const option = (page: Page, name: string) => page.getByRole('option', { name, exact: true });
const meal = (index: number) => (index < 3 ? 'Завтрак' : 'Обед');

async function addField(page: Page, title: string, kind: string, dictionary?: string): Promise<void> {
  await outline(page).getByRole('button', { name: 'Поле', exact: true }).click();
  const field = dialog(page, 'Новое поле');
  await field.getByLabel('Название поля').fill(title);
  await field.getByLabel('Что хранит').selectOption({ label: kind });
  if (dictionary) {
    await field.getByRole('combobox', { name: 'Справочник' }).click();
    await option(page, dictionary).click();
  }
  await field.getByLabel('Раздел').selectOption({ label: SECTION });
  await field.getByRole('button', { name: 'Добавить поле' }).click();
  await field.waitFor({ state: 'hidden' });
  await region(page, SECTION).getByRole('button', { name: title, exact: true }).waitFor();
}

async function addRule(page: Page, effect: string, targets: string[]): Promise<void> {
  await region(page, 'Правила').getByRole('button', { name: 'Правило', exact: true }).click();
  const rule = dialog(page, 'Новое правило');
  await rule.getByRole('combobox', { name: 'Если поле' }).click();
  await option(page, FED).click();
  await rule.getByLabel('Что с ним').selectOption({ label: 'отмечено «да»' });
  await rule.getByLabel('То', { exact: true }).selectOption({ label: effect });
  const chosen = rule.getByRole('combobox', { name: 'Какие поля' });
  await chosen.click();
  for (const target of targets) await option(page, target).click();
  await chosen.press('Tab');
  await rule.getByRole('button', { name: 'Добавить правило' }).click();
  await rule.waitFor({ state: 'hidden' });
}

async function publish(page: Page, note: string): Promise<void> {
  await page.getByRole('button', { name: 'Опубликовать', exact: true }).click();
  const publication = dialog(page, 'Опубликовать изменения');
  await publication.getByLabel('Что изменилось').fill(note);
  await publication.getByRole('button', { name: 'Опубликовать', exact: true }).click();
  await publication.waitFor({ state: 'hidden' });
  await page.getByRole('banner').or(page.locator('header')).getByText('действует').first().waitFor();
}

/** Values as they lie in the database, by the titles of the fields when they were made. */
const storedValues = () =>
  stage.server.db.owner<{ ext: Record<string, unknown> }>(
    `select ext from student where id = any($1::uuid[]) order by array_position($1::uuid[], id)`,
    [students.map(({ id }) => id)],
  );

test('S001-П2-1.4 a coordinator makes a dictionary, three fields and a rule, sees them as two roles and publishes', async () => {
  const page = coordinator;
  await openSection(page, 'Формы и справочники');
  await page.getByRole('button', { name: 'Новый справочник' }).click();
  const made = dialog(page, 'Новый справочник');
  await made.getByLabel('Название').fill(DICTIONARY);
  await made.getByLabel('Значения').fill('Завтрак\nОбед\nПолдник');
  await made.getByRole('button', { name: 'Создать' }).click();
  await page.getByRole('heading', { level: 1, name: DICTIONARY }).waitFor();

  await page
    .getByRole('navigation', { name: 'Путь' })
    .or(page.getByRole('main'))
    .getByRole('link', { name: 'Формы и справочники' })
    .first()
    .click();
  await page.getByRole('link', { name: 'Обучающийся', exact: true }).click();
  await outline(page).getByRole('button', { name: 'Раздел', exact: true }).click();
  const naming = dialog(page, 'Название раздела');
  await naming.getByLabel('Название').fill(SECTION);
  await naming.getByRole('button', { name: 'Готово' }).click();
  await addField(page, FED, 'Да или нет');
  await addField(page, MEAL, 'Значение из справочника', DICTIONARY);
  await addField(page, ASKED, 'Дата');
  await addRule(page, 'показать', [MEAL, ASKED]);
  await addRule(page, 'потребовать', [ASKED]);

  const preview = region(page, 'Как это увидит');
  const role = page.getByLabel('Роль для просмотра');
  const box = preview.getByRole('checkbox', { name: FED });
  const date = preview.getByRole('textbox', { name: ASKED });
  await role.selectOption({ label: 'Секретарь' });
  await box.waitFor();
  expect(await date.count()).toBe(0);
  await box.check();
  await date.waitFor();
  await role.selectOption({ label: 'Технический персонал' });
  await soon(() => box.count()).toBe(0);

  await openCard(secretary, 'student', students[0]!.id);
  expect(await region(secretary, SECTION).count(), 'a draft is nobody else’s').toBe(0);
  await publish(page, 'Питание по заявлению');
});

test('S001-П2-1.4 the secretary fills them on five cards at once, and the rule holds', async () => {
  const page = secretary;
  for (const [index, student] of students.entries()) {
    await openCard(page, 'student', student.id);
    const section = region(page, SECTION);
    const date = section.getByRole('textbox', { name: ASKED });
    await section.getByRole('checkbox', { name: FED }).waitFor();
    expect(await date.count()).toBe(0);
    await section.getByRole('checkbox', { name: FED }).check();
    await date.waitFor();
    if (index === 0) {
      await page.keyboard.press('Control+s');
      await page
        .getByRole('main')
        .getByRole('alert')
        .getByRole('link', { name: new RegExp(ASKED) })
        .waitFor();
    }
    await section.getByRole('combobox', { name: MEAL }).selectOption({ label: meal(index) });
    await date.fill(`0${index + 1}.09.2026`);
    await saveByKey(page);
  }
  const values = await storedValues();
  for (const [index, { ext }] of values.entries())
    expect(Object.values(ext)).toEqual(expect.arrayContaining([true, `2026-09-0${index + 1}`]));
});

test('S001-П2-1.4 they are columns, a filter, an export and a report', async () => {
  const page = secretary;
  await openSection(page, 'Обучающиеся');
  await page.getByRole('button', { name: 'Столбцы' }).click();
  const columns = dialog(page, 'Столбцы');
  for (const title of [FED, MEAL, ASKED]) {
    await columns.getByRole('textbox').fill(title);
    await columns.getByRole('checkbox', { name: title }).check();
  }
  await columns.getByRole('button', { name: 'Готово' }).click();
  await page.getByRole('button', { name: /^Все фильтры/ }).click();
  const filters = dialog(page, 'Все фильтры');
  await filters.getByRole('combobox', { name: 'Поле' }).fill(MEAL);
  await option(page, MEAL).click();
  const value = filters.getByRole('combobox', { name: 'Значение' });
  await value.click();
  await option(page, 'Завтрак').click();
  await value.press('Tab');
  await filters.getByRole('button', { name: 'Применить' }).click();
  await page.getByRole('status').filter({ hasText: '3 записи' }).waitFor();
  const table = await shownText(page.getByRole('table', { name: 'Обучающиеся' }));
  for (const text of [FED, MEAL, ASKED, 'Завтрак', '03.09.2026']) expect(table).toContain(text);

  const take = async (item: string) => {
    await page.getByRole('button', { name: 'Выгрузить' }).click();
    return (await downloaded(page, () => page.getByRole('menuitem', { name: item }).click())).bytes;
  };
  const csv = new TextDecoder().decode(await take('Файл CSV'));
  for (const text of [FED, MEAL, ASKED, 'Завтрак', '03.09.2026']) expect(csv).toContain(text);
  // The printed list is a run of a report with the columns and conditions of the screen.
  const paper = (await paperText(await take('Печать (PDF)'))).pages.join(' ').replaceAll(/\s+/g, ' ');
  for (const text of ['Завтрак', '03.09.2026']) expect(paper).toContain(text);
  for (const student of students.slice(0, 3)) expect(paper).toContain(student.lastName);
});

test('S001-П2-1.4 a new title counts everywhere at once', async () => {
  const page = coordinator;
  await outline(page).getByRole('button', { name: MEAL, exact: true }).click();
  await dialog(page, MEAL).getByLabel('Название поля').fill(MEAL_RENAMED);
  await dialog(page, MEAL).getByRole('button', { name: 'Сохранить поле' }).click();
  await outline(page).getByRole('button', { name: MEAL_RENAMED, exact: true }).waitFor();
  await publish(page, 'Понятнее');

  await secretary.reload();
  await secretary.getByRole('columnheader', { name: MEAL_RENAMED }).waitFor();
  await secretary.getByRole('button', { name: 'Выгрузить' }).click();
  const csv = await downloaded(secretary, () =>
    secretary.getByRole('menuitem', { name: 'Файл CSV' }).click(),
  );
  const text = new TextDecoder().decode(csv.bytes);
  expect(text).toContain(MEAL_RENAMED);
  expect(text).not.toContain(MEAL);
  await openCard(secretary, 'student', students[0]!.id);
  await region(secretary, SECTION).getByText(MEAL_RENAMED).first().waitFor();
});

test('S001-П2-1.4 a retired field leaves the form, its values stay and come back with it', async () => {
  const page = coordinator;
  const before = await storedValues();
  await outline(page).getByRole('button', { name: ASKED, exact: true }).click();
  await dialog(page, ASKED).getByRole('button', { name: 'Убрать поле' }).click();
  await region(page, 'Убранные поля').getByRole('button', { name: ASKED }).waitFor();
  await publish(page, 'Заявления больше не нужны');

  await openCard(secretary, 'student', students[0]!.id);
  const section = region(secretary, SECTION);
  await section.getByRole('checkbox', { name: FED }).waitFor();
  expect(await section.getByRole('textbox', { name: ASKED }).count()).toBe(0);
  // A save meanwhile leaves what is out of sight where it is.
  await section.getByRole('combobox', { name: MEAL_RENAMED }).selectOption({ label: 'Полдник' });
  await saveByKey(secretary);
  expect(await storedValues()).toEqual(
    before.map(({ ext }, index) => ({
      ext:
        index === 0
          ? Object.fromEntries(
              Object.entries(ext).map(([id, value]) => [
                id,
                typeof value === 'string' && value.startsWith('c_') ? expect.any(String) : value,
              ]),
            )
          : ext,
    })),
  );

  await region(page, 'Убранные поля').getByRole('button', { name: ASKED }).click();
  await dialog(page, ASKED).getByRole('button', { name: 'Вернуть поле' }).click();
  await outline(page).getByRole('button', { name: ASKED, exact: true }).waitFor();
  await publish(page, 'Всё же нужны');
  await openCard(secretary, 'student', students[0]!.id);
  await soon(() => section.getByRole('textbox', { name: ASKED }).inputValue()).toBe('01.09.2026');
  const entries = await openHistory(secretary);
  await soon(async () => (await entries.allInnerTexts()).join(' ')).toContain('01.09.2026');
});

test('every publication is a version that says who, when and why', async () => {
  await coordinator.getByRole('button', { name: 'Версии' }).click();
  const versions = dialog(coordinator, 'Версии').getByRole('listitem');
  await versions.nth(3).waitFor();
  const told = await versions.allInnerTexts();
  const notes = ['Всё же нужны', 'Заявления больше не нужны', 'Понятнее', 'Питание по заявлению'];
  for (const [index, note] of notes.entries()) expect(told[index]).toContain(note);
  expect(told[0]).toContain('действует');
  await coordinator.keyboard.press('Escape');
});

test('the constructor is usable at 390 points and by the keyboard alone', async () => {
  const page = await stage.enter('coordinator', phone);
  const hand = byKeys(page);
  await page.goto(`${appointmentPath(page)}/forms`);
  await page.getByRole('button', { name: 'Новый справочник' }).waitFor();
  await expectNoSidewaysScroll(page);
  await page.goto(`${appointmentPath(page)}/forms/student`);
  await outline(page).waitFor();
  await expectNoSidewaysScroll(page);
  await hand.press(outline(page).getByRole('button', { name: 'Поле', exact: true }));
  const field = dialog(page, 'Новое поле');
  await hand.fill(field.getByLabel('Название поля'), 'Номер шкафа');
  await expectNoSidewaysScroll(page);
  await hand.press(field.getByRole('button', { name: 'Добавить поле' }));
  await field.waitFor({ state: 'hidden' });
  const up = outline(page).getByRole('button', { name: 'Выше: Номер шкафа' });
  await tabTo(page, up, { most: 400 });
  await page.keyboard.press('Enter');
  await page.getByText('черновик').first().waitFor();
  await page.context().close();
});
