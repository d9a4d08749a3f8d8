/**
 * Same key and body: same answer and one effect, across instances and restarts (RL2). The key is stored in the
 * transaction of the effect; a second request with it waits for the first.
 */
import { createHash } from 'node:crypto';
import type { Actor } from '../access/actor.ts';
import { Problem } from '../problems.ts';
import type { EndingTx } from './database.ts';

export interface KeyedRequest {
  key: string;
  /** Everything that makes the request what it is: appointment, act, card, body. */
  body: unknown;
}

interface KeyRow {
  body_hash: string;
  body: unknown;
}

const hashOf = (request: KeyedRequest): string =>
  createHash('sha256').update(JSON.stringify(request.body)).digest('base64url');

/**
 * @param work  may end the transaction where it is told so: with a key, the answer is stored in it
 * @throws IDEMPOTENCY_MISMATCH when the key was used with another body
 */
export async function once<T>(
  tx: EndingTx,
  actor: Actor,
  request: KeyedRequest | undefined,
  status: number,
  work: (ends: boolean) => Promise<T>,
): Promise<T> {
  if (!request) return await work(true);
  const hash = hashOf(request);
  // Each statement sees what is committed when it begins: the second one, what it has waited for.
  const [, [known]] = await Promise.all([
    tx.query({
      text: `select pg_advisory_xact_lock(hashtextextended($1, 0))`,
      values: [`${actor.userId} ${request.key}`],
    }),
    tx.query<KeyRow>({
      text: 'select body_hash, body from idempotency_key where user_id = $1 and key = $2',
      values: [actor.userId, request.key],
    }),
  ]);
  if (known) {
    if (known.body_hash === hash) return known.body as T;
    throw new Problem(
      'IDEMPOTENCY_MISMATCH',
      422,
      'Ключ уже использован',
      'С этим Idempotency-Key уже сохранено другое: повторите с новым ключом',
    );
  }
  const result = await work(false);
  await tx.finish({
    text: 'insert into idempotency_key (user_id, key, body_hash, status, body) values ($1, $2, $3, $4, $5)',
    values: [actor.userId, request.key, hash, status, JSON.stringify(result ?? null)],
  });
  return result;
}
