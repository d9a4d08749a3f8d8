/**
 * What each role of the school finds on the screens. The table is written by hand from the regulations; nothing of it
 * is read from the grants. Every field by every way of the API is proved in tests/roles.
 */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { demoDay } from '../support/database.ts';
import { organisationOf, type StudentRow, studentsOf } from './people.ts';
import {
  appointmentPath,
  aStage,
  historyEntries,
  openHistory,
  openSection,
  type Stage,
  saveByKey,
  soon,
} from './steps.ts';

interface Screens {
  clause: string;
  /** Sections of the side panel that are there, and that are not. */
  menu: { has: string[]; never: string[] };
  /** Whose cards: of the whole school, of the own class, of the own child, the own one, or nobody's. */
  rows: 'school' | 'class' | 'child' | 'self' | 'none';
  /** Of the list, as it opens. */
  columns?: string[];
  /** Of a student's card: its sections, and those in which something may be changed. */
  sections?: string[];
  open?: string[];
  /** «№ личного дела», a field that half of the roles may not see, in the history. */
  fileNumber?: boolean;
  exports?: boolean;
  reports: { has: string[]; never: string[] } | 'none';
}

const SUPPORT = 'ОВЗ, инвалидность, программа обучения';
const LIST = [
  'Фамилия, имя, отчество',
  'Дата рождения',
  'Класс (группа)',
  'Статус',
  '№ личного дела',
  'Домашний телефон',
];
const KEPT = ['Личные данные', 'Обучение', 'Документ', 'Контакты', 'Адреса', 'Здоровье'];
const ABOUT_STUDENTS = ['Общие сведения об обучающихся', 'Контроль заполнения данных по учащимся'];
const ABOUT_STAFF = ['Личное дело сотрудника', 'Что истекает'];
const OFFICE = ['Двойники', 'Пользователи и назначения', 'Формы и справочники', 'Модули'];

const expected: Record<string, Screens> = {
  secretary: {
    clause: 'S003-5.5',
    menu: {
      has: ['Обучающиеся', 'Родители', 'Согласия', 'Движение', 'Карточка организации', 'Отчёты'],
      never: ['Формы и справочники', 'Модули'],
    },
    rows: 'school',
    columns: LIST,
    sections: [...KEPT, 'Семья', 'Согласия', 'Достижения', 'Дополнительная информация'],
    open: [...KEPT, 'Семья', 'Согласия', 'Дополнительная информация'],
    fileNumber: true,
    exports: true,
    reports: { has: ABOUT_STUDENTS, never: ABOUT_STAFF },
  },
  hr: {
    clause: 'S003-5.6',
    menu: {
      has: ['Сотрудники', 'Кадровые приказы', 'Согласия', 'Отчёты'],
      never: ['Обучающиеся', 'Родители', 'Движение', 'Достижения'],
    },
    rows: 'none',
    reports: { has: ABOUT_STAFF, never: ABOUT_STUDENTS },
  },
  'class-teacher': {
    clause: 'S003-5.8',
    menu: { has: ['Обучающиеся', 'Родители', 'Достижения'], never: ['Согласия', 'Двойники', 'Модули'] },
    rows: 'class',
    columns: LIST,
    sections: [...KEPT, SUPPORT, 'Семья', 'Достижения', 'Дополнительная информация', 'Психолог'],
    open: [...KEPT.slice(1), SUPPORT, 'Семья', 'Достижения', 'Дополнительная информация'],
    fileNumber: true,
    exports: true,
    reports: { has: ABOUT_STUDENTS, never: ABOUT_STAFF },
  },
  psychologist: {
    clause: 'S003-5.10',
    menu: { has: ['Обучающиеся'], never: ['Родители', 'Согласия', 'Достижения', 'Движение', ...OFFICE] },
    rows: 'school',
    columns: ['Фамилия, имя, отчество', 'Дата рождения', 'Класс (группа)', 'Статус'],
    sections: ['Личные данные', 'Обучение', 'Психолог'],
    open: ['Психолог'],
    fileNumber: false,
    reports: 'none',
  },
  'deputy-prevention': {
    clause: 'S003-5.7e',
    menu: { has: ['Обучающиеся', 'Родители'], never: ['Согласия', 'Достижения', 'Движение', ...OFFICE] },
    rows: 'school',
    columns: ['Фамилия, имя, отчество', 'Дата рождения', 'Класс (группа)', 'Статус', 'Домашний телефон'],
    sections: ['Личные данные', 'Обучение', 'Контакты', 'Адреса', 'Семья', 'Девиантное поведение'],
    open: ['Девиантное поведение'],
    fileNumber: false,
    reports: 'none',
  },
  technical: {
    clause: 'S003-5.11',
    menu: {
      has: ['Сотрудники', 'Обучающиеся'],
      never: ['Родители', 'Согласия', 'Достижения', 'Движение', ...OFFICE],
    },
    rows: 'school',
    columns: ['Фамилия, имя, отчество', 'Класс (группа)', 'Статус'],
    sections: ['Личные данные', 'Обучение'],
    open: [],
    fileNumber: false,
    exports: false,
    reports: 'none',
  },
  parent: {
    clause: 'S004-4.5',
    menu: { has: ['Обучающиеся', 'Согласия'], never: ['Движение', 'Кадровые приказы', ...OFFICE] },
    rows: 'child',
    columns: LIST,
    sections: [...KEPT, SUPPORT, 'Семья', 'Согласия', 'Достижения'],
    open: [],
    fileNumber: true,
    exports: false,
    reports: 'none',
  },
  student: {
    clause: 'S003-5.12',
    menu: { has: ['Обучающиеся', 'Достижения'], never: ['Родители', 'Кадровые приказы', ...OFFICE] },
    rows: 'self',
    columns: LIST,
    sections: [...KEPT, 'Семья', 'Согласия', 'Достижения'],
    open: ['Достижения'],
    fileNumber: true,
    exports: false,
    reports: 'none',
  },
};

