/** Passwords that are handed over on paper and changed at the first sign-in. */
import { randomInt } from 'node:crypto';

/** Without letters and digits that look alike, so that a child reads them right from paper. */
const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';
const GROUPS = 3;
const IN_GROUP = 4;

/** `k7dm-x2pq-9nfa`: twelve letters of 31, 59 random bits. */
export function oneTimePassword(): string {
  const group = () => Array.from({ length: IN_GROUP }, () => LETTERS[randomInt(LETTERS.length)]).join('');
  return Array.from({ length: GROUPS }, group).join('-');
}
