/** Users and appointments through HTTP: who may do what with whose account, and what it changes at once. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { anApp, type TestApp, type TestClient } from '../../tests/support/app.ts';
import type { AccountItem } from './account-directory.ts';

let home: TestApp;
let admin: TestClient;
let director: TestClient;
let hr: TestClient;
let secretary: TestClient;
let school: number;

beforeAll(async () => {
  home = await anApp({ demo: true });
  admin = await home.signIn('org-admin');
  director = await home.signIn('director');
  hr = await home.signIn('hr');
  secretary = await home.signIn('secretary');
  school = admin.session.active.organisation.id;
});
beforeEach(() => home.db.owner('delete from sign_in_failure'));
afterAll(() => home.close());

interface Opened {
  id: string;
  login: string;
  password?: string;
}
interface Page {
  items: AccountItem[];
  next?: string;
  count: number;
}
const order = { orderNumber: '91-к', orderDate: '2026-11-20' };

/** Card of somebody who has no account, in the organisation of the demo school. */
async function cardWithoutAccount(entity: string, organisation = school): Promise<string> {
  const [row] = await home.db.owner<{ record_id: string }>(
    `select f.record_id from facet f where f.entity = $1 and f.organisation_id = $2
       and not exists (select 1 from app_user u where u.person_id = f.person_id)
     order by f.record_id limit 1`,
    [entity, organisation],
  );
  return row?.record_id as string;
}

async function aTeacher(role = 'teacher'): Promise<Required<Opened>> {
  const card = { kind: 'staff', id: await cardWithoutAccount('staff-member') };
  const answer = await admin.post<Required<Opened>>('/api/accounts', {
    card,
    appointment: { role, ...order },
  });
  expect(answer.status, answer.text).toBe(201);
  return answer.body;
}

async function accountOf(login: string): Promise<AccountItem> {
  const { body } = await admin.post<Page>('/api/accounts/query', { q: login });
  return body.items.find(item => item.login === login) as AccountItem;
}

/** Signs in and chooses a password. */
async function entered({ login, password }: { login: string; password: string }): Promise<TestClient> {
  const first = await home.signIn(login, password);
  const wanted = 'тихая вода точит камень';
  const changed = await first.put('/api/session/password', { present: password, wanted });
  expect(changed.status, changed.text).toBe(204);
  return home.signIn(login, wanted);
}

describe('an account', () => {
  test('S003-8.2 is made for a person with a card: login from the name, password told once', async () => {
    const made = await aTeacher();
    expect(made.login).toMatch(/^[a-z]+\.[a-z]{1,2}\d*$/);
    expect(made.password).toMatch(/^[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}$/);
    const stored = await home.db.owner<{ row: string }>('select app_user::text as row from app_user');
    const logged = await home.db.owner<{ row: string }>('select audit::text as row from audit');
    expect([...stored, ...logged].some(({ row }) => row.includes(made.password))).toBe(false);
    const account = await accountOf(made.login);
    expect(account).toMatchObject({ blocked: false, mustChangePassword: true, elsewhere: 0 });
    expect(account.appointments).toMatchObject([
      { role: 'teacher', roleTitle: 'Учитель (преподаватель)', ...order, from: '2026-11-22', state: 'valid' },
    ]);
  });

  test('ID11 opens nothing but the change of its password', async () => {
    const made = await aTeacher();
    const first = await home.signIn(made.login, made.password);
    expect((await first.get('/api/session')).body).toMatchObject({ mustChangePassword: true });
    for (const answer of [
      await first.get('/api/home'),
      await first.post('/api/records/staff-member/query', {}),
      await first.get('/api/entities'),
    ]) {
      expect(answer.status).toBe(403);
      expect(answer.body).toMatchObject({ code: 'PASSWORD_CHANGE_REQUIRED' });
    }
    const own = await entered(made);
    expect((await own.get('/api/home')).status).toBe(200);
    expect(await accountOf(made.login)).toMatchObject({ mustChangePassword: false });
    expect((await accountOf(made.login)).lastSignIn).toBeDefined();
  });

  test('is not made twice: the second appointment goes to the same account', async () => {
    const card = { kind: 'staff', id: await cardWithoutAccount('staff-member') };
    const make = (role: string) =>
      admin.post<Opened>('/api/accounts', { card, appointment: { role, ...order } });
    const [one, other] = await Promise.all([make('teacher'), make('class-teacher')]);
    expect([one.status, other.status]).toEqual([201, 201]);
    expect(one.body.id).toBe(other.body.id);
    expect([one.body.password, other.body.password].filter(Boolean)).toHaveLength(1);
  });

  test('S001-П2-3.3 of staff wants number and date of the order', async () => {
    const card = { kind: 'staff', id: await cardWithoutAccount('staff-member') };
    const { status, body } = await admin.post('/api/accounts', { card, appointment: { role: 'teacher' } });
    expect(status).toBe(422);
    expect((body.errors as { path: string }[]).map(one => one.path)).toEqual(['/orderNumber', '/orderDate']);
  });

  test('AZ1 is not made for somebody else’s people', async () => {
    const [other] = await home.db.owner<{ organisation_id: number }>(
      `select organisation_id from facet where entity = 'staff-member' and organisation_id <> $1 limit 1`,
      [school],
    );
    const id = await cardWithoutAccount('staff-member', other?.organisation_id);
    const answer = await admin.post('/api/accounts', {
      card: { kind: 'staff', id },
      appointment: { role: 'teacher', ...order },
    });
    expect(answer.status).toBe(404);
  });
});

