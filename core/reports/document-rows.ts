/** Records of to-many relations in a document: tables of a personal card, each with columns of its own. */
import type { CellValue } from '../documents/types.ts';
import { Problem } from '../problems.ts';
import { FrameQuery } from '../query/frame-query.ts';
import type { ScopedQuery } from '../query/scoped-query.ts';
import { type Sql, sql } from '../query/sql.ts';
import { type ColumnContext, type CompiledColumn, cellOf, compileColumns } from './columns.ts';
import { withoutIfGiven } from './conditions.ts';
import { type ColumnDefinition, columnKey } from './definition.ts';

export interface CompiledRows {
  key: string;
  columns: CompiledColumn[];
  sql: Sql;
}

/** What one record of the relation comes as: values, captions. */
export type RawDocumentRow = [unknown[], (string | null)[]];

/** Records of one relation put on a paper. */
const MOST = 300;

/** @throws FIELD_UNKNOWN for what does not exist or may not be read, unless it is optional */
export function compileRows(
  query: ScopedQuery,
  context: ColumnContext & { given: (parameter: string) => boolean },
): CompiledRows[] {
  return (context.definition.columns ?? []).flatMap((column, index) => {
    if (column.rows === undefined) return [];
    try {
      return [rowsOf(query, column, columnKey(column, index), context, `${context.at}/columns/${index}`)];
    } catch (error) {
      if (error instanceof Problem && error.code === 'FIELD_UNKNOWN' && column.optional) return [];
      throw error;
    }
  });
}

function rowsOf(
  query: ScopedQuery,
  column: ColumnDefinition,
  key: string,
  context: ColumnContext & { given: (parameter: string) => boolean },
  at: string,
): CompiledRows {
  const inner = FrameQuery.over(query.frame, column.rows ?? '');
  const columns = compileColumns(inner, { ...context, at }, column.columns);
  const condition = column.where && withoutIfGiven(column.where, context.given).expression;
  if (condition !== undefined) inner.where(condition, `${at}/where`);
  const order = (column.sort ?? []).flatMap(({ key: by, descending }) => {
    const found = columns.find(one => one.key === by);
    return found ? [sql`${found.sql} ${sql.raw(descending ? 'desc' : 'asc')} nulls last`] : [];
  });
  const array = (parts: Sql[]) => sql`json_build_array(${sql.join(parts)})`;
  const values = columns.map(one => (one.type === 'uuid' ? sql`(${one.sql})::text` : one.sql));
  const captions = columns.map(one => one.caption ?? sql`null`);
  const line = array([array(values), array(captions)]);
  const sorted = order.length > 0 ? sql`order by ${sql.join(order)}` : sql``;
  return {
    key,
    columns,
    sql: sql`(select coalesce(json_agg(listed.line), '[]')
      from (select ${line} as line ${inner.tail()} ${sorted} limit ${sql.lit(MOST)}) listed)`,
  };
}

/** One record for a template: values by key, captions of codes and references under `labels`. */
export function rowView(
  definitions: readonly ColumnDefinition[],
  columns: readonly CompiledColumn[],
  [values, captions]: RawDocumentRow,
): Record<string, unknown> {
  const view: Record<string, CellValue> = {};
  const labels: Record<string, string | null> = {};
  definitions.forEach((column, index) => {
    view[columnKey(column, index)] = null;
    labels[columnKey(column, index)] = null;
  });
  columns.forEach((column, index) => {
    const value = values[index];
    view[column.key] = Array.isArray(value) ? value.join(', ') : cellOf(column, value);
    labels[column.key] = captions[index] ?? null;
  });
  return { ...view, labels };
}
