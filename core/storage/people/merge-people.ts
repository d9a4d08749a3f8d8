/**
 * Joins two entries of a person, and takes them apart again. Checked in the actor's scope; then the transaction goes
 * over to the whole region, because the cards of all organisations that agreed come over at once.
 */
import type { Actor } from '../../access/actor.ts';
import type { Catalogue } from '../../catalogue/types.ts';
import { Problem } from '../../problems.ts';
import { auditEntry } from '../audit-entry.ts';
import { refreshConsents } from '../consents.ts';
import type { Tx } from '../database.ts';
import { type KnownPerson, PERSON_COLUMNS, pair, waitFor } from '../person.ts';
import { newId } from '../save-parse.ts';
import { type Change, noteChanges } from '../save-statements.ts';
import type { MergePlan } from './merge-plan.ts';
import { IDENTITY } from './person-view.ts';

export interface FacetRow {
  organisation_id: number;
  entity: string;
  record_id: string;
}

/** Nobody else ties, changes or joins these people until the end of the transaction. */
export async function holdPeople(tx: Tx, ids: readonly string[]): Promise<void> {
  for (const id of [...ids].sort()) await waitFor(tx, `person ${id}`);
}

/** Proposals before cards before people, as everywhere: who changes one of them waits, or is waited for. */
export async function lockForMerging(
  tx: Tx,
  catalogue: Catalogue,
  facets: readonly FacetRow[],
  people: readonly string[],
): Promise<void> {
  await tx.query({
    text: `select 1 from change_request where person_id = any ($1::uuid[]) and state = 'open' order by id for update`,
    values: [people],
  });
  for (const [entityId, some] of Map.groupBy(facets, facet => facet.entity)) {
    const entity = catalogue.entities.get(entityId);
    if (entity)
      await tx.query({
        text: `select 1 from "${entity.table}" where organisation_id = any ($1::int[]) and id = any ($2::uuid[])
          order by id for update`,
        values: [some.map(one => one.organisation_id), some.map(one => one.record_id)],
      });
  }
  await tx.query({
    text: 'select 1 from person where id = any ($1::uuid[]) order by id for update',
    values: [people],
  });
}

/** From here on the transaction sees every organisation; only after all checks. */
export async function overWholeRegion(tx: Tx): Promise<void> {
  await tx.query({ text: 'set local role kartoteka_region', values: [] });
}

/** Cards of the kinds now stand for the other entry. */
export async function tieCards(
  tx: Tx,
  catalogue: Catalogue,
  facets: readonly FacetRow[],
  personId: string,
): Promise<void> {
  for (const [entityId, some] of Map.groupBy(facets, facet => facet.entity)) {
    const entity = catalogue.entities.get(entityId);
    if (!entity) continue;
    await tx.query({
      text: `update "${entity.table}" t set person_id = $1::uuid
        from unnest($2::int[], $3::uuid[]) as f (organisation_id, record_id)
        where t.organisation_id = f.organisation_id and t.id = f.record_id`,
      values: [personId, some.map(one => one.organisation_id), some.map(one => one.record_id)],
    });
  }
}

export async function setIdentity(
  tx: Tx,
  id: string,
  identity: KnownPerson['identity'],
  more: { version: number; mergedInto?: string | null },
): Promise<void> {
  const sets = Object.entries(PERSON_COLUMNS).map(
    ([, { column, type }], i) => `${column} = $${i + 4}::${type}`,
  );
  await tx.query({
    text: `update person set ${sets.join(', ')}, version = $2, merged_into = $3::uuid, updated_at = now() where id = $1::uuid`,
    values: [id, more.version, more.mergedInto ?? null, ...IDENTITY.map(name => identity[name] ?? null)],
  });
}