/** SQL about `s`, the student's card, for the person behind a sign-in. */
const behind = (login: string) => `(select u.person_id from app_user u where u.login = '${login}')`;
const ROWS = {
  school: 'true',
  class: `s.current_group_id in (select c.id from study_group c join staff_member m
    on m.organisation_id = c.organisation_id and m.id = c.class_teacher_id where m.person_id = ${behind('class-teacher')})`,
  child: `exists (select from guardianship gs join guardian gu on gu.organisation_id = gs.organisation_id
    and gu.id = gs.guardian_id where gs.student_id = s.id and gu.person_id = ${behind('parent')})`,
  self: `s.person_id = ${behind('student')}`,
};
/** All purposes that fields of the card are held by. */
const CONSENTED = `not exists (select from unnest(array['education-process', 'health-data']) as asked(code)
  where not exists (select from consent c where c.organisation_id = s.organisation_id and c.person_id = s.person_id
    and c.purpose = asked.code and c.withdrawn_on is null and coalesce(c.valid_until, 'infinity') > '${demoDay}'))`;
/** Parts that the levels of management have added stand under rights of their own (tests/e2e/forms.test.ts). */
const OF_LEVELS = ['Подвоз', 'Дополнительные поля'];

let stage: Stage;
const cards = {} as Record<keyof typeof ROWS, StudentRow>;
let stranger: StudentRow;

beforeAll(async () => {
  stage = await aStage();
  const { db } = stage.server;
  const school = await organisationOf(db, 'secretary');
  for (const rows of ['class', 'child', 'self'] as const) {
    const [first] = await studentsOf(db, school, {
      condition: rows === 'class' ? `${ROWS.class} and ${CONSENTED}` : ROWS[rows],
    });
    if (!first) throw new Error(`nobody of ${rows}`);
    cards[rows] = first;
  }
  cards.school = cards.class;
  const own = [ROWS.class, ROWS.child, ROWS.self].map(rows => `not (${rows})`).join(' and ');
  [stranger] = (await studentsOf(db, school, { condition: own })) as [StudentRow];
  // Something in every history: a field that all may see, and one that some may not.
  const director = await stage.server.signIn('director');
  for (const { id } of Object.values(cards)) {
    const card = await director.get<{ version: string; shift?: string }>(`/api/records/student/${id}`);
    const patch = { shift: card.body.shift === '2' ? '1' : '2', personalFileNumber: `И-${id.slice(-6)}` };
    const changed = await director.patch(`/api/records/student/${id}`, patch, card.body.version);
    if (changed.status !== 200 && id !== cards.school.id) throw new Error(changed.text);
  }
});
afterAll(() => stage?.close());

