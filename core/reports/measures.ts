/**
 * Measures of a report. Sums are made by the database; ratios and shares are made from sums, at every level
 * anew: an average of percents is wrong.
 */
import type { CellKind, FormatName } from '../documents/types.ts';
import type { Expression } from '../expressions/types.ts';
import type { ScopedQuery } from '../query/scoped-query.ts';
import { type Sql, sql } from '../query/sql.ts';
import type { CompiledColumn } from './columns.ts';
import { type ColumnContext, compileValue, shownSql } from './columns.ts';
import { withoutIfGiven } from './conditions.ts';
import type { DatasetColumn } from './dataset.ts';
import { expressionOf, type MeasureDefinition } from './definition.ts';

export type Figure = number | string | null;

/** A figure the database makes: an aggregate over the rows of `base`. */
interface SummedMeasure {
  how: 'sql';
  aggregate: Sql;
}
/** A figure made from others of the same group, or of a group around it. */
interface DerivedMeasure {
  how: 'ratio' | 'share';
  of: number;
  to: number;
  /** Level whose figure divides: 0 is the whole report. Only for shares. */
  level: number;
}

/** The place among the groups around the same whole; made when all of them are known. */
interface RankMeasure {
  how: 'rank';
  of: number;
}

export type CompiledMeasure = DatasetColumn & {
  /** Not shown: a sum that only a ratio needs. */
  hidden: boolean;
  /** Column of `base` that says which rows count, for the drill-down. */
  condition?: string;
} & (SummedMeasure | DerivedMeasure | RankMeasure);

export interface MeasureInput {
  name: string;
  sql: Sql;
}

export interface MeasureContext extends ColumnContext {
  columns: readonly CompiledColumn[];
  levels: readonly string[];
  given: (parameter: string) => boolean;
}

/** Compiles the measures and names the further columns of `base` that they need. */
export class Measures {
  readonly all: CompiledMeasure[] = [];
  readonly inputs: MeasureInput[] = [];
  readonly #query: ScopedQuery;
  readonly #context: MeasureContext;

  constructor(query: ScopedQuery, context: MeasureContext) {
    this.#query = query;
    this.#context = context;
    const definitions = context.definition.measures ?? [];
    const ranks = definitions.filter(one => one.fn === 'rank');
    const derived = definitions.filter(one => one.fn === 'ratio' || one.fn === 'share');
    for (const [index, measure] of definitions.entries())
      if (!ranks.includes(measure) && !derived.includes(measure)) this.#sum(measure, index);
    for (const measure of derived) this.#derive(measure);
    for (const measure of ranks) this.#rank(measure);
    // Shown in the order of the definition, whatever had to be made first.
    this.shown = definitions.flatMap(({ key }) => this.all.filter(one => !one.hidden && one.key === key));
  }

  readonly shown: CompiledMeasure[];

