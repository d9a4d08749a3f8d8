/**
 * A card in hand for a change: one statement reads all of it, with the captions that the answer shows. If the change
 * touches nothing on which they depend, the answer follows from what was read and what was written, and the card need
 * not be read again. Nor is it locked: it is written only if it still has the version that was read.
 *
 * Only where every right on the card holds in every row of the scope: what depends on the row is read as it is
 * afterwards.
 */
import type { Actor } from '../access/actor.ts';
import { isGated } from '../catalogue/consents.ts';
import { labelParts } from '../catalogue/labels.ts';
import { hasPeriod } from '../catalogue/period.ts';
import type { Catalogue, Entity, FieldKind } from '../catalogue/types.ts';
import { Columns, recordTree, type TextRow, type TreeReader } from '../query/columns.ts';
import { anyOrganisation } from '../query/row-scope.ts';
import { ScopedQuery } from '../query/scoped-query.ts';
import { actorSlots, bind, column, compile, type Plan, slot, sql } from '../query/sql.ts';
import { type Consents, OPEN_END } from './consents.ts';
import { asText, type Tx } from './database.ts';
import { setAt, valueAt } from './labels.ts';
import type { OpenedRecord, OpenPlan } from './read.ts';
import {
  blockedPurposes,
  type RawRecord,
  type RecordShape,
  readableHere,
  readsEveryRow,
  sectionsHere,
  shapeOf,
} from './record-shape.ts';
import { type Body, isBody } from './save-parse.ts';
import type { StoredCard } from './stored.ts';

interface HeldPlan {
  plan: Plan;
  /** Reads the card as it would be opened; the columns are those of this statement. */
  shape: RecordShape;
  /** All fields; undefined where the actor may read them all, so that the stored card is the seen one. */
  hidden: TreeReader | undefined;
  organisation: number | undefined;
  person: number | undefined;
}

export interface HeldCard {
  stored: StoredCard;
  /** The card as it would be opened. */
  raw: RawRecord;
  seen: ReadonlySet<string>;
  shape: RecordShape;
  /** The actor may read everything. */
  whole: boolean;
}

/** What a save has done to the card in hand. */
export interface Written {
  version: number;
  changed: ReadonlyMap<string, unknown>;
  fields: Record<string, unknown>;
  absent: readonly string[];
}

const plans = new WeakMap<OpenPlan, HeldPlan | null>();

/** Null where rights depend on the row. */
function planOf(catalogue: Catalogue, actor: Actor, open: OpenPlan): HeldPlan | null {
  const known = plans.get(open);
  if (known !== undefined) return known;
  const { shape } = open;
  const tuples = [...shape.update, ...shape.delete, ...shape.request, ...[...shape.acts.values()].flat()];
  // Whether the period of a card is closed, the change may decide.
  const always =
    readsEveryRow(shape) &&
    !hasPeriod(shape.entity) &&
    tuples.every(({ holds }) => typeof holds === 'boolean');
  const plan = always ? compileHeld(catalogue, actor, shape.entity) : null;
  plans.set(open, plan);
  return plan;
}

function compileHeld(catalogue: Catalogue, actor: Actor, entity: Entity): HeldPlan {
  const query = new ScopedQuery(catalogue, actor, entity.id);
  const { frame } = query;
  const columns = new Columns();
  const shape = shapeOf(frame, [], columns);
  // What is shut for want of a consent is stored all the same.
  const whole = shape.readable.length === entity.fields.size && shape.purposes.length === 0;
  const plan: Omit<HeldPlan, 'plan'> = {
    shape,
    hidden: whole ? undefined : recordTree(frame.trustedView(), [...entity.fields.keys()], columns),
    organisation: frame.tenant ? columns.add(column('t', 'organisation_id')) : undefined,
    person: entity.person ? columns.add(column('t', 'person_id')) : undefined,
  };
  query.condition(sql`${column('t', 'id')} = ${slot('id', 'uuid')}`);
  const probes = actor.everywhere ? anyOrganisation(frame) : undefined;
  if (probes) query.condition(probes);
  return { ...plan, plan: compile(sql`select ${columns.list()} ${query.tail()}`) };
}

/** The card has changed since it was read: the save is made again with a lock. */
export class Overtaken extends Error {}

