/** Lists of cards: fields, filter, search, sort and keyset pages, in one statement. */
import type { Actor } from '../access/actor.ts';
import type { Catalogue } from '../catalogue/types.ts';
import { USER_LIMITS } from '../expressions/check.ts';
import { badRequest, fieldUnknown } from '../problems.ts';
import { labelOf, personName } from '../query/captions.ts';
import { locate } from '../query/compile.ts';
import { ScopedQuery } from '../query/scoped-query.ts';
import { actorSlots, bind, jsonObject, type Plan, type Sql, sql } from '../query/sql.ts';
import type { CursorSeal } from './cursor.ts';
import type { Statement } from './database.ts';
import type { ListAnswer, ListQuery } from './gateway.types.ts';
import { captionOfValue, pruneEmpty, valueAt } from './labels.ts';
import { profileOf } from './read.ts';
import { afterCursor, defaultSort, orderBy, type SortKey, sortKeys } from './sorting.ts';

export const DEFAULT_LIMIT = 50;
export const MAX_LIMIT = 500;
const MAX_FIELDS = 100;

interface RawRow {
  id: string | number;
  label?: string;
  f: Record<string, unknown>;
  l?: Record<string, string>;
  k: (string | null)[];
}

interface RawPage {
  items: RawRow[] | null;
  count: number | string | null;
}

export interface ListPlan {
  statement: Statement;
  answer(raw: RawPage | undefined): ListAnswer;
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
      known = compileList(this.#catalogue, this.#seal, actor, entityId, asked, {});
      if (this.#plans.size >= MAX_PLANS) this.#plans.delete(this.#plans.keys().next().value as string);
      if (key.length <= MAX_KEY) this.#plans.set(key, known);
    }
    return { statement: bind(known.plan, actorSlots(actor)), answer: known.answer };
  }
}

interface ListOptions {
  action?: 'read' | 'export';
  maxLimit?: number;
}

/** Everything about one list that follows from what was asked. Throws before anything reaches the database. */
export function planList(
  catalogue: Catalogue,
  seal: CursorSeal,
  actor: Actor,
  entityId: string,
  asked: ListQuery,
  options: ListOptions = {},
): ListPlan {
  const { plan, answer } = compileList(catalogue, seal, actor, entityId, asked, options);
  return { statement: bind(plan, actorSlots(actor)), answer };
}

function compileList(
  catalogue: Catalogue,
  seal: CursorSeal,
  actor: Actor,
  entityId: string,
  asked: ListQuery,
  options: ListOptions,
): CompiledList {
  // Conditions first: what a filter names is refused before what a column names.
  const conditioned = () => {
    const made = new ScopedQuery(catalogue, actor, entityId, {
      action: options.action ?? 'read',
      limits: USER_LIMITS,
    });
    if (asked.filter !== undefined && asked.filter !== null) made.where(asked.filter, '/filter');
    if (asked.q?.trim()) made.search(asked.q);
    return made;
  };
  const query = conditioned();
  const limit = limitOf(asked.limit, options.maxLimit ?? MAX_LIMIT);
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
  const page = pageSql(query, fields, keys, limit, after, together);
  const total = counted && !together ? sql`(select count(*) ${conditioned().tail()})` : sql`null::bigint`;
  const plan = query.toPlan(
    together
      ? sql`select json_agg(each.one) as items, max(each.total) as count from (${page}) each`
      : sql`select (select json_agg(each.one) from (${page}) each) as items, ${total} as count`,
  );
  const captioned = captionedFields(query, fields);
  return {
    plan,
    answer(raw) {
      const rows = raw?.items ?? [];
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      return {
        items: page.map(row => itemOf(catalogue, captioned, row)),
        ...(rows.length > limit && last
          ? { next: seal.seal(about, { id: String(last.id), values: last.k }) }
          : {}),
        ...(asked.count === 'exact' ? { count: Number(raw?.count ?? 0) } : {}),
      };
    },
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

function pageSql(
  query: ScopedQuery,
  fields: readonly string[],
  keys: readonly SortKey[],
  limit: number,
  after: Sql | undefined,
  counted: boolean,
): Sql {
  const row = jsonObject([
    ['id', query.id],
    ['label', labelOf(query.frame)],
    ['f', query.recordJson(fields)],
    ['l', jsonObject(labelMembers(query, fields))],
    [
      'k',
      keys.length > 0 ? sql`array[${sql.join(keys.map(key => sql`(${key.sql})::text`))}]` : sql`'{}'::text[]`,
    ],
  ]);
  const rest = sql`${query.tail()}${after ? sql` and ${after}` : sql``} ${orderBy(keys, query.id)}`;
  const total = counted ? sql`, count(*) over () as total` : sql``;
  return sql`select json_strip_nulls(${row}) as one${total} ${rest} limit ${sql`${limit + 1}::int`}`;
}

/** Captions that PostgreSQL makes: labels of references and names of people. */
function labelMembers(query: ScopedQuery, fields: readonly string[]): [string, Sql][] {
  return fields.flatMap(path => {
    const found = locate(query.frame, path);
    if (found?.kind === 'person') return [[path, personName(found.frame)] as [string, Sql]];
    if (found?.kind === 'field' && found.field.kind === 'ref')
      return [[path, query.caption(path)] as [string, Sql]];
    return [];
  });
}

interface Captioned {
  path: string;
  /** Where the value stands in the row. */
  at: string;
  field: NonNullable<ReturnType<ScopedQuery['property']>['field']>;
}

/** Fields whose captions come from dictionaries in memory. */
function captionedFields(query: ScopedQuery, fields: readonly string[]): Captioned[] {
  return fields.flatMap(path => {
    const found = locate(query.frame.probe(), path);
    if (found?.kind !== 'field' || !found.field.dictionary) return [];
    const own = found.field === query.entity.fields.get(path);
    return [{ path, at: own ? path : `related.${path}`, field: found.field }];
  });
}

function itemOf(catalogue: Catalogue, captioned: readonly Captioned[], row: RawRow): Record<string, unknown> {
  const labels: Record<string, string> = { ...row.l };
  for (const { path, at, field } of captioned) {
    const caption = captionOfValue(catalogue, field, valueAt(row.f, at));
    if (caption !== undefined) labels[path] = caption;
  }
  return { ...pruneEmpty(row.f), id: String(row.id), label: row.label ?? '', labels };
}
