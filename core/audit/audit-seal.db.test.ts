/** The chain over the audit on a real PostgreSQL, and what is seen of every way to tamper with it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  aDatabase,
  testSecret as secret,
  statement,
  type TestDatabase,
} from '../../tests/support/database.ts';
import { Database } from '../storage/database.ts';
import { appUrl } from '../storage/migrate.ts';
import { auditStatement } from './audit-log.ts';
import { AuditSealer } from './sealer.ts';
import type { AuditFault } from './verify.ts';
import { describeVerification, verifyDatabase } from './verify-command.ts';

let db: TestDatabase;
let dataFolder: string;
beforeEach(async () => {
  db = await aDatabase();
  dataFolder = await mkdtemp(join(tmpdir(), 'kartoteka-seal-'));
});
afterEach(async () => {
  await db.close();
  await rm(dataFolder, { recursive: true });
});

const aSealer = (database = db.database) => new AuditSealer({ database, secret, dataFolder });
const verify = () => verifyDatabase(db.ownerUrl, { secret, dataFolder });

async function write(...names: string[]): Promise<void> {
  for (const login of names)
    await db.database.system(tx =>
      tx.query(auditStatement({ action: 'sign-in-failed', details: { login } })),
    );
}

/** Two seals over records 1–3 and 4–6; record 7 is not sealed. */
async function sealedJournal(): Promise<void> {
  const sealer = aSealer();
  await write('a', 'b', 'c');
  expect(await sealer.seal()).toBe(3);
  await write('d', 'e', 'f');
  expect(await sealer.seal()).toBe(3);
  await write('g');
}

describe('AU2 sealing', () => {
  test('AU2 chains the records and reports the tail that is not sealed yet', async () => {
    await sealedJournal();
    const found = await verify();
    expect(found).toMatchObject({ records: 6, seals: 2, tail: { records: 1 } });
    expect(found.fault).toBeUndefined();
    expect(describeVerification(found)[0]).toBe('Журнал цел: верны записи: 6, печати: 2.');
  });

  test('AU2 seals nothing twice, and nothing when there is nothing', async () => {
    expect(await aSealer().seal()).toBe(0);
    await write('a');
    expect(await aSealer().seal()).toBe(1);
    expect(await aSealer().seal()).toBe(0);
    expect(await verify()).toMatchObject({ records: 1, seals: 1, tail: { records: 0 } });
  });

  test('AU2 waits for a transaction that may still add a smaller id, and never for one that came later', async () => {
    await write('a');
    const slow = new pg.Client(appUrl(db.ownerUrl, secret));
    await slow.connect();
    const insert = auditStatement({ action: 'sign-in', details: { login: 'slow' } });
    await slow.query('begin');
    await slow.query(insert.text, insert.values);
    await write('b');
    const sealer = aSealer();
    expect(await sealer.seal()).toBe(0);
    await slow.query('commit');
    await slow.query('begin');
    await slow.query(insert.text, insert.values);
    expect(await sealer.seal()).toBe(3);
    await slow.query('commit');
    await slow.end();
    expect(await sealer.seal()).toBe(1);
    expect((await verify()).fault).toBeUndefined();
  });

  test('AU2 takes ids that were rolled back for what they are', async () => {
    await write('a');
    await expect(
      db.database.system(async tx => {
        await tx.query(auditStatement({ action: 'sign-in' }));
        throw new Error('undone');
      }),
    ).rejects.toThrow('undone');
    await write('b');
    expect(await aSealer().seal()).toBe(2);
    expect(await verify()).toMatchObject({ records: 2, tail: { records: 0 } });
    const [seal] = await db.owner('select first_id::int, last_id::int from audit_seal');
    expect(seal).toEqual({ first_id: 1, last_id: 3 });
  });

  test('RL10 AU2 two instances make one chain', async () => {
    const other = new Database({ connectionString: appUrl(db.ownerUrl, secret), max: 2 });
    const sealers = [aSealer(), aSealer(other), aSealer(), aSealer(other)];
    for (let round = 0; round < 5; round++)
      await Promise.all([...sealers.map(sealer => sealer.seal()), write('x', 'y')]);
    await sealers[0]?.seal();
    await sealers[0]?.seal();
    await other.close();
    expect(await verify()).toMatchObject({ records: 10, tail: { records: 0 } });
    expect((await verify()).fault).toBeUndefined();
  });

  test('AU2 a data folder that serves two databases in turn keeps the two chains apart', async () => {
    await sealedJournal();
    const second = await aDatabase();
    const sealer = new AuditSealer({ database: second.database, secret, dataFolder });
    await second.database.system(tx => tx.query(auditStatement({ action: 'sign-in' })));
    expect(await sealer.seal()).toBe(1);
    const found = await verifyDatabase(second.ownerUrl, { secret, dataFolder });
    await second.close();
    expect(found).toMatchObject({ records: 1, seals: 1 });
    expect([found.fault, (await verify()).fault]).toEqual([undefined, undefined]);
  });

  test('AU2 the server may add to the journal and its seals, and change neither', async () => {
    await sealedJournal();
    for (const text of [
      `update audit set action = 'x'`,
      'delete from audit',
      'truncate audit',
      'update audit_seal set count = 1',
      'delete from audit_seal',
    ])
      await expect(db.database.system(tx => tx.query(statement(text)))).rejects.toThrow();
  });
});

