/** Columns of a report in SQL, with the kind and look of their values, under the reader's rights. */
import type { Field } from '../catalogue/types.ts';
import type { CellKind, CellValue, FormatName } from '../documents/types.ts';
import { USER_LIMITS } from '../expressions/check.ts';
import type { Expression, ValueType } from '../expressions/types.ts';
import { showFormat } from '../formats/formats.ts';
import { Problem } from '../problems.ts';
import type { ValueSource } from '../query/frame-query.ts';
import { type Sql, sql } from '../query/sql.ts';
import type { DatasetColumn } from './dataset.ts';
import { type ColumnDefinition, columnKey, expressionOf, type ReportDefinition } from './definition.ts';

const FORMATS = new Set<string>(['integer', 'decimal1', 'decimal2', 'percent1', 'date', 'text']);
const KINDS: Record<ValueType, CellKind> = {
  text: 'text',
  number: 'decimal',
  boolean: 'boolean',
  date: 'date',
  instant: 'instant',
  uuid: 'text',
  texts: 'text',
  unknown: 'text',
};
/** Kinds of fields that people read by their captions. */
const CAPTIONED = new Set(['dictionary', 'dictionaries', 'ref', 'texts']);

export interface CompiledColumn extends DatasetColumn {
  sql: Sql;
  type: ValueType;
  /** Caption of the value where the value itself is a code or an id. */
  caption?: Sql;
  /** Stored form -> the form people read: `9161234567` -> `+7 (916) 123-45-67`. */
  show?: (value: string) => string;
}

export interface ColumnContext {
  definition: ReportDefinition;
  /** Written by people, not shipped: nothing is optional, and the limits are those of people. */
  ownReport: boolean;
  /** JSON pointer of the definition in the request. */
  at: string;
}

/** @throws FIELD_UNKNOWN for what does not exist or may not be read; the answer is the same (G3) */
export function compileColumns(
  query: ValueSource,
  context: ColumnContext,
  definitions: readonly ColumnDefinition[] = context.definition.columns ?? [],
): CompiledColumn[] {
  return definitions.flatMap((column, index) => {
    const at = `${context.at}/columns/${index}`;
    // Records that a document goes through are read apart.
    if (column.rows !== undefined) return [];
    try {
      return [compileColumn(query, column, columnKey(column, index), at)];
    } catch (error) {
      const closed =
        error instanceof Problem && (error.code === 'FIELD_UNKNOWN' || error.code === 'NOT_FOUND');
      if (closed && column.optional && !context.ownReport) return [];
      throw error;
    }
  });
}

function compileColumn(
  query: ValueSource,
  column: ColumnDefinition,
  key: string,
  at: string,
): CompiledColumn {
  const expression = expressionOf(column) as Expression;
  const value = compileValue(query, expression, at + pointerOf(column));
  const kind = kindOf(value, column);
  const format = formatOf(column, kind);
  const show = showOf(column, value.field);
  return {
    key,
    title: column.title ?? value.field?.fullTitle ?? key,
    kind,
    align: column.align ?? (kind === 'integer' || kind === 'decimal' ? 'right' : 'left'),
    ...(format ? { format } : {}),
    ...(column.width ? { width: column.width } : {}),
    ...(show ? { show } : {}),
    ...value,
  };
}

const pointerOf = (column: ColumnDefinition) => (column.formula === undefined ? '' : '/formula');

export interface CompiledValue {
  sql: Sql;
  type: ValueType;
  caption?: Sql;
  field?: Field;
}

/** An expression with, for a plain path to a code or a record, its caption beside it. */
export function compileValue(query: ValueSource, expression: Expression, at: string): CompiledValue {
  // The check first: it answers with the pointer, and it counts against the limits.
  const compiled = query.expression(expression, at);
  if (typeof expression !== 'object' || expression === null || !('property' in expression)) return compiled;
  if ('rollup' in expression) return compiled;
  const { field } = query.property(expression.property);
  if (field && !CAPTIONED.has(field.kind)) return { ...compiled, field };
  const caption = query.caption(expression.property);
  return { ...compiled, caption, ...(field ? { field } : {}) };
}

function kindOf(value: CompiledValue, column: ColumnDefinition): CellKind {
  if (value.caption) return 'text';
  if (value.field?.kind === 'integer') return 'integer';
  if (value.type === 'number' && (column.format === 'integer' || column.fn === 'count')) return 'integer';
  return KINDS[value.type];
}

function formatOf(column: { format?: string }, kind: CellKind): FormatName | undefined {
  if (column.format !== undefined && FORMATS.has(column.format)) return column.format as FormatName;
  return kind === 'integer' ? 'integer' : undefined;
}

/** The named format of the report, else the field's own: phones, СНИЛС. */
function showOf(column: ColumnDefinition, field: Field | undefined): ((value: string) => string) | undefined {
  const given = column.format !== undefined && !FORMATS.has(column.format) ? column.format : undefined;
  const name = given ?? (field?.kind === 'text' ? field.format : undefined);
  return name === undefined || name === 'yesNo' ? undefined : value => showFormat(name, value);
}

export const limitsOf = (context: Pick<ColumnContext, 'ownReport'>) =>
  context.ownReport ? { limits: USER_LIMITS } : {};

/** SQL of what a cell shows: captions instead of codes, texts instead of ids and sets. */
export function shownSql(column: CompiledValue): Sql {
  if (column.caption) return column.caption;
  if (column.type === 'uuid') return sql`(${column.sql})::text`;
  return column.type === 'texts' ? sql`array_to_string(${column.sql}, ', ')` : column.sql;
}

/** A value as it came from the database -> the cell. */
export function cellOf(column: CompiledColumn, value: unknown): CellValue {
  if (value === null || value === undefined || value === '') return null;
  if (typeof value === 'string') return column.show ? column.show(value) : value;
  return typeof value === 'number' || typeof value === 'boolean' ? value : String(value);
}
