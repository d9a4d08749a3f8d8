/** Lists of cards: fields, filter, search, sort and keyset pages, in one statement; and the same as an export. */
import type { Actor } from '../access/actor.ts';
import type { Catalogue } from '../catalogue/types.ts';
import { USER_LIMITS } from '../expressions/check.ts';
import { badRequest, fieldUnknown } from '../problems.ts';
import { Columns, type TextRow } from '../query/columns.ts';
import { locate } from '../query/compile.ts';
import { ScopedQuery } from '../query/scoped-query.ts';
import { actorSlots, bind, type Plan, type Sql, sql } from '../query/sql.ts';
import type { CursorSeal } from './cursor.ts';
import { asText, type Statement } from './database.ts';
import type { ReferenceCell } from './export-labels.ts';
import type { ExportedRow, ListAnswer, ListQuery } from './gateway.types.ts';
import { CellRows, ListRows } from './list-rows.ts';
import { profileOf } from './read.ts';
import { afterCursor, defaultSort, orderBy, sortKeys } from './sorting.ts';

export const DEFAULT_LIMIT = 50;
export const MAX_LIMIT = 500;
const MAX_FIELDS = 100;

export interface ListPlan {
  statement: Statement;
  answer(rows: readonly TextRow[]): ListAnswer;
}

/** A list as compiled: what it takes from the actor is bound later. */
interface CompiledList {
  plan: Plan;
  answer: ListPlan['answer'];
}

const MAX_PLANS = 500;
/** A longer question is not one that many ask. */
const MAX_KEY = 4_000;

/** First pages by kind, profile of rights and question; one per gateway. What was refused is not kept. */
export class ListPlans {
  readonly #catalogue: Catalogue;
  readonly #seal: CursorSeal;
  readonly #plans = new Map<string, CompiledList>();

  constructor(catalogue: Catalogue, seal: CursorSeal) {
    this.#catalogue = catalogue;
    this.#seal = seal;
  }

