/** Taking two entries apart again, exactly as they were; refused where somebody has built upon the joining since. */
import type { Actor } from '../../access/actor.ts';
import type { Catalogue } from '../../catalogue/types.ts';
import type { Language } from '../../forms/captions.ts';
import { notFound, Problem } from '../../problems.ts';
import { auditEntry } from '../audit-entry.ts';
import { refreshConsents } from '../consents.ts';
import type { Tx } from '../database.ts';
import { type KnownPerson, readPerson } from '../person.ts';
import { noteChanges } from '../save-statements.ts';
import { requireMerging } from './duplicates.ts';
import {
  type FacetRow,
  holdPeople,
  lockForMerging,
  moveAccounts,
  overWholeRegion,
  personChange,
  setIdentity,
  tieCards,
} from './merge-people.ts';
import { assertMerging, othersOf } from './merge-plan.ts';
import { IDENTITY, identityTitle } from './person-view.ts';

export interface MergeRow {
  id: string;
  kept: string;
  dropped: string;
  at: string;
  user_name: string;
  reason: string | null;
  facets: FacetRow[];
  users: string[];
  requests: string[];
  before: { keep: KnownPerson['identity']; drop: KnownPerson['identity'] };
  after: KnownPerson['identity'];
  undone_at: string | null;
  undone_by: string | null;
}

/**
 * @throws NOT_FOUND, FORBIDDEN, MERGE_UNDONE, MERGE_BUILT_UPON saying what has changed since, PERSON_SHARED where the
 *         region has to do it
 */
export async function undoMerge(
  tx: Tx,
  catalogue: Catalogue,
  actor: Actor,
  id: string,
  language: Language,
): Promise<void> {
  requireMerging(catalogue, actor);
  const seen = await mergeRow(tx, id, false);
  await holdPeople(tx, [seen.kept, seen.dropped]);
  const standing = await readPerson(tx, seen.kept);
  if (!standing) throw notFound();
  assertMerging(catalogue, actor, standing, { facets: facetsOf(seen) }, language);
  if (othersOf(actor, standing, { facets: facetsOf(seen) }).length > 0)
    throw new Problem(
      'PERSON_SHARED',
      409,
      'Общие данные человека',
      'Этого человека знает и другая организация: объединение отменяет администратор региона',
    );
  await overWholeRegion(tx);
  await lockForMerging(tx, catalogue, seen.facets, [seen.kept, seen.dropped]);
  const row = await mergeRow(tx, id, true);
  const now = (await readPerson(tx, seen.kept)) ?? standing;
  if (row.undone_at !== null)
    throw new Problem(
      'MERGE_UNDONE',
      409,
      'Уже отменено',
      `Объединение уже отменено: ${row.undone_by ?? ''}`,
    );
  assertNotBuiltUpon(catalogue, row, now, language);
  await takeApart(tx, catalogue, actor, row, now);
}

const facetsOf = (row: MergeRow): KnownPerson['facets'] =>
  row.facets.map(facet => ({
    organisationId: facet.organisation_id,
    entity: facet.entity,
    recordId: facet.record_id,
  }));

async function mergeRow(tx: Tx, id: string, lock: boolean): Promise<MergeRow> {
  const [row] = await tx.query<MergeRow>({
    text: `select id, kept, dropped, at, user_name, reason, facets, users, requests, before, after, undone_at, undone_by
      from person_merge where id = $1::uuid ${lock ? 'for update' : ''}`,
    values: [id],
  });
  if (!row) throw notFound('Такого объединения нет');
  return row;
}

/** @throws MERGE_BUILT_UPON */
function assertNotBuiltUpon(
  catalogue: Catalogue,
  row: MergeRow,
  standing: KnownPerson,
  language: Language,
): void {
  const refuse = (why: string) => {
    throw new Problem('MERGE_BUILT_UPON', 409, 'Отменить нельзя', why);
  };
  if (standing.id !== row.kept)
    refuse('Этого человека с тех пор объединили ещё раз: сначала отмените более позднее объединение');
  const taken = IDENTITY.filter(name => row.before.keep[name] !== row.after[name]);
  const later = taken.filter(name => standing.identity[name] !== row.after[name]);
  if (later.length > 0)
    refuse(
      `После объединения изменили: ${later.map(name => identityTitle(catalogue, name, language)).join(', ')}. Верните прежнее значение и повторите`,
    );
}

async function takeApart(
  tx: Tx,
  catalogue: Catalogue,
  actor: Actor,
  row: MergeRow,
  standing: KnownPerson,
): Promise<void> {
  const facets = await tx.query<FacetRow>({
    text: `update facet f set person_id = $1::uuid
      from jsonb_to_recordset($3::jsonb) as m (organisation_id int, entity text, record_id uuid)
      where f.person_id = $2::uuid and f.organisation_id = m.organisation_id and f.entity = m.entity
        and f.record_id = m.record_id
      returning f.organisation_id, f.entity, f.record_id`,
    values: [row.dropped, row.kept, JSON.stringify(row.facets)],
  });
  await tieCards(tx, catalogue, facets, row.dropped);
  await refreshConsents(tx, catalogue, { people: [row.kept, row.dropped] });
  await moveAccounts(tx, row.kept, row.dropped, row.users);
  await tx.query({
    text: 'update change_request set person_id = $1 where person_id = $2 and id = any ($3::uuid[])',
    values: [row.dropped, row.kept, row.requests],
  });
  // What was changed since and is nothing of the joining stays with the entry that was kept.
  const kept = { ...standing.identity };
  for (const name of IDENTITY)
    if (row.before.keep[name] !== row.after[name]) {
      const before = row.before.keep[name];
      if (before === undefined) delete kept[name];
      else kept[name] = before;
    }
  const version = standing.version + 1;
  const { snils: _, ...left } = row.before.drop;
  await setIdentity(tx, row.kept, kept, { version });
  await setIdentity(tx, row.dropped, row.before.drop, { version });
  for (const id of [row.kept, row.dropped])
    await tx.query({ text: 'select refresh_former($1)', values: [id] });
  await tx.query({
    text: 'update person_merge set undone_at = now(), undone_by = $2 where id = $1',
    values: [row.id, actor.name],
  });
  const given = row.after.snils === row.before.drop.snils ? left : row.before.drop;
  const notes = noteChanges(
    actor,
    [
      personChange(row.kept, version, 'split', standing.identity, kept),
      personChange(row.dropped, version, 'split', given, row.before.drop),
    ],
    undefined,
  );
  await Promise.all(notes.map(note => tx.query(note)));
  const details = { merge: row.id, kept: row.kept, cards: facets.length };
  await tx.query(
    auditEntry(actor, {
      action: 'people-split',
      entity: 'person',
      recordId: row.dropped,
      records: facets.length,
      details,
    }),
  );
}