describe('the list', () => {
  test('is in pages, by name, searched by letters', async () => {
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const url = `/api/accounts?limit=5${after ? `&after=${after}` : ''}`;
      const { body }: { body: Page } = await admin.get<Page>(url);
      seen.push(...body.items.map(item => item.id));
      after = body.next;
    } while (after);
    const { body } = await admin.get<Page>('/api/accounts?limit=200');
    expect(seen).toEqual(body.items.map(item => item.id));
    expect(body.count).toBe(seen.length);
    expect(body.items.every(item => item.appointments.every(one => one.organisation.id === school))).toBe(
      true,
    );
    expect((await admin.post<Page>('/api/accounts/query', { q: '%' })).body.count).toBe(0);
  });

  test('shows each role its own: hr staff, secretary students and guardians, others nothing', async () => {
    const roles = async (client: TestClient) =>
      new Set(
        (await client.get<Page>('/api/accounts?limit=200')).body.items.flatMap(one =>
          one.appointments.map(a => a.role),
        ),
      );
    expect((await roles(hr)).has('director')).toBe(true);
    expect((await roles(hr)).has('student')).toBe(false);
    expect((await roles(secretary)).has('hr')).toBe(false);
    for (const login of ['teacher', 'class-teacher', 'municipal-operator', 'psychologist'])
      expect((await (await home.signIn(login)).get('/api/accounts')).status, login).toBe(403);
  });

  test('S001-П2-3.2 names the roles that nobody holds', async () => {
    await home.db.owner(`delete from appointment where role = 'forum-moderator'`);
    const { body } = await admin.get<{ items: { role: string; wanted: string; count: number }[] }>(
      '/api/accounts/staffing',
    );
    expect(body.items.find(line => line.role === 'forum-moderator')).toMatchObject({
      wanted: 'one',
      count: 0,
    });
    expect(body.items.find(line => line.role === 'org-admin')?.count).toBe(1);
  });
});

