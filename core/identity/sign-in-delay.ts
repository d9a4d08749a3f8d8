/**
 * Growing delay after failed sign-ins, per account and per address (ID3). The account's key is the hash of the name
 * as typed, so a name nobody has is delayed alike; nobody is locked out for good.
 *
 * A try is recorded as pending before its password is compared, and then forgotten or marked as failed. To its account
 * a pending try counts as a failure, so that parallel guesses count each other. To its address it does not: a school
 * behind one address signs in within seconds. Only so many at once are no school any more.
 */
import { createHash } from 'node:crypto';
import type { Tx } from '../storage/database.ts';

export interface DelayRule {
  /** Failures within the window that cost nothing. */
  free: number;
  /** Longest delay, seconds. */
  most: number;
  /** Tries under way that are no failures yet. */
  pending: number;
}
const WINDOW_MINUTES = 30;
/** A comparison takes less: what is still pending after it counts as failed. */
const PENDING_SECONDS = 60;
export const ACCOUNT_RULE: DelayRule = { free: 4, most: 300, pending: 0 };
/** A school stands behind one address: more is free, but guessing many accounts slows down all the same. */
export const ADDRESS_RULE: DelayRule = { free: 30, most: 300, pending: 100 };

/** One try as recorded: its rows. */
export type Try = readonly string[];

/** Seconds to wait after the last of so many failures: 1, 2, 4 … up to the rule's most. */
export function delaySeconds(failures: number, rule: DelayRule): number {
  return failures <= rule.free ? 0 : Math.min(rule.most, 2 ** Math.min(failures - rule.free - 1, 20));
}

export const accountKey = (login: string) =>
  `account:${createHash('sha256').update(login).digest('base64url')}`;
export const addressKey = (address: string) => `address:${address}`;

interface Tries {
  key: string;
  failed: number;
  pending: number;
  last: string;
}

/** Whole seconds until the next try is taken; 0: now. Tries at one account pass here one after the other. */
export async function secondsToWait(tx: Tx, login: string, address: string, now: Date): Promise<number> {
  const [account, place] = [accountKey(login), addressKey(address)];
  const [, rows] = await Promise.all([
    tx.query({ text: 'select pg_advisory_xact_lock(hashtextextended($1, 0))', values: [account] }),
    tx.query<Tries & Record<string, unknown>>({
      text: `select key, count(*) filter (where not held)::int as failed, count(*) filter (where held)::int as pending,
          max(at) as last
        from (select key, at, pending and at > $2::timestamptz - make_interval(secs => $4) as held
          from sign_in_failure where key = any ($1) and at > $2::timestamptz - make_interval(mins => $3)) t
        group by key`,
      values: [[account, place], now, WINDOW_MINUTES, PENDING_SECONDS],
    }),
  ]);
  return Math.max(
    0,
    ...rows.map(tries => waitOf(tries, tries.key === account ? ACCOUNT_RULE : ADDRESS_RULE, now)),
  );
}

function waitOf({ failed, pending, last }: Tries, rule: DelayRule, now: Date): number {
  const delay = delaySeconds(failed + Math.max(0, pending - rule.pending), rule);
  // The try of another request may be of a later moment than this one: no delay does not grow by that.
  const passed = Math.max(0, (now.getTime() - Date.parse(last)) / 1000);
  return Math.max(0, Math.ceil(delay - passed));
}

/** Recorded before the password is compared; to be settled by one of the functions below. */
export async function recordTry(tx: Tx, login: string, address: string, now: Date): Promise<Try> {
  const rows = await tx.query<{ id: string }>({
    text: 'insert into sign_in_failure (key, at, pending) values ($1, $3, true), ($2, $3, true) returning id',
    values: [accountKey(login), addressKey(address), now],
  });
  return rows.map(row => row.id);
}

export async function failTry(tx: Tx, tried: Try): Promise<void> {
  await tx.query({
    text: 'update sign_in_failure set pending = false where id = any ($1::bigint[])',
    values: [tried],
  });
}

/** After success: the account starts anew, the address loses only this try. */
export async function forgetTry(tx: Tx, tried: Try, login: string, now: Date): Promise<void> {
  await tx.query({
    text: `delete from sign_in_failure where key = $1 or id = any ($2::bigint[])
      or at < $3::timestamptz - interval '1 day'`,
    values: [accountKey(login), tried, now],
  });
}

/** This one try was none: nothing was compared, or the password was right and the code is still to come. */
export async function takeBackTry(tx: Tx, tried: Try): Promise<void> {
  await tx.query({ text: 'delete from sign_in_failure where id = any ($1::bigint[])', values: [tried] });
}
