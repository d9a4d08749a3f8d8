/** Routes of cards: every role x card x own or foreign organisation x class of fields, expected from the grants. */
import type { Entity, Field, FieldClass } from '../../../core/catalogue/types.ts';
import { valueAt } from '../../../core/storage/labels.ts';
import type { TestAnswer } from '../../support/app.ts';
import type { Row } from '../world.ts';
import type { Place, Region, Who } from './region.ts';
import type { Tally } from './tally.ts';

export const cardRoutes = [
  'GET /api/entities/:entity',
  'GET /api/records/:entity',
  'POST /api/records/:entity/query',
  'GET /api/records/:entity/:id',
  'GET /api/records/:entity/:id/history',
  'POST /api/records/:entity',
  'PATCH /api/records/:entity/:id',
  'DELETE /api/records/:entity/:id',
  'POST /api/records/:entity/export',
  'GET /api/records/:entity/export',
  'POST /api/report-runs',
  'GET /api/records/:entity/:id/files',
  'POST /api/records/:entity/:id/files',
  'GET /api/records/:entity/:id/files/:file',
  'DELETE /api/records/:entity/:id/files/:file',
] as const;
/** A new card stands in the actor's own organisation, and a description in none. */
const placeless = new Set<string>(['GET /api/entities/:entity', 'POST /api/records/:entity']);

export const classesOf = (entity: Entity): FieldClass[] => [
  ...new Set([...entity.fields.values()].map(field => field.class)),
];

/** Every cell that must have been tried. */
export function cellsOfCards(region: Region): string[] {
  const entities = [...region.world.catalogue.entities.values()];
  return region.people.flatMap(who =>
    entities.flatMap(entity =>
      cardRoutes.flatMap(route =>
        (placeless.has(route) ? ['-'] : region.places(who)).flatMap(place =>
          classesOf(entity).map(cls => [route, who.role, entity.id, place, cls].join(' | ')),
        ),
      ),
    ),
  );
}

interface Asking {
  region: Region;
  tally: Tally;
  who: Who;
  entity: Entity;
  samples: { place: Place; row: Row | undefined }[];
}

/** What is sent for a record of a place that has none: an id that nobody has. */
const NOBODY = '00000000-0000-7000-8000-00000000dead';

export async function askAboutCards(region: Region, tally: Tally, who: Who, entity: Entity): Promise<void> {
  const samples = region.places(who).map(place => ({ place, row: region.sample(who, entity, place) }));
  const asking: Asking = { region, tally, who, entity, samples };
  await describe(asking);
  for (const sample of samples) {
    await open(asking, sample.place, sample.row);
    await history(asking, sample.place, sample.row);
    await files(asking, sample.place, sample.row);
  }
  await lists(asking);
  await exportsAndReports(asking);
  await create(asking);
  for (const sample of samples) {
    await patch(asking, sample.place, sample.row);
    await remove(asking, sample.place, sample.row);
  }
}

const codeOf = (answer: TestAnswer<unknown>): string =>
  `${answer.status} ${(answer.body as { code?: string } | undefined)?.code ?? ''}`.trim();

const isOff = ({ region, who, entity }: Asking) => !region.isOn(who, entity);
const oracleOf = ({ region, who }: Asking, action?: string) => region.oracle(who, action);

function mark({ tally, who, entity }: Asking, route: string, place: string): string {
  for (const cls of classesOf(entity)) tally.cell(route, who.role, entity.id, place, cls);
  return `${route} | ${who.role} | ${entity.id} | ${place}`;
}

const fieldsOf = (entity: Entity): Field[] => [...entity.fields.values()];

/** Fields of each class that are closed to the role in every row: one of each class is asked for. */
function closedOf(asking: Asking, action = 'read'): Field[] {
  const oracle = oracleOf(asking, action);
  const closed = fieldsOf(asking.entity).filter(field => !oracle.known(asking.entity.id, field.path));
  return classesOf(asking.entity).flatMap(cls => closed.find(field => field.class === cls) ?? []);
}

async function describe(asking: Asking): Promise<void> {
  const { who, entity, tally } = asking;
  const where = mark(asking, 'GET /api/entities/:entity', '-');
  const oracle = oracleOf(asking);
  const got = await who.client.get<{ columns: { path: string }[]; schema: { properties: object } }>(
    `/api/entities/${entity.id}`,
  );
  const offered =
    entity.builtin || ['read', 'create'].some(action => oracle.tuples(entity.id, action).length > 0);
  if (isOff(asking)) return tally.check(where, codeOf(got), '404 NOT_FOUND');
  if (!offered) return tally.check(where, codeOf(got), '403 FORBIDDEN');
  tally.check(where, codeOf(got), '200');
  const shown = (path: string) =>
    valueAt(got.body.schema, `properties.${path.replaceAll('.', '.properties.')}`) !== undefined ||
    got.body.columns.some(column => column.path === path);
  const create = entity.builtin ? undefined : region(asking, 'create');
  for (const field of fieldsOf(entity)) {
    const open = oracle.known(entity.id, field.path) || create?.known(entity.id, field.path) === true;
    if (!open && shown(field.path))
      tally.check(`${where} | ${field.class} ${field.path}`, 'shown', 'not shown');
  }
}

