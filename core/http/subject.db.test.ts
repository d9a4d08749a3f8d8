/** What people ask of data held of them, and what is held by consent, over the demo region. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { anApp, type TestApp, type TestClient } from '../../tests/support/app.ts';
import type { Dataset } from '../reports/dataset.ts';
import type { RecordAnswer } from '../storage/gateway.types.ts';
import type { AccessPage } from '../subject/access-log.ts';
import type { Extract } from '../subject/extract.ts';

let app: TestApp;
let secretary: TestClient;
let director: TestClient;
/** A student of the class teacher's class with a phone or address by consent. */
let pupil: { id: string; person_id: string };

beforeAll(async () => {
  app = await anApp({ demo: true });
  [secretary, director] = await Promise.all([app.signIn('secretary'), app.signIn('director')]);
  const [row] = await app.db.owner<{ id: string; person_id: string }>(
    `select s.id, s.person_id from student s join study_group g on g.organisation_id = s.organisation_id and g.id = s.current_group_id
       join staff_member m on m.organisation_id = g.organisation_id and m.id = g.class_teacher_id
       join app_user u on u.person_id = m.person_id and u.login = 'class-teacher'
      where s.email is not null and s.consents ? 'education-process' and s.consents ? 'health-data' order by s.id limit 1`,
  );
  pupil = row as typeof pupil;
});
afterAll(() => app.close());

const card = (client: TestClient, more = '') =>
  client.get<RecordAnswer>(`/api/records/student/${pupil.id}${more}`);
const rowsOf = async (report: string, client = secretary) => {
  const { status, body } = await client.post<Dataset>('/api/report-runs', { report });
  expect(status, report).toBe(200);
  return JSON.stringify(body);
};

describe('S001-5.4 consents of the demo region', () => {
  test('S001-5.4 AU4 a consent withdrawn by the secretary shuts the section for the class teacher, a new one opens it', async () => {
    const teacher = await app.signIn('class-teacher');
    const before = (await card(teacher)).body;
    expect(before.email).toBeDefined();
    const { body } = await card(secretary, '?include=consents');
    const consent = (body.consents as RecordAnswer[]).find(
      one => one.purpose === 'education-process' && one.withdrawnOn === undefined,
    ) as RecordAnswer;
    const url = `/api/records/consent/${consent.id}`;
    const withdrawn = { withdrawnOn: '2026-11-20', withdrawalReason: 'Заявление родителя' };
    expect((await secretary.patch(url, withdrawn, consent.version)).status).toBe(200);
    const shut = (await card(teacher)).body;
    expect(shut.email).toBeUndefined();
    expect(shut.blocked).toMatchObject({ email: 'education-process', homePhone: 'education-process' });
    expect(await rowsOf('students-without-consent')).toContain(before.labels['']);
    const made = await secretary.post('/api/records/consent', {
      person: { id: pupil.person_id },
      purpose: 'education-process',
      form: 'paper',
      signedOn: '2026-11-21',
      signedBy: 'representative',
    });
    expect(made.status, made.text).toBe(201);
    expect((await card(teacher)).body.email).toBe(before.email);
    expect(await rowsOf('students-without-consent')).not.toContain(before.labels['']);
  });

  test('S001-5.4 every report of consents runs, and a form is printed empty', async () => {
    for (const report of ['guardians-without-consent', 'consents-expiring']) await rowsOf(report);
    expect(await rowsOf('staff-without-consent', director)).toContain('people');
    const form = await secretary.post('/api/report-runs', {
      report: 'consent-form',
      format: 'html',
      parameters: { record: pupil.id, purpose: 'health-data' },
    });
    expect(form.status, form.text).toBe(200);
    expect(form.text).toContain('состоянии здоровья');
    expect(form.text).toContain('законный представитель');
  });

  test('S003-8.6 consents of staff are the personnel officer’s, those of families the secretary’s', async () => {
    const hr = await app.signIn('hr');
    const [staff] = await app.db.owner<{ person_id: string }>(
      `select person_id from staff_member where organisation_id = $1 order by id limit 1`,
      [hr.session.active.organisation.id],
    );
    const consent = {
      person: { id: staff?.person_id },
      form: 'paper',
      signedOn: '2026-11-01',
      signedBy: 'self',
    };
    const add = (client: TestClient, purpose: string) =>
      client.post<RecordAnswer>('/api/records/consent', { ...consent, purpose });
    const made = await add(hr, 'staff-hr');
    expect(made.status, made.text).toBe(201);
    expect((await add(hr, 'education-process')).status).toBe(403);
    expect((await add(secretary, 'staff-hr')).status).toBe(403);
    expect((await secretary.get(`/api/records/consent/${made.body.id}`)).status).toBe(404);
  });
});

