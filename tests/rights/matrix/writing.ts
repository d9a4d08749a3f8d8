/** Routes that write: adding, changing, deleting; of each class a field that is open, read-only, closed. */
import type { Entity, Field } from '../../../core/catalogue/types.ts';
import type { TestAnswer } from '../../support/app.ts';
import type { Row, Value } from '../world.ts';
import {
  type Asking,
  classesOf,
  fieldsOf,
  isOff,
  mark,
  NOBODY,
  oracleOf,
  refusalOf,
  writes,
} from './asking.ts';
import { codeOf } from './probe.ts';
import type { Place } from './region.ts';

/** Another value than the stored one that the field can hold; undefined for kinds that need more than a guess. */
export function another(asking: Asking, field: Field, row: Row | undefined): unknown {
  const now = row?.values.get(field.path) ?? null;
  if (field.dictionary && field.kind === 'dictionary') {
    const items = asking.region.world.catalogue.dictionaries.get(field.dictionary)?.items ?? [];
    return items.find(item => item.code !== now)?.code;
  }
  if (field.kind === 'boolean') return now !== true;
  if (field.kind === 'text' && field.format === undefined) return 'Проба';
  if (field.kind === 'date') return now === '2020-01-15' ? '2020-01-16' : '2020-01-15';
  if (field.kind === 'integer' || field.kind === 'decimal') return now === 7 ? 8 : 7;
  return undefined;
}

export function nested(path: string, value: unknown): Record<string, unknown> {
  return path
    .split('.')
    .reverse()
    .reduce((inner, name) => ({ [name]: inner }), value as object) as Record<string, unknown>;
}

/** Of each class: a field that may be set, one that may only be read, one that is closed. */
export function triedFields(asking: Asking, action: string): Field[] {
  const known = (field: Field) => oracleOf(asking).known(asking.entity.id, field.path);
  const usable = fieldsOf(asking.entity).filter(field => another(asking, field, undefined) !== undefined);
  return classesOf(asking.entity).flatMap(cls => {
    const of = usable.filter(field => field.class === cls);
    const settable = (field: Field) => !field.computed && writes(asking, field, action);
    return [
      of.find(settable),
      of.find(field => known(field) && !settable(field)),
      of.find(field => !known(field) && !settable(field)),
    ].filter(field => field !== undefined);
  });
}

const onePerClass = (fields: readonly Field[]): Field[] =>
  fields.filter((field, index) => fields.findIndex(one => one.class === field.class) === index);

/** Code of the problem at the field itself. */
const placeCode = (answer: TestAnswer<unknown>, path: string): string | undefined =>
  (answer.body as { errors?: { path: string; code: string }[] } | undefined)?.errors?.find(
    error => error.path === `/${path.replaceAll('.', '/')}`,
  )?.code;

/** What the one sent field must be answered, apart from the record itself. */
function expectedOf(asking: Asking, field: Field, action: string): string | undefined {
  const known = oracleOf(asking).known(asking.entity.id, field.path);
  const anywhere = ['create', 'update'].some(one => !field.computed && writes(asking, field, one));
  if (!known && !anywhere) return 'FIELD_UNKNOWN';
  if (field.computed) return 'COMPUTED';
  return writes(asking, field, action) ? undefined : 'READONLY';
}

const RIGHTS = ['FIELD_UNKNOWN', 'READONLY', 'COMPUTED', 'FORBIDDEN'];

export async function create(asking: Asking): Promise<void> {
  const { who, entity, tally } = asking;
  const where = mark(asking, 'POST /api/records/:entity', '-');
  const url = `/api/records/${entity.id}`;
  const may = oracleOf(asking).tuples(entity.id, 'create').length > 0;
  if (isOff(asking)) return tally.check(where, codeOf(await who.client.post(url, {})), '404 NOT_FOUND');
  if (!may) return tally.check(where, codeOf(await who.client.post(url, {})), '403 FORBIDDEN');
  for (const field of triedFields(asking, 'create')) {
    const got = await who.client.post(url, nested(field.path, another(asking, field, undefined)));
    const expected = expectedOf(asking, field, 'create');
    const code = placeCode(got, field.path);
    const at = `${where} | ${field.class} ${field.path} ${codeOf(got)}`;
    if (got.status < 300) await asking.region.reread(entity);
    if (codeOf(got) === '409 SINGLE_EXISTS') continue;
    if (expected) tally.check(at, code, expected);
    else tally.check(at, RIGHTS.includes(code ?? '') || got.status === 403, false);
  }
}

async function versionOf({ region, entity }: Asking, row: Row): Promise<string> {
  const [now] = await region.app.db.owner<{ version: number; person?: number }>(
    entity.person
      ? `select t.version, p.version as person from "${entity.table}" t join person p on p.id = t.person_id where t.id = $1`
      : `select version from "${entity.table}" where id = $1`,
    [row.id],
  );
  return now?.person === undefined ? String(now?.version ?? 0) : `${now.version}-${now.person}`;
}

