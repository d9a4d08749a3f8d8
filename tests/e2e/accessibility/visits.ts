/** How the test comes to every address of the interface, with real records of the demo region. */
import { ROUTES } from '../../../admin-ui/routes.ts';
import type { World } from './world.ts';

export interface Visit {
  /** Of the demo region; nobody is signed in without it. */
  login?: string;
  /** What the window's title must say: the record or screen, and the section. */
  title: RegExp;
  /** Values of the path's parameters that `ROUTES` cannot know. */
  params?: (world: World) => Promise<Record<string, string>>;
}

/** By the path in `ROUTES`; the test fails when the two differ. */
export const VISITS: Record<string, Visit> = {
  '/': { title: /^Вход · Картотека$/ },
  '/sign-in': { title: /^Вход · Картотека$/ },
  '/o/$appointment/': { login: 'secretary', title: /^Обзор · .+ · Картотека$/ },
  '/o/$appointment/list/$entity': { login: 'secretary', title: /^Обучающиеся · Картотека$/ },
  '/o/$appointment/card/$entity/new': {
    login: 'secretary',
    title: /^Новая карточка: .+ · Обучающиеся · Картотека$/,
  },
  '/o/$appointment/card/$entity/$id': {
    login: 'secretary',
    title: /^[А-ЯЁ][а-яё-]+ [А-ЯЁ].+ · Обучающиеся · Картотека$/,
    params: async world => ({ id: await world.recordOf('secretary', 'student') }),
  },
  '/o/$appointment/reports': { login: 'secretary', title: /^Отчёты · Картотека$/ },
  '/o/$appointment/reports/$id': {
    login: 'secretary',
    title: /^Контроль заполнения данных по учащимся · Отчёты · Картотека$/,
  },
  '/o/$appointment/modules': { login: 'region-admin', title: /^Модули · Картотека$/ },
  '/o/$appointment/people': { login: 'org-admin', title: /^Пользователи и назначения · Картотека$/ },
  '/o/$appointment/forms': { login: 'org-admin', title: /^Формы и справочники · Картотека$/ },
  '/o/$appointment/forms/$entity': {
    login: 'org-admin',
    title: /^Обучающийся · Формы и справочники · Картотека$/,
  },
  '/o/$appointment/dictionaries/$dictionary': {
    login: 'org-admin',
    title: /^[А-ЯЁ].+ · Формы и справочники · Картотека$/,
  },
  '/o/$appointment/requests': { login: 'secretary', title: /^Запросы · Картотека$/ },
  '/o/$appointment/requests/$id': {
    login: 'secretary',
    title: /^Запрос: [А-ЯЁ].+ · Картотека$/,
    params: async world => ({ id: await world.requestOf('secretary') }),
  },
  '/o/$appointment/duplicates': { login: 'org-admin', title: /^Двойники · Картотека$/ },
  '/o/$appointment/password': { login: 'secretary', title: /^Сменить пароль · Картотека$/ },
  '/o/$appointment/security': { login: 'region-admin', title: /^Безопасность входа · Картотека$/ },
};

/** Further screens behind an address that is visited already: other cards, another kind of report. */
export const MORE: { name: string; login: string; title: RegExp; path: (world: World) => Promise<string> }[] =
  [
    {
      name: 'list of consents',
      login: 'secretary',
      title: /^Согласия · Картотека$/,
      path: async () => '/list/consent',
    },
    {
      name: 'card of the organisation',
      login: 'director',
      title: / · Картотека$/,
      path: async world => `/card/organisation-card/${await world.recordOf('director', 'organisation-card')}`,
    },
    {
      name: 'card of a staff member',
      login: 'director',
      title: / · Картотека$/,
      path: async world => `/card/staff-member/${await world.recordOf('director', 'staff-member')}`,
    },
    {
      name: 'list of the whole region',
      login: 'region-admin',
      title: / · Картотека$/,
      path: async () => '/list/organisation-card',
    },
  ];

/** The address of a route with everything filled in. */
export async function addressOf(world: World, path: string): Promise<string> {
  const route = ROUTES.find(entry => entry.path === path);
  const visit = VISITS[path];
  if (!route || !visit) throw new Error(`no visit of ${path}`);
  const own = visit.login ? { appointment: (await world.role(visit.login)).appointment } : {};
  const given: Record<string, string> = { ...route.example, ...own, ...(await visit.params?.(world)) };
  return path.replaceAll(/\$(\w+)/g, (_, name: string) => {
    const value = given[name];
    if (!value) throw new Error(`${path}: nothing to put for $${name}`);
    return encodeURIComponent(value);
  });
}
