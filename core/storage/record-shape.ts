/**
 * One card, with the cards it includes: the columns that PostgreSQL is asked for, how a row of them is read, and the
 * same as a `RecordAnswer`. The shape is compiled once per kind of card, rights and includes; what depends on the row
 * (tuples of rights that hold for some rows only) comes with it as flags.
 */
import { findRights, tupleReads, tupleWrites } from '../access/rights.ts';
import { blockedPaths, isBlocked, partPurpose, purposesOf } from '../catalogue/consents.ts';
import type { Catalogue, Entity, Grant, Relation } from '../catalogue/types.ts';
import { fieldUnknown } from '../problems.ts';
import { labelOf } from '../query/captions.ts';
import { Columns, isTrue, recordTree, type TextRow } from '../query/columns.ts';
import { manyAllowed } from '../query/compile.ts';
import { hasRecords, readableSections } from '../query/completeness.ts';
import type { Frame } from '../query/frame.ts';
import { closedRows } from '../query/period.ts';
import { tupleRows } from '../query/row-scope.ts';
import { and, column, type Sql, sql } from '../query/sql.ts';
import { type Consents, isHeld } from './consents.ts';
import type { RecordAnswer } from './gateway.types.ts';
import { DictionaryLabels, valueAlong } from './labels.ts';
import type { RelatedCards } from './save-context.ts';

/** Records of one to-many relation given with a card. */
const MAX_INCLUDED = 500;
/** Sets of tuples remembered for a shape. */
const MAX_ROW_RIGHTS = 64;

const PERIOD_ACTS = ['close', 'reopen'] as const;
/** What is asked about a card: who saw it, all that is held of the person. */
const SUBJECT_ACTS = ['access-log', 'extract'] as const;

/** One card as read; short names, because there may be hundreds. */
export interface RawRecord {
  id: string | number;
  v: number;
  pv?: number;
  pid?: string;
  f: Record<string, unknown>;
  l?: Record<string, string>;
  a?: string[];
  /** Child cards that count, of which there are some. */
  s?: string[];
  /** For each tuple that does not hold everywhere: does it hold here? */
  g?: (boolean | null)[];
  /** For each purpose of the shape: is it consented to? */
  p?: boolean[];
  /** The period that the card belongs to is closed. */
  c?: true;
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
  /** Acts with a right of their own. */
  acts: Map<string, Tuple[]>;
  /** What may be proposed by whoever may not write it. */
  request: Tuple[];
  readable: string[];
  /** Child cards that count in its completeness. */
  sections: Relation[];
  /** Purposes of the fields that are held by consent and that the actor may read or set. */
  purposes: string[];
  /** Reads a row of the columns; undefined where a record that may be missing is. */
  decode(row: TextRow): RawRecord | undefined;
  labels: DictionaryLabels;
  /** What follows from the tuples that hold in a row; there are few different sets of them. */
  rowRights: Map<string, RowRights>;
  one: Map<string, RecordShape>;
  many: Map<string, RecordShape>;
}

