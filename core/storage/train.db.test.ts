/** Statements that travel together, on a real PostgreSQL. */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aDatabase, type TestDatabase } from '../../tests/support/database.ts';
import type { Statement } from './database.ts';
import { sendTrain, type Wagon } from './train.ts';

let home: TestDatabase;
let client: pg.Client;
const named = (name: string, text: string, ...values: unknown[]): Wagon => ({ name, text, values });
const plain = (text: string, ...values: unknown[]): Wagon => ({ name: undefined, text, values });
const sql = (text: string, ...values: unknown[]): Statement => ({ text, values });
const region = { organisationIds: [], everywhere: true };

beforeAll(async () => {
  home = await aDatabase();
  client = new pg.Client({ connectionString: home.ownerUrl, pipeline: true });
  await client.connect();
  await client.query(
    'create table seen (id int primary key, of int references seen deferrable initially deferred)',
  );
});
afterAll(async () => {
  await client.end();
  await home.close();
});

describe('a train', () => {
  test('gives one result per statement, those without rows among them', async () => {
    const results = await sendTrain(
      client,
      [plain('begin'), plain('select $1::int as a', 1), plain('select $1::text as b', 'ё'), plain('commit')],
      5_000,
    );
    expect(results.map(({ command, rows }) => [command, rows])).toEqual([
      ['BEGIN', []],
      ['SELECT', [{ a: 1 }]],
      ['SELECT', [{ b: 'ё' }]],
      ['COMMIT', []],
    ]);
  });

  test('prepares each named statement once', async () => {
    for (let n = 0; n < 3; n++)
      await sendTrain(client, [named('one', 'select $1::int + 1 as n', n), named('two', 'select 2')], 5_000);
    const [result] = await sendTrain(
      client,
      [plain(`select name, generic_plans + custom_plans as used from pg_prepared_statements order by name`)],
      5_000,
    );
    expect(result?.rows).toEqual([
      { name: 'one', used: '3' },
      { name: 'two', used: '3' },
    ]);
  });

  test('runs nothing after a statement that fails, whose named ones are prepared at their next use', async () => {
    const train = [
      plain('begin'),
      plain('select 1 / $1::int', 0),
      named('late', 'insert into seen (id) values ($1)', 1),
      plain('commit'),
    ];
    await expect(sendTrain(client, train, 5_000)).rejects.toMatchObject({ code: '22012' });
    await client.query('rollback');
    expect((await client.query('select * from seen')).rows).toEqual([]);
    await sendTrain(client, [named('late', 'insert into seen (id) values ($1)', 2)], 5_000);
    expect((await client.query('select id from seen')).rows).toEqual([{ id: 2 }]);
  });

  test('a value that cannot be written fails its train and leaves the connection usable', async () => {
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    await expect(
      sendTrain(client, [plain('select 1'), plain('select $1::jsonb', circle)], 5_000),
    ).rejects.toThrow(/circular/);
    expect((await client.query('select 1 as n')).rows).toEqual([{ n: 1 }]);
  });
});

describe('a transaction', () => {
  test('ends with its last statement, and takes no other afterwards', async () => {
    const rows = await home.database.system(async tx => {
      const found = await tx.finish<{ n: number }>(sql('select 1 as n'));
      expect(() => tx.query(sql('select 2'))).toThrow('last statement');
      return found;
    });
    expect(rows).toEqual([{ n: 1 }]);
  });

  test('is told of a check that fails at the commit which travels with the last statement', async () => {
    const orphan = sql(
      `insert into facet (organisation_id, entity, record_id, person_id)
       values (1, 'x', $1, '00000000-0000-7000-8000-00000000dead')`,
      '00000000-0000-7000-8000-000000000001',
    );
    await expect(home.database.scoped(region, tx => tx.finish(orphan))).rejects.toMatchObject({
      code: 'REFERENCE',
    });
    expect(await home.database.read(region, sql('select * from facet'))).toEqual([]);
  });

  test('that asks nothing takes no transaction of the database', async () => {
    expect(await home.database.scoped(region, async () => 7)).toBe(7);
  });
});