const region = (asking: Asking, action: string) => asking.region.oracle(asking.who, action);

/** The refusal of anything about one record, or undefined where it is seen. */
function refusalOf(asking: Asking, row: Row | undefined): string | undefined {
  const { entity } = asking;
  // The directory of organisations has numbers for ids: it is listed and has no cards of its own.
  if (entity.builtin) return '400 QUERY_INVALID';
  const oracle = oracleOf(asking);
  if (isOff(asking)) return '404 NOT_FOUND';
  if (!oracle.may(entity.id)) return '403 FORBIDDEN';
  return row && oracle.sees(entity.id, row) ? undefined : '404 NOT_FOUND';
}

const visible = (asking: Asking, row: Row, action?: string): string[] =>
  fieldsOf(asking.entity)
    .filter(field => oracleOf(asking, action).value(asking.entity.id, row, field.path) !== null)
    .map(field => field.path);

async function open(asking: Asking, place: Place, row: Row | undefined): Promise<void> {
  const { who, entity, tally } = asking;
  const where = mark(asking, 'GET /api/records/:entity/:id', place);
  const got = await who.client.get(`/api/records/${entity.id}/${row?.id ?? NOBODY}`);
  const refusal = refusalOf(asking, row);
  tally.check(where, codeOf(got), refusal ?? '200');
  if (refusal || !row) return;
  const shown = fieldsOf(entity).filter(field => valueAt(got.body, field.path) !== undefined);
  tally.check(
    where,
    shown.map(field => field.path),
    visible(asking, row),
  );
}

/** Demo data come without history: one entry with every field is noted for each sample first. */
async function history(asking: Asking, place: Place, row: Row | undefined): Promise<void> {
  const { who, entity, tally, region } = asking;
  const where = mark(asking, 'GET /api/records/:entity/:id/history', place);
  const filled = fieldsOf(entity).filter(
    field => field.kind !== 'rows' && row?.values.get(field.path) != null,
  );
  for (const owner of ['record', 'person'] as const) {
    const fields = filled.filter(field => field.owner === owner);
    if (!row || entity.builtin || fields.length === 0) continue;
    const noted = Object.fromEntries(fields.map(field => [field.path, { to: row.values.get(field.path) }]));
    await region.app.db.owner(
      `insert into change (organisation_id, entity, record_id, version, action, fields, user_name)
       values ($1, $2, $3, 1, 'update', $4, 'Кто-то')`,
      owner === 'person'
        ? [null, 'person', row.personId, JSON.stringify(noted)]
        : [row.organisationId, entity.id, row.id, JSON.stringify(noted)],
    );
  }
  const url = `/api/records/${entity.id}/${row?.id ?? NOBODY}/history`;
  const got = await who.client.get<{ items: { fields: { path: string }[] }[] }>(url);
  const refusal = refusalOf(asking, row);
  tally.check(where, codeOf(got), refusal ?? '200');
  if (refusal || !row) return;
  const shown = new Set(got.body.items.flatMap(entry => entry.fields.map(field => field.path)));
  const open = new Set(visible(asking, row));
  for (const field of fieldsOf(entity))
    if (field.kind !== 'rows')
      tally.check(`${where} | ${field.class} ${field.path}`, shown.has(field.path), open.has(field.path));
}

/** A file may hold whatever its card may: it is open to who reads every field of that very card. */
async function files(asking: Asking, place: Place, row: Row | undefined): Promise<void> {
  const { who, entity, tally } = asking;
  const oracle = oracleOf(asking);
  const whole =
    row !== undefined && fieldsOf(entity).every(field => oracle.mayRead(entity.id, row, field.path));
  const changes =
    row !== undefined &&
    fieldsOf(entity).some(field => !field.computed && writes(asking, field, 'update', row));
  const refusal = (open: boolean) => refusalOf(asking, row) ?? (open ? undefined : '403 FORBIDDEN');
  const url = `/api/records/${entity.id}/${row?.id ?? NOBODY}/files`;
  const told = (route: string, got: TestAnswer<unknown>, expected: string) =>
    tally.check(mark(asking, route, place), codeOf(got), expected);
  const base = '/api/records/:entity/:id/files';
  told(`GET ${base}`, await who.client.get(url), refusal(whole) ?? '200');
  told(`POST ${base}`, await who.client.post(url, {}), refusal(whole && changes) ?? '400 FILE_MISSING');
  told(`GET ${base}/:file`, await who.client.get(`${url}/${NOBODY}`), refusal(whole) ?? '404 NOT_FOUND');
  const removed = await who.client.delete(`${url}/${NOBODY}`);
  told(`DELETE ${base}/:file`, removed, refusal(whole && changes) ?? '404 NOT_FOUND');
}

