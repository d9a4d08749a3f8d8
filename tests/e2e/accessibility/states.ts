/** States of screens beyond their first look: faults, open panels, nothing found, no right, no answer. */
import type { Locator, Page } from 'playwright-core';
import { cardOf, patched, unfinishedCard, withoutConsent } from './records.ts';
import { type Role, settled, type World } from './world.ts';

export interface State {
  name: string;
  /** Of the demo region; nobody is signed in without it. */
  login?: string;
  /** Also looked at, or looked at only, in the window of a phone. */
  phone?: 'too' | 'only';
  /** What the window's title says in this state, where it differs from the screen's own. */
  title?: RegExp;
  /** Brings the page into the state; ends when it is there. */
  arrange(page: Page, world: World, base: string, role: Role | undefined): Promise<void>;
}

const nowhere = '00000000-0000-7000-8000-000000000000';
const shown = (locator: Locator) => locator.first().waitFor();

const openCard = async (page: Page, world: World, base: string, index = 0) => {
  await page.goto(`${base}/card/student/${await world.recordOf('secretary', 'student', index)}`);
  await shown(page.getByRole('button', { name: 'Сохранить' }));
  await settled(page);
};
const openList = async (page: Page, base: string) => {
  await page.goto(`${base}/list/student`);
  await shown(page.locator('[data-row-link]'));
};

