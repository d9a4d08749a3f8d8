/**
 * User sessions: an opaque random id in a cookie, only its SHA-256 in the database (ID4). No state of a session
 * is kept in the process, so a blocked user is out at the very next request and several processes agree (ID5).
 */
import { createHash, randomBytes } from 'node:crypto';
import type { Tx } from '../storage/database.ts';

/** 256 random bits as text; what the cookie carries. */
export const newToken = () => randomBytes(32).toString('base64url');

export const hashToken = (token: string): Buffer => createHash('sha256').update(token).digest();

export interface SessionRow {
  userId: string;
  appointmentId: string | null;
  address: string;
  agent: string;
  now: Date;
  /** What its owner is told: the sign-in before, and tries that failed since. */
  previous?: string | null;
  failedTries?: number;
}

/** Opens a session. @returns the token for the cookie and the CSRF token bound to the session */
export async function openSession(tx: Tx, session: SessionRow): Promise<{ token: string; csrf: string }> {
  const token = newToken();
  const csrf = newToken();
  await tx.query({
    text: `insert into user_session (token_hash, user_id, csrf, appointment_id, address, agent, created_at,
        last_seen_at, confirmed_at, previous_sign_in_at, failed_tries)
      values ($1, $2, $3, $4, $5, $6, $7, $7, $7, $8, $9)`,
    values: [
      hashToken(token),
      session.userId,
      csrf,
      session.appointmentId,
      session.address,
      session.agent.slice(0, 300),
      session.now,
      session.previous ?? null,
      session.failedTries ?? 0,
    ],
  });
  return { token, csrf };
}

export async function endSession(tx: Tx, token: string): Promise<void> {
  await tx.query({ text: 'delete from user_session where token_hash = $1', values: [hashToken(token)] });
}

/** Ends every session of a user: password change, block, «выйти везде». */
export async function endSessionsOf(tx: Tx, userId: string): Promise<void> {
  await tx.query({ text: 'delete from user_session where user_id = $1', values: [userId] });
}

/** Moves the end of the idle time; called at most once a minute of a session. */
export async function touchSession(tx: Tx, token: string, now: Date): Promise<void> {
  await tx.query({
    text: 'update user_session set last_seen_at = $2 where token_hash = $1',
    values: [hashToken(token), now],
  });
}