const wanted = ({ samples, entity }: Asking) => {
  const ids = samples.flatMap(({ row }) => (row ? [row.id] : []));
  return { op: 'in', args: [{ property: 'id' }, entity.builtin ? ids.map(Number) : ids] };
};

/** Ids of the samples that are to be in an answer of several records. */
const seen = (asking: Asking, action?: string): string[] =>
  asking.samples
    .flatMap(({ row }) => (row && oracleOf(asking, action).sees(asking.entity.id, row) ? [row.id] : []))
    .sort();

async function lists(asking: Asking): Promise<void> {
  const { who, entity, tally, samples } = asking;
  const oracle = oracleOf(asking);
  const refusal = isOff(asking) ? '404 NOT_FOUND' : oracle.may(entity.id) ? undefined : '403 FORBIDDEN';
  const fields = fieldsOf(entity).flatMap(field => (oracle.known(entity.id, field.path) ? [field.path] : []));
  const filter = wanted(asking);
  const url = `/api/records/${entity.id}`;
  for (const { place } of samples) {
    mark(asking, 'POST /api/records/:entity/query', place);
    mark(asking, 'GET /api/records/:entity', place);
  }
  const where = `lists | ${who.role} | ${entity.id}`;
  const address = `${url}?filter=${encodeURIComponent(JSON.stringify(filter))}`;
  const answers = [
    await who.client.post<{ items: { id: string }[] }>(`${url}/query`, {
      filter,
      fields: fields.slice(0, 100),
    }),
    await who.client.get<{ items: { id: string }[] }>(address),
  ] as const;
  for (const got of answers) {
    tally.check(where, codeOf(got), refusal ?? '200');
    if (refusal) continue;
    tally.check(where, got.body.items.map(item => item.id).sort(), seen(asking));
  }
  if (refusal) return;
  for (const item of answers[0].body.items) {
    const row = samples.find(sample => sample.row?.id === item.id)?.row;
    const shown = fieldsOf(entity).filter(field => valueAt(item, field.path) !== undefined);
    if (row)
      tally.check(
        `${where} ${item.id}`,
        shown.map(field => field.path),
        visible(asking, row),
      );
  }
  for (const { path, class: cls } of closedOf(asking)) {
    const isNull = { op: 'isNull', args: [{ property: path }] };
    for (const body of [{ fields: [path] }, { filter: isNull }, { sort: path }])
      tally.check(
        `${where} | ${cls} ${path}`,
        codeOf(await who.client.post(`${url}/query`, body)),
        '400 FIELD_UNKNOWN',
      );
    tally.check(
      `${where} | ${cls} ${path}`,
      codeOf(await who.client.get(`${url}?fields=${path}`)),
      '400 FIELD_UNKNOWN',
    );
  }
}

async function exportsAndReports(asking: Asking): Promise<void> {
  const { who, entity, tally, samples } = asking;
  for (const { place } of samples)
    for (const route of [
      'POST /api/records/:entity/export',
      'GET /api/records/:entity/export',
      'POST /api/report-runs',
    ])
      mark(asking, route, place);
  const where = `export | ${who.role} | ${entity.id}`;
  const exported = oracleOf(asking, 'export').tuples(entity.id).length > 0;
  const refusal = isOff(asking) ? '404 NOT_FOUND' : exported ? undefined : '403 FORBIDDEN';
  const url = `/api/records/${entity.id}/export`;
  const filter = wanted(asking);
  const sent = await who.client.post(url, { format: 'csv', purpose: 'проверка', filter });
  tally.check(where, codeOf(sent), refusal ?? '200');
  const address = `${url}?format=csv&filter=${encodeURIComponent(JSON.stringify(filter))}`;
  tally.check(where, codeOf(await who.client.get(address)), refusal ?? '200');
  if (!refusal)
    for (const { path } of closedOf(asking, 'export')) {
      const body = { format: 'csv', purpose: 'проверка', fields: [path] };
      tally.check(`${where} | ${path}`, codeOf(await who.client.post(url, body)), '400 FIELD_UNKNOWN');
      tally.check(
        `${where} | ${path}`,
        codeOf(await who.client.get(`${url}?format=csv&fields=${path}`)),
        '400 FIELD_UNKNOWN',
      );
    }
  await reports(asking, exported);
}