const sidePanel = (page: Page) => page.getByRole('navigation', { name: 'Разделы', exact: true });

/** Titles of the card's sections, and of those in which something may be typed, ticked or added. */
async function sectionsOf(page: Page): Promise<{ all: string[]; open: string[] }> {
  const found = await page
    .getByRole('main')
    .locator('section[aria-labelledby^="card-section-"]')
    .evaluateAll(sections =>
      sections.map(section => ({
        title: section.querySelector('h2')?.textContent ?? '',
        open:
          section.querySelector('input:not([disabled]), select:not([disabled]), textarea:not([disabled])') !==
            null ||
          [...section.querySelectorAll('button')].some(button => button.textContent?.startsWith('Добавить')),
      })),
    );
  const kept = found.filter(({ title }) => !OF_LEVELS.includes(title));
  return {
    all: kept.map(({ title }) => title),
    open: kept.filter(({ open }) => open).map(({ title }) => title),
  };
}

/** Names of the students that Ctrl K finds. */
async function foundByName(page: Page, { lastName, name }: StudentRow): Promise<boolean> {
  await page.keyboard.press('Control+k');
  const palette = page.getByRole('dialog', { name: 'Поиск и команды' });
  const answered = page.waitForResponse(answer => answer.url().endsWith('/api/search'));
  await palette.getByRole('combobox').fill(lastName);
  await answered;
  await palette.getByText('Ищем…').waitFor({ state: 'hidden' });
  const found = await palette.getByRole('option').filter({ hasText: name }).count();
  await page.keyboard.press('Escape');
  await palette.waitFor({ state: 'hidden' });
  return found > 0;
}

for (const [login, screens] of Object.entries(expected))
  describe(login, () => {
    const { clause, rows } = screens;

    test(`${clause} ${login}: menu, list, card, search, reports, export and history are those of the role`, async () => {
      const page = await stage.enter(login);
      const menu = (await sidePanel(page).getByRole('link').allInnerTexts()).map(text => text.split('\n')[0]);
      expect(menu).toEqual(expect.arrayContaining(screens.menu.has));
      for (const section of screens.menu.never) expect(menu).not.toContain(section);

      const card = rows === 'none' ? undefined : cards[rows];
      expect(await foundByName(page, card ?? cards.school), 'search').toBe(card !== undefined);
      expect(await foundByName(page, stranger), 'search for a stranger').toBe(rows === 'school');

      await page.goto(`${appointmentPath(page)}/reports`);
      const reports = page.getByRole('main').getByRole('link');
      if (screens.reports === 'none') {
        await page.getByRole('main').getByRole('heading', { level: 2 }).first().waitFor();
        expect(await reports.count()).toBe(0);
      } else {
        await reports.first().waitFor();
        const titles = (await reports.allInnerTexts()).map(text => text.split('\n')[0]);
        expect(titles).toEqual(expect.arrayContaining(screens.reports.has));
        for (const title of screens.reports.never) expect(titles).not.toContain(title);
      }

      if (card) await seesCards(page, screens, card);
      await page.context().close();
    });
  });

test('S003-5.10 the psychologist writes a characteristic in the card of the student, and changes nothing else', async () => {
  const page = await stage.enter('psychologist');
  await page.goto(`${appointmentPath(page)}/card/student/${cards.school.id}`);
  await page
    .getByRole('region', { name: 'Психолог' })
    .getByRole('button', { name: /^Добавить/ })
    .click();
  const note = page.getByRole('dialog');
  const kind = note.getByRole('combobox', { name: 'Вид', exact: true });
  await kind.selectOption({ index: 1 });
  await note.getByRole('textbox', { name: 'Дата', exact: true }).fill('20.11.2026');
  await note.getByRole('textbox', { name: 'Характеристика', exact: true }).fill('Внимателен и спокоен.');
  await note.getByRole('button', { name: 'Готово', exact: true }).click();
  await note.waitFor({ state: 'hidden' });
  await saveByKey(page);
  const notes = await stage.server.db.owner(
    `select 1 from psychologist_note where student_id = $1 and conclusion = 'Внимателен и спокоен.'`,
    [cards.school.id],
  );
  expect(notes).toHaveLength(1);
  await page.context().close();
});