  get(actor: Actor, entityId: string, asked: ListQuery): ListPlan {
    if (asked.after) return planList(this.#catalogue, this.#seal, actor, entityId, asked);
    const key = `${profileOf(actor)}|${actor.level}|${entityId}|${JSON.stringify(asked)}`;
    let known = this.#plans.get(key);
    if (known === undefined) {
      known = compileList(this.#catalogue, this.#seal, actor, entityId, asked);
      if (this.#plans.size >= MAX_PLANS) this.#plans.delete(this.#plans.keys().next().value as string);
      if (key.length <= MAX_KEY) this.#plans.set(key, known);
    }
    return { statement: asText(bind(known.plan, actorSlots(actor))), answer: known.answer };
  }
}

/** Everything about one list that follows from what was asked. Throws before anything reaches the database. */
export function planList(
  catalogue: Catalogue,
  seal: CursorSeal,
  actor: Actor,
  entityId: string,
  asked: ListQuery,
): ListPlan {
  const { plan, answer } = compileList(catalogue, seal, actor, entityId, asked);
  return { statement: asText(bind(plan, actorSlots(actor))), answer };
}

/** Conditions first: what a filter names is refused before what a column names. */
function conditioned(
  catalogue: Catalogue,
  actor: Actor,
  entityId: string,
  asked: ListQuery,
  action: 'read' | 'export',
): ScopedQuery {
  const made = new ScopedQuery(catalogue, actor, entityId, { action, limits: USER_LIMITS });
  if (asked.filter !== undefined && asked.filter !== null) made.where(asked.filter, '/filter');
  if (asked.q?.trim()) made.search(asked.q);
  return made;
}

function compileList(
  catalogue: Catalogue,
  seal: CursorSeal,
  actor: Actor,
  entityId: string,
  asked: ListQuery,
): CompiledList {
  const query = conditioned(catalogue, actor, entityId, asked, 'read');
  const limit = limitOf(asked.limit, MAX_LIMIT);
  const fields = listFields(query, asked.fields);
  const sort = asked.sort?.trim() || defaultSort(query.frame);
  const keys = sortKeys(query.frame, sort);
  const about = `${entityId} ${sort}`;
  const idType = query.entity.builtin ? 'int' : 'uuid';
  const after = asked.after
    ? afterCursor(keys, query.id, idType, seal.open(about, asked.after, keys.length))
    : undefined;
  const counted = asked.count === 'exact';
  // Within one organisation the rows are read once for page and total. In a larger scope an index may give the page
  // without reading the rest, and the total has a query of its own, without the joins of columns and sort.
  const together = counted && after === undefined && actor.organisationIds.length === 1 && !actor.everywhere;
  const rows = new ListRows(catalogue, query, fields, keys);
  const total = rows.columns.add(together ? sql`count(*) over ()` : sql`null::bigint`);
  const page = sql`select ${rows.columns.list()} ${query.tail()}${after ? sql` and ${after}` : sql``} ${orderBy(keys, query.id)} limit ${sql`${limit + 1}::int`}`;
  const whole =
    counted && !together
      ? besideTotal(page, conditioned(catalogue, actor, entityId, asked, 'read').tail())
      : page;
  return {
    plan: query.toPlan(whole),
    answer(answered) {
      const [first] = answered;
      const last = answered.length > limit ? answered[limit - 1] : undefined;
      return {
        items: answered.slice(0, limit).flatMap(row => (rows.filled(row) ? [rows.item(row)] : [])),
        ...(last ? { next: seal.seal(about, rows.position(last)) } : {}),
        ...(counted ? { count: Number((first && (together ? first[total] : first.at(-1))) ?? 0) } : {}),
      };
    },
  };
}

/** The total stands in the last column of every row, and alone where the page is empty. */
const besideTotal = (page: Sql, tail: Sql): Sql =>
  sql`select page.*, total.count from (select count(*) as count ${tail}) total
    left join (select one.*, row_number() over () as number from (${page}) one) page on true order by page.number`;

/** Columns of the list that the actor may take away in a file. @throws FORBIDDEN without the right */
export const exportFields = (catalogue: Catalogue, actor: Actor, entityId: string): string[] =>
  listFields(new ScopedQuery(catalogue, actor, entityId, { action: 'export' }), undefined);

export interface ExportPlan {
  counting: Statement;
  rows: Statement;
  /** Of one row of `rows`, with ids in the cells of `references`. */
  read(row: TextRow): ExportedRow;
  references: readonly ReferenceCell[];
}

/**
 * All rows of a list in its order, for a file.
 *
 * @throws those of `list`
 */
export function planExport(
  catalogue: Catalogue,
  actor: Actor,
  entityId: string,
  asked: ListQuery,
): ExportPlan {
  const query = conditioned(catalogue, actor, entityId, asked, 'export');
  const fields = listFields(query, asked.fields);
  const keys = sortKeys(query.frame, asked.sort?.trim() || defaultSort(query.frame));
  const columns = new Columns();
  const cells = new CellRows(catalogue, query, fields, columns);
  const id = columns.add(query.id);
  const rows = query.toPlan(sql`select ${columns.list()} ${query.tail()} ${orderBy(keys, query.id)}`);
  const counting = query.toPlan(
    sql`select count(*) ${conditioned(catalogue, actor, entityId, asked, 'export').tail()}`,
  );
  return {
    counting: bind(counting, actorSlots(actor)),
    rows: asText(bind(rows, actorSlots(actor))),
    read: row => ({ id: row[id] as string, cells: cells.cells(row) }),
    references: cells.references,
  };
}

function limitOf(limit: number | undefined, most: number): number {
  if (limit === undefined) return Math.min(DEFAULT_LIMIT, most);
  if (!Number.isInteger(limit) || limit < 1 || limit > most)
    throw badRequest('LIMIT_INVALID', `Размер страницы: от 1 до ${most}`, [
      { path: '/limit', code: 'LIMIT_INVALID', message: `От 1 до ${most}` },
    ]);
  return limit;
}

/** Fields asked for, or the columns of the list that the actor may see. */
function listFields(query: ScopedQuery, asked: readonly string[] | undefined): string[] {
  if (asked === undefined || asked.length === 0)
    return query.entity.list.columns.filter(path => {
      const found = locate(query.frame.probe(), path);
      return found !== undefined && found.kind !== 'many';
    });
  if (asked.length > MAX_FIELDS)
    throw badRequest('FIELDS_INVALID', `Полей не больше ${MAX_FIELDS}`, [
      { path: '/fields', code: 'FIELDS_INVALID', message: `Больше ${MAX_FIELDS} полей` },
    ]);
  for (const [index, path] of asked.entries()) {
    const found = locate(query.frame.probe(), path);
    if (!found || found.kind === 'many') throw fieldUnknown(path, `/fields/${index}`);
  }
  return [...new Set(asked)];
}