interface RowRights {
  /** What the tuples open, and what of it the consents leave open. */
  granted: string[];
  readable: string[];
  /** Field or group that is shut for want of a consent -> purpose. */
  blocked: Record<string, string> | undefined;
  writable: string[];
  /** Not writable, but open for a proposal. */
  requestable: string[];
  /** Child cards that the reader counts here, and those that may be marked «нет» or get records. */
  sections: string[];
  markable: string[];
  delete: boolean;
  acts: string[];
  /** Paths that count for completeness, with the names on the way. */
  counted: { path: string; names: string[] }[];
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

/**
 * Adds what the card needs to the columns of a statement.
 *
 * @throws FIELD_UNKNOWN for a relation that does not exist or is closed to the actor
 */
export function shapeOf(frame: Frame, include: readonly string[], columns: Columns): RecordShape {
  const { catalogue, actor } = frame.context;
  const rights = actor && findRights(catalogue, actor, frame.entity.id);
  const flags: Sql[] = [];
  const tuples = (action: string) =>
    (rights?.tuples(action) ?? []).map(grant => tupleOf(frame, grant, flags));
  const readable = [...frame.entity.fields.keys()].filter(path => frame.readable(path));
  const sections = readableSections(frame);
  const shape: RecordShape = {
    catalogue,
    entity: frame.entity,
    read: tuples('read'),
    update: tuples('update'),
    delete: tuples('delete'),
    acts: actsOf(frame.entity, tuples),
    request: tuples('request'),
    readable,
    sections,
    purposes: [
      ...new Set([
        ...purposesOf(frame.entity, path => frame.readable(path) || rights?.writable(path) === true),
        ...sections.flatMap(({ name }) => partPurpose(catalogue, frame.entity, name) ?? []),
      ]),
    ],
    decode: () => undefined,
    labels: new DictionaryLabels(catalogue, frame.entity, readable),
    rowRights: new Map(),
    one: new Map(),
    many: new Map(),
  };
  const own = ownColumns(frame, shape, flags, columns);
  const related = included(frame, shape, include, columns);
  shape.decode = row => {
    const id = row[own.id];
    if (id === null || id === undefined) return undefined;
    const raw = own.read(row, id);
    for (const read of related) read(row, raw);
    return raw;
  };
  return shape;
}

function actsOf(entity: Entity, tuples: (action: string) => Tuple[]): Map<string, Tuple[]> {
  const acts = new Map<string, Tuple[]>();
  if (entity.closes) for (const act of PERIOD_ACTS) acts.set(act, tuples(`transition:${act}`));
  for (const act of SUBJECT_ACTS) {
    const held = tuples(act);
    if (held.length > 0) acts.set(act, held);
  }
  return acts;
}

function tupleOf(frame: Frame, grant: Grant, flags: Sql[]): Tuple {
  const rows = tupleRows(frame, grant);
  return { grant, holds: typeof rows === 'boolean' ? rows : flags.push(rows) - 1 };
}

interface OwnColumns {
  id: number;
  read(row: TextRow, id: string): RawRecord;
}

function ownColumns(frame: Frame, shape: RecordShape, flags: Sql[], columns: Columns): OwnColumns {
  const { entity, alias } = frame;
  const own = (name: string) => columns.add(column(alias, name));
  const id = own('id');
  const version = own('version');
  const fields = recordTree(frame, shape.readable, columns);
  const labels = [['', labelOf(frame)] as const, ...referenceLabels(frame, shape.readable)].map(
    ([path, label]) => ({ path, at: columns.add(label) }),
  );
  const person = entity.person ? columns.add(column(frame.person(), 'version')) : undefined;
  const personId = entity.person && frame.readable('person') ? columns.add(frame.personId()) : undefined;
  const absent = entity.builtin
    ? undefined
    : columns.add(sql`to_json(nullif(${column(alias, 'absent')}, '{}'))`);
  const sections = shape.sections.map(relation => ({
    name: relation.name,
    at: columns.add(hasRecords(frame, relation)),
  }));
  const held = flags.map(flag => columns.add(flag));
  const consents = shape.purposes.map(purpose => columns.add(frame.held(purpose)));
  const closedIn = closedRows(frame);
  const closed = closedIn && columns.add(closedIn);
  const text = (row: TextRow, at: number | undefined) =>
    at === undefined ? undefined : (row[at] ?? undefined);
  return {
    id,
    read(row, idText) {
      const raw: RawRecord = {
        id: entity.builtin ? Number(idText) : idText,
        v: Number(row[version]),
        f: fields.read(row),
      };
      const known: Record<string, string> = {};
      for (const { path, at } of labels) {
        const label = row[at];
        if (label !== null && label !== undefined) known[path] = label;
      }
      raw.l = known;
      const [pv, pid, a] = [text(row, person), text(row, personId), text(row, absent)];
      if (pv !== undefined) raw.pv = Number(pv);
      if (pid !== undefined) raw.pid = pid;
      if (a !== undefined) raw.a = JSON.parse(a);
      if (sections.length > 0)
        raw.s = sections.filter(({ at }) => isTrue(row[at] ?? '')).map(({ name }) => name);
      if (closed !== undefined && isTrue(row[closed] ?? '')) raw.c = true;
      if (consents.length > 0) raw.p = consents.map(at => isTrue(row[at] ?? ''));
      if (held.length > 0) raw.g = held.map(at => isTrue(row[at] ?? ''));
      return raw;
    },
  };
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

type Adds = (row: TextRow, raw: RawRecord) => void;

function included(frame: Frame, shape: RecordShape, include: readonly string[], columns: Columns): Adds[] {
  return [...includeTree(include)].map(([name, inner]) => {
    const relation = frame.entity.relations.get(name);
    if (!relation) throw fieldUnknown(name, '/include');
    return relation.kind === 'one'
      ? includeOne(frame, shape, relation, inner, columns)
      : includeMany(frame, shape, relation, inner, columns);
  });
}

function includeOne(
  frame: Frame,
  shape: RecordShape,
  relation: Relation,
  inner: string[],
  columns: Columns,
): Adds {
  if ((frame.entity.fields.has(relation.via) && !frame.readable(relation.via)) || !seen(frame, relation))
    throw fieldUnknown(relation.name, '/include');
  const built = shapeOf(frame.to(relation), inner, columns);
  shape.one.set(relation.name, built);
  return (row, raw) => {
    const one = built.decode(row);
    if (one === undefined) return;
    raw.r ??= {};
    raw.r[relation.name] = one;
  };
}

function includeMany(
  frame: Frame,
  shape: RecordShape,
  relation: Relation,
  inner: string[],
  columns: Columns,
): Adds {
  if (!manyAllowed(frame, relation)) throw fieldUnknown(relation.name, '/include');
  const { frame: many, conditions } = frame.many(relation);
  const within = new Columns();
  const built = shapeOf(many, inner, within);
  shape.many.set(relation.name, built);
  const temporal = many.entity.temporal && many.entity.fields.get(many.entity.temporal);
  const order = [...(temporal ? [many.stored(temporal)] : []), column(many.alias, 'id')];
  const rows = sql`select ${within.json()} as one ${many.fromClause()} where ${and(conditions)} order by ${sql.join(order)} limit ${sql.lit(MAX_INCLUDED)}`;
  const at = columns.add(sql`(select json_agg(each.one) from (${rows}) each)`);
  return (row, raw) => {
    const text = row[at];
    raw.m ??= {};
    raw.m[relation.name] =
      typeof text === 'string' ? (JSON.parse(text) as TextRow[]).flatMap(one => built.decode(one) ?? []) : [];
  };
}

const holds = (tuple: Tuple, raw: RawRecord): boolean =>
  typeof tuple.holds === 'number' ? raw.g?.[tuple.holds] === true : tuple.holds;

/** Do all tuples that open the kind for reading hold in every row of the scope? */
export const readsEveryRow = (shape: RecordShape): boolean =>
  shape.read.length > 0 && shape.read.every(tuple => tuple.holds === true);

/** Fields of the card that the actor may read in this very row. */
export const readableHere = (shape: RecordShape, raw: RawRecord): string[] => rightsHere(shape, raw).readable;

/** Fields that the tuples open in this very row, with or without a consent. */
export const grantedHere = (shape: RecordShape, raw: RawRecord): string[] => rightsHere(shape, raw).granted;

export const blockedPurposes = (shape: RecordShape, raw: RawRecord): Set<string> =>
  new Set(shape.purposes.filter((_, index) => raw.p?.[index] !== true));

/** The same for a card that is open in every row, from its consents as stored. */
export function readableWith(shape: RecordShape, stored: { consents?: Consents }, today: string): string[] {
  const blocked = new Set(shape.purposes.filter(purpose => !isHeld(stored.consents, purpose, today)));
  return shape.readable.filter(path => !isBlocked(shape.entity, path, blocked));
}

/** Fields that the actor may set in this very row. */
export const writableHere = (shape: RecordShape, raw: RawRecord): string[] => rightsHere(shape, raw).writable;

/** Child cards that the reader counts in some rows. */
export const sectionsOf = (shape: RecordShape): string[] => shape.sections.map(relation => relation.name);

/** Child cards that the reader counts in this very row. */
export const sectionsHere = (shape: RecordShape, raw: RawRecord): string[] => rightsHere(shape, raw).sections;

function rightsHere(shape: RecordShape, raw: RawRecord): RowRights {
  const key = `${flagsKey(raw.g)}|${flagsKey(raw.p)}`;
  let known = shape.rowRights.get(key);
  if (known === undefined) {
    known = findRightsHere(shape, raw);
    if (shape.rowRights.size < MAX_ROW_RIGHTS) shape.rowRights.set(key, known);
  }
  return known;
}

const flagsKey = (flags: readonly (boolean | null)[] = []): string =>
  flags.map(held => (held ? '1' : '0')).join('');

function findRightsHere(shape: RecordShape, raw: RawRecord): RowRights {
  const { entity } = shape;
  const reading = shape.read.filter(tuple => holds(tuple, raw));
  const granted =
    reading.length === shape.read.length
      ? shape.readable
      : shape.readable.filter(path => reading.some(({ grant }) => tupleReads(entity, grant, path)));
  const blocked = blockedPurposes(shape, raw);
  const open = (path: string) => !isBlocked(entity, path, blocked);
  const readable = blocked.size === 0 ? granted : granted.filter(open);
  const setting = (tuples: readonly Tuple[], paths: Iterable<string>) => {
    const here = tuples.filter(tuple => holds(tuple, raw));
    return here.length === 0
      ? []
      : [...paths].filter(path => open(path) && here.some(({ grant }) => tupleWrites(entity, grant, path)));
  };
  const names = sectionsOf(shape).filter(
    name => !blocked.has(partPurpose(shape.catalogue, entity, name) ?? ''),
  );
  const sections = names.filter(name => reading.some(({ grant }) => tupleReads(entity, grant, name)));
  const writable = setting(shape.update, entity.fields.keys());
  return {
    granted,
    readable,
    sections,
    markable: setting(shape.update, names),
    blocked: blockedPaths(entity, granted, blocked),
    writable,
    requestable: setting(shape.request, readable).filter(path => !writable.includes(path)),
    delete: shape.delete.some(tuple => holds(tuple, raw)),
    acts: [...shape.acts].flatMap(([act, tuples]) => (tuples.some(one => holds(one, raw)) ? [act] : [])),
    counted: [...readable.filter(path => entity.fields.get(path)?.counts), ...sections].map(path => ({
      path,
      names: path.split('.'),
    })),
  };
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

/** Fields that the actor may propose to change in this very row. */
export const requestableHere = (shape: RecordShape, raw: RawRecord): string[] =>
  rightsHere(shape, raw).requestable;

export const versionOf = (raw: Pick<RawRecord, 'v' | 'pv'>): string =>
  raw.pv === undefined ? String(raw.v) : `${raw.v}-${raw.pv}`;

export function answerOf(shape: RecordShape, raw: RawRecord): RecordAnswer {
  const {
    readable,
    sections,
    blocked,
    requestable,
    counted,
    acts,
    delete: removable,
    ...may
  } = rightsHere(shape, raw);
  const write = [...may.writable, ...may.markable];
  const fields = raw.f;
  const answer: RecordAnswer = {
    ...fields,
    id: String(raw.id),
    version: versionOf(raw),
    allowed: {
      update: write.length > 0,
      delete: removable,
      write,
      ...(acts.length > 0 ? { acts } : {}),
      ...(raw.c ? { period: 'closed' as const } : {}),
      ...(requestable.length > 0 ? { request: requestable } : {}),
    },
    labels: shape.labels.add({ ...raw.l }, fields),
  };
  if (raw.pid !== undefined) answer.person = { ...(fields.person as object), id: raw.pid };
  const absent = raw.a?.filter(path => readable.includes(path) || sections.includes(path)) ?? [];
  if (absent.length > 0) answer.absent = absent;
  if (blocked) answer.blocked = blocked;
  if (counted.length > 0) {
    let filled = 0;
    for (const { path, names } of counted)
      if (valueAlong(fields, names) !== undefined || raw.a?.includes(path) || raw.s?.includes(path))
        filled += 1;
    answer.completeness = { filled, total: counted.length };
  }
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
