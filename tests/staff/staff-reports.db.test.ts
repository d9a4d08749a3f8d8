/** Reports of staff against figures counted by hand-written SQL, as the database's owner who sees every row. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { anApp, type TestApp, type TestClient } from '../support/app.ts';

interface Group {
  caption: string;
  count: number;
  measures: (number | null)[];
}
interface Answer {
  columns: { key: string }[];
  measures: { key: string }[];
  rows: { id: string; cells: (string | number | boolean | null)[] }[];
  groups: Group[];
  total: { count: number; measures: (number | null)[] };
}

let app: TestApp;
let hr: TestClient;
let coordinator: TestClient;
let municipality: TestClient;

beforeAll(async () => {
  app = await anApp({ demo: true });
  hr = await app.signIn('hr');
  coordinator = await app.signIn('coordinator');
  municipality = await app.signIn('municipal-operator');
});
afterAll(() => app.close());

const run = async (client: TestClient, report: string, more: object = {}): Promise<Answer> => {
  const { status, body, text } = await client.post<Answer>('/api/report-runs', { report, ...more });
  expect(status, text).toBe(200);
  return body;
};
const figure = (answer: Answer, of: { measures: (number | null)[] }, key: string) =>
  of.measures[answer.measures.findIndex(measure => measure.key === key)];
const cells = (answer: Answer, row: Answer['rows'][number]) =>
  Object.fromEntries(answer.columns.map((column, index) => [column.key, row.cells[index]]));

const SECTIONS = {
  educationRecords: 'education_record',
  trainingCourses: 'training_course',
  certifications: 'certification',
  awards: 'award',
  portfolioItems: 'portfolio_item',
};
const sectionSql = (name: string, table: string) =>
  `(exists (select 1 from ${table} c where c.organisation_id = s.organisation_id and c.staff_id = s.id) or '${name}' = any(s.absent))::int`;
const PEDAGOGICAL = `s.main_position in ('uchitel','vospitatel','st-vospitatel','pdo','prepodavatel','master-po','ped-psiholog','soc-pedagog','muz-ruk','instr-fk','uchitel-logoped','metodist','ped-organizator','st-vozhatyi','koncertmeister')`;

describe('S000-portfolio «Заполнение портфолио педагога»', () => {
  interface Sum extends Record<string, unknown> {
    name: string;
    staff: number;
    filled: number;
  }
  const sums = () =>
    app.db.owner<Sum>(`select o.name, count(*)::int as staff,
        sum(${Object.entries(SECTIONS)
          .map(([name, table]) => sectionSql(name, table))
          .join(' + ')})::int as filled
      from staff_member s join organisation o on o.id = s.organisation_id join organisation m on m.id = o.parent_id
      where ${PEDAGOGICAL} and coalesce(s.status, '') <> 'dismissed' and m.name = 'город Яснополь' group by o.name`);

  test('C20 ranks organisations; the total is weighted, not a mean of percents', async () => {
    const answer = await run(municipality, 'portfolio-completeness');
    const expected = await sums();
    expect(answer.groups.map(group => group.caption).sort()).toEqual(expected.map(one => one.name).sort());
    for (const group of answer.groups) {
      const one = expected.find(sum => sum.name === group.caption)!;
      expect(figure(answer, group, 'staff'), one.name).toBe(one.staff);
      expect(figure(answer, group, 'filled'), one.name).toBe(one.filled);
      expect(figure(answer, group, 'required'), one.name).toBe(one.staff * 5);
    }
    const shares = answer.groups.map(group => figure(answer, group, 'share') as number);
    expect(shares).toEqual(shares.toSorted((a, b) => b - a));
    const places = answer.groups.map(group => figure(answer, group, 'place'));
    expect(places).toEqual(shares.map(share => 1 + shares.filter(other => other > share).length));
    const [filled, staff] = [
      expected.reduce((sum, one) => sum + one.filled, 0),
      expected.reduce((sum, one) => sum + one.staff, 0),
    ];
    expect(figure(answer, answer.total, 'share')).toBeCloseTo(filled / (staff * 5), 10);
    const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
    expect(Math.abs(mean - filled / (staff * 5))).toBeGreaterThan(0.0001);
    expect(figure(answer, answer.total, 'place')).toBeNull();
  });

  test('a figure opens into the staff behind it, and the sections of each are shown', async () => {
    const answer = await run(municipality, 'portfolio-completeness');
    const group = answer.groups[0]!;
    const { body } = await municipality.post<{ entity: string; count: number }>('/api/report-runs', {
      report: 'portfolio-completeness',
      drill: { group: { organisation: group.caption } },
    });
    expect(body).toMatchObject({ entity: 'staff-member', count: group.count });
    const people = await run(coordinator, 'portfolio-by-person');
    const stored = await app.db.owner<{ id: string; education: number; awards: number }>(
      `select s.id, ${sectionSql('educationRecords', 'education_record')} as education, ${sectionSql('awards', 'award')} as awards from staff_member s`,
    );
    expect(people.rows.length).toBeGreaterThan(20);
    for (const row of people.rows) {
      const one = stored.find(card => card.id === row.id)!;
      const shown = cells(people, row);
      expect([shown.education, shown.awards]).toEqual([one.education === 1, one.awards === 1]);
      expect(String(shown.missing ?? '').includes('Образование')).toBe(one.education === 0);
    }
  });

  test('«нет» counts as filled (C13)', async () => {
    const before = await run(coordinator, 'portfolio-completeness');
    const people = await run(coordinator, 'portfolio-by-person', { parameters: { incomplete: true } });
    const row = people.rows.find(one => cells(people, one).awards === false)!;
    const { body: card } = await hr.get<{ version: string; absent?: string[] }>(
      `/api/records/staff-member/${row.id}`,
    );
    const saved = await hr.patch(
      `/api/records/staff-member/${row.id}`,
      { absent: [...(card.absent ?? []), 'awards'] },
      card.version,
    );
    expect(saved.status, saved.text).toBe(200);
    const after = await run(coordinator, 'portfolio-completeness');
    expect(figure(after, after.total, 'filled')).toBe((figure(before, before.total, 'filled') as number) + 1);
  });
});

describe('S000-коорд reports of the coordinator', () => {
  test('S001-5.6 «Заполнение личной карточки сотрудника» agrees with the cards themselves', async () => {
    const answer = await run(coordinator, 'staff-card-completeness');
    for (const row of answer.rows.slice(0, 8)) {
      const { body } = await coordinator.get<{ completeness: { filled: number; total: number } }>(
        `/api/records/staff-member/${row.id}`,
      );
      const shown = cells(answer, row);
      expect([shown.filled, shown.fillable]).toEqual([body.completeness.filled, body.completeness.total]);
    }
    const sum = (key: string) =>
      answer.rows.reduce((total, row) => total + Number(cells(answer, row)[key]), 0);
    expect(figure(answer, answer.total, 'share')).toBeCloseTo(sum('filled') / sum('fillable'), 10);
  });

  test('«Сведения об образовании» lists each diploma of those who work here', async () => {
    const answer = await run(coordinator, 'staff-education');
    const [{ records, people } = { records: 0, people: 0 }] = await app.db.owner<{
      records: number;
      people: number;
    }>(
      `select count(*)::int as records, count(distinct e.staff_id)::int as people from education_record e
        join staff_member s on s.organisation_id = e.organisation_id and s.id = e.staff_id
        where e.organisation_id = $1 and coalesce(s.status, '') <> 'dismissed'`,
      [coordinator.session.active.organisation.id],
    );
    expect(answer.total.count).toBe(records);
    expect(figure(answer, answer.total, 'people')).toBe(people);
    expect(answer.columns.map(column => column.key)).toContain('diploma');
    const restricted = await run(municipality, 'staff-education');
    expect(restricted.columns.map(column => column.key)).not.toContain('diploma');
  });

  test('«Сведения о повышении квалификации» marks what is older than three years, and who has nothing newer', async () => {
    const answer = await run(coordinator, 'staff-training');
    const last = answer.columns.findIndex(column => column.key === 'finishedOn');
    for (const row of answer.rows)
      expect(cells(answer, row).old).toBe(String(row.cells[last]) < '2023-11-22');
    const overdue = await run(coordinator, 'staff-training-overdue');
    const stored = await app.db.owner<{ id: string }>(
      `select s.id from staff_member s where s.organisation_id = $1 and ${PEDAGOGICAL} and coalesce(s.status, '') <> 'dismissed'
        and not exists (select 1 from training_course c where c.organisation_id = s.organisation_id and c.staff_id = s.id
          and c.kind in ('kpk', 'pp', 'internship') and c.finished_on >= date '2023-11-22')`,
      [coordinator.session.active.organisation.id],
    );
    expect(overdue.rows.map(row => row.id).sort()).toEqual(stored.map(one => one.id).sort());
    expect(stored.length).toBeGreaterThan(0);
  });
});

describe('«Что истекает»', () => {
  const expiring = (days: number) =>
    app.db.owner<{ id: string; cert: boolean }>(
      `select s.id, coalesce(l.valid_until <= date '2026-11-22' + $2::int, false) as cert from staff_member s
        left join lateral (select c.valid_until from certification c where c.organisation_id = s.organisation_id and c.staff_id = s.id
          order by c.given_on desc nulls last, c.id desc limit 1) l on true
        where s.organisation_id = $1 and coalesce(s.status, '') <> 'dismissed' and (l.valid_until <= date '2026-11-22' + $2::int
          or s.contract_until <= date '2026-11-22' + $2::int or s.medical_until <= date '2026-11-22' + $2::int
          or (${PEDAGOGICAL} and not exists (select 1 from training_course c where c.organisation_id = s.organisation_id and c.staff_id = s.id
            and c.kind in ('kpk', 'pp', 'internship') and c.finished_on >= (date '2026-11-22' + $2::int - interval '36 months'))))`,
      [hr.session.active.organisation.id, days],
    );

  test.each([0, 60, 365])('lists whose terms end within %i days', async days => {
    const answer = await run(hr, 'staff-expiring', { parameters: { days } });
    const stored = await expiring(days);
    expect(answer.rows.map(row => row.id).sort()).toEqual(stored.map(one => one.id).sort());
    expect(figure(answer, answer.total, 'categories')).toBe(stored.filter(one => one.cert).length);
    for (const row of answer.rows) expect(cells(answer, row).what).not.toBe('');
  });

  test('the overview says how many, only to those whose report it is', async () => {
    const home = async (client: TestClient) =>
      (await client.get<{ notices: object[] }>('/api/home')).body.notices;
    expect(await home(hr)).toEqual([
      { report: 'staff-expiring', text: 'У сотрудников истекают сроки', count: (await expiring(60)).length },
    ]);
    for (const login of ['teacher', 'secretary', 'student'])
      expect(await home(await app.signIn(login)), login).toEqual([]);
  });

  test('a category given anew without end no longer expires', async () => {
    const [one] = (await expiring(365)).filter(each => each.cert);
    const made = await hr.post('/api/records/certification', {
      staff: one?.id,
      category: 'highest',
      givenOn: '2026-11-20',
      absent: ['validUntil'],
    });
    expect(made.status, made.text).toBe(201);
    const answer = await run(hr, 'staff-expiring', { parameters: { days: 365 } });
    const row = answer.rows.find(each => each.id === one?.id);
    expect(row ? String(cells(answer, row).what) : '').not.toContain('категория');
  });
});

describe('papers', () => {
  test('S001-4.5 the personal card and the personal file print facts, education and orders, with the stamp', async () => {
    const { body } = await hr.post<{ items: { id: string; label: string }[] }>(
      '/api/records/staff-member/query',
      { filter: { op: '=', args: [{ property: 'mainPosition' }, 'uchitel'] }, fields: [], limit: 1 },
    );
    const id = body.items[0]?.id ?? '';
    const surname = String(body.items[0]?.label).split(' ')[0] ?? '';
    const [education] = await app.db.owner<{ institution: string }>(
      'select institution from education_record where staff_id = $1',
      [id],
    );
    for (const report of ['staff-personal-card', 'staff-personal-file']) {
      const paper = await hr.post<{ html: string }>('/api/report-runs', {
        report,
        parameters: { record: id },
        format: 'json',
      });
      expect(paper.status, paper.text).toBe(200);
      const { html } = paper.body;
      expect(html).toContain(surname);
      if (education) expect(html).toContain(education.institution);
      expect(html).toMatch(/Исполнитель/);
      const pdf = await hr.post('/api/report-runs', { report, parameters: { record: id }, format: 'pdf' });
      expect(pdf.bytes.subarray(0, 5).toString()).toBe('%PDF-');
    }
    expect(
      (
        await coordinator.post('/api/report-runs', {
          report: 'staff-personal-card',
          parameters: { record: id },
        })
      ).status,
    ).toBe(404);
  });
});
