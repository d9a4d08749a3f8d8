/** Who sees and changes what of the staff, written down by hand from the clauses. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { anApp, type TestApp, type TestClient } from '../support/app.ts';

interface Item {
  id: string;
  [field: string]: unknown;
}

let app: TestApp;
let hr: TestClient;
/** A member of staff of school 1 who is none of the sign-ins, with something of everything. */
let colleague: string;
let teacher: TestClient;
let ownCard: string;

const PAPERS = [
  'document',
  'inn',
  'registration',
  'residence',
  'homePhone',
  'email',
  'maritalStatus',
  'service',
  'hiredOn',
];
const CHILDREN = [
  'education-record',
  'training-course',
  'certification',
  'award',
  'portfolio-item',
  'staff-order',
];

beforeAll(async () => {
  app = await anApp({ demo: true });
  hr = await app.signIn('hr');
  teacher = await app.signIn('teacher');
  const school = teacher.session.appointments.find(one => one.role === 'teacher');
  teacher.actUnder(school?.id ?? '');
  const [own] = await app.db.owner<{ id: string; organisation_id: number }>(
    `select s.id, s.organisation_id from staff_member s join app_user u on u.person_id = s.person_id
      join appointment a on a.user_id = u.id and a.organisation_id = s.organisation_id and a.role = 'teacher'
      where u.login = 'teacher'`,
  );
  ownCard = own?.id ?? '';
  const [other] = await app.db.owner<{ id: string }>(
    `select s.id from staff_member s where s.organisation_id = $1 and s.document_number is not null and s.inn is not null
      and s.main_position = 'uchitel' and not exists (select 1 from app_user u where u.person_id = s.person_id)
      and exists (select 1 from education_record c where c.staff_id = s.id)
      and exists (select 1 from training_course c where c.staff_id = s.id)
      and exists (select 1 from certification c where c.staff_id = s.id)
      and exists (select 1 from portfolio_item c where c.staff_id = s.id) limit 1`,
    [own?.organisation_id],
  );
  colleague = other?.id ?? '';
});
afterAll(() => app.close());

const card = (client: TestClient, id: string) => client.get<Item>(`/api/records/staff-member/${id}`);
const list = async (client: TestClient, entity: string) => {
  const { status, body } = await client.post<{ items: Item[]; count: number }>(
    `/api/records/${entity}/query`,
    { count: 'exact', limit: 5 },
  );
  return status === 200 ? (body.count as number) : status;
};

test.each([
  ['technical', 'S003-5.11 technical staff see who works here and nothing of the papers'],
  ['secretary', 'S003-5.5 the secretary sees who works here and how to reach them, not their papers'],
  ['student', 'S003-5.12 a student sees the names and posts of the staff'],
  ['teacher', 'S003-5.9 a teacher sees of a colleague who it is'],
])('%s: %s', async login => {
  const client = login === 'teacher' ? teacher : await app.signIn(login);
  const { status, body } = await card(client, colleague);
  expect(status).toBe(200);
  expect(body.mainPosition).toBe('uchitel');
  const shown = login === 'secretary' ? PAPERS.filter(field => field !== 'email') : PAPERS;
  for (const field of shown) expect(body, field).not.toHaveProperty(field);
});

test('S003-5.12 portfolios of staff are closed to students and parents', async () => {
  for (const login of ['student', 'parent']) {
    const client = await app.signIn(login);
    for (const entity of CHILDREN) expect(await list(client, entity), `${login} ${entity}`).toBe(403);
  }
});

test('S003-5.11 technical staff see no education, orders or portfolio of others', async () => {
  const technical = await app.signIn('technical');
  for (const entity of CHILDREN) {
    const { body } = await technical.post<{ items: Item[] }>(`/api/records/${entity}/query`, {
      filter: { op: '=', args: [{ property: 'staff' }, colleague] },
    });
    expect(body.items, entity).toEqual([]);
  }
});

test('S003-5.9 a teacher keeps the own portfolio and nobody else does it for another', async () => {
  const work = { staff: ownCard, kind: 'method', title: 'Карточки по теме «Дроби»' };
  const made = await teacher.post<Item>('/api/records/portfolio-item', work);
  expect(made.status, made.text).toBe(201);
  const { body: own } = await card(teacher, ownCard);
  expect(own).toHaveProperty('inn');
  expect((own.allowed as { write: string[] }).write).toEqual(['portfolioItems']);
  expect((await teacher.post('/api/records/portfolio-item', { ...work, staff: colleague })).status).toBe(403);
  const theirs = await hr.post<{ items: Item[] }>('/api/records/portfolio-item/query', {
    filter: { op: '=', args: [{ property: 'staff' }, colleague] },
  });
  expect((await teacher.get(`/api/records/portfolio-item/${theirs.body.items[0]?.id}`)).status).toBe(404);
  for (const [entity, body] of [
    ['award', { staff: ownCard, kind: 'zasl-uchitel' }],
    ['certification', { staff: ownCard, category: 'highest' }],
    [
      'staff-order',
      {
        staff: ownCard,
        kind: 'transfer',
        number: '1',
        orderedOn: '2026-11-01',
        effectiveOn: '2026-11-01',
        position: 'director',
      },
    ],
  ] as const)
    expect((await teacher.post(`/api/records/${entity}`, body)).status, entity).toBe(403);
});

