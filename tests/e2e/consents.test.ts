/** A consent taken back and given anew: what is held by it vanishes for everybody and returns; who saw, an extract. */
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { showFormat } from '../../core/formats/formats.ts';
import { paperText } from './papers.ts';
import { surnameOf } from './people.ts';
import {
  aStage,
  downloaded,
  openCard,
  openSection,
  type Stage,
  saveByKey,
  searchList,
  shownText,
  soon,
} from './steps.ts';

const PURPOSE = 'Ведение электронного журнала, дневника, личного дела';

interface Pupil {
  id: string;
  name: string;
  /** As it stands in the database: digits alone. */
  phone: string;
}

let stage: Stage;
let pupils: Pupil[];

beforeAll(async () => {
  stage = await aStage();
  const teacher = await stage.server.signIn('class-teacher');
  const seen = await teacher.post<{ items: { id: string }[] }>('/api/records/student/query', { limit: 50 });
  pupils = await stage.server.db.owner<Pupil & Record<string, unknown>>(
    `select s.id, s.home_phone as phone, concat_ws(' ', p.last_name, p.first_name, p.middle_name) as name
     from student s join person p on p.id = s.person_id
     where s.id = any ($1::uuid[]) and s.home_phone is not null and s.consents ? 'education-process'
     order by s.id limit 2`,
    [seen.body.items.map(item => item.id)],
  );
  expect(pupils).toHaveLength(2);
});
afterAll(() => stage?.close());

const phoneBox = (page: Page) =>
  page.getByRole('region', { name: 'Контакты' }).getByRole('textbox', { name: 'Домашний телефон' });
const notice = (page: Page) =>
  page.getByRole('region', { name: 'Контакты' }).getByText(`Нет согласия: «${PURPOSE}»`);
const consents = (page: Page): Locator => page.getByRole('region', { name: 'Согласия', exact: true });

/** What the cell «Домашний телефон» of the pupil's row comes to say. */
async function expectInList(page: Page, pupil: Pupil, phone: string): Promise<void> {
  await openSection(page, 'Обучающиеся');
  await searchList(page, pupil.name, '1 запись');
  const table = page.getByRole('table', { name: 'Обучающиеся' });
  await table.getByRole('link', { name: pupil.name }).waitFor();
  const heads = await table.getByRole('columnheader').allInnerTexts();
  const column = heads.findIndex(head => head.includes('Домашний телефон'));
  const cell = table.getByRole('row').nth(1).locator('th, td').nth(column);
  await soon(async () => (await shownText(cell)).trim()).toBe(phone);
}

test('S001-5.4, AU4 a withdrawn consent takes the phone from the class teacher’s card and list, a new one brings it back', async () => {
  const [pupil] = pupils as [Pupil];
  const shown = showFormat('phone-ru', pupil.phone);
  const [teacher, secretary] = [await stage.enter('class-teacher'), await stage.enter('secretary')];
  await expectInList(teacher, pupil, shown);
  await openCard(teacher, 'student', pupil.id);
  expect(await phoneBox(teacher).inputValue()).toBe(shown);

  await openCard(secretary, 'student', pupil.id);
  const given = consents(secretary).getByRole('group').filter({ hasText: PURPOSE }).last();
  await given.getByRole('button', { name: /^Изменить/ }).click();
  const dialog = secretary.getByRole('dialog', { name: 'Согласия' });
  await dialog.getByRole('textbox', { name: 'Отозвано' }).fill('20.11.2026');
  await dialog.getByRole('textbox', { name: 'Причина отзыва' }).fill('Заявление родителя');
  await dialog.getByRole('button', { name: 'Готово' }).click();
  await saveByKey(secretary);
  await notice(secretary).waitFor();
  expect(await phoneBox(secretary).count()).toBe(0);

  await expectInList(teacher, pupil, '');
  await openCard(teacher, 'student', pupil.id);
  await notice(teacher).waitFor();
  expect(await phoneBox(teacher).count()).toBe(0);
  const [held] = await stage.server.db.owner('select home_phone from student where id = $1', [pupil.id]);
  expect(held?.home_phone).toBe(pupil.phone);

  const region = secretary.getByRole('region', { name: 'Контакты' });
  await region.getByRole('button', { name: 'К согласиям' }).click();
  await soon(() => consents(secretary).evaluate(part => part.contains(document.activeElement))).toBe(true);
  await consents(secretary)
    .getByRole('button', { name: /^Добавить/ })
    .click();
  await dialog.getByRole('combobox', { name: 'Цель обработки' }).selectOption({ label: PURPOSE });
  await dialog.getByRole('textbox', { name: 'Дата подписания' }).fill('21.11.2026');
  await dialog.getByRole('button', { name: 'Готово' }).click();
  await saveByKey(secretary);
  await soon(() => phoneBox(secretary).inputValue()).toBe(shown);
  expect(await notice(secretary).count()).toBe(0);

  await expectInList(teacher, pupil, shown);
  await openCard(teacher, 'student', pupil.id);
  expect(await phoneBox(teacher).inputValue()).toBe(shown);
  await Promise.all([teacher.context().close(), secretary.context().close()]);
});

test('AU1, AU5 the director sees who has opened a card, and takes an extract of all that is held', async () => {
  const pupil = pupils[1] as Pupil;
  const teacher = await stage.enter('class-teacher');
  await openCard(teacher, 'student', pupil.id);
  await teacher.context().close();

  const page = await stage.enter('director');
  await openCard(page, 'student', pupil.id);
  await page.getByRole('button', { name: 'Другие действия' }).click();
  await page.getByRole('menuitem', { name: 'Кто видел карточку' }).click();
  const log = page.getByRole('dialog', { name: 'Кто видел карточку' });
  const surname = await surnameOf(stage.server.db, 'class-teacher');
  const entry = log.getByRole('listitem').filter({ hasText: surname }).first();
  await entry.filter({ hasText: 'Классный руководитель' }).filter({ hasText: 'Открыта карточка' }).waitFor();
  await page.keyboard.press('Escape');
  await log.waitFor({ state: 'hidden' });

  await page.getByRole('button', { name: 'Другие действия' }).click();
  const item = page.getByRole('menuitem', { name: 'Выписка обо всех данных (PDF)' });
  const file = await downloaded(page, () => item.click());
  expect(file.name).toMatch(/\.pdf$/);
  const text = (await paperText(file.bytes)).pages.join(' ');
  expect(text).toContain(pupil.name);
  expect(text).toContain(PURPOSE);
  expect(text).toContain(surname);
  await page.context().close();
});
