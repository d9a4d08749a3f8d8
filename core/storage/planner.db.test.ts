/** Tables made and changed on a real PostgreSQL. */
import pg from 'pg';
import { afterAll, describe, expect, test } from 'vitest';
import { aDatabase, testSecret as SECRET, type TestDatabase } from '../../tests/support/database.ts';
import { migrate } from './migrate.ts';
import { aCatalogue, aFacet, aField, anEntity } from './testing/catalogue.ts';

const opened: TestDatabase[] = [];
afterAll(async () => {
  for (const database of opened) await database.close();
});

/** A database with nothing in it. */
async function freshDatabase(): Promise<string> {
  const database = await aDatabase({ empty: true });
  opened.push(database);
  return database.ownerUrl;
}

const group = () =>
  anEntity(
    'study-group',
    'process',
    [aField('name', { required: true }), aField('grade', { kind: 'integer' })],
    { uniqueTogether: [['name']] },
  );
const student = (...more: ReturnType<typeof aField>[]) =>
  aFacet('student', 'students', [
    aField('fileNumber', { index: true }),
    aField('currentGroup', { kind: 'ref', ref: 'study-group' }),
    aField('status', { kind: 'dictionary', default: 'active', required: true }),
    aField('socialStatus', {
      kind: 'rows',
      sqlType: 'student_social_status',
      rows: [aField('category', { required: true }), aField('from', { kind: 'date' })],
    }),
    ...more,
  ]);
/** Students come first: their reference leads to a table of a later plugin. */
const catalogue = (...more: ReturnType<typeof aField>[]) => aCatalogue([student(...more), group()]);

async function owner<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function withRows(url: string): Promise<void> {
  await owner(url, async client => {
    await client.query(
      `insert into organisation (level, name, full_name) values ('organisation', 'Школа 1', 'Школа 1')`,
    );
    await client.query(
      `insert into study_group (organisation_id, id, name) values (1, gen_random_uuid(), '1А')`,
    );
    await client.query(`begin; insert into person (id, last_name, first_name) values ('00000000-0000-7000-8000-000000000001', 'А', 'Б');
      insert into student (organisation_id, id, person_id) values (1, '00000000-0000-7000-8000-000000000002', '00000000-0000-7000-8000-000000000001'); commit`);
  });
}

const columnsOf = async (url: string, table: string) =>
  await owner(url, async client => {
    const { rows } = await client.query(
      `select attname, format_type(atttypid, atttypmod) as type, attnotnull from pg_attribute where attrelid = $1::regclass and attnum > 0 order by attnum`,
      [table],
    );
    return rows.map(row => `${row.attname} ${row.type}${row.attnotnull ? '!' : ''}`);
  });

