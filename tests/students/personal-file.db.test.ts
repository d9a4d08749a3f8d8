/** «Личное дело обучающегося»: what the paper holds, compared with the tables, and what it must leave out. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { anApp, type TestApp, type TestClient } from '../support/app.ts';

let app: TestApp;
let secretary: TestClient;
let child: {
  id: string;
  last_name: string;
  parent: string;
  phone: string;
  parent_phone: string;
  title: string;
};

beforeAll(async () => {
  app = await anApp({ demo: true });
  secretary = await app.signIn('secretary');
  const [found] = await app.db.owner<typeof child>(
    `select s.id, p.last_name, gp.last_name as parent, s.mobile_phone as phone, g.mobile_phone as parent_phone, a.title
       from student s join person p on p.id = s.person_id
       join guardianship gs on gs.student_id = s.id and gs.organisation_id = s.organisation_id
       join guardian g on g.id = gs.guardian_id and g.organisation_id = s.organisation_id
       join person gp on gp.id = g.person_id
       join achievement a on a.student_id = s.id and a.organisation_id = s.organisation_id
      where s.organisation_id = $1 and s.mobile_phone is not null and g.mobile_phone is not null
        and exists (select from consent c where c.organisation_id = s.organisation_id and c.person_id = s.person_id
          and c.purpose = 'education-process' and c.withdrawn_on is null)
        and exists (select from consent c where c.organisation_id = s.organisation_id and c.person_id = g.person_id
          and c.purpose = 'education-process' and c.withdrawn_on is null)
      order by s.id limit 1`,
    [secretary.session.active.organisation.id],
  );
  child = found as typeof child;
});
afterAll(() => app.close());

const paper = (client: TestClient) =>
  client.post<{ html: string }>('/api/report-runs', {
    report: 'student-personal-file',
    parameters: { record: child.id },
    format: 'json',
  });

describe('S003-5.5 the personal file of a student', () => {
  test('names the child, the parents with their phones, the achievements, and who made the paper', async () => {
    const { status, body, text } = await paper(secretary);
    expect(status, text).toBe(200);
    for (const part of [child.last_name, child.parent, child.title, 'ЛИЧНОЕ ДЕЛО'])
      expect(body.html).toContain(part);
    expect(body.html).toMatch(/Исполнитель/);
    expect(body.html.replace(/\D/g, '')).toContain(child.parent_phone.replace(/\D/g, '').slice(-10));
  });

  test('S001-4.5 is a PDF', async () => {
    const { status, bytes } = await secretary.post('/api/report-runs', {
      report: 'student-personal-file',
      parameters: { record: child.id },
      format: 'pdf',
    });
    expect(status).toBe(200);
    expect(bytes.subarray(0, 5).toString()).toBe('%PDF-');
  });

  test('is offered to the office alone', async () => {
    for (const login of ['teacher', 'parent', 'psychologist'])
      expect([403, 404]).toContain((await paper(await app.signIn(login))).status);
  });

  test('S001-5.4 without a consent holds neither phones nor achievements, and the law part stays', async () => {
    const consents = await secretary.post<{ items: { id: string; version: string }[] }>(
      '/api/records/consent/query',
      {
        filter: { op: 'contains', args: [{ property: 'person.lastName' }, child.last_name] },
        fields: ['purpose'],
        limit: 100,
      },
    );
    for (const { id } of consents.body.items) {
      const card = await secretary.get<{ version: string; withdrawnOn?: string; signedOn: string }>(
        `/api/records/consent/${id}`,
      );
      if (card.body.withdrawnOn) continue;
      const taken = await secretary.patch(
        `/api/records/consent/${id}`,
        { withdrawnOn: '2026-11-01' },
        card.body.version,
      );
      expect(taken.status, taken.text).toBe(200);
    }
    const { body } = await paper(secretary);
    expect(body.html).toContain(child.last_name);
    expect(body.html).not.toContain(child.title);
    expect(body.html.replace(/\D/g, '')).not.toContain(child.phone.replace(/\D/g, '').slice(-10));
  });
});