test('S003-5.9 a teacher brings works to the own card, and no other change', async () => {
  const { body } = await card(teacher, ownCard);
  const saved = await teacher.patch<Item>(
    `/api/records/staff-member/${ownCard}`,
    { portfolioItems: [{ kind: 'talk', title: 'О чтении' }] },
    String(body.version),
  );
  expect(saved.status, saved.text).toBe(200);
  const refused = await teacher.patch(
    `/api/records/staff-member/${ownCard}`,
    { workPhone: '+73992123456' },
    String(saved.body.version),
  );
  expect([403, 422]).toContain(refused.status);
  const marks = await teacher.patch(
    `/api/records/staff-member/${ownCard}`,
    { absent: ['educationRecords'] },
    String(saved.body.version),
  );
  expect(marks.status).not.toBe(200);
});

test('S003-5.6 HR keeps files of all staff: card, children, orders', async () => {
  const { body } = await card(hr, colleague);
  for (const field of ['document', 'inn', 'hiredOn']) expect(body, field).toHaveProperty(field);
  for (const entity of CHILDREN) expect(await list(hr, entity), entity).toBeGreaterThan(0);
});

test('S003-5.7a the deputy edits facts of the staff, but issues no orders', async () => {
  const deputy = await app.signIn('deputy');
  const { body } = await card(deputy, colleague);
  const saved = await deputy.patch(
    `/api/records/staff-member/${colleague}`,
    { subjects: ['geo'] },
    String(body.version),
  );
  expect(saved.status, saved.text).toBe(200);
  expect(
    (
      await deputy.post('/api/records/training-course', {
        staff: colleague,
        kind: 'kpk',
        topic: 'Курс',
        finishedOn: '2026-01-20',
      })
    ).status,
  ).toBe(201);
  const order = {
    staff: colleague,
    kind: 'dismissal',
    number: '9-к',
    orderedOn: '2026-11-01',
    effectiveOn: '2026-11-01',
  };
  expect((await deputy.post('/api/records/staff-order', order)).status).toBe(403);
  expect(await list(deputy, 'staff-order')).toBeGreaterThan(0);
});

test('S001-П1-2.3a above the organisation facts of staff are restricted: no papers, no contacts, no orders', async () => {
  for (const login of ['municipal-operator', 'region-admin']) {
    const client = await app.signIn(login);
    const { status, body } = await card(client, colleague);
    expect(status, login).toBe(200);
    for (const field of PAPERS) expect(body, `${login} ${field}`).not.toHaveProperty(field);
    expect(body.person).not.toHaveProperty('birthDate');
    expect(body.person).not.toHaveProperty('snils');
    expect(await list(client, 'staff-order'), login).toBe(403);
    const { body: found } = await client.post<{ items: Item[] }>('/api/records/education-record/query', {
      limit: 3,
    });
    for (const item of found.items) expect(item, login).not.toHaveProperty('diplomaNumber');
    expect(await client.post('/api/records/staff-member', {}).then(one => one.status)).toBe(403);
  }
});

test('S001-П2-3.1.1 the coordinator sees whether cards are full and changes none', async () => {
  const coordinator = await app.signIn('coordinator');
  const { body } = await card(coordinator, colleague);
  expect(body.completeness).toEqual((await card(hr, colleague)).body.completeness);
  expect((body.allowed as { update: boolean }).update).toBe(false);
});

test('S001-4.4 everybody sees the whole of the own card', async () => {
  const technical = await app.signIn('technical');
  const [own] = await app.db.owner<{ id: string }>(
    `select s.id from staff_member s join app_user u on u.person_id = s.person_id where u.login = 'technical'`,
  );
  const { body } = await card(technical, own?.id ?? '');
  expect(body.completeness).toEqual((await card(hr, own?.id ?? '')).body.completeness);
});

test('S004-4.2 the college and the school keep their staff apart', async () => {
  const college = await app.signIn('admin-college');
  expect((await card(college, colleague)).status).toBe(404);
  expect(await list(college, 'staff-member')).toBeGreaterThan(0);
});
