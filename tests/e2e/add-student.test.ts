/** Adding a student whose mother is known already: nobody is entered twice. */
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { byKeys, byMouse, type Hand } from './hands.ts';
import { organisationOf, studentsOf } from './people.ts';
import { aStage, expectNoSidewaysScroll, phone, type Stage, shownText, soon } from './steps.ts';

let stage: Stage;
let school: number;

beforeAll(async () => {
  stage = await aStage();
  school = await organisationOf(stage.server.db, 'secretary');
});
afterAll(() => stage?.close());

interface Child {
  lastName: string;
  firstName: string;
  middleName: string;
  birthDate: string;
  sex: string;
}

interface Mother {
  guardianId: string;
  personId: string;
  name: string;
  lastName: string;
  firstName: string;
}

/** A mother of a student of the school whose name nobody else in the region has. */
async function aMother(offset = 0): Promise<Mother> {
  const [mother] = await stage.server.db.owner<Mother & Record<string, unknown>>(
    `select g.id as "guardianId", p.id as "personId", p.last_name as "lastName", p.first_name as "firstName",
       concat_ws(' ', p.last_name, p.first_name, p.middle_name) as name
     from guardian g
     join person p on p.id = g.person_id
     join guardianship k on k.organisation_id = g.organisation_id and k.guardian_id = g.id
     where g.organisation_id = $1 and k.kinship = 'mother' and p.birth_date is not null
       and (select count(*) from person n where n.last_name = p.last_name and n.first_name = p.first_name) = 1
     order by p.last_name, p.first_name, g.id
     offset $2 limit 1`,
    [school, offset],
  );
  if (!mother) throw new Error('no mother');
  return mother;
}

const TABLES = [
  'person',
  'student',
  'guardian',
  'consent',
  'guardianship',
  'movement_line',
  'facet',
] as const;
type Counts = Record<(typeof TABLES)[number], number>;

/** Rows of each table that a new student may touch. */
async function count(): Promise<Counts> {
  const counts = TABLES.map(table => `(select count(*)::int from ${table}) as ${table}`).join(', ');
  const [row] = await stage.server.db.owner<Counts>(`select ${counts}`);
  return row as Counts;
}

const step = (page: Page, title: string): Locator => page.getByRole('region', { name: title, exact: true });

async function fillPerson(scope: Locator, child: Child, hand: Hand): Promise<void> {
  await hand.fill(scope.getByRole('textbox', { name: 'Фамилия' }), child.lastName);
  await hand.fill(scope.getByRole('textbox', { name: 'Имя' }), child.firstName);
  await hand.fill(scope.getByRole('textbox', { name: 'Отчество' }), child.middleName);
  await hand.fill(scope.getByRole('textbox', { name: 'Дата рождения' }), child.birthDate);
  await hand.choose(scope.getByRole('combobox', { name: 'Пол' }), child.sex);
}

/** How a parent comes into the card: the name is as the card will show it. */
interface Parent {
  name: string;
  add: (dialog: Locator, hand: Hand) => Promise<void>;
}

/** Chosen from the search, never entered. */
const known = (mother: Mother): Parent => ({
  name: mother.name,
  add: async (dialog, hand) => {
    await hand.fill(dialog.getByRole('textbox', { name: 'Фамилия' }), mother.lastName);
    await hand.fill(dialog.getByRole('textbox', { name: 'Имя' }), mother.firstName);
    await hand.press(dialog.getByRole('button', { name: 'Найти', exact: true }));
    await hand.press(dialog.getByRole('button', { name: `Выбрать: ${mother.name}` }));
    await hand.choose(dialog.getByRole('combobox', { name: 'Степень родства' }), 'Мать');
    await hand.press(dialog.getByRole('button', { name: 'Добавить', exact: true }));
  },
});