/** @returns id of the merger */
export async function performMerge(
  tx: Tx,
  catalogue: Catalogue,
  actor: Actor,
  plan: MergePlan,
  reason: string | undefined,
): Promise<string> {
  const { keep, drop, identity } = plan;
  await overWholeRegion(tx);
  await lockForMerging(tx, catalogue, drop.facets.map(toRow), [keep.id, drop.id]);
  await assertUnchanged(tx, plan);
  const id = newId();
  const version = Math.max(keep.version, drop.version) + 1;
  const facets = await tx.query<FacetRow>({
    text: `update facet set person_id = $1::uuid where person_id = $2::uuid returning organisation_id, entity, record_id`,
    values: [keep.id, drop.id],
  });
  await tieCards(tx, catalogue, facets, keep.id);
  await refreshConsents(tx, catalogue, { people: [keep.id, drop.id] });
  const users = await moveAccounts(tx, drop.id, keep.id);
  const requests = await tx.query<{ id: string }>({
    text: `update change_request set person_id = $1 where person_id = $2 and state = 'open' returning id`,
    values: [keep.id, drop.id],
  });
  // A number has one owner: the entry that is given up lets go of the one that is taken over.
  const { snils: _, ...rest } = drop.identity;
  const left = identity.snils !== undefined && identity.snils === drop.identity.snils ? rest : drop.identity;
  await setIdentity(tx, drop.id, left, { version: drop.version + 1, mergedInto: keep.id });
  await setIdentity(tx, keep.id, identity, { version });
  await tx.query({
    text: `insert into person_merge (id, kept, dropped, organisation_id, user_id, user_name, role, reason, facets, users,
        requests, before, after) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
    values: [
      id,
      keep.id,
      drop.id,
      actor.organisationId,
      actor.userId,
      actor.name,
      actor.role,
      reason ?? null,
      JSON.stringify(facets),
      users,
      requests.map(one => one.id),
      JSON.stringify({ keep: keep.identity, drop: drop.identity }),
      JSON.stringify(identity),
    ],
  });
  await tx.query({ text: 'select refresh_former($1)', values: [keep.id] });
  const notes = noteChanges(
    actor,
    [
      personChange(keep.id, version, 'merge', keep.identity, identity),
      personChange(drop.id, drop.version + 1, 'merge', drop.identity, left),
    ],
    reason,
  );
  await Promise.all(notes.map(note => tx.query(note)));
  const details = { merge: id, kept: keep.id, cards: facets.length, accounts: users.length };
  await tx.query(
    auditEntry(actor, {
      action: 'people-merge',
      entity: 'person',
      recordId: drop.id,
      records: facets.length,
      details,
    }),
  );
  return id;
}

const toRow = (facet: KnownPerson['facets'][number]): FacetRow => ({
  organisation_id: facet.organisationId,
  entity: facet.entity,
  record_id: facet.recordId,
});

/** What was planned holds for these versions only. @throws STALE */
async function assertUnchanged(tx: Tx, { keep, drop }: MergePlan): Promise<void> {
  const rows = await tx.query<{ id: string; version: number; merged: boolean }>({
    text: 'select id, version, merged_into is not null as merged from person where id = any ($1::uuid[])',
    values: [[keep.id, drop.id]],
  });
  const same = ({ id, version }: KnownPerson) =>
    rows.some(row => row.id === id && row.version === version && !row.merged);
  if (!same(keep) || !same(drop)) throw staleMerge();
}

export const staleMerge = () =>
  new Problem(
    'STALE',
    412,
    'Данные уже изменили',
    'Пока вы смотрели, одну из записей изменили: проверьте снова',
  );

export async function moveAccounts(
  tx: Tx,
  from: string,
  to: string,
  only: readonly string[] | null = null,
): Promise<string[]> {
  const [moved] = await tx.query<{ users: string[] }>({
    text: 'select move_accounts($1, $2, $3::uuid[]) as users',
    values: [from, to, only],
  });
  return moved?.users ?? [];
}

export function personChange(
  recordId: string,
  version: number,
  action: 'merge' | 'split',
  from: KnownPerson['identity'],
  to: KnownPerson['identity'],
): Change {
  const changed = IDENTITY.filter(name => from[name] !== to[name]);
  return {
    organisationId: null,
    entity: 'person',
    recordId,
    version,
    action,
    fields: Object.fromEntries(changed.map(name => [`person.${name}`, pair(from[name], to[name])])),
  };
}
