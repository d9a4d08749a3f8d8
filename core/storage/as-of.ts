/**
 * One card as it was recorded at a moment: what has been written since is undone, newest first, from the card as
 * it is now. Works for cards whose beginning is in no history (bulk loading), and reads only what came later.
 *
 * The reader's present rights decide: which cards there are, which rows and which fields. Whether a field was
 * marked «нет» stands in no history, so marks and completeness are not answered for the past.
 */
import type { Actor } from '../access/actor.ts';
import { labelParts } from '../catalogue/labels.ts';
import type { Catalogue, Entity } from '../catalogue/types.ts';
import { badRequest, notFound } from '../problems.ts';
import type { Tx } from './database.ts';
import type { JsonValue, RecordAnswer } from './gateway.types.ts';
import { captionOfValue, pruneEmpty, setAt, valueAt } from './labels.ts';
import { type Identity, PERSON_COLUMNS } from './person.ts';
import type { OpenedRecord } from './read.ts';
import { labelsOf } from './record-labels.ts';
import { answerOf, type RawRecord, readableHere } from './record-shape.ts';

/** A whole day counts to its end in the time zone of the installation. */
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})$/;
const isRealDay = (day: string) =>
  !Number.isNaN(Date.parse(`${day}T00:00:00Z`)) && new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);

/** Changes undone for one card; more than this is refused rather than answered in part. */
const MAX_UNDONE = 5_000;

interface Undone {
  entity: string;
  version: number;
  action: string;
  fields: Record<string, { from?: JsonValue; to?: JsonValue }>;
}

/** In the order of writing, not of the clock: everything after the last change up to the moment. */
const UNDONE = `with moment as (select case when $4::text is null then $1::timestamptz
    else (($1::date + 1)::timestamp at time zone $4) - interval '1 microsecond' end as at),
  last as (select entity, max(id) as id from change, moment
    where ((record_id = $2 and entity = $3) or (record_id = $5 and entity = 'person')) and change.at <= moment.at
    group by entity)
  select c.entity, c.version, c.action, c.fields from change c left join last on last.entity = c.entity
   where ((c.record_id = $2 and c.entity = $3) or (c.record_id = $5 and c.entity = 'person'))
     and c.id > coalesce(last.id, 0)
   order by c.id desc limit ${MAX_UNDONE + 1}`;

const LATER = (table: string) => `select created_at > (case when $2::text is null then $1::timestamptz
    else (($1::date + 1)::timestamp at time zone $2) - interval '1 microsecond' end) as later,
  exists (select 1 from change where record_id = $3 and entity = $4 and action = 'create') as known
  from "${table}" where id = $3`;

export interface Moment {
  /** ISO day or instant with a zone. */
  at: string;
  /** IANA name; decides when a day ends. */
  timeZone: string;
}

/** @throws ASOF_INVALID (400) unless it is a day or an instant of the calendar */
export function checkMoment({ at }: Moment): void {
  const real =
    isRealDay(at.slice(0, 10)) && (DAY.test(at) || (INSTANT.test(at) && !Number.isNaN(Date.parse(at))));
  if (!real || at < '1900' || at > '2151')
    throw badRequest('ASOF_INVALID', 'asOf: день (2026-09-01) или момент (2026-09-01T08:00:00Z)', [
      { path: '/asOf', code: 'FORMAT', message: 'Ожидается день или момент' },
    ]);
}

/**
 * @param opened  the card as it is, read before in the actor's scope, without includes
 * @throws NOT_FOUND for a moment before the card was made
 */
export async function asOf(
  tx: Tx,
  catalogue: Catalogue,
  actor: Actor,
  opened: OpenedRecord,
  moment: Moment,
): Promise<RecordAnswer> {
  const { shape, raw } = opened;
  const { entity } = shape;
  const zone = DAY.test(moment.at) ? moment.timeZone : null;
  const other = await entryThen(tx, raw, moment.at, zone);
  const changes = await undoneSince(tx, opened, moment.at, zone, other?.dropped);
  if (await isLater(tx, entity, raw, moment.at, zone, changes)) throw notFound();
  const past: RawRecord = { ...raw, f: structuredClone(raw.f), l: {} };
  const readable = new Set(readableHere(shape, raw));
  if (other)
    for (const name of Object.keys(PERSON_COLUMNS))
      if (readable.has(`person.${name}`)) setAt(past.f, `person.${name}`, other.before.drop[name] ?? null);
  for (const change of changes) {
    for (const [path, { from }] of Object.entries(change.fields))
      if (readable.has(path)) setAt(past.f, path, from ?? null);
    if (change.entity === 'person') past.pv = change.version - 1;
    else past.v = change.version - 1;
  }
  const labels = await labelsThen(
    tx,
    catalogue,
    actor,
    entity,
    past,
    raw,
    readable,
    other !== undefined || changes.length > 0,
  );
  const answer = answerOf(shape, { ...past, f: pruneEmpty(past.f), l: labels });
  const { absent: _, completeness: __, ...rest } = answer;
  return { ...rest, allowed: { update: false, delete: false, write: [] } };
}