describe('planner', () => {
  test('makes the tables of a card, its repeating group and its references from nothing', async () => {
    const url = await freshDatabase();
    expect(await migrate(url, catalogue(), { secret: SECRET })).toEqual({ quarantined: [] });
    expect(await columnsOf(url, 'student')).toEqual([
      'organisation_id integer!',
      'id uuid!',
      'version integer!',
      'person_id uuid!',
      'file_number text',
      'current_group_id uuid',
      'status text!',
      'absent text[]!',
      'ext jsonb!',
      'consents jsonb!',
      'created_at timestamp with time zone!',
      'updated_at timestamp with time zone!',
    ]);
    expect(await columnsOf(url, 'student_social_status')).toEqual([
      'organisation_id integer!',
      'id uuid!',
      'record_id uuid!',
      'position integer!',
      'category text!',
      'from date',
    ]);
    const keys = await owner(url, client =>
      client.query(
        `select pg_get_constraintdef(oid) as d from pg_constraint where contype = 'f' and conrelid in ('student'::regclass, 'student_social_status'::regclass) order by 1`,
      ),
    );
    expect(keys.rows.map(row => row.d)).toEqual([
      'FOREIGN KEY (organisation_id) REFERENCES organisation(id)',
      'FOREIGN KEY (organisation_id) REFERENCES organisation(id)',
      'FOREIGN KEY (organisation_id, current_group_id) REFERENCES study_group(organisation_id, id)',
      'FOREIGN KEY (organisation_id, record_id) REFERENCES student(organisation_id, id) ON DELETE CASCADE',
      'FOREIGN KEY (person_id) REFERENCES person(id) DEFERRABLE INITIALLY DEFERRED',
    ]);
    const enabled = await owner(url, client =>
      client.query('select plugin, organisation_type from enablement order by 1'),
    );
    expect(enabled.rows).toEqual([
      { plugin: 'process', organisation_type: 'general' },
      { plugin: 'students', organisation_type: 'general' },
    ]);
  });

  test('adds a column with a default, an index and a uniqueness to tables with rows, and does nothing the second time', async () => {
    const url = await freshDatabase();
    await migrate(url, catalogue(), { secret: SECRET });
    await withRows(url);
    const next = catalogue(
      aField('shift', { required: true, default: "it's first" }),
      aField('policy', { unique: true }),
    );
    expect(await migrate(url, next, { secret: SECRET })).toEqual({ quarantined: [] });
    expect(await columnsOf(url, 'student')).toEqual(expect.arrayContaining(['shift text!', 'policy text']));
    const applied = () =>
      owner(url, async client =>
        (
          await client.query(`select applied_at from plugin_state where plugin = 'students'`)
        ).rows[0].applied_at.getTime(),
      );
    const at = await applied();
    expect(await migrate(url, next, { secret: SECRET })).toEqual({ quarantined: [] });
    expect(await applied()).toBe(at);
    const row = await owner(url, client => client.query('select shift from student'));
    expect(row.rows).toEqual([{ shift: "it's first" }]);
  });

  test('PL3 quarantines a plugin whose change would lose or refuse rows, names the place, and leaves the old table', async () => {
    const url = await freshDatabase();
    await migrate(url, catalogue(aField('note')), { secret: SECRET });
    await withRows(url);
    const before = await columnsOf(url, 'student');
    const tries = [
      { next: catalogue(), pointer: '/properties/note', reason: 'исчезло' },
      {
        next: catalogue(aField('note', { kind: 'integer' })),
        pointer: '/properties/note',
        reason: 'Вид поля «note» изменён: в базе text, в схеме integer',
      },
      {
        next: catalogue(aField('note', { required: true })),
        pointer: '/properties/note',
        reason: 'стало обязательным',
      },
      {
        next: catalogue(aField('note'), aField('home.city', { required: true })),
        pointer: '/properties/home/properties/city',
        reason: 'Новое обязательное поле',
      },
    ];
    for (const { next, pointer, reason } of tries) {
      const { quarantined } = await migrate(url, next, { secret: SECRET });
      expect(quarantined).toEqual([
        {
          plugin: 'students',
          file: '/plugins/students/schemas/student.schema.json',
          pointer,
          reason: expect.stringContaining(reason),
        },
      ]);
      expect(await columnsOf(url, 'student')).toEqual(before);
    }
    expect(await migrate(url, catalogue(aField('note')), { secret: SECRET })).toEqual({ quarantined: [] });
  });

  test('quarantines with the faulty plugin also those that require it, and starts the rest', async () => {
    const url = await freshDatabase();
    const bad = anEntity('person', 'bad', [aField('name')]);
    const dependent = anEntity('extra', 'dependent', [aField('name')]);
    const { quarantined } = await migrate(
      url,
      aCatalogue([bad, dependent, group()], [{ id: 'dependent', requires: { bad: '^0.1' } }]),
      { secret: SECRET },
    );
    expect(quarantined.map(item => [item.plugin, item.pointer])).toEqual([
      ['bad', '/$id'],
      ['dependent', '/requires'],
    ]);
    expect(await columnsOf(url, 'study_group')).not.toEqual([]);
  });

  test('PL3 refuses a uniqueness that rows break and says so', async () => {
    const url = await freshDatabase();
    await migrate(url, aCatalogue([group()]), { secret: SECRET });
    await owner(url, client =>
      client.query(`insert into organisation (level, name, full_name) values ('organisation', 'Ш', 'Ш');
      insert into study_group (organisation_id, id, name, grade) values (1, gen_random_uuid(), '1А', 1), (1, gen_random_uuid(), '1Б', 1)`),
    );
    const stricter = anEntity(
      'study-group',
      'process',
      [aField('name', { required: true }), aField('grade', { kind: 'integer' })],
      { uniqueTogether: [['name'], ['grade']] },
    );
    const { quarantined } = await migrate(url, aCatalogue([stricter]), { secret: SECRET });
    expect(quarantined[0]?.reason).toContain('повторяются');
  });

  test('PL3 does not wait behind a table in use: the plugin is quarantined and its old table serves on', async () => {
    const url = await freshDatabase();
    await migrate(url, catalogue(), { secret: SECRET });
    await owner(url, async reader => {
      await reader.query('begin; select * from student');
      const { quarantined } = await migrate(url, catalogue(aField('note')), {
        secret: SECRET,
        lockTimeoutMs: 50,
      });
      expect(quarantined.map(item => [item.plugin, item.reason])).toEqual([
        ['students', expect.stringContaining('заняты')],
      ]);
      await reader.query('commit');
    });
    expect(await columnsOf(url, 'student')).not.toContain('note text');
    expect(await migrate(url, catalogue(aField('note')), { secret: SECRET })).toEqual({ quarantined: [] });
  });

  test('PL3 refuses to start over a file of the core that was edited after it was applied', async () => {
    const url = await freshDatabase();
    await migrate(url, catalogue(), { secret: SECRET });
    await owner(url, client =>
      client.query(`update migration set hash = 'other' where name = '0001-core.sql'`),
    );
    await expect(migrate(url, catalogue(), { secret: SECRET })).rejects.toThrow('0001-core.sql изменён');
  });

  test('RL10 lets one of two instances that start at once migrate, the other finds it done', async () => {
    const url = await freshDatabase();
    const both = await Promise.all([
      migrate(url, catalogue(), { secret: SECRET }),
      migrate(url, catalogue(), { secret: SECRET }),
    ]);
    expect(both).toEqual([{ quarantined: [] }, { quarantined: [] }]);
    const states = await owner(url, client => client.query('select plugin from plugin_state order by 1'));
    expect(states.rows.map(row => row.plugin)).toEqual(['process', 'students']);
  });

  test('says what the user of the database lacks when it may not make tables', async () => {
    const url = await freshDatabase();
    await owner(url, client => client.query(PLAIN_USER));
    await expect(migrate(asPlainUser(url), catalogue(), { secret: SECRET })).rejects.toThrow(
      'Пользователь kt_plain не может создавать таблицы',
    );
  });

  test('works for an owner who finds the roles made, and names the statements when they cannot be used', async () => {
    const url = await freshDatabase();
    await owner(url, client => client.query(PLAIN_USER));
    await migrate(await freshDatabase(), aCatalogue([]), { secret: SECRET });
    await owner(url, client =>
      client.query(`alter database "${new URL(url).pathname.slice(1)}" owner to kt_plain`),
    );
    expect(await migrate(asPlainUser(url), catalogue(), { secret: SECRET })).toEqual({ quarantined: [] });
    const refused = migrate(asPlainUser(url), catalogue(), { secret: 'another secret, so another password' });
    await expect(refused).rejects.toThrow(
      /create role kartoteka_app login noinherit;\s+alter role kartoteka_app password 'SCRAM/,
    );
  });
});

const PLAIN_USER = `do $$ begin create role kt_plain login password 'p'; exception when duplicate_object or unique_violation then null; end $$`;

function asPlainUser(url: string): string {
  const plain = new URL(url);
  plain.username = 'kt_plain';
  plain.password = 'p';
  return plain.href;
}
