/** References of a write: what they lead to must exist in the same organisation and in the actor's scope (AZ9). */
import type { Actor } from '../access/actor.ts';
import { findRights } from '../access/rights.ts';
import type { Catalogue, Entity } from '../catalogue/types.ts';
import type { FieldProblem } from '../problems.ts';
import { hasOrganisation } from '../query/frame.ts';
import { ScopedQuery } from '../query/scoped-query.ts';
import { boundList, column, sql } from '../query/sql.ts';
import type { Tx } from './database.ts';
import { UUID } from './save-parse.ts';

export interface Reference {
  entityId: string;
  id: string | number;
  /** JSON pointer of the field that points. */
  at: string;
  title: string;
  organisationId: number | null;
}

/** One problem for every reference that leads nowhere; somebody else's record is nowhere. */
export async function missingReferences(
  tx: Tx,
  catalogue: Catalogue,
  actor: Actor,
  references: readonly Reference[],
): Promise<FieldProblem[]> {
  const groups = Map.groupBy(references, reference => `${reference.entityId} ${reference.organisationId}`);
  const missing = await Promise.all(
    [...groups.values()].map(async group => {
      const found = await foundIds(tx, catalogue, actor, group);
      return group.filter(reference => !found.has(String(reference.id)));
    }),
  );
  return missing.flat().map(reference => ({
    path: reference.at,
    code: 'REFERENCE',
    message: `${reference.title}: такой записи нет`,
  }));
}

async function foundIds(
  tx: Tx,
  catalogue: Catalogue,
  actor: Actor,
  group: readonly Reference[],
): Promise<Set<string>> {
  const [{ entityId, organisationId }] = group as [Reference];
  const entity = catalogue.entities.get(entityId) as Entity;
  if (!findRights(catalogue, actor, entityId)?.can('read')) return new Set();
  const ids = group.map(reference => String(reference.id)).filter(id => entity.builtin || UUID.test(id));
  const query = new ScopedQuery(catalogue, actor, entityId);
  query.condition(
    entity.builtin
      ? sql`(${query.id})::text = any(${boundList(ids, 'text')})`
      : sql`${query.id} = any(${boundList(ids, 'uuid')})`,
  );
  if (hasOrganisation(entity))
    query.condition(sql`${column('t', 'organisation_id')} = ${organisationId}::int`);
  const statement = query.toStatement(sql`select (${query.id})::text as id ${query.tail()}`);
  return new Set((await tx.query<{ id: string }>(statement)).map(row => row.id));
}
