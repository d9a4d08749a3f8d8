/** Declared changes of a plugin's tables on a real PostgreSQL: what they do, and what is left when they fail. */
import pg from 'pg';
import { afterAll, describe, expect, test } from 'vitest';
import { aDatabase, testSecret as SECRET, type TestDatabase } from '../../tests/support/database.ts';
import type { MigrationStep, PluginMigration } from '../catalogue/migrations.ts';
import type { Catalogue, Field } from '../catalogue/types.ts';
import { migrate } from './migrate.ts';
import { aCatalogue, aFacet, aField, anEntity } from './testing/catalogue.ts';

const opened: TestDatabase[] = [];
afterAll(async () => {
  for (const database of opened) await database.close();
});

async function freshDatabase(): Promise<TestDatabase> {
  const database = await aDatabase({ empty: true });
  opened.push(database);
  return database;
}

const group = () => anEntity('study-group', 'process', [aField('name', { required: true })]);
const rows = (path: string, table: string, ...fields: Field[]) =>
  aField(path, { kind: 'rows', sqlType: table, rows: fields });

/** Version 1 of a card with everything that a step can touch. */
const before = () =>
  aFacet('student', 'students', [
    aField('note', { index: true }),
    aField('hours'),
    aField('city'),
    aField('kind', { kind: 'dictionary' }),
    aField('group', { kind: 'ref', ref: 'study-group' }),
    rows('visits', 'student_visits', aField('place'), aField('day')),
  ]);

const aMigration = (name: string, ...steps: MigrationStep[]): PluginMigration => ({
  name,
  file: `/plugins/students/migrations/${name}.migration.json`,
  hash: JSON.stringify(steps),
  title: 'Проверка',
  steps,
});

const withMigrations = (
  entity: Catalogue['entities'] extends Map<string, infer E> ? E : never,
  ...migrations: PluginMigration[]
) => aCatalogue([entity, group()], [{ id: 'students', migrations }]);
const start = (db: TestDatabase, catalogue: Catalogue, lockTimeoutMs?: number) =>
  migrate(db.ownerUrl, catalogue, { secret: SECRET, ...(lockTimeoutMs ? { lockTimeoutMs } : {}) });

const STUDENT = '00000000-0000-7000-8000-00000000000';

/** Version 1 with three students. */
async function installed(): Promise<TestDatabase> {
  const db = await freshDatabase();
  expect(await start(db, withMigrations(before()))).toEqual({ quarantined: [] });
  await db.owner(`
    insert into organisation (level, name, full_name) values ('organisation', 'Школа 1', 'Школа 1');
    insert into study_group (organisation_id, id, name) values (1, '${STUDENT}9', '1А');
    insert into person (id, last_name, first_name) select ('${STUDENT}' || n)::uuid, 'А', 'Б' from generate_series(1, 3) n;
    insert into facet (organisation_id, entity, record_id, person_id)
      select 1, 'student', ('${STUDENT}' || n)::uuid, ('${STUDENT}' || n)::uuid from generate_series(1, 3) n;
    insert into student (organisation_id, id, person_id, note, hours, city, kind, group_id, absent)
    values (1, '${STUDENT}1', '${STUDENT}1', 'раз', '12', 'Орёл', 'x', '${STUDENT}9', '{}'),
           (1, '${STUDENT}2', '${STUDENT}2', 'длинное', ' 7 ', null, null, null, '{city}'),
           (1, '${STUDENT}3', '${STUDENT}3', null, null, null, null, null, '{note}');
    insert into student_visits (organisation_id, id, record_id, position, place, day)
    values (1, gen_random_uuid(), '${STUDENT}1', 0, 'Музей', '2026-02-28');
    insert into change (organisation_id, entity, record_id, version, action, fields, user_name)
    values (1, 'student', '${STUDENT}1', 1, 'create', '{"note": {"to": "раз"}, "city": {"to": "Орёл"}}', 'Кто-то')`);
  return db;
}

/** Columns, indexes and constraints by name, of the plugins' tables. */
const shapeOf = (db: TestDatabase) =>
  db.owner(`
    with own as (select c.oid, c.relname from pg_class c join plugin_state s on true, jsonb_array_elements(s.tables -> 'tables') t
                  where c.relname = t ->> 'name' and c.relkind = 'r')
    select relname as t, attname as name, format_type(atttypid, atttypmod) || attnotnull || coalesce(attcollation::regcollation::text, '') as what
      from own join pg_attribute a on a.attrelid = own.oid and attnum > 0 and not attisdropped
    union all select relname, i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) from own join pg_index i on i.indrelid = own.oid
    union all select relname, conname, pg_get_constraintdef(k.oid) from own join pg_constraint k on k.conrelid = own.oid and contype in ('f', 'p')
    order by 1, 2, 3`);

