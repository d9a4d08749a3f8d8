/** Many records at once, under row security. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aDatabase, type TestDatabase, testSecret } from '../../tests/support/database.ts';
import type { Catalogue, Entity } from '../catalogue/types.ts';
import { type BulkRecord, loadBulk, refreshMaintained } from './bulk.ts';
import { migrate } from './migrate.ts';
import { aCatalogue, aFacet, aField, anEntity } from './testing/catalogue.ts';

const id = (n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const scope = { organisationIds: [1], everywhere: false };

const student = aFacet('student', 'students', [
  aField('status', { kind: 'dictionary', computed: true }),
  aField('home.city'),
  aField('phones', { kind: 'texts' }),
  aField('shift', { kind: 'dictionary', default: '1' }),
  aField('socialStatus', {
    kind: 'rows',
    sqlType: 'student_social_status',
    rows: [aField('category', { required: true }), aField('from', { kind: 'date' })],
  }),
]);
const line = anEntity('line', 'students', [
  aField('student', { kind: 'ref', ref: 'student' }),
  aField('kind', { kind: 'dictionary' }),
  aField('effectiveOn', { kind: 'date' }),
]);
line.maintains = [{ through: 'student', latestBy: 'effectiveOn', set: { status: { property: 'kind' } } }];
line.relations.set('student', {
  name: 'student',
  kind: 'one',
  entity: 'student',
  join: 'ref',
  via: 'student',
  title: '',
});

let catalogue: Catalogue;
let home: TestDatabase;

beforeAll(async () => {
  catalogue = aCatalogue([student, line]);
  home = await aDatabase({ empty: true });
  await migrate(home.ownerUrl, catalogue, { secret: testSecret });
  await home.owner(
    `insert into organisation (level, name, full_name) values ('organisation', 'Школа 1', ''), ('organisation', 'Школа 2', '')`,
  );
});
afterAll(async () => {
  await home.close();
});

const load = (entity: Entity, records: BulkRecord[]) =>
  home.database.scoped(scope, tx => loadBulk(tx, entity, records));

describe('bulk loading', () => {
  test('puts facets, people, cards and their rows in as sets within the scope', async () => {
    const people = Array.from({ length: 1_200 }, (_, n) => ({
      id: id(10_000 + n),
      organisationId: 1,
      person: { id: id(20_000 + n), lastName: 'Щёголев', firstName: 'Семён', birthDate: '2015-02-03' },
      home: { city: 'Яснополь' },
      phones: ['+79440000000'],
      socialStatus: [{ id: id(30_000 + n), category: 'large', from: '2026-01-01' }],
      absent: ['person.snils'],
    }));
    await load(student, people);
    const [counts] = await home.owner(
      `select (select count(*)::int from student where home_city = 'Яснополь' and shift = '1' and phones = array['+79440000000'] and absent = array['person.snils']) as cards,
        (select count(*)::int from person) as people, (select count(*)::int from facet where entity = 'student') as facets,
        (select count(*)::int from student_social_status r join student s on s.id = r.record_id where r."from" = '2026-01-01') as rows`,
    );
    expect(counts).toEqual({ cards: 1_200, people: 1_200, facets: 1_200, rows: 1_200 });
  });

  test('links a person who stands already without making a second one', async () => {
    await load(student, [{ id: id(1), organisationId: 1, person: { id: id(20_000) } }]);
    const rows = await home.owner(`select record_id from facet where person_id = $1`, [id(20_000)]);
    expect(rows.length).toBe(2);
  });

  test('refuses a record of another organisation and a field that the card does not have', async () => {
    await expect(
      load(student, [{ id: id(2), organisationId: 2, person: { id: id(3), lastName: 'А', firstName: 'Б' } }]),
    ).rejects.toThrow('FORBIDDEN');
    await expect(
      load(student, [{ id: id(2), organisationId: 1, person: { id: id(20_001) }, home: { town: 'x' } }]),
    ).rejects.toThrow('card "student" has no field "home.town"');
    expect(await home.owner('select 1 from student where id = $1', [id(2)])).toEqual([]);
  });

  test('recomputes what records keep on other cards, the latest record deciding', async () => {
    const lines = [
      { id: id(5), student: id(10_000), kind: 'left', effectiveOn: '2026-05-01' },
      { id: id(6), student: id(10_000), kind: 'active', effectiveOn: '2026-09-01' },
      { id: id(7), student: id(10_001), kind: 'active', effectiveOn: '2026-09-01' },
    ];
    await load(
      line,
      lines.map(one => ({ ...one, organisationId: 1 })),
    );
    await home.database.scoped(scope, tx => refreshMaintained(tx, catalogue, line, [1], '2026-11-22'));
    const rows = await home.owner(
      `select id, status, version from student where status is not null order by id`,
    );
    expect(rows).toEqual([
      { id: id(10_000), status: 'active', version: 1 },
      { id: id(10_001), status: 'active', version: 1 },
    ]);
  });
});
