/**
 * One card, with the cards it includes, as one JSON value made by PostgreSQL, and the same as a `RecordAnswer`.
 * The shape is compiled once per kind of card, rights and includes; what depends on the row (tuples of rights
 * that hold for some rows only) comes with it as flags.
 */
import { findRights, tupleReads, tupleWrites } from '../access/rights.ts';
import type { Catalogue, Entity, Grant, Relation } from '../catalogue/types.ts';
import { fieldUnknown } from '../problems.ts';
import { labelOf } from '../query/captions.ts';
import { manyAllowed } from '../query/compile.ts';
import type { Frame } from '../query/frame.ts';
import { recordJson } from '../query/record-json.ts';
import { tupleRows } from '../query/row-scope.ts';
import { and, column, jsonObject, type Sql, sql } from '../query/sql.ts';
import type { RecordAnswer } from './gateway.types.ts';
import { dictionaryLabels, pruneEmpty, valueAt } from './labels.ts';
import type { RelatedCards } from './save-context.ts';

/** Records of one to-many relation given with a card. */
const MAX_INCLUDED = 500;

/** What PostgreSQL answers for one card; short names, because there may be hundreds. */
export interface RawRecord {
  id: string | number;
  v: number;
  pv?: number;
  pid?: string;
  f: Record<string, unknown>;
  l?: Record<string, string>;
  a?: string[];
  /** For each tuple that does not hold everywhere: does it hold here? */
  g?: (boolean | null)[];
  r?: Record<string, RawRecord>;
  m?: Record<string, RawRecord[]>;
}

/** A tuple of rights, and where to find whether it holds: always, never, or by a flag of the row. */
interface Tuple {
  grant: Grant;
  holds: boolean | number;
}

export interface RecordShape {
  catalogue: Catalogue;
  entity: Entity;
  read: Tuple[];
  update: Tuple[];
  delete: Tuple[];
  readable: string[];
  one: Map<string, RecordShape>;
  many: Map<string, RecordShape>;
}

/** `['guardianships', 'guardianships.guardian']` -> `guardianships` with `guardian` inside. */
export function includeTree(names: readonly string[]): Map<string, string[]> {
  const tree = new Map<string, string[]>();
  for (const name of names) {
    const [first, ...rest] = name.split('.') as [string, ...string[]];
    const inner = tree.get(first) ?? [];
    tree.set(first, inner);
    if (rest.length > 1) throw fieldUnknown(name, '/include');
    if (rest[0] !== undefined) inner.push(rest[0]);
  }
  return tree;
}

/** @throws FIELD_UNKNOWN for a relation that does not exist or is closed to the actor */
export function shapeOf(frame: Frame, include: readonly string[]): { shape: RecordShape; json: Sql } {
  const { catalogue, actor } = frame.context;
  const rights = actor && findRights(catalogue, actor, frame.entity.id);
  const flags: Sql[] = [];
  const tuples = (action: string) =>
    (rights?.tuples(action) ?? []).map(grant => tupleOf(frame, grant, flags));
  const shape: RecordShape = {
    catalogue,
    entity: frame.entity,
    read: tuples('read'),
    update: tuples('update'),
    delete: tuples('delete'),
    readable: [...frame.entity.fields.keys()].filter(path => frame.readable(path)),
    one: new Map(),
    many: new Map(),
  };
  const members = ownMembers(frame, shape, flags);
  members.push(...included(frame, shape, include));
  return { shape, json: jsonObject(members) };
}

function tupleOf(frame: Frame, grant: Grant, flags: Sql[]): Tuple {
  const rows = tupleRows(frame, grant);
  return { grant, holds: typeof rows === 'boolean' ? rows : flags.push(rows) - 1 };
}

function ownMembers(frame: Frame, shape: RecordShape, flags: Sql[]): [string, Sql][] {
  const { entity, alias } = { entity: frame.entity, alias: frame.alias };
  const members: [string, Sql][] = [
    ['id', column(alias, 'id')],
    ['v', column(alias, 'version')],
    ['f', recordJson(frame, shape.readable)],
    ['l', jsonObject([['', labelOf(frame)], ...referenceLabels(frame, shape.readable)])],
  ];
  if (entity.person && frame.readable('person'))
    members.push(['pid', frame.personId()], ['pv', column(frame.person(), 'version')]);
  else if (entity.person) members.push(['pv', column(frame.person(), 'version')]);
  if (!entity.builtin) members.push(['a', sql`nullif(${column(alias, 'absent')}, '{}')`]);
  if (flags.length > 0) members.push(['g', sql`json_build_array(${sql.join(flags)})`]);
  return members;
}

/** Captions of references: labels of the records they lead to, where those may be seen. */
export function referenceLabels(frame: Frame, paths: readonly string[]): [string, Sql][] {
  return paths.flatMap(path => {
    const field = frame.entity.fields.get(path);
    const relation = field?.kind === 'ref' ? frame.entity.relations.get(path) : undefined;
    if (relation?.kind !== 'one' || !seen(frame, relation)) return [];
    return [[path, labelOf(frame.to(relation))] as [string, Sql]];
  });
}

function seen(frame: Frame, relation: Relation): boolean {
  if (frame.trusted) return true;
  const { catalogue, actor } = frame.context;
  return actor !== undefined && findRights(catalogue, actor, relation.entity)?.can('read') === true;
}