/** The same tables as an installation of the new version alone would have. */
async function expectLikeFresh(db: TestDatabase, catalogue: Catalogue): Promise<void> {
  const fresh = await freshDatabase();
  await start(fresh, catalogue);
  expect(await shapeOf(db)).toEqual(await shapeOf(fresh));
}

describe('PL3 declared changes', () => {
  test('PL3 renames fields, a reference and a repeating group with their values, history and marks', async () => {
    const db = await installed();
    const next = withMigrations(
      aFacet('student', 'students', [
        aField('remark', { index: true }),
        aField('hours'),
        aField('home.city'),
        aField('kind', { kind: 'dictionary' }),
        aField('currentGroup', { kind: 'ref', ref: 'study-group' }),
        rows('trips', 'student_trips', aField('where'), aField('day')),
      ]),
      aMigration(
        '0001-names',
        { step: 'rename', entity: 'student', field: 'note', to: 'comment' },
        { step: 'rename', entity: 'student', field: 'city', to: 'home.city' },
        { step: 'rename', entity: 'student', field: 'group', to: 'currentGroup' },
        { step: 'rename', entity: 'student', field: 'visits', to: 'trips' },
        { step: 'rename', entity: 'student', field: 'trips.place', to: 'trips.where' },
      ),
      aMigration('0002-again', { step: 'rename', entity: 'student', field: 'comment', to: 'remark' }),
    );
    // As the planner names them from the schemas.
    const trips = next.entities
      .get('student')
      ?.fields.get('trips')
      ?.rows?.map(row => {
        row.path = row.path.replace('trips.', '');
        return row.path;
      });
    expect(trips).toEqual(['where', 'day']);
    expect(await start(db, next)).toEqual({ quarantined: [] });
    expect(
      await db.owner(
        'select remark, home_city, current_group_id is not null as grouped, absent from student order by id',
      ),
    ).toEqual([
      { remark: 'раз', home_city: 'Орёл', grouped: true, absent: [] },
      { remark: 'длинное', home_city: null, grouped: false, absent: ['home.city'] },
      { remark: null, home_city: null, grouped: false, absent: ['remark'] },
    ]);
    expect(await db.owner('select "where" from student_trips')).toEqual([{ where: 'Музей' }]);
    expect(await db.owner('select fields from change')).toEqual([
      { fields: { remark: { to: 'раз' }, 'home.city': { to: 'Орёл' } } },
    ]);
    await expectLikeFresh(db, next);
    expect(await start(db, next)).toEqual({ quarantined: [] });
  });

  test('PL3 renames a card with its rows, people and history; another card may then take the old name', async () => {
    const db = await installed();
    const fields = [...before().fields.values()].filter(
      field => field.owner === 'record' && field.kind !== 'rows',
    );
    const next = withMigrations(
      aFacet('pupil', 'students', [
        ...fields,
        rows('visits', 'pupil_visits', aField('place'), aField('day')),
      ]),
      aMigration('0001-pupil', { step: 'rename', entity: 'student', to: 'pupil' }),
    );
    expect(await start(db, next)).toEqual({ quarantined: [] });
    expect(await db.owner('select count(*)::int from pupil')).toEqual([{ count: 3 }]);
    expect(await db.owner('select distinct entity from facet union select entity from change')).toEqual([
      { entity: 'pupil' },
    ]);
    await expectLikeFresh(db, next);
    const both = aCatalogue(
      [next.entities.get('pupil') ?? before(), before(), group()],
      [{ id: 'students', migrations: next.plugins.get('students')?.migrations ?? [] }],
    );
    expect(await start(db, both)).toEqual({ quarantined: [] });
  });

  test('PL3 drops a field, a repeating group and a card that are named', async () => {
    const db = await installed();
    const rest = [...before().fields.values()].filter(
      field => !['note', 'group', 'visits'].includes(field.path),
    );
    const next = withMigrations(
      aFacet(
        'student',
        'students',
        rest.filter(field => field.owner === 'record'),
      ),
      aMigration(
        '0001-less',
        { step: 'drop', entity: 'student', field: 'note' },
        { step: 'drop', entity: 'student', field: 'group' },
        { step: 'drop', entity: 'student', field: 'visits' },
      ),
    );
    expect(await start(db, next)).toEqual({ quarantined: [] });
    expect(await db.owner(`select absent from student where id = '${STUDENT}3'`)).toEqual([{ absent: [] }]);
    await expectLikeFresh(db, next);

    const none = aCatalogue(
      [anEntity('other', 'students', [aField('name')]), group()],
      [
        {
          id: 'students',
          migrations: [
            ...(next.plugins.get('students')?.migrations ?? []),
            aMigration('0002-none', { step: 'drop', entity: 'student' }),
          ],
        },
      ],
    );
    expect(await start(db, none)).toEqual({ quarantined: [] });
    expect(
      await db.owner(`select to_regclass('student') as gone, (select count(*)::int from facet) as facets`),
    ).toEqual([{ gone: null, facets: 0 }]);
  });

  test('PL3 changes kinds, narrows and requires; each changed value stands in the history', async () => {
    const db = await installed();
    await db.owner(`update student set hours = 'много' where id = '${STUDENT}3'`);
    const next = withMigrations(
      aFacet('student', 'students', [
        aField('note', { index: true }),
        aField('hours', { kind: 'integer' }),
        aField('city', { required: true }),
        aField('kind', { kind: 'dictionaries' }),
        aField('group', { kind: 'ref', ref: 'study-group' }),
        aField('shift', { kind: 'integer', required: true }),
        rows(
          'visits',
          'student_visits',
          aField('place', { required: true }),
          aField('day', { kind: 'date' }),
        ),
      ]),
      aMigration(
        '0001-stricter',
        { step: 'retype', entity: 'student', field: 'hours', to: 'integer', otherwise: 'clear' },
        { step: 'narrow', entity: 'student', field: 'hours', maximum: 10, otherwise: 'clear' },
        { step: 'retype', entity: 'student', field: 'kind', to: 'dictionaries' },
        { step: 'retype', entity: 'student', field: 'visits.day', to: 'date' },
        { step: 'narrow', entity: 'student', field: 'note', maxLength: 4, otherwise: 'cut' },
        { step: 'require', entity: 'student', field: 'city', value: 'не указан' },
        { step: 'require', entity: 'student', field: 'shift', value: 1 },
        { step: 'require', entity: 'student', field: 'visits.place', value: '—' },
      ),
    );
    expect(await start(db, next)).toEqual({ quarantined: [] });
    expect(await db.owner('select note, hours, city, kind, shift, version from student order by id')).toEqual(
      [
        { note: 'раз', hours: null, city: 'Орёл', kind: ['x'], shift: 1, version: 3 },
        { note: 'длин', hours: 7, city: 'не указан', kind: null, shift: 1, version: 4 },
        { note: null, hours: null, city: 'не указан', kind: null, shift: 1, version: 4 },
      ],
    );
    expect(
      await db.owner(
        `select fields, reason, version from change where record_id = '${STUDENT}3' and action = 'derive' order by id`,
      ),
    ).toEqual([
      { fields: { hours: { from: 'много' } }, reason: 'Проверка', version: 2 },
      { fields: { city: { to: 'не указан' } }, reason: 'Проверка', version: 3 },
      { fields: { shift: { to: 1 } }, reason: 'Проверка', version: 4 },
    ]);
    expect((await shapeOf(db)).map(row => [row.name, row.what])).toEqual(
      expect.arrayContaining([
        ['shift', 'integertrue-'],
        ['city', 'texttrueru_app'],
        ['day', 'datefalse-'],
      ]),
    );
  });

  test('PL3 a new installation has nothing to change and records the files as applied', async () => {
    const db = await freshDatabase();
    const migration = aMigration('0001-less', { step: 'drop', entity: 'student', field: 'nowhere' });
    expect(await start(db, withMigrations(before(), migration))).toEqual({ quarantined: [] });
    expect(await db.owner(`select name from migration where plugin = 'students'`)).toEqual([
      { name: '0001-less' },
    ]);
  });

  test('PL3 a plugin reaches the tables of its own cards only', async () => {
    const db = await installed();
    const catalogue = withMigrations(
      before(),
      aMigration('0001-foreign', { step: 'drop', entity: 'study-group' }),
    );
    const { quarantined } = await start(db, catalogue);
    expect(quarantined).toEqual([
      {
        plugin: 'students',
        file: '/plugins/students/migrations/0001-foreign.migration.json',
        pointer: '/steps/0',
        reason: 'Карточки «study-group» у модуля нет',
      },
    ]);
    expect(await db.owner('select name from study_group')).toEqual([{ name: '1А' }]);
  });
});