async function reports(asking: Asking, exported: boolean): Promise<void> {
  const { who, entity, tally } = asking;
  const where = `POST /api/report-runs | ${who.role} | ${entity.id}`;
  const oracle = oracleOf(asking);
  const definition = (properties: string[]) => ({
    $schema: 'kartoteka/report/1',
    id: 'own',
    version: 1,
    title: 'Проба',
    source: entity.id,
    columns: properties.map(property => ({ property })),
    where: wanted(asking),
  });
  const run = (properties: string[], format = 'json') =>
    who.client.post<{ rows: { id: string }[] }>('/api/report-runs', {
      definition: definition(properties),
      format,
    });
  const refusals = ['422 REPORT_INVALID', '403 FORBIDDEN', '404 NOT_FOUND'];
  const open = fieldsOf(entity).filter(field => field.kind !== 'rows' && oracle.known(entity.id, field.path));
  if (isOff(asking) || !oracle.may(entity.id))
    return tally.checkOneOf(where, codeOf(await run(['id'])), refusals);
  if (open.length > 0) {
    const got = await run(open.slice(0, 25).map(field => field.path));
    tally.check(where, codeOf(got), '200');
    tally.check(where, (got.body.rows ?? []).map(row => row.id).sort(), seen(asking));
    const sheet = await run([(open[0] as Field).path], 'csv');
    // The directory of organisations is not exported by anybody.
    if (!exported) tally.check(`${where} csv`, codeOf(sheet), '403 FORBIDDEN');
  }
  for (const { path, kind } of closedOf(asking))
    if (kind !== 'rows') tally.checkOneOf(`${where} | ${path}`, codeOf(await run([path])), refusals);
}

/** Another value than the stored one that the field can hold; undefined for kinds that need more than a guess. */
function another(asking: Asking, field: Field, row: Row | undefined): unknown {
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

function nested(path: string, value: unknown): Record<string, unknown> {
  return path
    .split('.')
    .reverse()
    .reduce((inner, name) => ({ [name]: inner }), value as object) as Record<string, unknown>;
}

const writes = (asking: Asking, field: Field, action: string, row?: Row): boolean => {
  const oracle = oracleOf(asking);
  const tuples = row
    ? oracle.holding(asking.entity.id, row, action)
    : oracle.tuples(asking.entity.id, action);
  return tuples.some(
    ({ fields }) =>
      fields === '*' || fields.write.some(name => name === field.path || field.path.startsWith(`${name}.`)),
  );
};

/** Of each class: a field that may be set, one that may only be read, one that is closed. */
function triedFields(asking: Asking, action: string): Field[] {
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

async function create(asking: Asking): Promise<void> {
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

async function patch(asking: Asking, place: Place, row: Row | undefined): Promise<void> {
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
    else if (row) checkPatched(asking, at, field, row, got);
  }
}

function checkPatched(asking: Asking, at: string, field: Field, row: Row, got: TestAnswer<unknown>): void {
  const { tally } = asking;
  const expected = expectedOf(asking, field, 'update');
  const code = placeCode(got, field.path);
  if (expected) {
    tally.check(`${at} ${codeOf(got)}`, code, expected);
    return;
  }
  if (!writes(asking, field, 'update', row)) {
    tally.checkOneOf(at, codeOf(got), ['403 FORBIDDEN', '422 INVALID']);
    return;
  }
  // The value is a guess: the card's own rules may refuse it, the rights may not.
  tally.checkOneOf(at, codeOf(got), ['200', '422 INVALID', '409 PERSON_SHARED', '409 DUPLICATE']);
  tally.check(at, RIGHTS.includes(code ?? ''), false);
  if (got.status === 200) remember(asking, field, row);
}

/** Keeps the world as the database is now; a person stands in several cards. */
function remember(asking: Asking, field: Field, row: Row): void {
  const value = another(asking, field, row);
  const cards = [...asking.region.world.rows.values()].flatMap(rows => [...rows.values()]);
  const same = field.owner === 'person' ? cards.filter(one => one.personId === row.personId) : [row];
  for (const one of same)
    if (one.values.has(field.path)) (one.values as Map<string, unknown>).set(field.path, value);
}

async function remove(asking: Asking, place: Place, row: Row | undefined): Promise<void> {
  const { who, entity, tally } = asking;
  const where = mark(asking, 'DELETE /api/records/:entity/:id', place);
  const url = `/api/records/${entity.id}/${row?.id ?? NOBODY}`;
  const refusal = refusalOf(asking, row);
  const may = row !== undefined && oracleOf(asking).holding(entity.id, row, 'delete').length > 0;
  // Who may delete is stopped by an old version: the region stays as it is.
  const version = row && !may ? await versionOf(asking, row) : '0';
  const got = await who.client.delete(url, version);
  tally.check(where, codeOf(got), refusal ?? (may ? '412 STALE' : '403 FORBIDDEN'));
}
