/**
 * What a seal of the audit consists of; the sealer writes it and the verification recomputes it, both from here.
 *
 * A seal holds the digest of each of its records, so that the verification can name the one that was changed,
 * and a keyed hash over them, over its own number and range and over the hash of the seal before it.
 */
import { createHmac } from 'node:crypto';

export interface Seal {
  /** 1, 2, 3 … without gaps. */
  number: number;
  firstId: number;
  lastId: number;
  count: number;
  /** `count` times id (8 bytes) and digest (32 bytes), by id. */
  records: Buffer;
  previousHash: Buffer;
  hash: Buffer;
  /** ISO instant with milliseconds. */
  sealedAt: string;
}

/** Hash before the first seal. */
export const NO_HASH = Buffer.alloc(32);

const ID_BYTES = 8;
const DIGEST_BYTES = 32;
const RECORD_BYTES = ID_BYTES + DIGEST_BYTES;

/** SHA-256 of everything a row of `audit` says but its id; the text of jsonb does not depend on the session. */
export const DIGEST_SQL = `sha256(convert_to(jsonb_build_array(extract(epoch from at), user_id, user_name,
  appointment_id, role, organisation_id, address, action, entity, record_id, records, result, details)::text, 'UTF8'))`;

/** `count`, `first_id`, `last_id` and `records` of the rows that `from` gives with `id` and `digest`. */
export const batchOf = (from: string) =>
  `select count(*)::int as count, min(id) as first_id, max(id) as last_id,
          string_agg(int8send(id) || digest, ''::bytea order by id) as records from (${from}) batch`;

export const SEAL_COLUMNS = `number, first_id as "firstId", last_id as "lastId", count, records,
  previous_hash as "previousHash", hash,
  to_char(sealed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "sealedAt"`;

/** Which database it is: a data folder may serve several in turn, each with a chain of its own. */
export const IDENTITY_SQL = `select (select system_identifier from pg_control_system())::text || '-' || oid as identity
  from pg_database where datname = current_database()`;

/** The key of the chain, derived from the secret of the installation. */
export const sealKey = (secret: string): Buffer =>
  createHmac('sha256', secret).update('kartoteka audit seal').digest();

export function hashOfSeal(key: Buffer, seal: Omit<Seal, 'hash'>): Buffer {
  const head = [seal.number, seal.firstId, seal.lastId, seal.count, seal.sealedAt].join('|');
  return createHmac('sha256', key)
    .update(seal.previousHash)
    .update(`audit/1|${head}|`)
    .update(seal.records)
    .digest();
}

/** Digest (hexadecimal) by id, in the order of ids. */
export function recordsOf(bytes: Buffer): Map<number, string> {
  const records = new Map<number, string>();
  for (let at = 0; at + RECORD_BYTES <= bytes.length; at += RECORD_BYTES)
    records.set(Number(bytes.readBigInt64BE(at)), bytes.toString('hex', at + ID_BYTES, at + RECORD_BYTES));
  return records;
}