export const STATES: State[] = [
  {
    name: 'who is appointed',
    login: 'org-admin',
    phone: 'too',
    async arrange(page, _world, base) {
      await page.goto(`${base}/people`);
      await page.getByRole('tab', { name: 'Кто назначен' }).click();
      await shown(page.getByRole('button', { name: /^Назначить: / }));
    },
  },
  {
    name: 'appointment with errors',
    login: 'org-admin',
    phone: 'too',
    async arrange(page, _world, base) {
      await page.goto(`${base}/people`);
      await page.getByRole('button', { name: 'Добавить пользователя' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Назначить' }).click();
      await shown(page.getByText('Выберите человека'));
    },
  },
  {
    name: 'account about to be blocked',
    login: 'org-admin',
    phone: 'too',
    async arrange(page, _world, base) {
      await page.goto(`${base}/people`);
      await page.locator('tbody th button').first().click();
      await page.getByRole('button', { name: 'Заблокировать' }).click();
      await shown(page.getByRole('alert'));
    },
  },
  {
    name: 'slips with passwords',
    login: 'class-teacher',
    phone: 'too',
    async arrange(page, _world, base) {
      await page.goto(`${base}/people`);
      await page.getByRole('button', { name: 'Пароли для входа' }).click();
      await shown(page.getByRole('dialog').getByText('Обучающимся'));
    },
  },
  {
    name: 'sign-in with a wrong password',
    phone: 'too',
    async arrange(page) {
      await page.goto('/sign-in');
      await page.getByLabel('Логин').fill('nobody-such');
      await page.getByRole('textbox', { name: 'Пароль' }).fill('wrong');
      await page.getByRole('button', { name: 'Войти' }).click();
      await shown(page.getByRole('alert'));
    },
  },
  {
    name: 'card with a summary of errors',
    login: 'secretary',
    phone: 'too',
    async arrange(page, world, base) {
      await openCard(page, world, base);
      await page.getByLabel('СНИЛС').first().fill('112-233-445 96');
      await page.getByRole('button', { name: 'Сохранить' }).click();
      await shown(page.getByRole('alert').getByRole('link'));
    },
  },
  {
    name: 'conflict of two saves',
    login: 'secretary',
    phone: 'too',
    async arrange(page, world, base, role) {
      await openCard(page, world, base, 1);
      const card = await cardOf(role, await world.recordOf('secretary', 'student', 1));
      await patched(role, card, { residence: { street: `ул. Новая ${Date.now() % 1000}` } });
      await page.getByLabel('Улица').first().fill('ул. Моя');
      await page.keyboard.press('Control+s');
      await shown(page.getByRole('dialog', { name: 'Карточка изменилась' }));
    },
  },
  {
    name: 'history of a card',
    login: 'secretary',
    phone: 'too',
    async arrange(page, world, base, role) {
      const card = await cardOf(role, await world.recordOf('secretary', 'student', 2));
      await patched(role, card, { residence: { street: 'ул. Прежняя' } });
      await openCard(page, world, base, 2);
      await page.getByRole('button', { name: 'Другие действия' }).click();
      await page.getByRole('menuitem', { name: 'История изменений' }).click();
      await shown(page.getByRole('dialog').getByText('ул. Прежняя'));
    },
  },
  {
    name: 'card without a consent',
    login: 'secretary',
    phone: 'too',
    async arrange(page, world, base, role) {
      await page.goto(`${base}/card/student/${await withoutConsent(world, role)}`);
      await shown(page.getByRole('button', { name: 'К согласиям' }));
    },
  },
  {
    name: 'consent in hand',
    login: 'secretary',
    phone: 'too',
    async arrange(page, world, base) {
      await openCard(page, world, base);
      const consents = page.getByRole('region', { name: 'Согласия', exact: true });
      await consents
        .getByRole('button', { name: /^Изменить/ })
        .first()
        .click();
      await shown(page.getByRole('dialog').getByLabel('Отозвано'));
    },
  },
  {
    name: 'who has seen a card',
    login: 'director',
    phone: 'too',
    async arrange(page, world, base) {
      await openCard(page, world, base);
      await page.getByRole('button', { name: 'Другие действия' }).click();
      await page.getByRole('menuitem', { name: 'Кто видел карточку' }).click();
      await shown(page.getByRole('dialog').getByRole('listitem'));
    },
  },
  {
    name: 'person about to be renamed',
    login: 'secretary',
    phone: 'too',
    async arrange(page, world, base) {
      await openCard(page, world, base);
      await page.getByLabel('Фамилия').first().fill('Переименованов');
      await page.keyboard.press('Control+s');
      await shown(page.getByRole('dialog').getByRole('radio'));
    },
  },
  {
    name: 'key of a second factor',
    login: 'secretary',
    phone: 'too',
    async arrange(page, _world, base) {
      await page.goto(`${base}/security`);
      await page.getByRole('button', { name: 'Включить' }).click();
      await shown(page.locator('.k-security-key'));
    },
  },
  {
    name: 'menu of a card',
    login: 'secretary',
    async arrange(page, world, base) {
      await openCard(page, world, base);
      await page.getByRole('button', { name: 'Другие действия' }).click();
      await shown(page.getByRole('menuitem'));
    },
  },
  {
    name: 'calendar of a date',
    login: 'secretary',
    async arrange(page, world, base) {
      await openCard(page, world, base);
      await page.getByRole('button', { name: 'Выбрать день в календаре' }).first().click();
      await shown(page.getByRole('dialog'));
    },
  },
  {
    name: 'what is not filled in',
    login: 'secretary',
    async arrange(page, _world, base, role) {
      const card = await unfinishedCard(role);
      await page.goto(`${base}/card/student/${card}`);
      await page.getByRole('button', { name: /^Заполнено \d+/ }).click();
      await shown(page.getByRole('dialog').getByRole('button'));
    },
  },
  {
    name: 'choice of a parent in the card',
    login: 'secretary',
    phone: 'too',
    async arrange(page, world, base) {
      await openCard(page, world, base);
      await page.getByRole('button', { name: /^Добавить ?: (Родител|Представит|Законн)/ }).click();
      await shown(page.getByRole('dialog'));
    },
  },
  {
    name: 'questions of a paper',
    login: 'secretary',
    phone: 'too',
    async arrange(page, world, base) {
      await openCard(page, world, base);
      await page.getByRole('button', { name: 'Печать', exact: true }).click();
      await page.getByRole('menuitem', { name: 'Справка об обучении' }).click();
      await shown(page.getByRole('dialog').locator('[type=submit]'));
    },
  },
  {
    name: 'leaving with changes unsaved',
    login: 'secretary',
    async arrange(page, world, base) {
      await openCard(page, world, base);
      await page.getByLabel('Улица').first().fill('ул. Забытая');
      await page.getByRole('link', { name: 'Отчёты' }).click();
      await shown(page.getByRole('dialog', { name: 'Изменения не сохранены' }));
    },
  },
  {
    name: 'palette with results',
    login: 'secretary',
    phone: 'too',
    async arrange(page, _world, base) {
      await page.goto(base);
      await shown(page.getByRole('heading', { level: 1 }));
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox', { name: 'Поиск и команды' }).fill('ан');
      await shown(page.getByRole('option').nth(3));
    },
  },
  {
    name: 'all conditions of a list',
    login: 'secretary',
    phone: 'too',
    async arrange(page, _world, base) {
      await openList(page, base);
      await page.getByRole('button', { name: 'Все фильтры' }).click();
      await page.getByRole('button', { name: 'Условие', exact: true }).click();
      await shown(page.getByRole('group', { name: 'Условие 2' }));
    },
  },
  {
    name: 'quick condition of a list',
    login: 'secretary',
    phone: 'too',
    async arrange(page, _world, base) {
      await openList(page, base);
      await page.getByRole('search').locator('[aria-haspopup="dialog"]').first().click();
      await shown(page.getByRole('dialog'));
    },
  },
  {
    name: 'columns of a list',
    login: 'secretary',
    async arrange(page, _world, base) {
      await openList(page, base);
      await page.getByRole('button', { name: 'Столбцы' }).click();
      await shown(page.getByRole('dialog').getByRole('checkbox'));
    },
  },
  {
    name: 'nothing found in a list',
    login: 'secretary',
    phone: 'too',
    async arrange(page, _world, base) {
      await openList(page, base);
      await page.getByRole('searchbox').fill('нет такого человека');
      await shown(page.getByRole('heading', { name: 'Ничего не найдено' }));
    },
  },
  {
    name: 'empty list',
    login: 'secretary',
    phone: 'too',
    async arrange(page, _world, base) {
      await page.route('**/api/records/student/query', route =>
        route.fulfill({ json: { items: [], count: 0 } }),
      );
      await page.goto(`${base}/list/student`);
      await shown(page.getByRole('heading', { name: 'Здесь ещё нет записей' }));
    },
  },
  {
    name: 'card that is not there',
    login: 'secretary',
    phone: 'too',
    title: /^Не найдено/,
    async arrange(page, _world, base) {
      await page.goto(`${base}/card/student/${nowhere}`);
      await shown(page.getByRole('heading', { name: 'Не найдено' }));
    },
  },
  {
    name: 'address that is not there',
    login: 'secretary',
    title: /^Такой страницы нет/,
    async arrange(page, _world, base) {
      await page.goto(`${base}/nowhere`);
      await shown(page.getByRole('heading', { name: 'Такой страницы нет' }));
    },
  },
  {
    name: 'no right',
    login: 'secretary',
    async arrange(page, _world, base) {
      await page.goto(`${base}/modules`);
      await shown(page.getByRole('heading', { name: 'Нет права' }));
    },
  },
  {
    name: 'no right to add a card',
    login: 'region-admin',
    title: /^Нет права/,
    async arrange(page, _world, base) {
      await page.goto(`${base}/card/student/new`);
      await shown(page.getByRole('heading', { name: /^Нет права/ }));
    },
  },
  {
    name: 'busy server',
    login: 'secretary',
    phone: 'too',
    async arrange(page, _world, base) {
      await page.route('**/api/records/student/query', route =>
        route.fulfill({ status: 503, contentType: 'application/problem+json', json: { code: 'BUSY' } }),
      );
      await page.goto(`${base}/list/student`);
      await page.getByRole('heading', { name: 'Сервер занят' }).waitFor({ timeout: 30_000 });
    },
  },
  {
    name: 'failed server',
    login: 'secretary',
    title: /^Не получилось/,
    async arrange(page, _world, base) {
      await page.route('**/api/records/student/*', route =>
        route.fulfill({ status: 500, contentType: 'application/problem+json', json: { code: 'INTERNAL' } }),
      );
      await page.goto(`${base}/card/student/${nowhere}`);
      await page.getByRole('heading', { name: 'Не получилось' }).waitFor({ timeout: 30_000 });
    },
  },
  {
    name: 'no network',
    login: 'secretary',
    async arrange(page, _world, base) {
      await page.goto(base);
      await shown(page.getByRole('heading', { level: 1 }));
      await page.route('**/api/reports', route => route.abort());
      await page.getByRole('link', { name: 'Отчёты', exact: true }).click();
      await page.getByRole('heading', { name: 'Нет связи с сервером' }).waitFor({ timeout: 30_000 });
    },
  },
  {
    name: 'cards behind a figure of a report',
    login: 'secretary',
    phone: 'too',
    async arrange(page, _world, base) {
      await page.goto(`${base}/reports/student-completeness`);
      await page.locator('.k-figure').first().click();
      await shown(page.getByRole('dialog').getByRole('link'));
    },
  },
  {
    name: 'certificate on paper',
    login: 'secretary',
    phone: 'too',
    async arrange(page, world, base) {
      const id = await world.recordOf('secretary', 'student');
      await page.goto(`${base}/reports/study-certificate?record=${id}`);
      const number = page.getByLabel('№ справки');
      await number.fill('12');
      await page.getByRole('button', { name: 'Построить' }).click();
      await shown(page.locator('.k-paper'));
    },
  },
  {
    name: 'report whose parameters are not filled in',
    login: 'secretary',
    async arrange(page, _world, base) {
      await page.goto(`${base}/reports/study-certificate`);
      await page.getByRole('button', { name: 'Построить' }).click();
      await shown(page.getByText(/^Заполните: /));
    },
  },
  {
    name: 'switcher of organisations',
    login: 'teacher',
    async arrange(page, _world, base) {
      await page.goto(base);
      await page.locator('.k-org-button').click();
      await shown(page.locator('.k-org-row'));
    },
  },
  {
    name: 'menu of the user',
    login: 'secretary',
    async arrange(page, _world, base) {
      await page.goto(base);
      await page.locator('.k-user').click();
      await shown(page.getByRole('menuitem', { name: 'Выйти' }));
    },
  },
  {
    name: 'folded sidebar',
    login: 'secretary',
    async arrange(page, _world, base) {
      await page.goto(base);
      await page.getByRole('button', { name: 'Свернуть боковую панель' }).click();
      await shown(page.getByRole('button', { name: 'Развернуть боковую панель' }));
    },
  },
  {
    name: 'help of a screen',
    login: 'secretary',
    phone: 'too',
    async arrange(page, _world, base) {
      await page.goto(base);
      await page.getByRole('button', { name: 'Что это за экран' }).click();
      await shown(page.locator('.k-help'));
    },
  },
  {
    name: 'drawer of sections',
    login: 'secretary',
    phone: 'only',
    async arrange(page, _world, base) {
      await page.goto(base);
      await shown(page.getByRole('heading', { level: 1 }));
      await page.getByRole('button', { name: 'Разделы' }).click();
      await shown(page.getByRole('dialog').getByRole('link', { name: 'Обучающиеся' }));
    },
  },
  {
    name: 'session that has ended',
    login: 'secretary',
    phone: 'too',
    async arrange(page, _world, base) {
      await page.goto(base);
      await settled(page);
      await page.context().clearCookies();
      await page.getByRole('link', { name: 'Обучающиеся' }).first().click();
      await shown(page.getByRole('dialog', { name: 'Сеанс завершён' }));
    },
  },
];
