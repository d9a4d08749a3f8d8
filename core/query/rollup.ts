/** Rollups over to-many relations as correlated subqueries with the target's own rights: never a silent fan-out. */
import type { Expression, ValueType } from '../expressions/types.ts';
import { fieldUnknown } from '../problems.ts';
import { captionOf, labelOf } from './captions.ts';
import { compileExpression, compileProperty, locate, type Typed } from './compile.ts';
import type { Frame } from './frame.ts';
import { and, bound, column, type Sql, sql } from './sql.ts';

type Rollup = Extract<Expression, { rollup: string }>;

export function compileRollup(node: Rollup, frame: Frame): Typed {
  const found = locate(frame, node.rollup);
  if (found?.kind !== 'many') throw fieldUnknown(node.rollup);
  const { frame: many, conditions } = found.frame.many(found.relation);
  if (node.where !== undefined) conditions.push(compileExpression(node.where, many, 'boolean').sql);
  const property = node.property === undefined ? undefined : compileProperty(many, node.property);
  const by = node.by === undefined ? undefined : compileProperty(many, node.by).sql;
  const rest = () => sql`${many.fromClause()} where ${and(conditions)}`;
  return subquery(node, many, property, by, rest);
}

function subquery(
  node: Rollup,
  many: Frame,
  property: Typed | undefined,
  by: Sql | undefined,
  rest: () => Sql,
): Typed {
  const id = column(many.alias, 'id');
  const type: ValueType = property?.type ?? 'text';
  switch (node.fn) {
    case 'exists':
      return { sql: sql`exists (select 1 ${rest()})`, type: 'boolean' };
    case 'count':
      return { sql: sql`(select count(${property?.sql ?? sql`*`}) ${rest()})`, type: 'number' };
    case 'sum':
      return { sql: sql`(select sum(${property!.sql}) ${rest()})`, type: 'number' };
    case 'min':
    case 'max': {
      const [order, what] = [sql.raw(node.fn === 'min' ? 'asc' : 'desc'), property!.sql];
      const key = type === 'text' ? sql`(${what}) collate "ru_app"` : what;
      const filled = sql`(${what}) is not null`;
      return { sql: sql`(select ${what} ${rest()} and ${filled} order by ${key} ${order} limit 1)`, type };
    }
    case 'first':
      return {
        sql: sql`(select ${property!.sql} ${rest()} order by ${by} asc nulls last, ${id} asc limit 1)`,
        type,
      };
    case 'last':
      return {
        sql: sql`(select ${property!.sql} ${rest()} order by ${by} desc nulls last, ${id} desc limit 1)`,
        type,
      };
    case 'list': {
      // Joins of the caption must be in the list before its `from` is written.
      const text = node.property === undefined ? labelOf(many) : captionOf(many, node.property);
      const order = by ? sql`${by} nulls last, ${id}` : id;
      return {
        sql: sql`(select string_agg(${text}, ${bound(node.separator ?? ', ', 'text')} order by ${order}) ${rest()})`,
        type: 'text',
      };
    }
  }
}