describe('who saw the card', () => {
  test('S001-4.4 AU1 the student, the parents and the director see who opened it; others do not', async () => {
    const student = await app.signIn('student');
    const { body } = await student.get<{ items: { id: string }[] }>('/api/records/student');
    const own = `/api/records/student/${body.items[0]?.id}`;
    await secretary.get(own);
    for (const client of [student, director, await app.signIn('parent')]) {
      const log = await client.get<AccessPage>(`${own}/access-log`);
      expect(log.status, log.text).toBe(200);
      expect(log.body.items).toContainEqual(expect.objectContaining({ action: 'view', role: 'secretary' }));
    }
    expect((await secretary.get(`${own}/access-log`)).status).toBe(403);
    expect((await student.get(`/api/records/student/${pupil.id}/access-log`)).status).toBe(404);
    const [noted] = await app.db.owner(`select count(*)::int as n from audit where action = 'access-log'`);
    expect(noted?.n).toBe(3);
  });

  test('S001-4.4 the log comes in pages', async () => {
    for (let time = 0; time < 60; time += 1) await card(director);
    const url = `/api/records/student/${pupil.id}/access-log`;
    const first = await director.get<AccessPage>(url);
    expect(first.body.items).toHaveLength(50);
    const second = await director.get<AccessPage>(`${url}?after=${first.body.next}`);
    expect(second.body.items.length).toBeGreaterThan(9);
    expect((await director.get(`${url}?after=x`)).status).toBe(400);
  });
});

describe('extract of one person’s data', () => {
  test('AU5 it holds every readable field with ground, purpose and term, who saw it, and is noted', async () => {
    const { status, body, text } = await director.get<Extract>(`/api/people/${pupil.person_id}/extract`);
    expect(status, text).toBe(200);
    const student = body.cards.find(one => one.entity === 'student');
    expect(student?.fields.find(field => field.path === 'email')).toMatchObject({ basis: 'consent' });
    expect(student?.fields.find(field => field.path === 'person.lastName')).toMatchObject({ basis: 'law' });
    expect(body.cards.some(one => one.entity === 'consent')).toBe(true);
    expect(body.seen.length).toBeGreaterThan(0);
    const noted = await app.db.owner(`select 1 from audit where action = 'extract' and record_id = $1`, [
      pupil.id,
    ]);
    expect(noted).toHaveLength(1);
  });

  test('AU5 a student gets the own one and nobody else’s; a teacher gets none', async () => {
    const student = await app.signIn('student');
    const [own] = await app.db.owner<{ person_id: string }>(
      `select person_id from app_user where login = 'student'`,
    );
    expect((await student.get(`/api/people/${own?.person_id}/extract`)).status).toBe(200);
    expect((await student.get(`/api/people/${pupil.person_id}/extract`)).status).toBe(404);
    const teacher = await app.signIn('class-teacher');
    expect((await teacher.get(`/api/people/${pupil.person_id}/extract`)).status).toBe(404);
    const paper = await director.get(`/api/people/${pupil.person_id}/extract?format=pdf`);
    expect(paper.headers['content-type']).toBe('application/pdf');
  });
});