/** Goes through the five steps and saves. */
async function addStudent(page: Page, child: Child, parent: Parent, hand: Hand): Promise<void> {
  const next = () => hand.press(page.getByRole('button', { name: 'Далее', exact: true }));
  await hand.press(page.getByRole('main').getByRole('link', { name: /Добавьте обучающегося/ }));
  const person = step(page, 'Кто это');
  await fillPerson(person, child, hand);
  await hand.press(person.getByRole('button', { name: 'Найти', exact: true }));
  await hand.press(person.getByRole('button', { name: 'Новый человек, продолжить' }));

  const consent = step(page, 'Согласие');
  await hand.fill(consent.getByRole('textbox', { name: '№ согласия' }), 'С-70001');
  await next();
  // Without the day of signing there is no consent and no way on.
  await page.getByRole('link', { name: /Дата подписания/ }).waitFor();
  await hand.fill(consent.getByRole('textbox', { name: 'Дата подписания' }), '02.09.2026');
  await hand.choose(consent.getByRole('combobox', { name: 'Кто подписал' }), 'Законный представитель');
  await hand.fill(consent.getByRole('textbox', { name: 'Ф. И. О. подписавшего' }), parent.name);
  await next();

  await hand.fill(step(page, 'Карточка').getByRole('textbox', { name: '№ личного дела' }), 'НП-1');
  await next();

  await hand.press(step(page, 'Родители').getByRole('button', { name: /^Добавить/ }));
  await parent.add(page.getByRole('dialog', { name: /Родитель/ }), hand);
  await step(page, 'Родители').getByText(parent.name).waitFor();
  await next();

  const group = step(page, 'Класс');
  await hand.choose(group.getByRole('combobox', { name: 'В класс (группу)' }), '3А · 2026/2027');
  await hand.fill(group.getByRole('textbox', { name: 'С какого дня' }), '01.09.2026');
  await hand.fill(group.getByRole('textbox', { name: '№ приказа' }), '12-у');
  await hand.fill(group.getByRole('textbox', { name: 'Дата приказа' }), '28.08.2026');
  await hand.press(page.getByRole('button', { name: 'Сохранить', exact: true }));
}

const childA: Child = {
  lastName: 'Звягинцева',
  firstName: 'Ульяна',
  middleName: 'Петровна',
  birthDate: '05.03.2017',
  sex: 'Женский',
};

test('S003-6.2.3, S001-5.4 a student comes in after a search and a consent, with a mother who is known already', async () => {
  const { db } = stage.server;
  const mother = await aMother();
  const before = await count();
  const page = await stage.enter('secretary');
  await addStudent(page, childA, known(mother), byMouse(page));

  await page.getByRole('heading', { level: 1, name: 'Звягинцева Ульяна Петровна' }).waitFor();
  expect(await count()).toEqual({
    person: before.person + 1,
    student: before.student + 1,
    guardian: before.guardian,
    consent: before.consent + 1,
    guardianship: before.guardianship + 1,
    movement_line: before.movement_line + 1,
    // of the student and of the consent; none for the mother
    facet: before.facet + 2,
  });
  const studies = page.getByRole('region', { name: 'Обучение' });
  await studies.getByRole('link', { name: '3А' }).waitFor();
  const text = await shownText(studies);
  expect(text).toContain('Обучается');
  expect(text).toContain('01.09.2026');
  expect(text).toContain('№ 12-у от 28.08.2026');
  await page.getByRole('region', { name: 'Семья' }).getByRole('link', { name: mother.name }).waitFor();

  const [saved] = await db.owner(
    `select k.guardian_id, k.kinship, c.purpose, c.signed_on::text, c.person_id = s.person_id as own, m.kind
     from student s
     join guardianship k on k.student_id = s.id
     join consent c on c.organisation_id = s.organisation_id and c.person_id = s.person_id
     join movement_line m on m.student_id = s.id
     join person p on p.id = s.person_id
     where p.last_name = $1 and p.first_name = $2 and s.organisation_id = $3`,
    [childA.lastName, childA.firstName, school],
  );
  expect(saved).toEqual({
    guardian_id: mother.guardianId,
    kinship: 'mother',
    purpose: 'education-process',
    signed_on: '2026-09-02',
    own: true,
    kind: 'opening',
  });
  await page.context().close();
});

