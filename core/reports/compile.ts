/**
 * A definition, a reader and parameters -> one parameterised statement, and the reading of its answer.
 *
 * The statement is a common table `base` (one row per record within the reader's rights: cells, group values, sort
 * keys, inputs of measures), from which rows and totals of every level are taken at one moment of the data.
 * Names in it are positional: no caption ever becomes SQL.
 */
import type { Actor } from '../access/actor.ts';
import type { Catalogue } from '../catalogue/types.ts';
import type { Expression, ValueType } from '../expressions/types.ts';
import type { Language } from '../forms/captions.ts';
import { badRequest } from '../problems.ts';
import { ScopedQuery } from '../query/scoped-query.ts';
import { type Sql, sql } from '../query/sql.ts';
import type { Statement } from '../storage/database.ts';
import {
  type ColumnContext,
  type CompiledColumn,
  compileColumns,
  compileValue,
  limitsOf,
  shownSql,
} from './columns.ts';
import { withoutIfGiven } from './conditions.ts';
import { expressionOf, type GroupDefinition, type ReportDefinition } from './definition.ts';
import { Measures } from './measures.ts';
import type { ParameterValues } from './parameters.ts';

export interface CompileContext {
  catalogue: Catalogue;
  actor: Actor;
  params: ParameterValues;
  ownReport: boolean;
  at: string;
  /** Whose rows and fields: `read`, or `export` for sheets. Default `read`. */
  action?: 'read' | 'export';
  /** Of captions and of words for truth values. */
  language: Language;
}

export interface CompiledGroup {
  key: string;
  title: string;
  empty: string;
  type: ValueType;
  hasCaption: boolean;
  /** Aliases of its sort keys in `base`. */
  sortKeys: string[];
  descending: boolean;
}

export interface CompiledReport {
  definition: ReportDefinition;
  language: Language;
  columns: CompiledColumn[];
  groups: CompiledGroup[];
  measures: Measures;
  query: ScopedQuery;
  /** Select list of `base`. */
  fields: { name: string; sql: Sql }[];
  sort: { name: string; text: boolean; descending: boolean }[];
}

/** @throws FIELD_UNKNOWN, EXPRESSION_INVALID, NOT_FOUND, FORBIDDEN under the reader's rights */
export function compileReport(definition: ReportDefinition, context: CompileContext): CompiledReport {
  const { catalogue, actor, params } = context;
  const given = (name: string) => Object.hasOwn(params, name);
  const columnContext: ColumnContext = { definition, ownReport: context.ownReport, at: context.at };
  const query = new ScopedQuery(catalogue, actor, definition.source, {
    params,
    action: context.action ?? 'read',
    language: context.language,
    ...limitsOf(context),
  });
  const fields: CompiledReport['fields'] = [{ name: 'id', sql: sql`${query.id}::text` }];

  const columns = compileColumns(query, columnContext);
  columns.forEach((column, index) => {
    fields.push({ name: `c${index}`, sql: shownSql(column) });
  });
  const groups = (definition.groups ?? []).map((group, index) =>
    compileGroup(query, group, index, { ...columnContext, fields }),
  );
  const levels = groups.map(group => group.key);
  const measures = new Measures(query, { ...columnContext, columns, levels, given });
  fields.push(...measures.inputs);

  if (definition.where !== undefined) {
    const { expression } = withoutIfGiven(definition.where, given);
    if (expression !== undefined) query.where(expression, `${context.at}/where`);
  }
  return {
    definition,
    language: context.language,
    columns,
    groups,
    measures,
    query,
    fields,
    sort: sortOf(definition, columns),
  };
}

function compileGroup(
  query: ScopedQuery,
  group: GroupDefinition,
  index: number,
  context: ColumnContext & { fields: CompiledReport['fields'] },
): CompiledGroup {
  const at = `${context.at}/groups/${index}`;
  const value = compileValue(query, expressionOf(group) as Expression, at);
  context.fields.push({ name: `g${index}`, sql: sql`(${value.sql})::text` });
  context.fields.push({ name: `gc${index}`, sql: sql`(${shownSql(value)})::text` });
  const own: { sql: Sql; type: ValueType }[] = (group.sortBy ?? []).map((key, place) =>
    query.expression(key, `${at}/sortBy/${place}`),
  );
  // Numbers and days in their own order, everything else by the caption.
  if (!group.sortBy && !value.caption && value.type !== 'text') own.push(value);
  const sortKeys = own.map((key, place) => {
    const name = `gs${index}_${place}`;
    context.fields.push({ name, sql: sortable(key) });
    return name;
  });
  const descending = context.definition.sort?.some(one => one.key === group.key && one.descending) ?? false;
  return {
    key: group.key,
    title: group.title,
    empty: group.empty ?? 'Не указано',
    type: value.type,
    hasCaption: value.caption !== undefined,
    sortKeys,
    descending,
  };
}

/** A key that `min` and `order by` take: texts in the Russian order, truth values as numbers. */
function sortable(key: { sql: Sql; type: ValueType }): Sql {
  switch (key.type) {
    case 'text':
    case 'unknown':
      return sql`(${key.sql})::text collate "ru_app"`;
    case 'boolean':
      return sql`(${key.sql})::int`;
    case 'uuid':
    case 'texts':
      return sql`(${key.sql})::text`;
    default:
      return key.sql;
  }
}

