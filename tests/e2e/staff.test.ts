/** HR's day: hire, fill in, attach, print; a teacher's own portfolio; what technical staff see. */
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { paperText } from './papers.ts';
import { organisationOf } from './people.ts';
import {
  aStage,
  downloaded,
  expectNoSidewaysScroll,
  openSection,
  phone,
  type Stage,
  saveByKey,
  searchList,
  soon,
  toast,
} from './steps.ts';

let stage: Stage;
let school: number;

beforeAll(async () => {
  stage = await aStage();
  school = await organisationOf(stage.server.db, 'hr');
});
afterAll(() => stage?.close());

const region = (page: Page, name: string): Locator => page.getByRole('region', { name, exact: true });
const next = (page: Page) => page.getByRole('button', { name: 'Далее', exact: true }).click();
const NAME = 'Журавлёва Вера Андреевна';
const pdf = {
  name: 'конспект.pdf',
  mimeType: 'application/pdf',
  buffer: Buffer.from('%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n'),
};

async function choose(page: Page, box: Locator, option: string): Promise<void> {
  if (await box.evaluate(element => element instanceof HTMLSelectElement)) {
    await box.selectOption({ label: option });
    return;
  }
  await box.click();
  await page.keyboard.type(option.slice(0, 8));
  await page.getByRole('option', { name: option, exact: true }).click();
}

/** Adds a row by the dialog that wide rows are edited in. */
async function addRow(page: Page, section: string, fill: (dialog: Locator) => Promise<void>): Promise<void> {
  await region(page, section)
    .getByRole('button', { name: /^Добавить/ })
    .click();
  const dialog = page.getByRole('dialog');
  await fill(dialog);
  await dialog.getByRole('button', { name: 'Готово', exact: true }).click();
  await dialog.waitFor({ state: 'hidden' });
}

const staffOf = async (lastName: string) => {
  const [row] = await stage.server.db.owner<{
    id: string;
    main_position: string;
    status: string;
    hire_order_number: string;
  }>(
    `select s.id, s.main_position, s.status, s.hire_order_number from staff_member s join person p on p.id = s.person_id
      where s.organisation_id = $1 and p.last_name = $2`,
    [school, lastName],
  );
  return row;
};

test('S003-5.6 HR hires by an order, and post, status and number of the order stand in the card', async () => {
  const page = await stage.enter('hr');
  await page
    .getByRole('main')
    .getByRole('link', { name: /Примите сотрудника/ })
    .click();
  const person = region(page, 'Кто это');
  await person.getByRole('textbox', { name: 'Фамилия' }).fill('Журавлёва');
  await person.getByRole('textbox', { name: 'Имя' }).fill('Вера');
  await person.getByRole('textbox', { name: 'Отчество' }).fill('Андреевна');
  await person.getByRole('textbox', { name: 'Дата рождения' }).fill('14.03.1988');
  await choose(page, person.getByRole('combobox', { name: 'Пол' }), 'Женский');
  await person.getByRole('button', { name: 'Найти', exact: true }).click();
  await person.getByRole('button', { name: 'Новый человек, продолжить' }).click();

  const order = region(page, 'Приказ о приёме');
  await order.getByRole('textbox', { name: '№ приказа' }).fill('77-к');
  await order.getByRole('textbox', { name: 'Дата приказа' }).fill('18.11.2026');
  await next(page);
  await page.getByRole('link', { name: /С какого дня/ }).waitFor();
  await order.getByRole('textbox', { name: 'С какого дня' }).fill('20.11.2026');
  await choose(page, order.getByRole('combobox', { name: 'Должность' }), 'Учитель');
  await choose(page, order.getByRole('combobox', { name: 'Вид занятости' }), 'Основное место работы');
  await next(page);
  await region(page, 'Согласие').getByRole('textbox', { name: 'Дата подписания' }).fill('18.11.2026');
  await next(page);
  await region(page, 'Личная карточка').getByRole('textbox', { name: 'ИНН' }).fill('230112345600');
  await next(page);
  await page.getByRole('button', { name: 'Сохранить', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: NAME }).waitFor();
  expect(await staffOf('Журавлёва')).toMatchObject({
    main_position: 'uchitel',
    status: 'active',
    hire_order_number: '77-к',
  });
  const post = region(page, 'Должность');
  await post.getByText('Учитель', { exact: true }).waitFor();
  await post.getByText('77-к', { exact: true }).waitFor();
  await page.context().close();
});