describe('F30 tampering as superuser', () => {
  const cases: { name: string; tamper: string; fault: Partial<AuditFault> }[] = [
    {
      name: 'a changed record',
      tamper: `update audit set user_name = 'Никто' where id = 5`,
      fault: { kind: 'changed', record: 5, seal: 2 },
    },
    {
      name: 'a changed time',
      tamper: `update audit set at = at + interval '1 microsecond' where id = 2`,
      fault: { kind: 'changed', record: 2, seal: 1 },
    },
    {
      name: 'a deleted record',
      tamper: 'delete from audit where id = 2',
      fault: { kind: 'deleted', record: 2, seal: 1 },
    },
    {
      name: 'the first of several',
      tamper: `delete from audit where id in (3, 4); update audit set action = 'x' where id = 6`,
      fault: { kind: 'deleted', record: 3, seal: 1 },
    },
    {
      name: 'two records that changed places',
      tamper: `alter table audit alter column id drop identity;
               update audit set id = -1 where id = 4; update audit set id = 4 where id = 5; update audit set id = 5 where id = -1`,
      fault: { kind: 'moved', record: 4, seal: 2 },
    },
    {
      name: 'a record put in later',
      tamper: `delete from audit where id = 7; insert into audit (id, action) overriding system value values (0, 'sign-in')`,
      fault: { kind: 'added', record: 0, seal: 1 },
    },
    {
      name: 'a seal made to fit a changed record',
      tamper: `update audit set action = 'x' where id = 1;
               update audit_seal set records = overlay(records placing '\\x00'::bytea from 20) where number = 1`,
      fault: { kind: 'seal-changed', seal: 1 },
    },
    {
      name: 'a seal removed with its records',
      tamper: 'delete from audit where id <= 3; delete from audit_seal where number = 1',
      fault: { kind: 'seal-missing', seal: 1 },
    },
    {
      name: 'the end cut off with its seal',
      tamper: 'delete from audit where id > 3; delete from audit_seal where number = 2',
      fault: { kind: 'cut', seal: 2 },
    },
  ];
  test.each(cases)('F30 names $name', async ({ tamper, fault }) => {
    await sealedJournal();
    await db.owner(tamper);
    const found = await verify();
    expect(found.fault).toMatchObject(fault);
    expect(describeVerification(found)[0]).toMatch(
      new RegExp(`^Журнал изменён. .*${fault.record ?? `ечат. ${fault.seal}`}`),
    );
  });

  test('F30 a chain made anew with another key is not ours', async () => {
    await sealedJournal();
    const found = await verifyDatabase(db.ownerUrl, {
      secret: 'another secret of the installation',
      dataFolder,
    });
    expect(found.fault).toMatchObject({ kind: 'seal-changed', seal: 1 });
  });
});
