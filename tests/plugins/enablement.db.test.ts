/** Modules on and off: what it changes, for whom, from when, and what is refused. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addDays } from '../../core/identity/enablement-state.ts';
import { type AppOptions, anApp, type TestApp, type TestClient } from '../support/app.ts';
import { demoDay } from '../support/database.ts';

interface Session {
  menu: { list: string }[];
}
interface Items {
  items: { id: string }[];
}
interface Home {
  guide: unknown[];
  debts: { entity: string }[];
  changes: { entity: string }[];
  reports: { id: string }[];
}

let home: TestApp;
let region: TestClient;
let director: TestClient;
let ids: Record<'region' | 'yasnopol' | 'zalesye' | 'school1' | 'school2', number>;
/** Set by tests; noon of the day. */
let today = demoDay;

const options: AppOptions = { demo: true, today: () => today };

beforeAll(async () => {
  home = await anApp(options);
  region = await home.signIn('region-admin');
  director = await home.signIn('director');
  const rows = await home.db.owner<{ id: number; name: string }>('select id, name from organisation');
  const of = (name: string) => rows.find(row => row.name.includes(name))?.id as number;
  ids = {
    region: of('Минобр'),
    yasnopol: of('Яснополь'),
    zalesye: of('Верхнезалесский район'),
    school1: of('СОШ № 1'),
    school2: of('СОШ № 2'),
  };
  // The example plugin needs all the others; without it they may be switched off in its town.
  await set('music-school', { organisationId: ids.yasnopol, enabled: false });
});
afterAll(() => home.close());

const set = (plugin: string, body: Record<string, unknown>, client = region) =>
  client.put<{ code: string; detail: string }>(`/api/modules/${plugin}/enablement`, body);

/** Everything through which a module could be seen. */
async function seen(client: TestClient, entity: string) {
  const [session, entities, home, sources, reports, search, list] = await Promise.all([
    client.get<Session>('/api/session'),
    client.get<Items>('/api/entities'),
    client.get<Home>('/api/home'),
    client.get<Items>('/api/report-sources'),
    client.get<Items>('/api/reports'),
    client.post<{ items: { entity: string }[] }>('/api/search', { q: 'ив' }),
    client.post(`/api/records/${entity}/query`, {}),
  ]);
  return {
    menu: session.body.menu.some(item => item.list === entity),
    entities: entities.body.items.some(item => item.id === entity),
    debts: home.body.debts.some(debt => debt.entity === entity),
    changes: home.body.changes.some(change => change.entity === entity),
    sources: sources.body.items.some(source => source.id === entity),
    reports: reports.body.items.map(report => report.id),
    homeReports: home.body.reports.map(report => report.id),
    palette: search.body.items.some(hit => hit.entity === entity),
    list: list.status,
  };
}

describe('a module switched off for a municipality', () => {
  test('PL2 is gone from menu, lists, sources, palette and home at the next request, and its data stay', async () => {
    const before = await seen(director, 'organisation-card');
    expect(before).toMatchObject({ menu: true, entities: true, sources: true, list: 200 });
    const [cards] = await home.db.owner<{ count: number }>(
      'select count(*)::int as count from organisation_card',
    );

    expect((await set('organisation-card', { organisationId: ids.yasnopol, enabled: false })).status).toBe(
      200,
    );
    const after = await seen(director, 'organisation-card');
    expect(after).toMatchObject({
      menu: false,
      entities: false,
      debts: false,
      changes: false,
      sources: false,
      palette: false,
      list: 404,
    });
    expect(await home.db.owner('select count(*)::int as count from organisation_card')).toEqual([cards]);

    // The other municipality and the region keep it.
    expect((await seen(region, 'organisation-card')).list).toBe(200);
    const operator = await home.signIn('municipal-operator');
    expect((await seen(operator, 'organisation-card')).list).toBe(404);

    // Nearer than the municipality: one organisation.
    await set('organisation-card', { organisationId: ids.school1 });
    expect((await seen(director, 'organisation-card')).list).toBe(200);
    expect((await seen(operator, 'organisation-card')).list).toBe(200);

    for (const organisationId of [ids.school1, ids.yasnopol])
      await set('organisation-card', { organisationId, enabled: null });
    expect(await seen(director, 'organisation-card')).toEqual(before);
  });

  test('PL2 takes its reports and guide along', async () => {
    // The movement of students needs the cards of students: both go, in this order.
    for (const plugin of ['movement-orders', 'student-card'])
      expect((await set(plugin, { organisationId: ids.yasnopol, enabled: false })).status, plugin).toBe(200);
    const view = await seen(director, 'student');
    expect(view).toMatchObject({ menu: false, sources: false, palette: false, list: 404 });
    expect(view.reports).not.toContain('student-register');
    expect(view.homeReports).not.toContain('student-register');
    const run = await director.post('/api/report-runs', { report: 'student-register', format: 'json' });
    expect(run.status).toBe(404);
    for (const plugin of ['student-card', 'movement-orders'])
      expect((await set(plugin, { organisationId: ids.yasnopol, enabled: null })).status, plugin).toBe(200);
    expect((await seen(director, 'student')).reports).toContain('student-register');
  });
});

