/**
 * A paper about one record: columns -> a plain view under the reader's rights -> the plugin's template in the
 * sandbox -> allow-listed HTML -> document tree.
 */
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { CASES, declineName } from '../documents/declension.ts';
import { parseHtml } from '../documents/html.ts';
import { SYSTEM_NAME } from '../documents/stamp.ts';
import type { DocumentTree, Stamp } from '../documents/types.ts';
import { notFound } from '../problems.ts';
import { ScopedQuery } from '../query/scoped-query.ts';
import { type Sql, sql } from '../query/sql.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import type { Database } from '../storage/database.ts';
import { type CompiledColumn, cellOf, compileColumns } from './columns.ts';
import type { CompileContext } from './compile.ts';
import { columnKey, type ReportDefinition } from './definition.ts';
import { type CompiledRows, compileRows, type RawDocumentRow, rowView } from './document-rows.ts';
import type { ParameterWords } from './parameters.ts';
import { signaturesOf } from './signatures.ts';

interface RecordRow {
  values: unknown[];
  captions: (string | null)[];
  organisation: [number | null, string | null, string | null, string | null];
  /** Of each relation that the document goes through. */
  many: RawDocumentRow[][];
}

export interface DocumentContext extends CompileContext {
  database: Database;
  sandbox: Sandbox;
  /** Absolute path of the definition: templates stand beside it. */
  file: string;
  partialsFolder: string;
  words: ParameterWords[];
  stamp: Stamp;
}

/** Codes stay codes, so that a template can compare them; their captions stand under `labels`. */
const rawSql = (column: CompiledColumn): Sql =>
  column.type === 'uuid' ? sql`(${column.sql})::text` : sql`${column.sql}`;

async function readRecord(definition: ReportDefinition, context: DocumentContext) {
  const { catalogue, actor, params, database } = context;
  const query = new ScopedQuery(catalogue, actor, definition.source, { params });
  const columnContext = { definition, ownReport: context.ownReport, at: context.at };
  const columns = compileColumns(query, columnContext);
  const given = (name: string) => Object.hasOwn(params, name);
  const many = compileRows(query, { ...columnContext, given });
  const organisation = ['organisation', 'organisation.name', 'organisation.fullName'].map(
    path => query.property(path).sql,
  );
  organisation.push(query.caption('organisation.parent'));
  query.condition(sql`${query.id}::text = ${String(params.record)}`);
  const array = (parts: Sql[]) => sql`json_build_array(${sql.join(parts)})`;
  const captions = columns.map(column => column.caption ?? sql`null`);
  const statement = query.toStatement(
    sql`select ${array(columns.map(rawSql))} as values, ${array(captions)} as captions,
               ${array(organisation)} as organisation,
               ${array(many.map(one => one.sql))} as many ${query.tail()}`,
  );
  const [row] = await database.read<RecordRow>(actor, statement);
  if (!row) throw notFound();
  return { columns, many, row };
}

type View = Record<string, unknown>;

/** Every key of the definition is there, empty or not: a template that names anything else has a misprint. */
function recordView(
  definition: ReportDefinition,
  columns: readonly CompiledColumn[],
  many: readonly CompiledRows[],
  row: RecordRow,
) {
  const values: Record<string, unknown> = {};
  const labels: Record<string, string | null> = {};
  (definition.columns ?? []).forEach((column, index) => {
    const key = columnKey(column, index);
    const found = many.findIndex(one => one.key === key);
    const rows = found < 0 ? [] : (row.many[found] ?? []);
    values[key] =
      column.rows === undefined
        ? null
        : rows.map(one => rowView(column.columns ?? [], many[found]?.columns ?? [], one));
    labels[key] = null;
  });
  columns.forEach((column, index) => {
    const value = row.values[index];
    values[column.key] = Array.isArray(value) ? value.join(', ') : cellOf(column, value);
    labels[column.key] = row.captions[index] ?? null;
  });
  const { declined } = definition.print ?? {};
  if (!declined) return { values, labels };
  const [last, first, middle] = declined.name.map(key => values[key] as string | null);
  const name = { lastName: last ?? null, firstName: first ?? null, middleName: middle ?? null };
  const sex = values[declined.sex] as string | null;
  values.name = [last, first, middle].filter(Boolean).join(' ');
  for (const to of CASES) values[`name${to[0]!.toUpperCase()}${to.slice(1)}`] = declineName(name, sex, to);
  return { values, labels };
}

function parametersView(definition: ReportDefinition, context: DocumentContext): View {
  const names = Object.keys(definition.parameters?.properties ?? {});
  return Object.fromEntries(names.map(name => [name, context.params[name] ?? null]));
}

/** The tree of the paper, ready for any emitter. */
export async function composeDocument(
  definition: ReportDefinition,
  context: DocumentContext,
): Promise<DocumentTree> {
  const { columns, many, row } = await readRecord(definition, context);
  const [organisationId, name, fullName, parent] = row.organisation;
  const { values, labels } = recordView(definition, columns, many, row);
  const roles = definition.print?.signatures ?? [];
  const view: View = {
    run: { date: context.actor.today, executor: context.stamp.executor, system: SYSTEM_NAME },
    parameters: parametersView(definition, context),
    words: Object.fromEntries(context.words.map(one => [one.key, one.text])),
    row: values,
    labels,
    organisation: { name, fullName, parent },
    signatures: organisationId === null ? [] : await signaturesOf(roles, organisationId, context),
  };
  const template = definition.print?.template ?? '';
  const source = await readFile(join(dirname(dirname(context.file)), 'templates', template), 'utf8');
  const html = await context.sandbox.renderTemplate({
    name: template,
    source,
    partials: await readPartials(context.partialsFolder),
    view,
  });
  return {
    title: definition.title,
    layout: 'document',
    orientation: definition.print?.orientation ?? 'portrait',
    blocks: parseHtml(html),
  };
}

/** Parts that all templates share, by name without the ending. */
async function readPartials(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder)).filter(name => name.endsWith('.hbs')).sort();
  const texts = await Promise.all(names.map(name => readFile(join(folder, name), 'utf8')));
  return Object.fromEntries(names.map((name, index) => [basename(name, '.hbs'), texts[index]!]));
}
