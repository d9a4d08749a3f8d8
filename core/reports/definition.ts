/** A report as its author writes it: the types of schemas/meta/report.schema.json. */
import type { Expression } from '../expressions/types.ts';

export interface ParameterDefinition {
  title: string;
  description?: string;
  type?: 'string' | 'integer' | 'number' | 'boolean';
  format?: 'date';
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  'x-ref'?: string;
  'x-dictionary'?: string;
  'x-multiple'?: boolean;
  /** A plain value; `today` for a day. */
  default?: string | number | boolean | (string | number)[];
}

export interface ColumnDefinition {
  key?: string;
  title?: string;
  /** One of `property`, `formula`, `rollup`, `rows`. */
  property?: string;
  formula?: Expression;
  rollup?: string;
  fn?: string;
  by?: string;
  where?: Expression;
  separator?: string;
  /** In documents: records of a to-many relation, each with these columns. */
  rows?: string;
  columns?: ColumnDefinition[];
  sort?: { key: string; descending?: boolean }[];
  format?: string;
  width?: number;
  align?: 'left' | 'right' | 'center';
  /** Left out where the reader has no right to it; only in reports that come with a plugin (G3). */
  optional?: boolean;
}

export interface GroupDefinition {
  key: string;
  title: string;
  /** One of `property`, `expression`. */
  property?: string;
  expression?: Expression;
  sortBy?: Expression[];
  empty?: string;
}

export interface MeasureDefinition {
  key: string;
  title: string;
  fn: 'count' | 'countDistinct' | 'sum' | 'avg' | 'min' | 'max' | 'ratio' | 'share' | 'rank';
  property?: string;
  expression?: Expression;
  of?: string;
  to?: string;
  within?: string;
  where?: Expression;
  format?: string;
  width?: number;
}

export interface PrintDefinition {
  orientation?: 'portrait' | 'landscape';
  pageBreak?: string;
  signatures?: string[];
  layout?: 'table';
  template?: string;
  declined?: { name: string[]; sex: string };
}

export interface ReportDefinition {
  id: string;
  version: number;
  title: string;
  description?: string;
  audience?: string[];
  parameters?: { type: 'object'; required?: string[]; properties: Record<string, ParameterDefinition> };
  source: string;
  unit?: string;
  asOf?: 'today';
  where?: Expression;
  columns?: ColumnDefinition[];
  groups?: GroupDefinition[];
  measures?: MeasureDefinition[];
  totals?: string[];
  sort?: { key: string; descending?: boolean }[];
  drill?: boolean | string[];
  home?: { text: string };
  chart?: { kind: 'bars' | 'lines' | 'pie'; category: string; values: string[] };
  print?: PrintDefinition;
}

export const shapeOf = (definition: ReportDefinition): 'list' | 'aggregate' | 'document' =>
  definition.print?.template ? 'document' : definition.columns ? 'list' : 'aggregate';

export const columnKey = (column: ColumnDefinition, index: number): string =>
  column.key ?? `column${index + 1}`;

/** The expression behind a column, a group or a measure's input; undefined for a plain count. */
export function expressionOf(
  part: Pick<ColumnDefinition, 'property' | 'formula' | 'rollup' | 'fn' | 'by' | 'where' | 'separator'> & {
    expression?: Expression;
  },
): Expression | undefined {
  if (part.property !== undefined && part.rollup === undefined) return { property: part.property };
  if (part.formula !== undefined) return part.formula;
  if (part.expression !== undefined) return part.expression;
  if (part.rollup === undefined) return undefined;
  const { rollup, fn, property, by, where, separator } = part;
  return {
    rollup,
    fn,
    ...(property === undefined ? {} : { property }),
    ...(by === undefined ? {} : { by }),
    ...(where === undefined ? {} : { where }),
    ...(separator === undefined ? {} : { separator }),
  } as Expression;
}