describe('AZ5', () => {
  test('nobody gives a role above their own, nor touches its holders', async () => {
    const made = await aTeacher();
    const boss = await accountOf('director');
    for (const role of ['org-admin', 'director', 'region-admin', 'parent']) {
      const answer = await hr.post(`/api/accounts/${made.id}/appointments`, {
        role,
        organisation: school,
        ...order,
      });
      expect(answer.status, role).toBe(403);
    }
    for (const act of ['block', 'password']) {
      const answer = await hr.post(`/api/accounts/${boss.id}/${act}`);
      expect(answer.status, act).toBe(403);
    }
    expect((await secretary.post(`/api/accounts/${made.id}/password`)).status).toBe(404);
    const admitted = await hr.post(`/api/accounts/${made.id}/appointments`, {
      role: 'psychologist',
      organisation: school,
      ...order,
    });
    expect(admitted.status).toBe(201);
  });

  test('nobody appoints in an organisation that is not theirs, or to a role of another level', async () => {
    const made = await aTeacher();
    const elsewhere = await admin.post(`/api/accounts/${made.id}/appointments`, {
      role: 'teacher',
      organisation: school + 1,
      ...order,
    });
    expect(elsewhere.status).toBe(403);
    const regional = await home.signIn('region-admin');
    const own = await accountOf('org-admin');
    const answer = await regional.post(`/api/accounts/${own.id}/appointments`, {
      role: 'region-admin',
      organisation: school,
      ...order,
    });
    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({ errors: [{ path: '/role', code: 'ROLE_LEVEL' }] });
  });

  test('nobody blocks or appoints themselves', async () => {
    const { id } = admin.session.user;
    expect((await admin.post(`/api/accounts/${id}/block`)).body).toMatchObject({ code: 'OWN_ACCOUNT' });
    const answer = await admin.post(`/api/accounts/${id}/appointments`, {
      role: 'director',
      organisation: school,
      ...order,
    });
    expect(answer.body).toMatchObject({ code: 'OWN_ACCOUNT' });
  });

  test('the last administrator of an organisation stays, however it is tried', async () => {
    const own = await accountOf('org-admin');
    const [appointment] = own.appointments.filter(one => one.role === 'org-admin');
    const tries = () => [
      director.post(`/api/accounts/${own.id}/block`),
      director.patch(`/api/appointments/${appointment?.id}`, { to: '2026-11-21' }),
      director.patch(`/api/appointments/${appointment?.id}`, { to: '2026-12-31' }),
      director.patch(`/api/appointments/${appointment?.id}`, { from: '2026-12-31' }),
    ];
    for (const answer of await Promise.all(tries()))
      expect(answer.body).toMatchObject({ code: 'LAST_ADMINISTRATOR' });

    const second = await aTeacher('org-admin');
    const both = await Promise.all([
      director.post(`/api/accounts/${own.id}/block`),
      director.post(`/api/accounts/${second.id}/block`),
    ]);
    expect(both.map(answer => answer.status).sort()).toEqual([204, 422]);
    await director.post(`/api/accounts/${own.id}/unblock`);
    await director.post(`/api/accounts/${second.id}/unblock`);
    admin = await home.signIn('org-admin');
  });

  test('an account with appointments in two organisations is not one organisation’s to reset', async () => {
    const made = await aTeacher();
    await home.db.owner(
      `insert into appointment (id, user_id, role, organisation_id, valid_from)
       select gen_random_uuid(), $1, 'teacher', id, '2026-09-01' from organisation
       where level = 'organisation' and id <> $2 limit 1`,
      [made.id, school],
    );
    const account = await accountOf(made.login);
    expect(account).toMatchObject({ elsewhere: 1, may: { block: false, password: false } });
    expect((await admin.post(`/api/accounts/${made.id}/password`)).status).toBe(403);
  });
});

describe('S001-3.1 the region', () => {
  test('appoints administrators of organisations and officials of authorities, nobody else', async () => {
    const regional = await home.signIn('region-admin');
    const [other] = await home.db.owner<{ id: number }>(
      `select o.id from organisation o join facet f on f.organisation_id = o.id and f.entity = 'staff-member'
       where o.level = 'organisation' and o.id <> $1 order by o.id limit 1`,
      [school],
    );
    const card = { kind: 'staff', id: await cardWithoutAccount('staff-member', other?.id) };
    const appoint = (body: object) => regional.post<Opened>('/api/accounts', body);
    expect((await appoint({ card, appointment: { role: 'org-admin', ...order } })).status).toBe(201);
    expect((await appoint({ card, appointment: { role: 'teacher', ...order } })).status).toBe(403);

    const [town] = await home.db.owner<{ id: number }>(
      `select id from organisation where level = 'municipality'`,
    );
    const official = { role: 'municipal-operator', organisation: town?.id, ...order };
    expect((await appoint({ appointment: official })).body).toMatchObject({ errors: [{ path: '/login' }] });
    const made = await appoint({ login: 'gorono', appointment: official });
    expect(made.status, made.text).toBe(201);
    expect((await entered(made.body as Required<Opened>)).session.active.role).toBe('municipal-operator');
    const { body } = await regional.get<Page>('/api/accounts?limit=200');
    const roles = new Set(body.items.flatMap(item => item.appointments.map(one => one.role)));
    expect(roles.has('student')).toBe(false);
    expect(body.items.find(item => item.login === 'gorono')?.name).toBe('gorono');
  });
});

describe('ID5 at the very next request', () => {
  test('a block ends the session', async () => {
    const made = await aTeacher();
    const teacher = await entered(made);
    expect((await teacher.get('/api/home')).status).toBe(200);
    expect((await admin.post(`/api/accounts/${made.id}/block`)).status).toBe(204);
    expect((await teacher.get('/api/home')).status).toBe(401);
    expect((await admin.post(`/api/accounts/${made.id}/unblock`)).status).toBe(204);
    expect((await teacher.get('/api/home')).status).toBe(401);
  });

  test('the loss of a role ends what it opened', async () => {
    const made = await aTeacher();
    const teacher = await entered(made);
    const { appointments } = await accountOf(made.login);
    const ended = await admin.patch(`/api/appointments/${appointments[0]?.id}`, { to: '2026-11-21' });
    expect(ended.status, ended.text).toBe(422);
    await admin.patch(`/api/appointments/${appointments[0]?.id}`, { from: '2026-11-01', to: '2026-11-21' });
    expect((await teacher.get('/api/home')).status).toBe(403);
  });

  test('a new password ends the old one and the sessions', async () => {
    const made = await aTeacher();
    const teacher = await entered(made);
    const { body } = await admin.post<{ password: string }>(`/api/accounts/${made.id}/password`);
    expect((await teacher.get('/api/home')).status).toBe(401);
    expect((await home.signIn(made.login, body.password)).session.user.id).toBe(made.id);
  });
});

