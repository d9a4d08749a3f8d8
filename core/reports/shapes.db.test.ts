import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { anApp, type TestApp, type TestClient } from '../../tests/support/app.ts';
import type { Dataset } from './dataset.ts';

let app: TestApp;
let secretary: TestClient;
let school: number;

beforeAll(async () => {
  app = await anApp({ demo: true });
  secretary = await app.signIn('secretary');
  school = secretary.session.active.organisation.id;
});
afterAll(() => app.close());

const own = (more: Record<string, unknown>) => ({
  $schema: 'kartoteka/report/1',
  id: 'own',
  version: 1,
  title: 'Проба',
  source: 'student',
  ...more,
});
const run = (definition: Record<string, unknown>, more: Record<string, unknown> = {}) =>
  secretary.post<Dataset>('/api/report-runs', { definition, ...more });
const p = (property: string) => ({ property });
const count = { key: 'n', fn: 'count', title: 'Человек' };

describe('reports of readers', () => {
  test('group by every kind of value', async () => {
    for (const [name, group] of Object.entries({
      boolean: p('hasComputer'),
      day: p('person.birthDate'),
      code: p('person.sex'),
      reference: p('currentGroup'),
      person: p('currentGroup.classTeacher.person'),
      organisation: p('organisation'),
      number: { expression: { op: 'age', args: [p('person.birthDate')] } },
      truth: { expression: { op: '>', args: [{ op: 'age', args: [p('person.birthDate')] }, 12] } },
      caption: { expression: { op: 'caption', args: [p('status')] } },
    })) {
      const definition = own({ groups: [{ key: 'g', title: 'Группа', ...group }], measures: [count] });
      const { status, body, text } = await run(definition);
      expect(status, `${name}: ${text}`).toBe(200);
      const sum = body.groups.reduce((total, node) => total + node.count, 0);
      expect(sum, name).toBe(body.total.count);
      const [first] = body.groups;
      const { body: drill } = await secretary.post<{ count: number }>('/api/report-runs', {
        definition,
        drill: { group: { g: first!.value }, measure: 'n' },
      });
      expect(drill.count, name).toBe(first!.count);
    }
  });

  test('measure days, texts, numbers and different people', async () => {
    const { status, body, text } = await run(
      own({
        measures: [
          { key: 'first', fn: 'min', property: 'person.birthDate', title: 'Старший' },
          { key: 'last', fn: 'max', property: 'person.lastName', title: 'Последний по алфавиту' },
          {
            key: 'age',
            fn: 'avg',
            expression: { op: 'age', args: [p('person.birthDate')] },
            title: 'Средний возраст',
          },
          { key: 'classes', fn: 'countDistinct', property: 'currentGroup', title: 'Классов' },
          { key: 'people', fn: 'countDistinct', property: 'person', title: 'Людей' },
        ],
      }),
    );
    expect(status, text).toBe(200);
    const [row] = await app.db.owner(
      `select min(p.birth_date)::text as first, max(p.last_name collate "ru_app") as last,
         count(distinct s.current_group_id)::int as classes, count(distinct s.person_id)::int as people
       from student s join person p on p.id = s.person_id where s.organisation_id = $1`,
      [school],
    );
    const [first, last, age, classes, people] = body.total.measures;
    expect({ first, last, classes, people }).toEqual(row);
    expect(age).toBeGreaterThan(5);
  });

  test('list captions, sets and rollups, in every form', async () => {
    const definition = own({
      columns: [
        { property: 'person.lastName' },
        { property: 'currentGroup.schoolYear' },
        { property: 'organisation.parent' },
        { title: 'Родителей', rollup: 'guardianships', fn: 'count' },
        { title: 'Телефоны', rollup: 'guardianships', fn: 'list', property: 'guardian.mobilePhone' },
        { title: 'Итог', formula: { op: '*', args: [{ op: 'age', args: [p('person.birthDate')] }, 2] } },
        { title: 'Взрослый', formula: { op: '>', args: [{ op: 'age', args: [p('person.birthDate')] }, 17] } },
      ],
      where: { op: '=', args: [p('person.sex'), 'f'] },
      sort: [{ key: 'column4', descending: true }],
    });
    for (const format of ['json', 'html', 'pdf', 'xlsx', 'csv']) {
      const { status, text } = await run(definition, { format });
      expect(status, format + text.slice(0, 300)).toBe(200);
    }
    const { body } = await run(definition);
    const guardians = body.rows.map(row => Number(row.cells[3]));
    expect(guardians).toEqual(guardians.toSorted((a, b) => b - a));
    expect(body.columns.map(column => column.kind)).toEqual([
      'text',
      'text',
      'text',
      'integer',
      'text',
      'decimal',
      'boolean',
    ]);
  });

  test('answer with nothing when nothing fits', async () => {
    const where = { op: '=', args: [p('person.lastName'), 'Такой фамилии нет'] };
    const list = own({
      columns: [p('person.lastName')],
      groups: [{ key: 'g', title: 'Г', ...p('status') }],
      measures: [count],
      where,
    });
    for (const format of ['json', 'pdf', 'xlsx', 'csv', 'html']) {
      expect((await run(list, { format })).status, format).toBe(200);
    }
    const { body } = await run(list);
    expect(body).toMatchObject({ rows: [], groups: [], total: { count: 0, measures: [0] } });
  });

  test.each([
    [own({ columns: [p('socialStatus')] }), '/definition/columns/0/property'],
    [own({ columns: [p('person.lastName')], where: p('person.lastName') }), '/definition/where'],
    [
      own({ measures: [{ key: 'a', title: 'A', fn: 'sum', property: 'person.lastName' }] }),
      '/definition/measures/0',
    ],
    [own({ columns: [p("person.lastName'; drop table student")] }), '/definition/columns/0/property'],
    [own({ columns: [p('constructor')] }), '/definition/columns/0/property'],
    [own({ columns: [p('currentGroup.students.person.lastName')] }), '/definition/columns/0/property'],
  ])('refuse %j at its place', async (definition, path) => {
    const { status, text } = await run(definition);
    expect(status, text).toBe(422);
    expect(JSON.parse(text).errors[0].path).toBe(path);
  });

  test('are bounded', async () => {
    let deep: unknown = { op: 'isNull', args: [p('status')] };
    for (let level = 0; level < 10; level++) deep = { op: 'not', args: [deep] };
    const answer = await run(own({ columns: [p('person.lastName')], where: deep }));
    expect(answer.status, answer.text).toBe(400);
    expect(answer.text).toContain('TOO_COMPLEX');
  });
});