test('S001-5.4 a mother entered anew brings her own consent, and with it her phone', async () => {
  const name = 'Запискина Таисия';
  const fresh: Parent = {
    name,
    add: async (dialog, hand) => {
      await hand.fill(dialog.getByRole('textbox', { name: 'Фамилия' }), 'Запискина');
      await hand.fill(dialog.getByRole('textbox', { name: 'Имя' }), 'Таисия');
      await hand.press(dialog.getByRole('button', { name: 'Найти', exact: true }));
      await hand.press(dialog.getByRole('button', { name: 'Новый человек, продолжить' }));
      await hand.choose(dialog.getByRole('combobox', { name: 'Степень родства' }), 'Мать');
      await hand.fill(dialog.getByRole('textbox', { name: 'Мобильный телефон' }), '9001234567');
      // A phone is held by consent: without its day the mother is not added.
      const add = dialog.getByRole('button', { name: 'Добавить', exact: true });
      const day = dialog.getByRole('textbox', { name: 'Дата подписания' });
      await hand.press(add);
      await soon(() => day.getAttribute('aria-invalid')).toBe('true');
      await hand.fill(day, '02.09.2026');
      await hand.press(add);
    },
  };
  const before = await count();
  const page = await stage.enter('secretary');
  const child = { ...childA, lastName: 'Запискина', birthDate: '08.06.2017' };
  await addStudent(page, child, fresh, byMouse(page));
  await page.getByRole('heading', { level: 1, name: 'Запискина Ульяна Петровна' }).waitFor();
  const family = page.getByRole('region', { name: 'Семья' });
  await family.getByRole('link', { name }).waitFor();
  await family.getByText('+7 900 123-45-67').waitFor();
  const after = await count();
  expect([after.person - before.person, after.guardian - before.guardian]).toEqual([2, 1]);
  const own = await stage.server.db.owner(
    `select c.purpose, c.signed_by, c.signed_on::text from consent c join person p on p.id = c.person_id
     where p.last_name = 'Запискина' and p.first_name = 'Таисия'`,
  );
  expect(own).toEqual([{ purpose: 'education-process', signed_by: 'self', signed_on: '2026-09-02' }]);
  await page.context().close();
});

test('S003-6.2.3 the same child searched again is offered with the card it has, and no second one is made', async () => {
  const [known] = await studentsOf(stage.server.db, school, { condition: 'p.middle_name is not null' });
  if (!known) throw new Error('no student');
  const before = await count();
  const page = await stage.enter('secretary');
  await page
    .getByRole('main')
    .getByRole('link', { name: /Добавьте обучающегося/ })
    .click();
  const person = step(page, 'Кто это');
  const [year, month, day] = known.birthDate.split('-');
  await fillPerson(
    person,
    {
      lastName: known.lastName.toLowerCase().replaceAll('ё', 'е'),
      firstName: known.firstName,
      middleName: known.name.split(' ')[2] ?? '',
      birthDate: `${day}.${month}.${year}`,
      sex: 'Мужской',
    },
    byMouse(page),
  );
  await person.getByRole('button', { name: 'Найти', exact: true }).click();
  await person.getByRole('status').filter({ hasText: 'Найден 1 похожий человек' }).waitFor();

  // Insisting does not help: who has a card here does not get another.
  await person.getByRole('button', { name: `Открыть карточку: ${known.name}` }).click();
  await page.getByRole('heading', { level: 1, name: known.name }).waitFor();
  expect(new URL(page.url()).pathname).toMatch(new RegExp(`/card/student/${known.id}$`));
  expect(await count()).toEqual(before);
  await page.context().close();
});

test('S003-5.5 a student is added on a phone 390 points wide', async () => {
  const mother = await aMother(1);
  const before = await count();
  const page = await stage.enter('secretary', phone);
  await addStudent(
    page,
    { ...childA, lastName: 'Карманникова', birthDate: '06.04.2017' },
    known(mother),
    byMouse(page),
  );
  await page.getByRole('heading', { level: 1, name: 'Карманникова Ульяна Петровна' }).waitFor();
  await expectNoSidewaysScroll(page);
  const after = await count();
  expect([after.person - before.person, after.guardian - before.guardian]).toEqual([1, 0]);
  await page.context().close();
});

test('S003-5.5 a student is added by the keyboard alone', async () => {
  const mother = await aMother(2);
  const before = await count();
  const page = await stage.enter('secretary');
  const child = { ...childA, lastName: 'Клавишникова', birthDate: '07.05.2017' };
  await addStudent(page, child, known(mother), byKeys(page));
  await page.getByRole('heading', { level: 1, name: 'Клавишникова Ульяна Петровна' }).waitFor();
  await page.getByRole('region', { name: 'Обучение' }).getByRole('link', { name: '3А' }).waitFor();
  const after = await count();
  expect([after.person - before.person, after.guardian - before.guardian]).toEqual([1, 0]);
  await page.context().close();
});