describe('S003-8.4 slips', () => {
  const slips = (client: TestClient, body: object) =>
    client.post<{
      items: { userId: string; login: string; password: string; created: boolean }[];
      skipped: { reason: string }[];
    }>('/api/accounts/slips', body);
  const groupOf = async (login: string | undefined) => {
    const [row] = await home.db.owner<{ id: string }>(
      `select g.id from study_group g
       left join staff_member s on s.organisation_id = g.organisation_id and s.id = g.class_teacher_id
       left join app_user u on u.person_id = s.person_id
       where g.organisation_id = $1 and (u.login = $2 or ($2::text is null and u.login is null))
         and exists (select 1 from student t where t.current_group_id = g.id) limit 1`,
      [school, login ?? null],
    );
    return row?.id as string;
  };

  test('are given by the class teacher to the own class, and to no other', async () => {
    const teacher = await home.signIn('class-teacher');
    const own = { id: await groupOf('class-teacher'), of: 'student' };
    const made = await slips(teacher, { group: own });
    expect(made.status, made.text).toBe(200);
    expect(made.body.items.length).toBeGreaterThan(5);
    const [first] = made.body.items;
    expect((await home.signIn(first?.login as string, first?.password)).session.active.role).toBe('student');

    const foreign = { id: await groupOf(undefined), of: 'student' };
    expect((await slips(teacher, { group: foreign })).status).toBe(403);
    expect((await slips(teacher, { staff: true })).status).toBe(403);
    expect((await slips(teacher, { ids: [teacher.session.user.id] })).status).toBe(403);
  });

  test('leave alone whoever has chosen a password, and accounts with other roles', async () => {
    const teacher = await home.signIn('class-teacher');
    const group = { id: await groupOf('class-teacher'), of: 'guardian' };
    const made = await slips(teacher, { group });
    const [one, two] = made.body.items;
    await home.db.owner('update app_user set must_change_password = false where id = $1', [one?.userId]);
    await home.db.owner(
      `insert into appointment (id, user_id, role, organisation_id, valid_from) values (gen_random_uuid(), $1, 'hr', $2, '2026-09-01')`,
      [two?.userId, school],
    );
    const again = await slips(teacher, { group });
    expect(again.body.items).toHaveLength(made.body.items.length - 2);
    expect(again.body.skipped.map(one => one.reason)).toEqual(
      expect.arrayContaining(['own-password', 'other-roles']),
    );
    expect(again.body.items.every(item => !item.created)).toBe(true);
    const renewed = await slips(teacher, { group, renew: true });
    expect(new Set(renewed.body.skipped.map(skipped => skipped.reason))).toEqual(new Set(['other-roles']));
  });

  test('S001-4.5 come as a stamped paper, and the printing is noted', async () => {
    const made = await aTeacher();
    const answer = await admin.post('/api/accounts/slips', { ids: [made.id], format: 'pdf' });
    expect(answer.headers['content-type']).toBe('application/pdf');
    expect(answer.bytes.subarray(0, 5).toString()).toBe('%PDF-');
    const [noted] = await home.db.owner(
      `select records, details from audit where action = 'print' order by id desc limit 1`,
    );
    expect(noted).toEqual({ records: 1, details: { document: 'password-slips' } });
    expect(
      (await home.stranger.post('/api/session', { login: made.login, password: made.password })).status,
    ).toBe(401);
  });
});

test('AU1 every act is in the audit with who did it', async () => {
  const made = await aTeacher();
  const account = await accountOf(made.login);
  await admin.post(`/api/accounts/${made.id}/block`);
  await admin.patch(`/api/appointments/${account.appointments[0]?.id}`, { orderNumber: '92-к' });
  const rows = await home.db.owner<{ action: string; role: string; details: object }>(
    `select action, role, details from audit where details ->> 'user' = $1 or details ->> 'appointment' = $2 order by id`,
    [made.id, account.appointments[0]?.id],
  );
  expect(rows.map(row => row.action)).toEqual([
    'user-change',
    'appointment-change',
    'user-change',
    'appointment-change',
  ]);
  expect(rows.every(row => row.role === 'org-admin')).toBe(true);
});
