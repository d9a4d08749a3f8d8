/** What the screens ask for beside cards: kinds of cards, home, dictionaries, people, modules. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { anApp, type TestApp, type TestClient } from '../../tests/support/app.ts';
import type { EntityDescription } from '../forms/description.types.ts';
import type { PersonMatch } from '../storage/gateway.types.ts';
import type { Debt, LatestChange } from './home-blocks.ts';

let home: TestApp;
let secretary: TestClient;

beforeAll(async () => {
  home = await anApp({ demo: true });
  secretary = await home.signIn('secretary');
});
afterAll(() => home.close());

describe('kinds of cards', () => {
  test('are those the role may read, in the language asked for', async () => {
    const { body } = await secretary.get<{ items: { id: string; title: string }[] }>('/api/entities');
    expect(body.items).toContainEqual(expect.objectContaining({ id: 'student', title: 'Обучающийся' }));
    expect(body.items.map(item => item.id)).not.toContain('prevention-record');
    const english = await secretary.get<typeof body>('/api/entities', {
      headers: { 'accept-language': 'en' },
    });
    expect(english.body.items.find(item => item.id === 'student')?.title).toMatch(/^[A-Z][a-z]+$/);
  });

  test('G3 are described without the fields the role may not see', async () => {
    const technical = await home.signIn('technical');
    const full = await secretary.get<EntityDescription>('/api/entities/student');
    const few = await technical.get<EntityDescription>('/api/entities/student');
    expect(full.body.columns.map(column => column.path)).toContain('homePhone');
    expect(few.body.columns.map(column => column.path)).not.toContain('homePhone');
    expect(few.text).not.toContain('"health');
  });

  test('AZ4 of no module are 404, as are those without a right', async () => {
    expect((await secretary.get('/api/entities/unicorn')).status).toBe(404);
  });
});

describe('home', () => {
  interface Home {
    guide: { title: string; text: string; to: string }[];
    debts: Debt[];
    changes: LatestChange[];
    reports: { id: string; title: string }[];
  }
  const of = async (client: TestClient) => (await client.get<Home>('/api/home')).body;

  test('tells the role what to do first', async () => {
    const { guide } = await of(secretary);
    expect(guide[0]).toMatchObject({
      title: expect.any(String),
      text: expect.any(String),
      to: 'card/student/new',
    });
  });

  test('counts the debts of the cards of the own organisation', async () => {
    const { debts } = await of(secretary);
    const debt = debts.find(one => one.entity === 'student');
    const [row] = await home.db.owner<{ count: number }>(
      'select count(*)::int as count from student where organisation_id = $1',
      [secretary.session.active.organisation.id],
    );
    expect(debt?.records).toBe(row?.count);
    expect(debt?.incomplete).toBeGreaterThan(0);
    expect(debt?.filled).toBeLessThan(debt?.total as number);
  });

  test('S003-5.8 counts for a class teacher the own class only', async () => {
    const teacher = await home.signIn('class-teacher');
    const [all, own] = [await of(secretary), await of(teacher)];
    const records = ({ debts }: Home) => debts.find(one => one.entity === 'student')?.records ?? 0;
    expect(records(own)).toBeGreaterThan(0);
    expect(records(own)).toBeLessThan(records(all));
  });

  test('lists the latest changes by card and person, the newest first', async () => {
    const { body: list } = await secretary.post<{ items: { id: string }[] }>('/api/records/student/query', {
      limit: 1,
    });
    const url = `/api/records/student/${list.items[0]?.id}`;
    for (const email of ['a@example.ru', 'b@example.ru']) {
      const { body } = await secretary.get<{ version: string }>(url);
      expect((await secretary.patch(url, { email }, body.version)).status).toBe(200);
    }
    const { changes } = await of(secretary);
    expect(changes[0]).toMatchObject({
      id: list.items[0]?.id,
      by: secretary.session.user.name,
      entityTitle: 'Обучающийся',
      count: 2,
      label: expect.stringMatching(/[А-Я]/),
    });
    const other = await home.signIn('secretary-2');
    expect((await of(other)).changes.map(change => change.id)).not.toContain(list.items[0]?.id);
  });

  test('offers reports', async () => {
    const { reports } = await of(secretary);
    expect(reports.length).toBeGreaterThan(0);
  });

  test('G5 works for every demo sign-in', async () => {
    const { body } = await home.stranger.get<{ items: { login: string }[] }>('/api/sign-in-hints');
    for (const { login } of body.items) {
      const client = await home.signIn(login);
      for (const url of ['/api/home', '/api/entities', '/api/organisations'])
        expect((await client.get(url)).status, `${login} ${url}`).toBe(200);
    }
  });
});

describe('dictionaries', () => {
  test('come with captions in the language asked for', async () => {
    const { body } = await secretary.get<{ items: { code: string; text: string }[] }>(
      '/api/dictionaries/gender',
    );
    expect(body.items.length).toBeGreaterThan(1);
    const english = await secretary.get<typeof body>('/api/dictionaries/gender', {
      headers: { 'accept-language': 'en' },
    });
    expect(english.body.items[0]?.text).toMatch(/^[A-Z]/);
    expect((await secretary.get('/api/dictionaries/unicorn')).status).toBe(404);
  });
});

describe('looking for a person', () => {
  test('S003-6.2.3 finds the own one with its card, folded', async () => {
    const { body: list } = await secretary.post<{ items: { id: string; person: Record<string, string> }[] }>(
      '/api/records/student/query',
      { limit: 1, fields: ['person.lastName', 'person.firstName', 'person.birthDate'] },
    );
    const { id, person } = list.items[0] as (typeof list.items)[number];
    const { body } = await secretary.post<{ items: PersonMatch[] }>('/api/people/search', {
      lastName: person.lastName?.toUpperCase(),
      firstName: person.firstName,
      birthDate: person.birthDate,
    });
    expect(body.items.flatMap(match => match.facets)).toContainEqual(
      expect.objectContaining({ own: true, recordId: id }),
    );
  });

  test('needs a name or a СНИЛС, and a role that adds cards', async () => {
    expect((await secretary.post('/api/people/search', { firstName: 'Иван' })).status).toBe(422);
    const technical = await home.signIn('technical');
    expect((await technical.post('/api/people/search', { lastName: 'Иванов' })).status).toBe(403);
  });
});

describe('modules', () => {
  interface Modules {
    plugins: { id: string; enabled: boolean; enablement: { organisationType?: string; active: boolean }[] }[];
    quarantine: unknown[];
    can: { enable: boolean };
  }

  test('are shown to those who answer for them', async () => {
    expect((await secretary.get('/api/modules')).status).toBe(403);
    const director = await home.signIn('director');
    const { body } = await director.get<Modules>('/api/modules');
    expect(body.plugins.map(plugin => plugin.id)).toContain('student-card');
    expect(body).toMatchObject({ quarantine: [], can: { enable: false } });
    expect(
      (await director.put('/api/modules/student-card/enablement', { organisationType: 'general' })).status,
    ).toBe(403);
  });

  test('are switched off and on by the region, with effect at the next request', async () => {
    const region = await home.signIn('region-admin');
    const off = await region.put('/api/modules/movement-orders/enablement', {
      organisationType: 'general',
      enabled: false,
    });
    expect(off.status).toBe(200);
    expect((await secretary.get('/api/records/movement-line')).status).toBe(404);
    const on = await region.put('/api/modules/movement-orders/enablement', { organisationType: 'general' });
    expect(on.status).toBe(200);
    expect((await secretary.get('/api/records/movement-line')).status).toBe(200);
  });

  test.each([
    [{}, '/organisationType'],
    [{ organisationType: 'unicorn' }, '/organisationType'],
    [{ organisationId: 999_999 }, '/organisationId'],
    [{ organisationType: 'general', from: '2026-09-01' }, '/from'],
    [{ organisationType: 'general', from: '2027-09-01', to: '2027-08-01' }, '/to'],
  ])('name the place of a wrong switch: %o', async (body, path) => {
    const region = await home.signIn('region-admin');
    expect(await region.put('/api/modules/movement-orders/enablement', body)).toMatchObject({
      status: 422,
      body: { errors: [{ path }] },
    });
  });
});