function included(frame: Frame, shape: RecordShape, include: readonly string[]): [string, Sql][] {
  const one: [string, Sql][] = [];
  const many: [string, Sql][] = [];
  for (const [name, inner] of includeTree(include)) {
    const relation = frame.entity.relations.get(name);
    if (!relation) throw fieldUnknown(name, '/include');
    if (relation.kind === 'one') one.push(includeOne(frame, shape, relation, inner));
    else many.push(includeMany(frame, shape, relation, inner));
  }
  return [
    ...(one.length > 0 ? [['r', jsonObject(one)] as [string, Sql]] : []),
    ...(many.length > 0 ? [['m', jsonObject(many)] as [string, Sql]] : []),
  ];
}

function includeOne(frame: Frame, shape: RecordShape, relation: Relation, inner: string[]): [string, Sql] {
  if ((frame.entity.fields.has(relation.via) && !frame.readable(relation.via)) || !seen(frame, relation))
    throw fieldUnknown(relation.name, '/include');
  const target = frame.to(relation);
  const built = shapeOf(target, inner);
  shape.one.set(relation.name, built.shape);
  return [relation.name, sql`case when ${column(target.alias, 'id')} is not null then ${built.json} end`];
}

function includeMany(frame: Frame, shape: RecordShape, relation: Relation, inner: string[]): [string, Sql] {
  if (!manyAllowed(frame, relation)) throw fieldUnknown(relation.name, '/include');
  const { frame: many, conditions } = frame.many(relation);
  const built = shapeOf(many, inner);
  shape.many.set(relation.name, built.shape);
  const temporal = many.entity.temporal && many.entity.fields.get(many.entity.temporal);
  const order = [...(temporal ? [many.stored(temporal)] : []), column(many.alias, 'id')];
  const rows = sql`select ${built.json} as one ${many.fromClause()} where ${and(conditions)} order by ${sql.join(order)} limit ${sql.lit(MAX_INCLUDED)}`;
  return [relation.name, sql`(select coalesce(json_agg(each.one), '[]') from (${rows}) each)`];
}

const holds = (tuple: Tuple, raw: RawRecord): boolean =>
  typeof tuple.holds === 'number' ? raw.g?.[tuple.holds] === true : tuple.holds;

/** Do all tuples that open the kind for reading hold in every row of the scope? */
export const readsEveryRow = (shape: RecordShape): boolean =>
  shape.read.length > 0 && shape.read.every(tuple => tuple.holds === true);

/** Fields of the card that the actor may read in this very row. */
export function readableHere(shape: RecordShape, raw: RawRecord): string[] {
  const here = shape.read.filter(tuple => holds(tuple, raw));
  if (here.length === shape.read.length) return shape.readable;
  return shape.readable.filter(path => here.some(({ grant }) => tupleReads(shape.entity, grant, path)));
}

/** The included to-many cards by relation and id, with the fields of each that the actor may read. */
export function relatedCards(opened: { shape: RecordShape; raw: RawRecord }): RelatedCards {
  return new Map(
    [...opened.shape.many].map(([name, inner]) => {
      const records = opened.raw.m?.[name] ?? [];
      return [name, new Map(records.map(raw => [String(raw.id), new Set(readableHere(inner, raw))]))];
    }),
  );
}

/** Fields that the actor may set in this very row. */
export function writableHere(shape: RecordShape, raw: RawRecord): string[] {
  const here = shape.update.filter(tuple => holds(tuple, raw));
  return [...shape.entity.fields.keys()].filter(path =>
    here.some(({ grant }) => tupleWrites(shape.entity, grant, path)),
  );
}

export const versionOf = (raw: Pick<RawRecord, 'v' | 'pv'>): string =>
  raw.pv === undefined ? String(raw.v) : `${raw.v}-${raw.pv}`;

export function answerOf(shape: RecordShape, raw: RawRecord): RecordAnswer {
  const fields = pruneEmpty(raw.f);
  const write = writableHere(shape, raw);
  const labels = { ...raw.l, ...dictionaryLabels(shape.catalogue, shape.entity, shape.readable, fields) };
  const answer: RecordAnswer = {
    ...fields,
    id: String(raw.id),
    version: versionOf(raw),
    allowed: {
      update: write.length > 0,
      delete: shape.delete.some(tuple => holds(tuple, raw)),
      write,
    },
    labels,
  };
  if (raw.pid !== undefined) answer.person = { ...(fields.person as object), id: raw.pid };
  const readable = readableHere(shape, raw);
  const absent = raw.a?.filter(path => readable.includes(path)) ?? [];
  if (absent.length > 0) answer.absent = absent;
  const total = readable.filter(path => shape.entity.fields.get(path)?.counts);
  if (total.length > 0)
    answer.completeness = {
      filled: total.filter(path => valueAt(fields, path) !== undefined || raw.a?.includes(path)).length,
      total: total.length,
    };
  for (const [name, inner] of shape.many)
    answer[name] = (raw.m?.[name] ?? []).map(one => answerOf(inner, one));
  if (shape.one.size > 0) answer.related = relatedOf(shape, raw);
  return answer;
}

function relatedOf(shape: RecordShape, raw: RawRecord): Record<string, RecordAnswer> {
  const related: Record<string, RecordAnswer> = {};
  for (const [name, inner] of shape.one) {
    const one = raw.r?.[name];
    if (one) related[name] = answerOf(inner, one);
  }
  return related;
}
