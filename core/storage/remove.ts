/** Removing a card: with the cards that belong to it, never from under those that refer to it. */
import type { Actor } from '../access/actor.ts';
import { findRights } from '../access/rights.ts';
import type { Catalogue, Entity, Field } from '../catalogue/types.ts';
import { Problem, plural } from '../problems.ts';
import { hasOrganisation } from '../query/frame.ts';
import type { Statement, Tx } from './database.ts';
import { assertOpen } from './period.ts';
import { pair } from './person.ts';
import { assertAction, assertRow } from './row-rights.ts';
import type { Save } from './save.ts';
import { deleteCard, deleteFacet } from './save-statements.ts';
import { lockStored, type StoredCard } from './stored.ts';

/**
 * Collects the removal of cards into a save. Cards that belong to them (x-entity.childOf) go with them.
 *
 * @throws FORBIDDEN, REFERENCED naming the kinds of cards that refer
 */
export async function removeCards(save: Save, entityId: string, ids: readonly string[]): Promise<void> {
  const { tx, catalogue, actor } = save.context;
  assertAction(catalogue, actor, entityId, 'delete');
  for (const id of ids) await assertRow(tx, catalogue, actor, entityId, 'delete', id, []);
  const entity = catalogue.entities.get(entityId) as Entity;
  const stored = await lockStored(tx, catalogue, actor, entity, ids);
  await collect(save, entity, [...stored.values()], new Set());
}

async function collect(
  save: Save,
  entity: Entity,
  cards: readonly StoredCard[],
  going: Set<string>,
): Promise<void> {
  const { tx, catalogue, actor } = save.context;
  for (const card of cards) going.add(card.id);
  for (const child of catalogue.entities.values()) {
    if (child.childOf?.entity !== entity.id) continue;
    const ids = await childIds(tx, child, cards);
    await assertOpen(tx, catalogue, actor, child, ids);
    const stored = await lockStored(tx, catalogue, actor, child, ids);
    await collect(save, child, [...stored.values()], going);
  }
  for (const card of cards) await assertUnreferenced(tx, catalogue, actor, entity, card, going);
  for (const card of cards) removeOne(save, entity, card);
}

async function childIds(tx: Tx, child: Entity, cards: readonly StoredCard[]): Promise<string[]> {
  const via = child.fields.get(child.childOf?.field ?? '');
  if (!via || cards.length === 0) return [];
  const tenant = hasOrganisation(child) ? 'organisation_id = any($2::int[]) and ' : '';
  const rows = await tx.query<{ id: string }>({
    text: `select id from "${child.table}" where ${tenant}"${via.column}" = any($1::uuid[])`,
    values: [cards.map(card => card.id), ...(tenant ? [cards.map(card => card.organisationId)] : [])],
  });
  return rows.map(row => row.id);
}

function removeOne(save: Save, entity: Entity, card: StoredCard): void {
  const key = { entity, id: card.id, organisationId: card.organisationId };
  save.statements.push(deleteCard(key));
  if (entity.person) save.statements.push(deleteFacet(key));
  save.consents.changed(entity, card.personId);
  if (card.organisationId !== null)
    save.statements.push(
      hideFiles(entity, card.id, card.organisationId),
      closeRequests(entity, card.id, card.organisationId),
      dropDrafts(entity, card.id, card.organisationId),
    );
  const fields: Record<string, { from?: unknown; to?: unknown }> = {};
  for (const field of entity.fields.values()) {
    if (field.owner === 'person') continue;
    const value = field.path
      .split('.')
      .reduce<unknown>((here, name) => (here as Record<string, unknown> | undefined)?.[name], card.fields);
    if (value !== undefined) fields[field.path] = pair(value, undefined);
  }
  save.changes.push({
    organisationId: card.organisationId,
    entity: entity.id,
    recordId: card.id,
    version: card.version + 1,
    action: 'delete',
    fields,
  });
  save.keep(entity, card.fields);
}

/** Files go out of sight with their card (IE6); that they were there is still known. */
const hideFiles = (entity: Entity, id: string, organisationId: number): Statement => ({
  text: `update file set deleted_at = now()
          where organisation_id = $1 and entity = $2 and record_id = $3 and deleted_at is null`,
  values: [organisationId, entity.id, id],
});

/** What was proposed for a card that is gone can no longer be decided. */
const closeRequests = (entity: Entity, id: string, organisationId: number): Statement => ({
  text: `update change_request set state = 'refused', decided_at = now(), comment = 'Карточка удалена'
          where organisation_id = $1 and entity = $2 and record_id = $3 and state = 'open'`,
  values: [organisationId, entity.id, id],
});

/** What people had typed into it and not saved goes with it. */
const dropDrafts = (entity: Entity, id: string, organisationId: number): Statement => ({
  text: 'delete from card_draft where organisation_id = $1 and entity = $2 and record_id = $3',
  values: [organisationId, entity.id, id],
});

/** @throws REFERENCED */
async function assertUnreferenced(
  tx: Tx,
  catalogue: Catalogue,
  actor: Actor,
  entity: Entity,
  card: StoredCard,
  going: ReadonlySet<string>,
): Promise<void> {
  const statement = referrersOf(catalogue, entity, card, [...going]);
  if (!statement) return;
  const rows = await tx.query<{ entity: string; records: number }>(statement);
  const found = rows.filter(row => Number(row.records) > 0);
  if (found.length === 0) return;
  const references = found.flatMap(row => {
    const title = findRights(catalogue, actor, row.entity)?.entity.plural;
    return title ? [{ entity: row.entity, title, records: Number(row.records) }] : [];
  });
  const list = references
    .map(one => `«${one.title}» (${one.records} ${plural(one.records, 'запись', 'записи', 'записей')})`)
    .join(', ');
  const detail = `На эту карточку ссылаются ${list || 'другие карточки'}: сначала удалите или измените их`;
  throw new Problem('REFERENCED', 409, 'Запись используется', detail, { members: { references } });
}

/** Ids of custom fields are of the form that `custom-fields.ts` makes: nothing in them to be quoted. */
const pointing = (field: Field): string =>
  field.custom ? `ext ->> '${field.custom.id}' = $1::uuid::text` : `"${field.column}" = $1::uuid`;

/** One count for every field that may point at the card, repeating groups included. */
function referrersOf(
  catalogue: Catalogue,
  entity: Entity,
  card: StoredCard,
  going: readonly string[],
): Statement | undefined {
  const parts: string[] = [];
  const within = (other: Entity) =>
    hasOrganisation(other) && card.organisationId !== null ? 'organisation_id = $2::int and ' : '';
  const count = (other: Entity, table: string, field: Field, idColumn: string) =>
    parts.push(
      `select '${other.id}' as entity, count(*) as records from "${table}"
       where ${within(other)}${pointing(field)} and not (${idColumn} = any($3::uuid[]))`,
    );
  for (const other of catalogue.entities.values())
    for (const field of other.fields.values()) {
      if (field.ref === entity.id && field.kind === 'ref') count(other, other.table, field, 'id');
      for (const part of field.rows ?? [])
        if (part.ref === entity.id) count(other, field.sqlType, part, 'record_id');
    }
  if (parts.length === 0) return undefined;
  // Names every parameter, so that its type is known even where no counted table has organisations.
  parts.push(`select '' as entity, 0 as records where $2::int < 0`);
  return { text: parts.join(' union all '), values: [card.id, card.organisationId, going] };
}
