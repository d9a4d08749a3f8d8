/** Optimistic locking: the card's version, and for a facet the person's, as one tag (SC8). */
import { Problem } from '../problems.ts';
import type { Tx } from './database.ts';
import { type OpenedRecord, toAnswer } from './read.ts';
import { versionOf } from './record-shape.ts';

/** Does the tag, with or without quotes, name this version? */
export function isVersion(ifMatch: string, version: string): boolean {
  return (/^"([^"]*)"$/.exec(ifMatch.trim())?.[1] ?? ifMatch.trim()) === version;
}

/**
 * @param ifMatch  the tag as sent, with or without quotes
 * @throws PRECONDITION_REQUIRED (428), STALE (412) with who changed the card, when, and the card as it is now
 */
export async function assertVersion(tx: Tx, opened: OpenedRecord, ifMatch: string): Promise<void> {
  if (ifMatch.trim() === '')
    throw new Problem(
      'PRECONDITION_REQUIRED',
      428,
      'Нужна версия карточки',
      'Укажите в If-Match версию карточки, которую меняете',
    );
  if (isVersion(ifMatch, versionOf(opened.raw))) return;
  const [last] = await tx.query<{ user_name: string; at: string }>({
    text: `select user_name, at from change
      where (record_id = $1 and entity = $2) or (record_id = $3 and entity = 'person') order by id desc limit 1`,
    values: [opened.raw.id, opened.shape.entity.id, opened.raw.pid ?? null],
  });
  throw new Problem(
    'STALE',
    412,
    'Карточку уже изменили',
    last ? `Пока вы работали, карточку изменил(а) ${last.user_name}` : 'Версия карточки другая',
    {
      members: {
        ...(last ? { changedBy: last.user_name, changedAt: last.at } : {}),
        current: toAnswer(opened),
      },
    },
  );
}
