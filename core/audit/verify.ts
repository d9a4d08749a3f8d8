/**
 * Recomputes the chain over the audit and names the first record that is not as it was sealed (AU2, F30).
 * Reads only; memory stays small whatever the length of the journal.
 */
import {
  batchOf,
  DIGEST_SQL,
  hashOfSeal,
  NO_HASH,
  recordsOf,
  SEAL_COLUMNS,
  type Seal,
  sealKey,
} from './seal.ts';

export interface AuditFault {
  /**
   * `changed`, `deleted`, `moved` (its content stands under another id, or another's under its), `added` after
   * the sealing; `seal-changed`, `seal-missing`; `cut`: the head known outside the database is gone.
   */
  kind: 'changed' | 'deleted' | 'moved' | 'added' | 'seal-changed' | 'seal-missing' | 'cut';
  /** Id of the record in `audit`. */
  record?: number;
  seal?: number;
  /** Ids the faulty seal spans. */
  firstId?: number;
  lastId?: number;
}

export interface AuditVerification {
  /** Records and seals found good, up to the fault if there is one. */
  records: number;
  seals: number;
  fault?: AuditFault;
  /** Records that no seal covers yet. */
  tail: { records: number; oldest?: string };
  /** Hash of the last seal, hexadecimal: to be written down outside the system. */
  head?: string;
}

/** What the installation itself remembers of the chain, from the data folder. */
export interface KnownHead {
  number: number;
  hash: string;
}

/** One reading connection; rows as objects, bigint as number. */
export type Read = <R>(text: string, values: unknown[]) => Promise<R[]>;

/** Seals are read until they hold about this many records. */
const CHUNK_RECORDS = 20_000;
/** A record put in under an id that is never given counts as added. */
const BEFORE_ALL = Number.MIN_SAFE_INTEGER;

export async function verifyAudit(read: Read, secret: string, known?: KnownHead): Promise<AuditVerification> {
  const walk = new ChainWalk(read, sealKey(secret), known);
  const fault = await walk.run();
  const [tail] = await read<{ records: number; oldest: string | null }>(
    `select count(*)::int as records, to_char(min(at) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as oldest
       from audit where id > coalesce((select max(last_id) from audit_seal), $1)`,
    [BEFORE_ALL],
  );
  return {
    records: walk.records,
    seals: walk.seals,
    ...(fault ? { fault } : {}),
    tail: { records: tail?.records ?? 0, ...(tail?.oldest ? { oldest: tail.oldest } : {}) },
    ...(walk.seals > 0 ? { head: walk.hash.toString('hex') } : {}),
  };
}

class ChainWalk {
  records = 0;
  seals = 0;
  lastId = BEFORE_ALL;
  hash: Buffer = NO_HASH;
  readonly #read: Read;
  readonly #key: Buffer;
  readonly #known: KnownHead | undefined;
  #knownFound = false;

  constructor(read: Read, key: Buffer, known: KnownHead | undefined) {
    this.#read = read;
    this.#key = key;
    this.#known = known;
  }

  async run(): Promise<AuditFault | undefined> {
    for (;;) {
      const seals = await this.#read<Seal>(
        `select ${SEAL_COLUMNS} from (
           select *, sum(count) over (order by number) - count as before
             from (select * from audit_seal where number > $1 order by number limit 200) few) counted
          where before < ${CHUNK_RECORDS} order by number`,
        [this.seals],
      );
      const last = seals.at(-1);
      if (last === undefined) break;
      const standing = await this.#standing(this.lastId, Math.max(...seals.map(seal => seal.lastId)));
      for (const seal of seals) {
        const fault = this.#check(seal, standing);
        if (fault !== undefined) return fault;
      }
    }
    if (this.#known !== undefined && !this.#knownFound) return { kind: 'cut', seal: this.#known.number };
    return undefined;
  }

  async #standing(after: number, upTo: number): Promise<Map<number, string>> {
    const [batch] = await this.#read<{ records: Buffer | null }>(
      batchOf(`select id, ${DIGEST_SQL} as digest from audit where id > $1 and id <= $2`),
      [after, upTo],
    );
    return recordsOf(batch?.records ?? Buffer.alloc(0));
  }

  #check(seal: Seal, standing: Map<number, string>): AuditFault | undefined {
    const place = { seal: seal.number, firstId: seal.firstId, lastId: seal.lastId };
    if (seal.number !== this.seals + 1) return { kind: 'seal-missing', seal: this.seals + 1 };
    if (!seal.previousHash.equals(this.hash) || !hashOfSeal(this.#key, seal).equals(seal.hash))
      return { kind: 'seal-changed', ...place };
    const fault = firstDifference(recordsOf(seal.records), standing, this.lastId, seal.lastId);
    if (fault !== undefined) return { ...fault, ...place };
    this.records += seal.count;
    this.seals = seal.number;
    this.lastId = seal.lastId;
    this.hash = seal.hash;
    if (seal.number === this.#known?.number && seal.hash.toString('hex') === this.#known.hash)
      this.#knownFound = true;
    return undefined;
  }
}

function firstDifference(
  sealed: Map<number, string>,
  standing: Map<number, string>,
  after: number,
  upTo: number,
): AuditFault | undefined {
  const ids = new Set([...sealed.keys(), ...[...standing.keys()].filter(id => id > after && id <= upTo)]);
  for (const id of [...ids].sort((a, b) => a - b)) {
    const was = sealed.get(id);
    const is = standing.get(id);
    if (was === is) continue;
    if (was === undefined) return { kind: 'added', record: id };
    const elsewhere =
      (is !== undefined && [...sealed.values()].includes(is)) || [...standing.values()].includes(was);
    return { kind: elsewhere ? 'moved' : is === undefined ? 'deleted' : 'changed', record: id };
  }
  return undefined;
}