  #sum(measure: MeasureDefinition, index: number): void {
    const at = `${this.#context.at}/measures/${index}`;
    const condition = this.#condition(measure, at, index);
    const filter = condition ? sql` filter (where ${sql.id(condition)})` : sql``;
    if (measure.fn === 'count') {
      this.#add(measure, 'integer', {
        aggregate: sql`count(*)${filter}`,
        ...(condition ? { condition } : {}),
      });
      return;
    }
    const input = this.#input(measure, at, index);
    // A column the reader may not read is not there; a measure over it is not there either.
    if (!input) return;
    const name = sql.id(input.name);
    const aggregate = AGGREGATES[measure.fn as keyof typeof AGGREGATES](name, input.kind === 'text');
    const kind = measure.fn === 'countDistinct' ? 'integer' : measure.fn === 'avg' ? 'decimal' : input.kind;
    this.#add(measure, kind, { aggregate: sql`${aggregate}${filter}`, ...(condition ? { condition } : {}) });
  }

  #add(
    measure: Pick<MeasureDefinition, 'key' | 'title' | 'format' | 'width' | 'fn'>,
    kind: CellKind,
    more: { aggregate: Sql; condition?: string; hidden?: boolean },
  ): number {
    const { aggregate, condition, hidden = false } = more;
    return (
      this.all.push({
        ...described(measure, kind),
        how: 'sql',
        aggregate,
        hidden,
        ...(condition ? { condition } : {}),
      }) - 1
    );
  }

  #condition(measure: MeasureDefinition, at: string, index: number): string | undefined {
    if (measure.where === undefined) return undefined;
    const { expression } = withoutIfGiven(measure.where, this.#context.given);
    if (expression === undefined) return undefined;
    const name = `w${index}`;
    this.inputs.push({ name, sql: this.#query.expression(expression, `${at}/where`).sql });
    return name;
  }

  #input(
    measure: MeasureDefinition,
    at: string,
    index: number,
  ): { name: string; kind: CellKind } | undefined {
    if (measure.of !== undefined) {
      const column = this.#context.columns.findIndex(one => one.key === measure.of);
      return column < 0 ? undefined : { name: `c${column}`, kind: this.#context.columns[column]!.kind };
    }
    const value = compileValue(this.#query, expressionOf(measure) as Expression, at);
    const name = `m${index}`;
    const counted = measure.fn === 'countDistinct';
    this.inputs.push({ name, sql: counted ? value.sql : shownSql(value) });
    const kind = value.field?.kind === 'integer' ? 'integer' : value.type === 'number' ? 'decimal' : 'text';
    const day = value.type === 'date' || value.type === 'instant' ? value.type : undefined;
    return { name, kind: day ?? kind };
  }

  #derive(measure: MeasureDefinition): void {
    const of = this.#figure(measure.of ?? '');
    const to = measure.fn === 'share' ? of : this.#figure(measure.to ?? '');
    if (of === undefined || to === undefined) return;
    const within = this.#context.levels.indexOf(measure.within ?? 'grand');
    const format = measure.format ?? 'percent1';
    this.all.push({
      ...described({ ...measure, format }, 'decimal'),
      how: measure.fn as 'ratio' | 'share',
      of,
      to,
      level: within + 1,
      hidden: false,
    });
  }

  #rank(measure: MeasureDefinition): void {
    const of = this.all.findIndex(one => !one.hidden && one.key === measure.of);
    if (of < 0) return;
    this.all.push({
      ...described({ ...measure, format: 'integer' }, 'integer'),
      how: 'rank',
      of,
      hidden: false,
    });
  }

  /** Sets the places of groups that stand side by side: the greatest is first, equal ones share a place. */
  rank(siblings: readonly Figure[][]): void {
    this.all.forEach((measure, index) => {
      if (measure.how !== 'rank') return;
      for (const own of siblings) {
        const value = own[measure.of];
        const greater = (other: Figure | undefined) =>
          typeof other === 'number' && typeof value === 'number' && other > value;
        own[index] =
          typeof value === 'number' ? 1 + siblings.filter(one => greater(one[measure.of])).length : null;
      }
    });
  }

  /** Place of the measure with the key; a column of that name is summed. */
  #figure(key: string): number | undefined {
    const measure = this.all.findIndex(one => one.how === 'sql' && !one.hidden && one.key === key);
    if (measure >= 0) return measure;
    const hidden = this.all.findIndex(one => one.hidden && one.key === key);
    if (hidden >= 0) return hidden;
    const column = this.#context.columns.findIndex(one => one.key === key);
    if (column < 0) return undefined;
    const aggregate = sql`sum(${sql.id(`c${column}`)})`;
    return this.#add({ key, title: key, fn: 'sum' }, 'decimal', { aggregate, hidden: true });
  }

  /** SQL of the figures, in the order of `all`. */
  get aggregates(): { index: number; sql: Sql }[] {
    return this.all.flatMap((one, index) => (one.how === 'sql' ? [{ index, sql: one.aggregate }] : []));
  }

  /**
   * Fills in ratios and shares.
   *
   * @param path figures of the whole report, then of each group around, the own figures last
   */
  complete(path: readonly Figure[][]): void {
    const own = path.at(-1)!;
    this.all.forEach((measure, index) => {
      if (measure.how === 'sql' || measure.how === 'rank') return;
      const divisor = measure.how === 'share' ? path[Math.min(measure.level, path.length - 1)]! : own;
      const [top, bottom] = [own[measure.of], divisor[measure.to]];
      own[index] =
        typeof top === 'number' && typeof bottom === 'number' && bottom !== 0 ? top / bottom : null;
    });
  }

  /** The figures that are shown, in the order of the definition. */
  pick(figures: readonly Figure[]): Figure[] {
    return this.shown.map(measure => figures[this.all.indexOf(measure)] ?? null);
  }
}

const AGGREGATES = {
  countDistinct: (name: Sql) => sql`count(distinct ${name})`,
  sum: (name: Sql) => sql`sum(${name})`,
  avg: (name: Sql) => sql`avg(${name})`,
  min: (name: Sql, text: boolean) => (text ? sql`min(${name} collate "ru_app")` : sql`min(${name})`),
  max: (name: Sql, text: boolean) => (text ? sql`max(${name} collate "ru_app")` : sql`max(${name})`),
};

const FORMATS = new Set<string>(['integer', 'decimal1', 'decimal2', 'percent1', 'date', 'text']);

function described(
  measure: Pick<MeasureDefinition, 'key' | 'title' | 'format' | 'width' | 'fn'>,
  kind: CellKind,
): DatasetColumn {
  const fallback = kind === 'integer' ? 'integer' : measure.fn === 'avg' ? 'decimal2' : undefined;
  const format = measure.format && FORMATS.has(measure.format) ? (measure.format as FormatName) : fallback;
  return {
    key: measure.key,
    title: measure.title,
    kind: format === 'integer' && kind === 'decimal' ? 'integer' : kind,
    align: kind === 'text' ? 'left' : 'right',
    ...(format ? { format } : {}),
    ...(measure.width ? { width: measure.width } : {}),
  };
}