test('S001-П1-1.1-ПР, S001-П2-2.1.8 HR fills in the card, adds education, a course and a work with its file, and prints the card', async () => {
  const page = await stage.enter('hr');
  await openSection(page, 'Сотрудники');
  await searchList(page, 'журавлева', '1 запись');
  await page.getByRole('table', { name: 'Сотрудники' }).getByRole('link', { name: NAME }).click();
  await page.getByRole('heading', { level: 1, name: NAME }).waitFor();

  const teaching = region(page, 'Учебная деятельность и стаж');
  await teaching.getByRole('textbox', { name: /Общий стаж/ }).fill('01.09.2010');
  await region(page, 'Связь')
    .getByRole('textbox', { name: 'Адрес электронной почты' })
    .fill('zhuravleva@example.ru');
  await addRow(page, 'Образование', async dialog => {
    await choose(page, dialog.getByRole('combobox', { name: 'Образование' }), 'Высшее - бакалавриат');
    await dialog
      .getByRole('textbox', { name: 'Учебное заведение' })
      .fill('Приозёрский педагогический университет');
    await dialog.getByRole('textbox', { name: 'Специальность по диплому' }).fill('География');
  });
  await addRow(page, 'Повышение квалификации', async dialog => {
    await dialog.getByRole('textbox', { name: 'Тема' }).fill('Карта на уроке');
    await dialog.getByRole('textbox', { name: 'Окончание' }).fill('12.03.2026');
  });
  await addRow(page, 'Методические работы, проекты, публикации', async dialog => {
    await choose(page, dialog.getByRole('combobox', { name: 'Вид', exact: true }), 'Методическая разработка');
    await dialog.getByRole('textbox', { name: 'Название' }).fill('Контурные карты края');
  });
  await saveByKey(page);
  const { id = '' } = (await staffOf('Журавлёва')) ?? {};
  const count = (table: string) =>
    stage.server.db.owner<{ n: number }>(`select count(*)::int as n from ${table} where staff_id = $1`, [id]);
  for (const table of ['education_record', 'training_course', 'portfolio_item'])
    expect(await count(table), table).toEqual([{ n: 1 }]);

  // The saved row leads to its own card, where the files are.
  await page.reload();
  await region(page, 'Методические работы, проекты, публикации')
    .getByRole('link', { name: /^Открыть карточку/ })
    .click();
  await page.getByRole('heading', { level: 1, name: 'Контурные карты края' }).waitFor();
  const files = region(page, 'Файлы');
  await files.locator('input[type=file]').setInputFiles(pdf);
  await files.getByRole('button', { name: 'конспект.pdf', exact: true }).waitFor();
  await files.locator('input[type=file]').setInputFiles({
    name: 'программа.exe',
    mimeType: 'application/octet-stream',
    buffer: Buffer.from([0x4d, 0x5a, 0, 1, 2]),
  });
  await files
    .getByRole('alert')
    .getByText(/Принимаются PDF/)
    .waitFor();
  await files.getByRole('button', { name: 'Убрать «программа.exe» из списка' }).click();
  const got = await downloaded(page, () =>
    files.getByRole('button', { name: 'конспект.pdf', exact: true }).click(),
  );
  expect(got.name).toBe('конспект.pdf');
  expect(Buffer.from(got.bytes).equals(pdf.buffer)).toBe(true);

  await page.goBack();
  await page.getByRole('heading', { level: 1, name: NAME }).waitFor();
  await page.getByRole('button', { name: 'Печать' }).click();
  const item = page.getByRole('menuitem', { name: 'Личная карточка сотрудника' });
  const paper = await downloaded(page, () => item.click());
  const { pages } = await paperText(paper.bytes);
  const text = pages.join(' ');
  for (const said of [
    'ЛИЧНАЯ КАРТОЧКА СОТРУДНИКА',
    'Журавлёва',
    '77-к',
    'География',
    'Карта на уроке',
    'Исполнитель',
  ])
    expect(text).toContain(said);
  await page.context().close();
});

