/** Labels of records by their ids, as far as the actor may see them. */
import type { Actor } from '../access/actor.ts';
import { findRights } from '../access/rights.ts';
import type { Catalogue } from '../catalogue/types.ts';
import { ScopedQuery } from '../query/scoped-query.ts';
import { boundList, sql } from '../query/sql.ts';
import type { Tx } from './database.ts';

export async function labelsOf(
  tx: Tx,
  catalogue: Catalogue,
  actor: Actor,
  entityId: string,
  ids: readonly string[],
): Promise<Map<string, string>> {
  if (ids.length === 0 || !findRights(catalogue, actor, entityId)?.can('read')) return new Map();
  const query = new ScopedQuery(catalogue, actor, entityId);
  query.condition(
    query.entity.builtin
      ? sql`(${query.id})::text = any(${boundList(ids, 'text')})`
      : sql`${query.id} = any(${boundList(ids, 'uuid')})`,
  );
  const label = query.label();
  const statement = query.toStatement(
    sql`select (${query.id})::text as id, ${label} as label ${query.tail()}`,
  );
  const rows = await tx.query<{ id: string; label: string | null }>(statement);
  return new Map(rows.flatMap(row => (row.label ? [[row.id, row.label] as const] : [])));
}