const THEN = `select dropped, before from person_merge,
    (select case when $3::text is null then $1::timestamptz
      else (($1::date + 1)::timestamp at time zone $3) - interval '1 microsecond' end as at) moment
  where undone_at is null and person_merge.at > moment.at
    and facets @> jsonb_build_array(jsonb_build_object('record_id', $2::text))
  order by person_merge.at limit 1`;

/** The card stood for another entry of the person then, which has been joined to this one since. */
async function entryThen(
  tx: Tx,
  raw: RawRecord,
  at: string,
  zone: string | null,
): Promise<{ dropped: string; before: { drop: Identity } } | undefined> {
  if (raw.pid === undefined) return undefined;
  const [entry] = await tx.query<{ dropped: string; before: { drop: Identity } }>({
    text: THEN,
    values: [at, raw.id, zone],
  });
  return entry;
}

/** Changes that were written after the card had been read do not concern it: they are left out. */
async function undoneSince(
  tx: Tx,
  { shape, raw }: OpenedRecord,
  at: string,
  zone: string | null,
  /** Whose identity is meant where it is not that of the person as they stand now. */
  personId: string | undefined,
): Promise<Undone[]> {
  const rows = await tx.query<Undone>({
    text: UNDONE,
    values: [at, raw.id, shape.entity.id, zone, personId ?? raw.pid ?? null],
  });
  if (rows.length > MAX_UNDONE)
    throw badRequest('ASOF_INVALID', `asOf: с тех пор записано больше ${MAX_UNDONE} изменений`);
  return rows.filter(row =>
    personId !== undefined && row.entity === 'person'
      ? true
      : row.version <= (row.entity === 'person' ? (raw.pv ?? 0) : raw.v),
  );
}

async function isLater(
  tx: Tx,
  entity: Entity,
  raw: RawRecord,
  at: string,
  zone: string | null,
  changes: readonly Undone[],
): Promise<boolean> {
  if (changes.some(change => change.entity === entity.id && change.action === 'create')) return true;
  const [made] = await tx.query<{ later: boolean; known: boolean }>({
    text: LATER(entity.table),
    values: [at, zone, raw.id, entity.id],
  });
  // Where the making stands in the history, its place there counts and not the clock.
  return made === undefined || (made.later && !made.known);
}

/** Captions of the references of that time, and of the card itself from its own template. */
async function labelsThen(
  tx: Tx,
  catalogue: Catalogue,
  actor: Actor,
  entity: Entity,
  past: RawRecord,
  now: RawRecord,
  readable: ReadonlySet<string>,
  changed: boolean,
): Promise<Record<string, string>> {
  const labels: Record<string, string> = {};
  if (!changed) return { ...now.l };
  for (const path of readable) {
    const field = entity.fields.get(path);
    const value = valueAt(past.f, path);
    if (field?.kind !== 'ref' || !field.ref || value === undefined || value === null) continue;
    const same = value === valueAt(now.f, path);
    const label = same
      ? now.l?.[path]
      : (await labelsOf(tx, catalogue, actor, field.ref, [String(value)])).get(String(value));
    if (label) labels[path] = label;
  }
  const own = ownLabel(catalogue, entity, past, labels);
  if (own !== '') labels[''] = own;
  return labels;
}

function ownLabel(
  catalogue: Catalogue,
  entity: Entity,
  past: RawRecord,
  labels: Readonly<Record<string, string>>,
): string {
  const shown = (path: string): string => {
    if (path === 'person')
      return ['lastName', 'firstName', 'middleName']
        .map(name => shown(`person.${name}`))
        .filter(Boolean)
        .join(' ');
    const field = entity.fields.get(path);
    const value = valueAt(past.f, path);
    if (field === undefined || value === undefined || value === null) return '';
    if (field.kind === 'date') return String(value).split('-').reverse().join('.');
    return labels[path] ?? captionOfValue(catalogue, field, value) ?? String(value);
  };
  return labelParts(entity)
    .map(part => ('text' in part ? part.text : shown(part.path)))
    .join('')
    .trim();
}
