/**
 * Everything that an organisation holds of one person (R7), for those who hold the right `extract` on a card of the
 * person: what, on which ground and for what, till when, who entered it, who saw it, and where lists with it went.
 * What the asking person may not read is not in it.
 */
import type { Actor } from '../access/actor.ts';
import { findRights, mayFollow, type Rights } from '../access/rights.ts';
import { consentRegister, isGated, keepsConsents, purposeTitle } from '../catalogue/consents.ts';
import type { Basis, Catalogue, Entity } from '../catalogue/types.ts';
import { notFound } from '../problems.ts';
import { ScopedQuery } from '../query/scoped-query.ts';
import { column, slot, sql } from '../query/sql.ts';
import { auditEntry } from '../storage/audit-entry.ts';
import type { Consents } from '../storage/consents.ts';
import type { Database } from '../storage/database.ts';
import type { Gateway } from '../storage/gateway.ts';
import type { HistoryEntry, RecordAnswer } from '../storage/gateway.types.ts';
import { valueAt } from '../storage/labels.ts';
import { type AccessEntry, entriesOf } from './access-log.ts';
import { textOf } from './value-text.ts';

export interface ExtractedField {
  path: string;
  title: string;
  value: unknown;
  /** As people read it. */
  text: string;
  basis: Basis;
  purpose?: string;
  /** Last day of the consent; absent where there is no end. */
  until?: string;
  /** Who entered it last, and when. */
  by?: string;
  at?: string;
}

export interface ExtractedCard {
  entity: string;
  title: string;
  id: string;
  label: string;
  fields: ExtractedField[];
  /** Titles of what is held back for want of a consent. */
  blocked: string[];
}

export interface Extract {
  person: string;
  organisation: string;
  /** ISO day. */
  day: string;
  cards: ExtractedCard[];
  /** The newest first. */
  seen: AccessEntry[];
  /** Exports of lists in which the person's card may have been. */
  given: AccessEntry[];
}

export interface ExtractDeps {
  database: Database;
  gateway: Gateway;
  catalogue: Catalogue;
}

const MOST_SEEN = 500;
const GIVEN = `select a.at, a.user_name as by, a.role, o.name as organisation, a.action, a.result
  from audit a left join organisation o on o.id = a.organisation_id
 where a.organisation_id = $1 and a.entity = any ($2::text[]) and a.action in ('export', 'export-file', 'report')
 order by a.id desc limit 200`;

interface Found {
  rights: Rights;
  id: string;
  consents: Consents;
}

/** @throws NOT_FOUND where no card of the person is open to the right `extract` */
export async function extractOf(deps: ExtractDeps, actor: Actor, personId: string): Promise<Extract> {
  const found = await facetsOfPerson(deps, actor, personId);
  const [first] = found;
  if (!first) throw notFound();
  const cards: ExtractedCard[] = [];
  for (const facet of found) cards.push(...(await cardsOf(deps, actor, facet)));
  const kinds = found.map(facet => facet.rights.entity.id);
  const seen = await entriesOf(
    deps.database,
    cards.map(card => card.id),
    undefined,
    MOST_SEEN,
  );
  const given = await deps.database.ask<AccessEntry>({ text: GIVEN, values: [actor.organisationId, kinds] });
  return {
    person: cards[0]?.label ?? '',
    organisation: actor.organisationName,
    day: actor.today,
    cards,
    seen: seen.map(({ id: _, ...entry }) => entry),
    given,
  };
}

/** The person's cards in the actor's organisation within the rows of the right; the asking is noted for each. */
async function facetsOfPerson(
  { database, catalogue }: ExtractDeps,
  actor: Actor,
  personId: string,
): Promise<Found[]> {
  const kinds = [...catalogue.entities.values()].flatMap(entity => {
    const rights = keepsConsents(entity) ? findRights(catalogue, actor, entity.id) : undefined;
    return rights?.can('extract') && rights.can('read') ? [rights] : [];
  });
  return await database.scoped(actor, async tx => {
    const found: Found[] = [];
    for (const rights of kinds) {
      const query = new ScopedQuery(catalogue, actor, rights.entity.id, { action: 'extract' });
      query.condition(sql`${column('t', 'person_id')} = ${slot('person', 'uuid')}`);
      query.condition(sql`${column('t', 'organisation_id')} = ${slot('actor.organisation', 'int')}`);
      const columns = sql`${query.id} as id, ${column('t', 'consents')} as consents`;
      const statement = query.toStatement(sql`select ${columns} ${query.tail()}`, { person: personId });
      for (const row of await tx.query<{ id: string; consents: Consents }>(statement)) {
        found.push({ rights, ...row });
        const entry = { action: 'extract', entity: rights.entity.id, recordId: row.id, records: 1 } as const;
        await tx.query(auditEntry(actor, entry));
      }
    }
    return found;
  });
}

/** The card, its parts and the person's consents. */
async function cardsOf(
  deps: ExtractDeps,
  actor: Actor,
  { rights, id, consents }: Found,
): Promise<ExtractedCard[]> {
  const { catalogue, gateway } = deps;
  const { entity } = rights;
  const parts = [...entity.relations.values()].filter(relation => {
    const target = catalogue.entities.get(relation.entity);
    const own = target?.childOf?.entity === entity.id || target === consentRegister(catalogue);
    return (
      relation.kind === 'many' &&
      own &&
      mayFollow(rights, relation, findRights(catalogue, actor, relation.entity))
    );
  });
  const record = await gateway.open(actor, entity.id, id, { include: parts.map(part => part.name) });
  const history = await gateway.history(actor, entity.id, id);
  const cards = [cardOf(catalogue, entity, record, consents, history)];
  for (const part of parts)
    for (const one of (record[part.name] as RecordAnswer[] | undefined) ?? [])
      cards.push(cardOf(catalogue, catalogue.entities.get(part.entity) as Entity, one, consents, []));
  return cards;
}

function cardOf(
  catalogue: Catalogue,
  entity: Entity,
  record: RecordAnswer,
  consents: Consents,
  history: readonly HistoryEntry[],
): ExtractedCard {
  const fields = [...entity.fields.values()].flatMap((field): ExtractedField[] => {
    const value = valueAt(record, field.path);
    if (value === undefined || value === null) return [];
    const change = history.find(entry => entry.fields.some(one => one.path === field.path));
    const until = isGated(field) ? consents[field.purpose] : undefined;
    return [
      {
        path: field.path,
        title: field.fullTitle,
        value,
        text: record.labels[field.path] ?? textOf(catalogue, field, value),
        basis: field.basis,
        ...(field.purpose ? { purpose: purposeTitle(catalogue, field.purpose) } : {}),
        ...(until && until < '9999' ? { until } : {}),
        ...(change ? { by: change.by, at: change.at } : {}),
      },
    ];
  });
  return {
    entity: entity.id,
    title: entity.title,
    id: record.id,
    label: record.labels[''] ?? '',
    fields,
    blocked: Object.keys(record.blocked ?? {}).map(
      path => entity.fields.get(path)?.fullTitle ?? entity.groups.get(path) ?? path,
    ),
  };
}