describe('dates', () => {
  test('yesterday cannot be changed', async () => {
    const past = await set('organisation-card', { organisationId: ids.school1, from: addDays(demoDay, -1) });
    expect(past).toMatchObject({ status: 422, body: { errors: [{ path: '/from' }] } });
  });
});

describe('what needs what', () => {
  test('a module is not switched off where another one needs it, and the refusal names both and the place', async () => {
    const refused = await set('education-process', { organisationId: ids.yasnopol, enabled: false });
    expect(refused).toMatchObject({ status: 409, body: { code: 'MODULE_NEEDED' } });
    expect(refused.body.detail).toMatch(
      /«Образовательный процесс» нужен .*«Обучающиеся».*с 22\.11\.2026, .* и ещё \d+ организаци/,
    );
    expect((await director.get('/api/entities/study-group')).status).toBe(200);
  });

  test('a module is not switched on where one it needs is off, nor beyond the days of that one', async () => {
    const higher = { organisationType: 'higher' };
    await home.db.owner(`insert into organisation_type values ($1, 'higher')`, [ids.school2]);
    await home.db.owner(`delete from organisation_type where organisation_id = $1 and type = 'general'`, [
      ids.school2,
    ]);
    const refused = await set('movement-orders', higher);
    expect(refused).toMatchObject({ status: 409, body: { code: 'MODULE_LACKS' } });
    expect(refused.body.detail).toMatch(
      /^Модуль «Движение обучающихся» не работает без модулей .*«Обучающиеся».*СОШ № 2/,
    );

    const until = addDays(demoDay, 30);
    for (const plugin of ['staff-portfolio', 'education-process', 'student-card'])
      expect((await set(plugin, { ...higher, to: until })).status, plugin).toBe(200);
    expect((await set('movement-orders', higher)).body.detail).toContain('с 23.12.2026');
    expect((await set('movement-orders', { ...higher, to: until })).status).toBe(200);
  });

  test('what would happen is said before it does', async () => {
    const body = { organisationId: ids.zalesye, enabled: false };
    const before = await region.get('/api/modules');
    const preview = await region.put('/api/modules/organisation-card/enablement?preview=true', body);
    expect(preview).toMatchObject({ status: 200, body: { concerned: { count: 4 }, refusal: '' } });
    const refused = await region.put<{ refusal: string }>(
      '/api/modules/staff-portfolio/enablement?preview=true',
      body,
    );
    expect(refused.body.refusal).toContain('«Сотрудники» нужен');
    expect((await region.get('/api/modules')).body).toEqual(before.body);
  });
});

test('AU1 a change is in the audit with who, what and for whom', async () => {
  await set('organisation-card', { organisationId: ids.school2, enabled: false });
  const [row] = await home.db.owner<{ role: string; details: unknown }>(
    `select role, details from audit where action = 'modules-change' order by id desc limit 1`,
  );
  expect(row).toEqual({
    role: 'region-admin',
    details: {
      plugin: 'organisation-card',
      organisationId: ids.school2,
      enabled: false,
      from: demoDay,
      to: null,
    },
  });
  await set('organisation-card', { organisationId: ids.school2, enabled: null });
});

