/** The pool, its errors and the seat belt of row security, on a real PostgreSQL. */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aDatabase, testSecret as SECRET, type TestDatabase } from '../../tests/support/database.ts';
import { Problem } from '../problems.ts';
import { Database, type Statement } from './database.ts';
import { appUrl, migrate } from './migrate.ts';
import { fieldNames } from './tables.ts';
import { aCatalogue, aFacet, aField, anEntity } from './testing/catalogue.ts';

const first = { organisationIds: [1], everywhere: false };
const second = { organisationIds: [2], everywhere: false };
const nobody = { organisationIds: [], everywhere: false };
const region = { organisationIds: [], everywhere: true };
const id = (n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const sql = (text: string, ...values: unknown[]): Statement => ({ text, values });

const catalogue = () =>
  aCatalogue([
    aFacet('student', 'students', [
      aField('fileNumber', { unique: true }),
      aField('friend', { kind: 'ref', ref: 'student' }),
    ]),
    anEntity('region-note', 'students', [aField('name')], { scope: 'region' }),
  ]);

let home: TestDatabase;
let ownerUrl: string;
let database: Database;
let owner: pg.Client;

beforeAll(async () => {
  home = await aDatabase({ empty: true });
  ownerUrl = home.ownerUrl;
  await migrate(ownerUrl, catalogue(), { secret: SECRET });
  database = new Database({ connectionString: appUrl(ownerUrl, SECRET), fieldOf: fieldNames(catalogue()) });
  owner = new pg.Client(ownerUrl);
  await owner.connect();
  await owner.query(
    `insert into organisation (level, name, full_name) values ('organisation', 'Школа 1', ''), ('organisation', 'Школа 2', '')`,
  );
  for (const n of [1, 2])
    await database.scoped({ organisationIds: [n], everywhere: false }, async tx => {
      await tx.query(
        sql(
          'insert into facet (organisation_id, entity, record_id, person_id) values ($1, $2, $3, $4)',
          n,
          'student',
          id(n),
          id(100 + n),
        ),
      );
      await tx.query(
        sql(
          'insert into person (id, last_name, first_name, birth_date) values ($1, $2, $3, $4)',
          id(100 + n),
          'Ёжиков',
          'Иван',
          '2015-02-03',
        ),
      );
      await tx.query(
        sql(
          'insert into student (organisation_id, id, person_id, file_number) values ($1, $2, $3, $4)',
          n,
          id(n),
          id(100 + n),
          'Ё-1',
        ),
      );
    });
});

afterAll(async () => {
  await database.close();
  await owner.end();
  await home.close();
});

const count = async (scope: typeof first, table: string) =>
  (await database.read<{ n: number }>(scope, sql(`select count(*) as n from ${table}`)))[0]?.n;

async function problemOf(work: Promise<unknown>): Promise<Problem> {
  const error = await work.then(
    () => undefined,
    reason => reason,
  );
  expect(error).toBeInstanceOf(Problem);
  return error as Problem;
}

describe('statements of several requests in one transaction', () => {
  const people = sql('select id from person order by id');
  const noted = (n: number) =>
    sql(
      `with seen as (insert into audit (action, records) values ('test-view', $1::int)) select $1::int / $2::int as n`,
      n,
      n === 13 ? 0 : 1,
    );
  const notes = async () =>
    (await owner.query(`select records from audit where action = 'test-view' order by records`)).rows.map(
      ({ records }) => records,
    );

  test('G1 RP3 each sees its own scope and nothing of the one before it', async () => {
    const scopes = [first, region, second, nobody, first, region];
    const rows = await Promise.all(scopes.map(scope => database.shared<{ id: string }>(scope, people)));
    expect(rows.map(one => one.map(({ id }) => Number(id.slice(-3))))).toEqual([
      [101],
      [101, 102],
      [102],
      [],
      [101],
      [101, 102],
    ]);
  });

  test('AU3 what they note is committed before any is answered; one that fails takes nothing from the others', async () => {
    const answers = await Promise.allSettled(
      [11, 12, 13, 14].map(async n => {
        const rows = await database.shared<{ n: number }>(first, noted(n));
        expect(await notes()).toContain(n);
        return rows[0]?.n;
      }),
    );
    expect(answers.map(one => (one.status === 'fulfilled' ? one.value : 'refused'))).toEqual([
      11,
      12,
      'refused',
      14,
    ]);
    expect(await notes()).toEqual([11, 12, 14]);
  });

  const renamed = (n: number, name: string) =>
    sql('update student set file_number = $2 where id = $1 returning organisation_id as n', id(n), name);
  const rename = async (scope: typeof first, n: number, name: string) =>
    (await database.sharedChange<{ n: number }>(scope, renamed(n, name), id(n))).length;

  test('G1 RP3 changes reach rows of their own scope alone', async () => {
    const changed = [rename(second, 2, 'Ё-2'), rename(second, 1, 'чужое'), rename(first, 1, 'Ё-3')];
    expect(await Promise.all(changed)).toEqual([1, 0, 1]);
    expect(await database.read(region, sql('select file_number from student order by id'))).toEqual([
      { file_number: 'Ё-3' },
      { file_number: 'Ё-2' },
    ]);
    await Promise.all([rename(second, 2, 'Ё-1'), rename(first, 1, 'Ё-1')]);
  });

  test('SC8 a row that another holds keeps nobody else waiting, and is changed when it is free', async () => {
    const other = new pg.Client(ownerUrl);
    await other.connect();
    await other.query('begin');
    await other.query('update student set file_number = file_number where id = $1', [id(1)]);
    const [held, free] = [rename(first, 1, 'Ё-4'), rename(second, 2, 'Ё-5')];
    expect(await free).toBe(1);
    expect(await Promise.race([held, Promise.resolve('waits')])).toBe('waits');
    await other.query('commit');
    await other.end();
    expect(await held).toBe(1);
    await Promise.all([rename(second, 2, 'Ё-1'), rename(first, 1, 'Ё-1')]);
  });

  test('RL2 a change whose connection was lost is not done again', async () => {
    await owner.query('create sequence tries; grant usage on sequence tries to public');
    const slow = `select nextval('tries'), pg_sleep(5)`;
    const lost = problemOf(database.sharedChange(first, sql(slow), id(1)));
    const ended = sql(
      'select pg_terminate_backend(pid) from pg_stat_activity where query = $1 and pid <> pg_backend_pid()',
      slow,
    );
    await expect
      .poll(async () => (await owner.query(ended.text, [...ended.values])).rowCount)
      .toBeGreaterThan(0);
    expect((await lost).code).toBe('DATABASE_AWAY');
    expect((await owner.query('select last_value::int as n from tries')).rows).toEqual([{ n: 1 }]);
  });
});

describe('a stream', () => {
  const numbers = sql('select n from generate_series(1, $1::int) n', 25);

  test('gives every row once, in order and in the scope, and the transaction ends with it', async () => {
    const seen: number[][] = [];
    for await (const rows of database.stream<{ n: number }>(first, numbers, 10))
      seen.push(rows.map(({ n }) => n));
    expect(seen.map(rows => rows.length)).toEqual([10, 10, 5]);
    expect(seen.flat()).toEqual(Array.from({ length: 25 }, (_, n) => n + 1));
    const people = sql('select last_name from person');
    for (const [scope, count] of [
      [first, 1],
      [nobody, 0],
      [region, 2],
    ] as const) {
      const rows = await Array.fromAsync(database.stream(scope, people, 10));
      expect(rows.flat()).toHaveLength(count);
    }
  });

  test('left in the middle or broken gives its place to the next', async () => {
    for (let n = 0; n < 12; n++) {
      for await (const rows of database.stream(first, numbers, 5)) if (rows.length > 0) break;
      const broken = database.stream(first, sql('select 1 / (3 - n) from generate_series(1, 5) n'), 2);
      expect((await problemOf(Array.fromAsync(broken))).status).toBeGreaterThanOrEqual(400);
    }
    expect(await count(first, 'person')).toBe(1);
  });
});

describe('scope', () => {
  test('G1 an organisation sees its own rows, the region sees all', async () => {
    for (const table of ['student', 'facet', 'person']) {
      expect([await count(first, table), await count(second, table), await count(region, table)]).toEqual([
        1, 1, 2,
      ]);
      expect(await count({ organisationIds: [1, 2], everywhere: false }, table)).toBe(2);
    }
  });

  test('RP3 returns nothing when the context is forgotten or names no organisation', async () => {
    for (const table of ['student', 'facet', 'person', 'change']) expect(await count(nobody, table)).toBe(0);
    const forgotten = await database.system(async tx => {
      await tx.query(sql('set local role kartoteka_scoped'));
      return await tx.query(sql('select id from student union all select id from person'));
    });
    expect(forgotten).toEqual([]);
  });

  test('G1 the login role itself reads no card and no person', async () => {
    for (const table of ['student', 'person', 'facet', 'change'])
      expect((await problemOf(database.system(tx => tx.query(sql(`select * from ${table}`))))).code).toBe(
        'FORBIDDEN',
      );
  });

  test('RP3 the roles that read cards have no right on users, sessions and their secrets', async () => {
    for (const table of ['app_user', 'appointment', 'user_session', 'sign_in_failure', 'audit'])
      for (const scope of [first, region])
        expect((await problemOf(database.read(scope, sql(`select * from ${table}`)))).code).toBe('FORBIDDEN');
  });

  test('G1 a person is reached only through a facet, and is not changed without one', async () => {
    const other = sql('select id from person where id = $1', id(102));
    expect(await database.read(first, other)).toEqual([]);
    const changed = await database.scoped(first, tx =>
      tx.query(sql('update person set first_name = $2 where id = $1 returning id', id(102), 'Пётр')),
    );
    expect(changed).toEqual([]);
  });

  test('G1 what a person is known to follows the facets, by whatever path they come and go', async () => {
    const person = id(150);
    const knownTo = async () =>
      (await owner.query('select organisation_ids from person where id = $1', [person])).rows[0]
        ?.organisation_ids;
    const add = (n: number, record: string) =>
      sql(
        'insert into facet (organisation_id, entity, record_id, person_id) values ($1, $2, $3, $4)',
        n,
        'student',
        record,
        person,
      );
    await database.scoped(first, async tx => {
      await tx.query(add(1, id(50)));
      await tx.query(
        sql('insert into person (id, last_name, first_name) values ($1, $2, $2)', person, 'Новый'),
      );
    });
    expect(await knownTo()).toEqual([1]);
    // Two facets of one organisation and one of another, which a second transaction is adding at the same time.
    await database
      .scoped(first, async tx => {
        await tx.query(add(1, id(51)));
        const other = database.scoped(second, inner => inner.query(add(2, id(52))));
        await new Promise(done => setTimeout(done, 100));
        return { other };
      })
      .then(({ other }) => other);
    expect(await knownTo()).toEqual([1, 2]);
    expect((await database.read(second, sql('select id from person where id = $1', person))).length).toBe(1);
    await owner.query('delete from facet where record_id = $1', [id(51)]);
    expect(await knownTo()).toEqual([1, 2]);
    await owner.query('update facet set organisation_id = 1 where record_id = $1', [id(52)]);
    expect(await knownTo()).toEqual([1]);
    expect(await database.read(second, sql('select id from person where id = $1', person))).toEqual([]);
    await owner.query('delete from facet where person_id = $1', [person]);
    expect(await knownTo()).toEqual([]);
    await owner.query('delete from person where id = $1', [person]);
  });

  test('G1 a row of another organisation can be neither inserted nor moved', async () => {
    const insert = sql(
      'insert into student (organisation_id, id, person_id) values ($1, $2, $3)',
      2,
      id(9),
      id(101),
    );
    expect((await problemOf(database.scoped(first, tx => tx.query(insert)))).status).toBe(403);
    const move = sql('update student set organisation_id = 2 where id = $1', id(1));
    expect((await problemOf(database.scoped(first, tx => tx.query(move)))).status).toBe(403);
  });

  test('AZ9 a reference cannot cross organisations', async () => {
    const friend = sql('update student set friend_id = $2 where id = $1', id(1), id(2));
    const problem = await problemOf(
      database.scoped({ organisationIds: [1, 2], everywhere: false }, tx => tx.query(friend)),
    );
    expect([problem.code, problem.status, problem.errors[0]?.path]).toEqual(['REFERENCE', 422, '/friend']);
  });

  test('RP3 a read-only transaction writes nothing', async () => {
    const write = sql('delete from student where id = $1', id(1));
    expect((await problemOf(database.scoped(first, tx => tx.query(write), { readOnly: true }))).code).toBe(
      'READ_ONLY',
    );
    expect((await problemOf(database.read(first, write))).code).toBe('READ_ONLY');
  });

  test('a region-scope card is shared by all organisations', async () => {
    await database.scoped(first, tx =>
      tx.query(sql('insert into region_note (id, name) values ($1, $2)', id(50), 'x')),
    );
    expect([await count(second, 'region_note'), await count(region, 'region_note')]).toEqual([1, 1]);
  });
});

describe('transactions', () => {
  test('roll back when the work throws, and the connection is used again', async () => {
    await expect(
      database.scoped(first, async tx => {
        await tx.query(sql('update student set file_number = $1', 'changed'));
        throw new Error('thought better of it');
      }),
    ).rejects.toThrow('thought better of it');
    expect(await database.read(first, sql('select file_number from student'))).toEqual([
      { file_number: 'Ё-1' },
    ]);
  });

  test('say so when a swallowed error turned the commit into a rollback', async () => {
    const work = database.scoped(first, async tx => {
      await tx.query(sql('select 1/0')).catch(() => undefined);
    });
    await expect(work).rejects.toThrow('rolled back');
  });

  test('scope does not leak into the next transaction of the connection', async () => {
    const one = new Database({ connectionString: appUrl(ownerUrl, SECRET), max: 1 });
    await one.read(region, sql('select 1'));
    const roles = await one.system(tx =>
      tx.query(sql(`select current_user::text as role, current_setting('app.orgs', true) as orgs`)),
    );
    expect(roles).toEqual([{ role: 'kartoteka_app', orgs: null }]);
    await one.read(first, sql('select 1'));
    const after = await one.system(tx =>
      tx.query(
        sql(`select current_user::text as role, coalesce(current_setting('app.orgs', true), '') as orgs`),
      ),
    );
    expect(after).toEqual([{ role: 'kartoteka_app', orgs: '' }]);
    await one.close();
  });

  test('prepare a statement at its second use under the hash of its text, with one generic plan', async () => {
    const one = new Database({ connectionString: appUrl(ownerUrl, SECRET), max: 1 });
    const statement = (n: number) =>
      sql('select id from student where organisation_id = any ($1::int[])', [n]);
    for (let n = 0; n < 4; n++) await one.read(first, statement(n));
    const prepared = await one.system(tx =>
      tx.query(
        sql(
          `select name, generic_plans, custom_plans from pg_prepared_statements where statement like 'select id from student%'`,
        ),
      ),
    );
    expect(prepared).toEqual([
      { name: expect.stringMatching(/^k[\w-]{27}$/), generic_plans: 3, custom_plans: 0 },
    ]);
    await one.close();
  });

  test('give days, instants and numbers as JSON holds them', async () => {
    const [row] = await database.read(
      first,
      sql(`select date '2015-02-03' as day, timestamptz '2026-11-22 10:00:00.5+03' as instant, 7::int8 as whole, 1.50::numeric as part,
           array['2015-02-03'::date, null] as days, array[1::int8] as ids, null::date as none, '{"a":1}'::jsonb as json`),
    );
    expect(row).toEqual({
      day: '2015-02-03',
      instant: '2026-11-22T07:00:00.5Z',
      whole: 7,
      part: 1.5,
      days: ['2015-02-03', null],
      ids: [1],
      none: null,
      json: { a: 1 },
    });
  });
});

describe('errors', () => {
  test('a repeated value is a DUPLICATE naming the field, without the value in it', async () => {
    const named = new Database({
      connectionString: appUrl(ownerUrl, SECRET),
      fieldOf: fieldNames(catalogue()),
    });
    const again = sql(
      'insert into student (organisation_id, id, person_id, file_number) values ($1, $2, $3, $4)',
      1,
      id(7),
      id(101),
      'Ё-1',
    );
    const problem = await problemOf(named.scoped(first, tx => tx.query(again)));
    expect([problem.code, problem.status, problem.errors]).toEqual([
      'DUPLICATE',
      409,
      [{ path: '/fileNumber', code: 'DUPLICATE', message: 'Такое значение поля «fileNumber» уже есть' }],
    ]);
    await named.close();
  });

  test('a value of the wrong kind is a 400, NUL in a text too', async () => {
    for (const value of ['not an id', '\u0000']) {
      const problem = await problemOf(
        database.read(first, sql('select * from student where id = $1', value)),
      );
      expect([problem.code, problem.status]).toEqual(['VALUE_INVALID', 400]);
    }
  });

  test('a record that others point to is not deleted', async () => {
    await database.scoped(first, tx =>
      tx.query(
        sql(
          'insert into student (organisation_id, id, person_id, friend_id) values (1, $1, $2, $3)',
          id(8),
          id(101),
          id(1),
        ),
      ),
    );
    const problem = await problemOf(
      database.scoped(first, tx => tx.query(sql('delete from student where id = $1', id(1)))),
    );
    expect([problem.code, problem.status]).toEqual(['REFERENCED', 409]);
  });

  test('RL5 a statement that takes too long is stopped and answered as 503', async () => {
    const problem = await problemOf(database.read(first, sql('select pg_sleep(5)'), { timeoutMs: 50 }));
    expect([problem.code, problem.status]).toEqual(['TIMEOUT', 503]);
    expect(await count(first, 'region_note')).toBe(1);
  });

  test('RL5 lost connections answer 503 with the time to wait, and the pool recovers by itself', async () => {
    const pool = new Database({ connectionString: appUrl(ownerUrl, SECRET), max: 3 });
    const sleepers = [1, 2, 3].map(() => problemOf(pool.read(first, sql('select pg_sleep(5)'))));
    await expect
      .poll(
        async () =>
          (
            await owner.query(
              `select count(*)::int as n from pg_stat_activity where query = 'select pg_sleep(5)' and state = 'active'`,
            )
          ).rows[0].n,
      )
      .toBe(3);
    await owner.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where query = 'select pg_sleep(5)' and pid <> pg_backend_pid()`,
    );
    for (const problem of await Promise.all(sleepers)) {
      expect([problem.code, problem.status, problem.members.retryAfter]).toEqual(['DATABASE_AWAY', 503, 5]);
    }
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => pool.read(first, sql('select 1 as one'))));
    expect(answers).toEqual(Array(5).fill([{ one: 1 }]));
    await pool.close();
  });

  test('RL5 a server that is not there answers 503', async () => {
    const url = new URL(appUrl(ownerUrl, SECRET));
    url.port = '1';
    const away = new Database({ connectionString: url.href });
    expect((await problemOf(away.system(tx => tx.query(sql('select 1'))))).code).toBe('DATABASE_AWAY');
    await away.close();
  });
});