test('files can be dropped on the card and taken away again', async () => {
  const page = await stage.enter('hr');
  const { id = '' } = (await staffOf('Журавлёва')) ?? {};
  await page.goto(`${new URL(page.url()).pathname.split('/').slice(0, 3).join('/')}/card/staff-member/${id}`);
  const files = region(page, 'Файлы');
  await files.getByText('Файлов пока нет: добавьте скан документа.').waitFor();
  const data = await page.evaluateHandle(() => {
    const transfer = new DataTransfer();
    transfer.items.add(new File(['Приказ подписан'], 'приказ.txt', { type: 'text/plain' }));
    return transfer;
  });
  await files.dispatchEvent('dragover', { dataTransfer: data });
  await files.dispatchEvent('drop', { dataTransfer: data });
  await files.getByRole('button', { name: 'приказ.txt', exact: true }).waitFor();
  await files.getByRole('button', { name: 'Удалить файл «приказ.txt»' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Удалить файл' }).click();
  await files.getByText('Файлов пока нет: добавьте скан документа.').waitFor();
  await page.context().close();
});

test('S003-5.9 a teacher keeps the own portfolio on a phone, and changes nothing else', async () => {
  const page = await stage.enter('teacher', phone);
  await page
    .getByRole('main')
    .getByRole('link', { name: /Ведите своё портфолио/ })
    .click();
  const works = region(page, 'Методические работы, проекты, публикации');
  await works.waitFor();
  await expectNoSidewaysScroll(page);
  expect(await page.getByRole('textbox', { name: 'Рабочий телефон' }).count()).toBe(0);
  expect(
    await region(page, 'Образование')
      .getByRole('button', { name: /^Добавить/ })
      .count(),
  ).toBe(0);
  await addRow(page, 'Методические работы, проекты, публикации', async dialog => {
    await choose(page, dialog.getByRole('combobox', { name: 'Вид', exact: true }), 'Публикация');
    await dialog.getByRole('textbox', { name: 'Название' }).fill('Заметки о дробях');
  });
  await page.getByRole('button', { name: 'Сохранить', exact: true }).click();
  await toast(page, 'Сохранено').waitFor();
  await soon(
    async () =>
      (await stage.server.db.owner(`select 1 from portfolio_item where title = 'Заметки о дробях'`)).length,
  ).toBe(1);
  await page.context().close();
});

test('S003-5.11 technical staff see who works here: names, posts, work phones', async () => {
  const page = await stage.enter('technical');
  await openSection(page, 'Сотрудники');
  await searchList(page, 'журавлева', '1 запись');
  await page.getByRole('table', { name: 'Сотрудники' }).getByRole('link', { name: NAME }).click();
  await page.getByRole('heading', { level: 1, name: NAME }).waitFor();
  await region(page, 'Должность').getByText('Учитель', { exact: true }).waitFor();
  expect(await page.getByText('zhuravleva@example.ru').count()).toBe(0);
  expect(await page.getByRole('button', { name: 'Сохранить', exact: true }).count()).toBe(0);
  await page.context().close();
});

test('«Что истекает» is on the overview of HR and opens its list', async () => {
  const page = await stage.enter('hr');
  await page.getByRole('link', { name: /У сотрудников истекают сроки: \d+/ }).click();
  await page.getByRole('heading', { level: 1, name: 'Что истекает' }).waitFor();
  const table = page.getByRole('table', { name: 'Что истекает' });
  await table
    .getByText(/срочный договор|категория|медосмотр|курсы/)
    .nth(1)
    .waitFor();
  await page.context().close();
});