export async function patch(asking: Asking, place: Place, row: Row | undefined): Promise<void> {
  const { who, entity, tally } = asking;
  const where = mark(asking, 'PATCH /api/records/:entity/:id', place);
  const url = `/api/records/${entity.id}/${row?.id ?? NOBODY}`;
  const oracle = oracleOf(asking);
  const updates = oracle.tuples(entity.id, 'update').length > 0;
  const refusal = refusalOf(asking, row);
  const tried = triedFields(asking, 'update');
  // A refusal of the whole card is the same for every field of a class.
  for (const field of refusal || !updates ? onePerClass(tried) : tried) {
    const at = `${where} | ${field.class} ${field.path}`;
    const version = row ? await versionOf(asking, row) : '1';
    const body = nested(field.path, another(asking, field, row));
    const got = await who.client.patch(url, body, version);
    if (refusal) tally.check(at, codeOf(got), refusal);
    else if (!updates) tally.check(at, codeOf(got), '403 FORBIDDEN');
    else if (row) await checkPatched(asking, at, field, row, got);
  }
}

/** What stops whoever may do it with other cards: the closed year if only that, else the right. */
const refusedHere = (asking: Asking, row: Row, action: string): string =>
  oracleOf(asking).heldInAnyPeriod(asking.entity.id, row, action).length > 0
    ? '409 PERIOD_CLOSED'
    : '403 FORBIDDEN';

async function checkPatched(
  asking: Asking,
  at: string,
  field: Field,
  row: Row,
  got: TestAnswer<unknown>,
): Promise<void> {
  const { tally } = asking;
  const expected = expectedOf(asking, field, 'update');
  const code = placeCode(got, field.path);
  if (expected) {
    tally.check(`${at} ${codeOf(got)}`, code, expected);
    return;
  }
  if (!writes(asking, field, 'update', row)) {
    tally.checkOneOf(at, codeOf(got), [refusedHere(asking, row, 'update'), '422 INVALID']);
    return;
  }
  if (leaves(asking, field, row)) {
    tally.checkOneOf(at, codeOf(got), ['403 FORBIDDEN', '422 INVALID']);
    return;
  }
  // The value is a guess: the card's own rules may refuse it, the rights may not.
  tally.checkOneOf(at, codeOf(got), ['200', '422 INVALID', '409 PERSON_SHARED', '409 DUPLICATE']);
  tally.check(at, RIGHTS.includes(code ?? ''), false);
  if (got.status === 200) await remember(asking, field, row);
}

/** A card is not to be changed out of the rows of the right: nobody could put it back. */
function leaves(asking: Asking, field: Field, row: Row): boolean {
  const changed = {
    ...row,
    values: new Map(row.values).set(field.path, another(asking, field, row) as Value),
  };
  return oracleOf(asking).heldInAnyPeriod(asking.entity.id, changed, 'update').length === 0;
}

/** Keeps the world as the database is now; a person stands in several cards, and fields kept on others follow. */
async function remember(asking: Asking, field: Field, row: Row): Promise<void> {
  const value = another(asking, field, row);
  const cards = [...asking.region.world.rows.values()].flatMap(rows => [...rows.values()]);
  const same = field.owner === 'person' ? cards.filter(one => one.personId === row.personId) : [row];
  for (const one of same)
    if (one.values.has(field.path)) (one.values as Map<string, unknown>).set(field.path, value);
  const { entity, region } = asking;
  const kept = new Set(entity.maintains.map(({ through }) => entity.fields.get(through)?.ref ?? ''));
  for (const id of kept) await region.reread(region.world.catalogue.entities.get(id) as Entity);
  region.changed();
}

export async function remove(asking: Asking, place: Place, row: Row | undefined): Promise<void> {
  const { who, entity, tally } = asking;
  const where = mark(asking, 'DELETE /api/records/:entity/:id', place);
  const url = `/api/records/${entity.id}/${row?.id ?? NOBODY}`;
  const refusal = refusalOf(asking, row);
  const may = row !== undefined && oracleOf(asking).holding(entity.id, row, 'delete').length > 0;
  // Who may delete is stopped by an old version: the region stays as it is.
  const version = row && !may ? await versionOf(asking, row) : '0';
  const got = await who.client.delete(url, version);
  tally.check(
    where,
    codeOf(got),
    refusal ?? (may || !row ? '412 STALE' : refusedHere(asking, row, 'delete')),
  );
}

/** Closing a year: a right of its own on the few cards that can be closed. An old version stops who holds it. */
export async function transition(asking: Asking, place: Place, row: Row | undefined): Promise<void> {
  const { who, entity, tally } = asking;
  const where = mark(asking, 'POST /api/records/:entity/:id/transitions/:name', place);
  const url = `/api/records/${entity.id}/${row?.id ?? NOBODY}/transitions/close`;
  const got = await who.client.post(url, {}, { headers: { 'if-match': '"0"' } });
  const holds = oracleOf(asking).tuples(entity.id, 'transition:close').length > 0;
  const refusal = refusalOf(asking, row);
  if (entity.builtin || isOff(asking)) tally.check(where, codeOf(got), refusal);
  else if (!entity.closes) tally.check(where, codeOf(got), '404 NOT_FOUND');
  else tally.check(where, codeOf(got), holds ? (refusal ?? '412 STALE') : '403 FORBIDDEN');
}