type Hold = 'changes' | 'reads' | 'nothing';

/** Files of a consent and of a card of the staff, by clause: whose they are, and what the role does with them. */
const FILES: [clause: string, login: string, card: 'family consent' | 'own consent' | 'staff', Hold][] = [
  ['S003-8.6', 'secretary', 'family consent', 'changes'],
  ['S003-8.6', 'hr', 'family consent', 'nothing'],
  ['S003-5.8', 'class-teacher', 'family consent', 'nothing'],
  ['S003-5.10', 'psychologist', 'family consent', 'nothing'],
  ['S003-5.7e', 'deputy-prevention', 'family consent', 'nothing'],
  ['S003-5.11', 'technical', 'family consent', 'nothing'],
  ['S004-4.5', 'parent', 'own consent', 'reads'],
  ['S003-5.12', 'student', 'own consent', 'reads'],
  ['S003-5.6', 'hr', 'staff', 'changes'],
  ['S003-5.5', 'secretary', 'staff', 'nothing'],
  ['S003-5.11', 'technical', 'staff', 'nothing'],
  ['S003-5.12', 'student', 'staff', 'nothing'],
];

describe('files', () => {
  const found = async (sql: string) => (await stage.server.db.owner<{ id: string }>(sql))[0]?.id;
  const consentOf = (person: string) =>
    found(
      `select id from consent where person_id = (${person}) and withdrawn_on is null order by id limit 1`,
    );
  const idOf = {
    'family consent': () => consentOf(`select person_id from student where id = '${cards.class.id}'`),
    'own consent': (login: string) => consentOf(`select ${behind(login)}`),
    staff: (login: string) =>
      found(`select m.id from staff_member m where m.organisation_id = (select organisation_id from student
        where id = '${cards.class.id}') and m.status = 'active' and m.person_id <> ${behind(login)} order by m.id limit 1`),
  };

  test.each(FILES)(
    '%s %s: of the %s changes, reads or sees none of the files: %s',
    async (_, login, card, hold) => {
      const page = await stage.enter(login);
      const id = await idOf[card](login);
      expect(id, 'a card to look at').toBeDefined();
      const entity = card === 'staff' ? 'staff-member' : 'consent';
      await page.goto(`${appointmentPath(page)}/card/${entity}/${id}`);
      // The card, or what stands in its place for who may not open it.
      await page.getByRole('main').getByRole('heading').first().waitFor();
      const files = page.getByRole('region', { name: 'Файлы' });
      const adds = files.getByRole('button', { name: 'Добавить файл' });
      const holds = async (): Promise<Hold> =>
        (await files.count()) === 0 ? 'nothing' : (await adds.count()) > 0 ? 'changes' : 'reads';
      await soon(holds).toBe(hold);
      const answer = await page.request.get(`/api/records/${entity}/${id}/files`, {
        headers: { 'kartoteka-appointment': appointmentPath(page).split('/').at(-1) ?? '' },
      });
      expect(answer.ok(), String(answer.status())).toBe(hold !== 'nothing');
      await page.context().close();
    },
  );
});

async function seesCards(page: Page, screens: Screens, card: StudentRow): Promise<void> {
  await openSection(page, 'Обучающиеся');
  await page.getByRole('table').getByRole('link').first().waitFor();
  expect(await page.getByRole('columnheader').allInnerTexts()).toEqual(screens.columns);
  if (screens.exports !== undefined)
    expect((await page.getByRole('button', { name: 'Выгрузить' }).count()) > 0, 'export').toBe(
      screens.exports,
    );

  await page.goto(`${appointmentPath(page)}/card/student/${card.id}`);
  await page.getByRole('heading', { level: 1, name: card.name }).waitFor();
  await soon(() => sectionsOf(page)).toEqual({ all: screens.sections, open: screens.open });
  const saves = await page.getByRole('button', { name: 'Сохранить', exact: true }).count();
  expect(saves > 0, 'the button that saves').toBe((screens.open ?? []).length > 0);

  await openHistory(page);
  await historyEntries(page).filter({ hasText: 'Смена' }).first().waitFor();
  const told = (await historyEntries(page).allInnerTexts()).join(' ');
  expect(told.includes('№ личного дела'), 'history').toBe(screens.fileNumber);
}