function sortOf(definition: ReportDefinition, columns: readonly CompiledColumn[]): CompiledReport['sort'] {
  return (definition.sort ?? []).flatMap(({ key, descending = false }) => {
    const index = columns.findIndex(column => column.key === key);
    return index < 0 ? [] : [{ name: `c${index}`, text: columns[index]!.kind === 'text', descending }];
  });
}

const direction = (descending: boolean) => sql.raw(descending ? 'desc nulls last' : 'asc nulls last');
const collated = (name: Sql) => sql`${name} collate "ru_app"`;

function baseOf(report: CompiledReport): Sql {
  const list = report.fields.map(field => sql`${field.sql} as ${sql.id(field.name)}`);
  return sql`with base as materialized (select ${sql.join(list)} ${report.query.tail()})`;
}

/** Keys of the groups in order, outermost first; `wrap` is `min` among totals. */
function groupOrder(report: CompiledReport, wrap: (name: Sql) => Sql): Sql[] {
  return report.groups.flatMap((group, index) => [
    ...group.sortKeys.map(name => sql`${wrap(sql.id(name))} ${direction(group.descending)}`),
    sql`${collated(wrap(sql.id(`gc${index}`)))} ${direction(group.descending)}`,
    sql`${wrap(sql.id(`g${index}`))} ${direction(group.descending)}`,
  ]);
}

const jsonArray = (parts: readonly Sql[]) => sql`json_build_array(${sql.join(parts)})`;

/**
 * The statement of a run. Its one row holds `rows` (id, cells, group values) and `totals` (how many levels are
 * rolled up, group values, captions, count, figures).
 *
 * @param limit rows fetched at most, one more than may be shown
 */
export function runStatement(report: CompiledReport, limit: number): Statement {
  const { groups, columns, measures } = report;
  const names = groups.map((_, index) => sql.id(`g${index}`));
  const cells = columns.map((_, index) => sql.id(`c${index}`));
  const order = [
    ...groupOrder(report, name => name),
    ...report.sort.map(one => {
      const name = sql.id(one.name);
      return sql`${one.text ? collated(name) : name} ${direction(one.descending)}`;
    }),
    sql`id`,
  ];
  const rows =
    columns.length === 0
      ? sql`'[]'::json`
      : sql`(select coalesce(json_agg(${jsonArray([sql`id`, jsonArray(cells), jsonArray(names)])}), '[]')
             from (select * from base order by ${sql.join(order)} limit ${limit}::int) ordered)`;
  const statement = sql`${baseOf(report)} select ${rows} as rows, ${totalsOf(names)} as totals`;
  return report.query.toStatement(statement);

  function totalsOf(grouped: Sql[]): Sql {
    const min = (name: Sql) => sql`min(${name})`;
    const level = grouped.length === 0 ? sql`0` : sql`grouping(${sql.join(grouped)})`;
    const captions = groups.map((_, index) => min(sql.id(`gc${index}`)));
    const figures = measures.aggregates.map(one => one.sql);
    const total = jsonArray([
      level,
      jsonArray(grouped),
      jsonArray(captions),
      sql`count(*)`,
      jsonArray(figures),
    ]);
    if (grouped.length === 0) return sql`(select json_build_array(${total}) from base)`;
    const by = [sql`${level} desc`, ...groupOrder(report, min)];
    return sql`(select json_agg(total) from (select ${total} as total from base
                group by rollup (${sql.join(grouped)}) order by ${sql.join(by)}) summed)`;
  }
}

/**
 * The statement of a drill-down: `count` and `items` (id, label) of the records behind a figure.
 *
 * @throws BAD_DRILL (400) for a group or measure that the report does not have
 */
export function drillStatement(
  report: CompiledReport,
  drill: { group?: Record<string, string | null>; measure?: string },
  limit: number,
): Statement {
  const conditions: Sql[] = [sql`true`];
  for (const [key, value] of Object.entries(drill.group ?? {})) {
    const index = report.groups.findIndex(group => group.key === key);
    if (index < 0) throw badDrill(`/drill/group/${key}`, `Группы «${key.slice(0, 60)}» в отчёте нет`);
    conditions.push(sql`${sql.id(`g${index}`)} is not distinct from ${value}::text`);
  }
  if (drill.measure !== undefined) {
    const measure = report.measures.all.find(one => one.key === drill.measure && !one.hidden);
    if (!measure) throw badDrill('/drill/measure', `Показателя «${drill.measure.slice(0, 60)}» в отчёте нет`);
    if (measure.condition) conditions.push(sql.id(measure.condition));
  }
  report.fields.push({ name: 'label', sql: report.query.label() });
  const found = sql`base where ${sql.join(conditions, sql` and `)}`;
  return report.query.toStatement(sql`${baseOf(report)}
    select (select count(*) from ${found}) as count,
           (select coalesce(json_agg(${jsonArray([sql`id`, sql`label`])}), '[]')
            from (select id, label from ${found} order by label collate "ru_app" nulls last, id limit ${limit}::int) listed) as items`);
}

function badDrill(path: string, message: string) {
  return badRequest('DRILL_INVALID', message, [{ path, code: 'DRILL_INVALID', message }]);
}
