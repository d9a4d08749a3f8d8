/**
 * Growing delay after failed sign-ins, per account and per address (ID3). The account's key is the hash of the name
 * as typed, so a name nobody has is delayed alike; nobody is locked out for good.
 */
import { createHash } from 'node:crypto';
import type { Tx } from '../storage/database.ts';

export interface DelayRule {
  /** Failures within the window that cost nothing. */
  free: number;
  /** Longest delay, seconds. */
  most: number;
}
const WINDOW_MINUTES = 30;
export const ACCOUNT_RULE: DelayRule = { free: 4, most: 300 };
/** A school stands behind one address: more is free, but guessing many accounts slows down all the same. */
export const ADDRESS_RULE: DelayRule = { free: 30, most: 300 };

/** Seconds to wait after the last of so many failures: 1, 2, 4 … up to the rule's most. */
export function delaySeconds(failures: number, rule: DelayRule): number {
  return failures <= rule.free ? 0 : Math.min(rule.most, 2 ** Math.min(failures - rule.free - 1, 20));
}

export const accountKey = (login: string) =>
  `account:${createHash('sha256').update(login).digest('base64url')}`;
export const addressKey = (address: string) => `address:${address}`;

/** Whole seconds until the next try is taken; 0: now. */
export async function secondsToWait(tx: Tx, login: string, address: string, now: Date): Promise<number> {
  const keys = [accountKey(login), addressKey(address)];
  const rows = await tx.query<{ key: string; failures: number; last: string }>({
    text: `select key, count(*)::int as failures, max(at) as last from sign_in_failure
      where key = any ($1) and at > $2::timestamptz - make_interval(mins => $3) group by key`,
    values: [keys, now, WINDOW_MINUTES],
  });
  const waits = rows.map(({ key, failures, last }) => {
    const rule = key.startsWith('account:') ? ACCOUNT_RULE : ADDRESS_RULE;
    return delaySeconds(failures, rule) - (now.getTime() - Date.parse(last)) / 1000;
  });
  return Math.max(0, Math.ceil(Math.max(0, ...waits)));
}

/** Recorded before the password is compared, so that parallel tries count each other; taken back by success. */
export async function recordTry(tx: Tx, login: string, address: string, now: Date): Promise<void> {
  await tx.query({
    text: 'insert into sign_in_failure (key, at) values ($1, $3), ($2, $3)',
    values: [accountKey(login), addressKey(address), now],
  });
}

/** After success: the account starts anew, the address loses only this try. */
export async function forgetTry(tx: Tx, login: string, address: string, now: Date): Promise<void> {
  await tx.query({
    text: `delete from sign_in_failure where key = $1 or (key = $2 and at = $3)
      or at < $3::timestamptz - interval '1 day'`,
    values: [accountKey(login), addressKey(address), now],
  });
}

/** This one try was none: the password was right and the code is still to come. */
export async function takeBackTry(tx: Tx, login: string, address: string, now: Date): Promise<void> {
  await tx.query({
    text: 'delete from sign_in_failure where key in ($1, $2) and at = $3',
    values: [accountKey(login), addressKey(address), now],
  });
}