describe('F18 a migration that fails', () => {
  const drop: MigrationStep = { step: 'drop', entity: 'student', field: 'note' };
  const less = () =>
    aFacet(
      'student',
      'students',
      [...before().fields.values()].filter(field => field.owner === 'record' && field.path !== 'note'),
    );

  test.each<{ name: string; step: MigrationStep; reason: string }>([
    {
      name: 'values that do not fit',
      step: { step: 'retype', entity: 'student', field: 'city', to: 'integer' },
      reason: 'Поле «city»: не подходят значения в записях, их 1',
    },
    {
      name: 'a field that is not there',
      step: { step: 'drop', entity: 'student', field: 'notes' },
      reason: 'Поля «notes» в карточке «student» нет',
    },
    {
      name: 'a text too long',
      step: { step: 'narrow', entity: 'student', field: 'city', maxLength: 2 },
      reason: 'не подходят',
    },
    {
      name: 'a value of another kind',
      step: { step: 'require', entity: 'student', field: 'count', value: 'много' },
      reason: 'База данных отказала',
    },
  ])('F18 is rolled back whole, names the step, and works after the fix: $name', async ({ step, reason }) => {
    const db = await installed();
    const [shape, values] = [await shapeOf(db), await db.owner('select * from student order by id')];
    const entity = () => {
      const fields = [...less().fields.values()].filter(field => field.owner === 'record');
      return aFacet('student', 'students', [...fields, aField('count', { kind: 'integer' })]);
    };
    const { quarantined } = await start(db, withMigrations(entity(), aMigration('0001-bad', drop, step)));
    expect(quarantined).toEqual([
      {
        plugin: 'students',
        file: '/plugins/students/migrations/0001-bad.migration.json',
        pointer: '/steps/1',
        reason: expect.stringContaining(reason),
      },
    ]);
    expect(await shapeOf(db)).toEqual(shape);
    expect(await db.owner('select * from student order by id')).toEqual(values);
    expect(await db.owner(`select name from migration where plugin = 'students'`)).toEqual([]);
    // The version before serves on over its tables, and a mended file is applied.
    expect(await start(db, withMigrations(before()))).toEqual({ quarantined: [] });
    expect(await start(db, withMigrations(entity(), aMigration('0001-bad', drop)))).toEqual({
      quarantined: [],
    });
  });

  test('F18 what the migration left undeclared rolls back what it declared', async () => {
    const db = await installed();
    const shape = await shapeOf(db);
    const fields = [...less().fields.values()].filter(
      field => field.owner === 'record' && field.path !== 'city',
    );
    const next = withMigrations(aFacet('student', 'students', fields), aMigration('0001-half', drop));
    const { quarantined } = await start(db, next);
    expect(quarantined.map(item => [item.pointer, item.reason])).toEqual([
      ['/properties/city', expect.stringContaining('исчезло')],
    ]);
    expect(await shapeOf(db)).toEqual(shape);
  });

  test('F18 an applied file that was changed, lost or overtaken is refused', async () => {
    const db = await installed();
    const first = aMigration('0002-less', drop);
    expect(await start(db, withMigrations(less(), first))).toEqual({ quarantined: [] });
    const city: MigrationStep = { step: 'drop', entity: 'student', field: 'city' };
    const tries = [
      { migrations: [aMigration('0002-less', drop, city)], reason: 'изменён после' },
      { migrations: [], reason: 'больше нет' },
      { migrations: [aMigration('0001-early', city), first], reason: 'раньше применённого' },
    ];
    for (const { migrations, reason } of tries) {
      const { quarantined } = await start(db, withMigrations(less(), ...migrations));
      expect(quarantined.map(item => item.reason)).toEqual([expect.stringContaining(reason)]);
    }
    expect(await start(db, withMigrations(less(), first))).toEqual({ quarantined: [] });
  });

  test('F18 an endless lock is not waited for, and a kill in the middle leaves nothing half', async () => {
    const db = await installed();
    const shape = await shapeOf(db);
    const next = withMigrations(less(), aMigration('0001-less', drop));
    const reader = new pg.Client(db.ownerUrl);
    await reader.connect();
    await reader.query('begin; select * from student');
    const { quarantined } = await start(db, next, 50);
    expect(quarantined.map(item => item.reason)).toEqual([expect.stringContaining('заняты')]);

    const killed = expect(start(db, next, 20_000)).rejects.toThrow();
    await expect
      .poll(
        () =>
          db.owner(
            `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'kartoteka migration' and wait_event_type = 'Lock'`,
          ),
        { timeout: 10_000 },
      )
      .toHaveLength(1);
    await killed;
    await reader.query('commit');
    await reader.end();
    expect(await shapeOf(db)).toEqual(shape);
    expect(await start(db, next)).toEqual({ quarantined: [] });
    await expectLikeFresh(db, next);
  });

  test('F19 of two instances that upgrade together one migrates, the other finds it done', async () => {
    const db = await installed();
    const next = withMigrations(less(), aMigration('0001-less', drop));
    expect(await Promise.all([start(db, next), start(db, next), start(db, next)])).toEqual([
      { quarantined: [] },
      { quarantined: [] },
      { quarantined: [] },
    ]);
    expect(await db.owner(`select name from migration where plugin = 'students'`)).toHaveLength(1);
  });
});
