/** Who may decide: the cards through which a proposal reaches the actor, and the paths they may write there. */
import type { Actor } from '../../access/actor.ts';
import { findRights, tupleWrites } from '../../access/rights.ts';
import type { Catalogue, Entity } from '../../catalogue/types.ts';
import { hasOrganisation } from '../../query/frame.ts';
import { rowPredicate } from '../../query/row-scope.ts';
import { ScopedQuery } from '../../query/scoped-query.ts';
import { column, type Sql, sql } from '../../query/sql.ts';
import type { Statement } from '../database.ts';
import type { RequestKind } from './request.types.ts';

/** A proposal that the actor may decide about, and the card of theirs that it concerns. */
export interface Reached {
  id: string;
  entity: string;
  record_id: string;
  organisation_id: number;
  label: string | null;
}

export interface ReachOptions {
  state: 'open' | 'closed';
  /** Only this one. */
  id?: string;
  after?: string;
  limit: number;
}

/** The action that lets somebody decide: a change is decided by who may make it, a merger by who may merge. */
export const decidingAction = (kind: RequestKind): string => (kind === 'merge' ? 'merge' : 'update');

/** Kinds of cards through which the actor may decide about proposals of the kind. */
export function decidingEntities(catalogue: Catalogue, actor: Actor, kind: RequestKind): Entity[] {
  return [...catalogue.entities.values()].filter(
    entity =>
      hasOrganisation(entity) &&
      (kind === 'card' || entity.person !== undefined) &&
      findRights(catalogue, actor, entity.id)?.can(decidingAction(kind)) === true,
  );
}

/**
 * Proposals that the actor may decide about through cards of one kind, newest first: every proposed path must be
 * theirs to write in that very row. A proposal about a person is decided through a card of the organisation asked.
 */
export function reachStatement(
  catalogue: Catalogue,
  actor: Actor,
  entity: Entity,
  kind: RequestKind,
  options: ReachOptions,
): Statement {
  const query = new ScopedQuery(catalogue, actor, entity.id, { action: decidingAction(kind) });
  query.condition(sql`${column('t', 'organisation_id')} = asked.organisation_id`);
  query.condition(
    kind === 'card'
      ? sql`${column('t', 'id')} = asked.record_id`
      : kind === 'person'
        ? sql`${column('t', 'person_id')} = asked.person_id`
        : sql`${column('t', 'person_id')} in ((asked.patch ->> 'keep')::uuid, (asked.patch ->> 'drop')::uuid)`,
  );
  const covered = kind === 'merge' ? sql`asked.paths` : coveredPaths(query);
  const label = query.label();
  const card = sql`select ${query.id} as record_id, ${label} as label, ${covered} as covered ${query.tail()}`;
  const asked = kind === 'card' ? ofCards(entity, options) : ofVoices(kind, options);
  const within = actor.everywhere
    ? sql`true`
    : sql`asked.organisation_id = any(${actor.organisationIds}::int[])`;
  return query.toStatement(sql`
    select asked.id, ${entity.id}::text as entity, card.record_id, asked.organisation_id, card.label
    from (${asked}) asked join lateral (${card}) card on true
    where ${within} and asked.paths <@ card.covered
      and (${options.after ?? null}::uuid is null or asked.id < ${options.after ?? null}::uuid)
    order by asked.id desc limit ${options.limit}::int`);
}

const only = (options: ReachOptions): Sql =>
  options.id === undefined ? sql`true` : sql`r.id = ${options.id}::uuid`;

const ofCards = (entity: Entity, options: ReachOptions): Sql => sql`
  select r.id, r.organisation_id, r.record_id, r.person_id, r.paths from change_request r
  where r.kind = 'card' and r.entity = ${entity.id}::text and ${only(options)}
    and ${options.state === 'open' ? sql`r.state = 'open'` : sql`r.state <> 'open'`}`;

const ofVoices = (kind: RequestKind, options: ReachOptions): Sql => sql`
  select r.id, v.organisation_id, r.record_id, r.person_id, r.paths, r.patch
  from change_request r join change_request_voice v on v.request_id = r.id
  where r.kind = ${kind}::text and ${only(options)}
    and ${options.state === 'open' ? sql`(r.state = 'open' and v.state = 'open')` : sql`(r.state <> 'open' or v.state <> 'open')`}`;

/** The paths that the tuples which hold for the row let the actor write. */
function coveredPaths(query: ScopedQuery): Sql {
  const { frame, entity } = query;
  const parts = (frame.rights?.tuples(frame.action) ?? []).map(grant => {
    const paths = [...entity.fields.keys()].filter(path => tupleWrites(entity, grant, path));
    const rows = rowPredicate(frame, [grant]);
    if (rows === true) return sql`${paths}::text[]`;
    return rows === false
      ? sql`'{}'::text[]`
      : sql`case when ${rows} then ${paths}::text[] else '{}'::text[] end`;
  });
  return parts.length === 0 ? sql`'{}'::text[]` : sql.join(parts, sql` || `);
}