test('AZ1 nobody below the region switches modules', async () => {
  const body = { organisationId: ids.school1, enabled: false };
  const operator = await home.signIn('municipal-operator');
  for (const client of [director, operator])
    expect((await set('organisation-card', body, client)).status).toBe(403);
});

test('the statement that resolves who asks agrees with the rules, over random rows', async () => {
  const { isOn } = await import('../../core/identity/enablement-state.ts');
  // One after another: several sign-ins of one address at once are slowed down.
  const people = [director];
  for (const login of ['head-additional', 'head-college', 'head-preschool'])
    people.push(await home.signIn(login));
  const places = await home.db.owner<{ id: number; types: string[]; line: number[] }>(
    `select o.id, array(select type from organisation_type t where t.organisation_id = o.id order by 1) as types,
       array[o.id, m.id, m.parent_id] as line
     from organisation o join organisation m on m.id = o.parent_id where o.level = 'organisation'`,
  );
  const targets = [undefined, ids.region, ids.yasnopol, ids.school1, ids.zalesye];
  const types = [undefined, 'general', 'additional', 'preschool'];
  const pick = (seed: number, n: number) => ((seed * 7919 + 13) % 104_729) % n;
  let compared = 0;
  for (let seed = 1; seed <= 40; seed++) {
    await home.db.owner(`delete from enablement where plugin = 'organisation-card'`);
    const rows = Array.from({ length: 4 }, (_, n) => {
      const organisationId = targets[pick(seed * 31 + n, targets.length)];
      const organisationType =
        types[pick(seed * 17 + n * 5, types.length)] ??
        (organisationId === undefined ? 'general' : undefined);
      return {
        plugin: 'organisation-card',
        enabled: pick(seed * 11 + n * 3, 3) > 0,
        from: '1900-01-01',
        ...(organisationType === undefined ? {} : { organisationType }),
        ...(organisationId === undefined ? {} : { organisationId }),
      };
    });
    for (const row of rows)
      await home.db.owner(
        'insert into enablement (plugin, organisation_type, organisation_id, enabled) values ($1, $2, $3, $4)',
        [row.plugin, row.organisationType ?? null, row.organisationId ?? null, row.enabled],
      );
    for (const person of people) {
      const place = places.find(one => one.id === person.session.active.organisation.id);
      if (!place) throw new Error('no place');
      const expected = isOn(rows, { ...place, name: '' }, demoDay);
      const { body } = await person.get<{ plugins: { id: string; enabled: boolean }[] }>('/api/modules');
      expect(body.plugins.find(one => one.id === 'organisation-card')?.enabled, JSON.stringify(rows)).toBe(
        expected,
      );
      compared += 1;
    }
    const anywhere = places.some(place => isOn(rows, { ...place, name: '' }, demoDay));
    const { body } = await region.get<{ plugins: { id: string; enabled: boolean }[] }>('/api/modules');
    expect(body.plugins.find(one => one.id === 'organisation-card')?.enabled, JSON.stringify(rows)).toBe(
      anywhere,
    );
  }
  expect(compared).toBe(160);
  await home.db.owner(`delete from enablement where plugin = 'organisation-card'`);
  await home.db.owner(
    `insert into enablement (plugin, organisation_type)
     select 'organisation-card', unnest(array['preschool', 'general', 'vocational', 'additional'])`,
  );
});

// Last: whoever signed in before is signed out by the days that pass.
test('a module comes and goes on the days that were set, without a restart', async () => {
  const monday = addDays(demoDay, 1);
  const friday = addDays(demoDay, 5);
  await set('organisation-card', { organisationId: ids.school1, enabled: false, from: monday, to: friday });
  const on = async (day: string) => {
    today = day;
    const client = await home.signIn('director');
    return (await client.get('/api/entities/organisation-card')).status === 200;
  };
  const days = [demoDay, monday, friday, addDays(friday, 1)];
  const states: boolean[] = [];
  for (const day of days) states.push(await on(day));
  expect(states).toEqual([true, false, false, true]);
});