/** Undefined where rights depend on the row, or the card is not in the actor's scope. */
export async function holdCard(
  tx: Tx,
  catalogue: Catalogue,
  actor: Actor,
  open: OpenPlan,
  id: string,
): Promise<HeldCard | undefined> {
  const held = planOf(catalogue, actor, open);
  if (!held) return undefined;
  const [row] = await tx.query<TextRow>(asText(bind(held.plan, { ...actorSlots(actor), id })));
  const raw = row && held.shape.decode(row);
  if (!row || !raw) return undefined;
  const stored: StoredCard = {
    id,
    organisationId: held.organisation === undefined ? null : Number(row[held.organisation]),
    version: raw.v,
    personId: held.person === undefined ? null : (row[held.person] ?? null),
    personVersion: raw.pv ?? null,
    fields: held.hidden === undefined ? raw.f : held.hidden.read(row),
    absent: raw.a ?? [],
    ...(held.shape.purposes.length > 0 ? { consents: consentsIn(held.shape, raw) } : {}),
  };
  const { shape } = held;
  const seen = new Set([...readableHere(shape, raw), ...sectionsHere(shape, raw)]);
  return { stored, raw, seen, shape, whole: held.hidden === undefined };
}

/** What is consented to today, as far as the shape asks for it. */
const consentsIn = (shape: RecordShape, raw: RawRecord): Consents => {
  const blocked = blockedPurposes(shape, raw);
  return Object.fromEntries(
    shape.purposes.flatMap(purpose => (blocked.has(purpose) ? [] : [[purpose, OPEN_END]])),
  );
};

/** Kinds whose values are stored as they were checked, and in which no caption of PostgreSQL's making is shown. */
const PLAIN: ReadonlySet<FieldKind> = new Set([
  'text',
  'boolean',
  'date',
  'integer',
  'dictionary',
  'dictionaries',
  'texts',
]);

/** Does a change of the field change nothing else that is shown? */
function isPlain(entity: Entity, path: string): boolean {
  const field = entity.fields.get(path);
  if (field?.owner !== 'record' || field.custom || !PLAIN.has(field.kind)) return false;
  return !captionPaths(entity).some(one => one === path || path.startsWith(`${one}.`));
}

/**
 * Does the body name such fields alone? Then the card need not be locked before its change is known. A field held by
 * consent asks for the lock: who withdraws the consent takes it too, and leaves the version as it is.
 */
export function isPlainPatch(entity: Entity, sent: Body): boolean {
  if (entity.maintains.length > 0 || entity.consent) return false;
  const free = (path: string): boolean => {
    const field = entity.fields.get(path);
    return field !== undefined && !isGated(field) && isPlain(entity, path);
  };
  const plain = (path: string, value: unknown): boolean => {
    if (entity.fields.has(path)) return free(path);
    if (isBody(value)) return Object.entries(value).every(([name, one]) => plain(`${path}.${name}`, one));
    return [...entity.fields.keys()].filter(one => one.startsWith(`${path}.`)).every(free);
  };
  return Object.entries(sent).every(
    ([name, value]) => name === 'absent' || (!entity.relations.has(name) && plain(name, value)),
  );
}

/** The card after the save, or undefined where it must be read for that. */
export function heldAfter(held: HeldCard, written: Written | undefined): OpenedRecord | undefined {
  const { shape } = held;
  const { entity } = shape;
  if (!written) return { shape, raw: held.raw };
  if (![...written.changed.keys()].every(path => isPlain(entity, path))) return undefined;
  const { a: _, ...raw } = held.raw;
  const fields = visible(held, written.fields);
  const absent = written.absent.length > 0 ? { a: [...written.absent] } : {};
  return { shape, raw: { ...raw, v: written.version, f: fields, ...absent } };
}

function visible(held: HeldCard, fields: Record<string, unknown>): Record<string, unknown> {
  if (held.whole) return fields;
  const seen: Record<string, unknown> = {};
  for (const path of readableHere(held.shape, held.raw)) {
    const value = valueAt(fields, path);
    if (value !== undefined) setAt(seen, path, value);
  }
  return seen;
}

const captionsOf = new WeakMap<Entity, string[]>();

/** Fields from which the card's own caption is made. */
function captionPaths(entity: Entity): string[] {
  const known = captionsOf.get(entity);
  if (known) return known;
  const paths = labelParts(entity).flatMap(part => ('path' in part ? [part.path] : []));
  captionsOf.set(entity, paths);
  return paths;
}
