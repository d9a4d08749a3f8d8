/**
 * Chains closed batches of the audit every ten seconds (AU2), so that writers never wait for each other.
 *
 * A batch is closed when no running transaction can still add a record to it. Ids are given in order but become
 * visible in any order, so a bound is noted together with the transactions that hold a write lock on the table:
 * whoever took a smaller id held that lock before. Once they have ended, everything up to the bound is visible
 * or was rolled back. Several instances may run a sealer; an advisory lock lets one work at a time.
 */
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database, Tx } from '../storage/database.ts';
import { batchOf, DIGEST_SQL, hashOfSeal, IDENTITY_SQL, NO_HASH, type Seal, sealKey } from './seal.ts';

export interface SealerOptions {
  database: Database;
  /** Of the installation; the chain is keyed with it. */
  secret: string;
  /** Where the head of the chain is kept outside the database; not kept without it. */
  dataFolder?: string;
  log?: { warn(details: object, text: string): void };
  intervalMs?: number;
}

/** Records up to `upTo` are closed once none of `writers` runs. */
interface Bound {
  upTo: number;
  writers: string[];
}

const INTERVAL_MS = 10_000;
const BATCH_RECORDS = 10_000;
const LOCK_KEY = 7_305_211_002;
/** The chain's head as last sealed by this installation: shows that the end of the journal was cut off. */
export const headFile = (dataFolder: string, identity: string) =>
  join(dataFolder, `audit-head-${identity}.json`);

export class AuditSealer {
  readonly #options: SealerOptions;
  readonly #key: Buffer;
  #bound: Bound | undefined;
  #identity: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<unknown> = Promise.resolve();

  constructor(options: SealerOptions) {
    this.#options = options;
    this.#key = sealKey(options.secret);
  }

  start(): void {
    this.#timer = setInterval(() => {
      this.#running = this.#quietly();
    }, this.#options.intervalMs ?? INTERVAL_MS);
    this.#timer.unref();
  }

  /** Seals what is closed by now, then rests. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
    await this.#quietly();
  }

  async #quietly(): Promise<void> {
    try {
      await this.seal();
    } catch (error) {
      this.#options.log?.warn({ reason: String(error) }, 'audit is not sealed; tried again later');
    }
  }

  /** One round. @returns number of records sealed */
  async seal(): Promise<number> {
    this.#bound ??= await this.#noteBound();
    const bound = this.#bound;
    if (bound === undefined || (await this.#stillWriting(bound))) return 0;
    this.#bound = undefined;
    let sealed = 0;
    for (;;) {
      const seal = await this.#sealBatch(bound.upTo);
      if (seal === undefined) return sealed;
      sealed += seal.count;
      await this.#keepHead(seal);
    }
  }

  /** The bound first, its writers after it: one that took a smaller id is among them or has ended. */
  async #noteBound(): Promise<Bound | undefined> {
    return this.#options.database.system(async tx => {
      const [last] = await tx.query<{ id: number | null }>({
        text: `select max(id) as id from audit where id > (select coalesce(max(last_id), 0) from audit_seal)`,
        values: [],
      });
      if (last?.id == null) return undefined;
      return { upTo: last.id, writers: await writersOf(tx) };
    });
  }

  async #stillWriting(bound: Bound): Promise<boolean> {
    if (bound.writers.length === 0) return false;
    const now = await this.#options.database.system(writersOf);
    return bound.writers.some(writer => now.includes(writer));
  }

  async #sealBatch(upTo: number): Promise<Seal | undefined> {
    return this.#options.database.system(async tx => {
      const [lock] = await tx.query<{ taken: boolean }>({
        text: 'select pg_try_advisory_xact_lock($1) as taken',
        values: [LOCK_KEY],
      });
      if (!lock?.taken) return undefined;
      const [last] = await tx.query<Pick<Seal, 'number' | 'lastId' | 'hash'>>({
        text: 'select number, last_id as "lastId", hash from audit_seal order by number desc limit 1',
        values: [],
      });
      const [batch] = await tx.query<{
        count: number;
        first_id: number;
        last_id: number;
        records: Buffer;
      }>({
        text: batchOf(
          `select id, ${DIGEST_SQL} as digest from audit where id > $1 and id <= $2 order by id limit ${BATCH_RECORDS}`,
        ),
        values: [last?.lastId ?? 0, upTo],
      });
      if (batch === undefined || batch.count === 0) return undefined;
      const open: Omit<Seal, 'hash'> = {
        number: (last?.number ?? 0) + 1,
        firstId: batch.first_id,
        lastId: batch.last_id,
        count: batch.count,
        records: batch.records,
        previousHash: last?.hash ?? NO_HASH,
        sealedAt: new Date().toISOString(),
      };
      const seal = { ...open, hash: hashOfSeal(this.#key, open) };
      await tx.query({
        text: `insert into audit_seal (number, first_id, last_id, count, records, previous_hash, hash, sealed_at)
               values ($1, $2, $3, $4, $5, $6, $7, $8)`,
        values: [
          seal.number,
          seal.firstId,
          seal.lastId,
          seal.count,
          seal.records,
          seal.previousHash,
          seal.hash,
          seal.sealedAt,
        ],
      });
      return seal;
    });
  }

  async #keepHead({ number, lastId, hash }: Seal): Promise<void> {
    const { dataFolder, database } = this.#options;
    if (dataFolder === undefined) return;
    this.#identity ??= await database.system(async tx => {
      const [row] = await tx.query<{ identity: string }>({ text: IDENTITY_SQL, values: [] });
      return row?.identity ?? '';
    });
    const file = headFile(dataFolder, this.#identity);
    const text = `${JSON.stringify({ number, lastId, hash: hash.toString('hex') })}\n`;
    await writeFile(`${file}.new`, text, { mode: 0o600 });
    await rename(`${file}.new`, file);
  }
}

/** Transactions that have written to the audit and not ended; prepared ones too. */
async function writersOf(tx: Tx): Promise<string[]> {
  const rows = await tx.query<{ writer: string }>({
    text: `select virtualtransaction as writer from pg_locks
            where locktype = 'relation' and mode = 'RowExclusiveLock' and granted
              and database = (select oid from pg_database where datname = current_database())
              and relation = 'public.audit'::regclass`,
    values: [],
  });
  return rows.map(row => row.writer);
}
