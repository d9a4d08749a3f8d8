/** Routes that read: description, card, history, files, lists, exports, reports. */
import type { Field } from '../../../core/catalogue/types.ts';
import { valueAt } from '../../../core/storage/labels.ts';
import type { TestAnswer } from '../../support/app.ts';
import type { Row } from '../world.ts';
import {
  type Asking,
  closedOf,
  fieldsOf,
  isOff,
  mark,
  NOBODY,
  oracleOf,
  refusalOf,
  seen,
  visible,
  wanted,
  writes,
} from './asking.ts';
import { codeOf } from './probe.ts';
import type { Place } from './region.ts';

export async function describe(asking: Asking): Promise<void> {
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
  const create = entity.builtin ? undefined : oracleOf(asking, 'create');
  for (const field of fieldsOf(entity)) {
    const open = oracle.known(entity.id, field.path) || create?.known(entity.id, field.path) === true;
    if (!open && shown(field.path))
      tally.check(`${where} | ${field.class} ${field.path}`, 'shown', 'not shown');
  }
}

export async function open(asking: Asking, place: Place, row: Row | undefined): Promise<void> {
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
/** Former names are for whoever may read the whole name in that very row. */
export async function names(asking: Asking, place: Place, row: Row | undefined): Promise<void> {
  const { who, entity, tally, region } = asking;
  const where = mark(asking, 'GET /api/records/:entity/:id/names', place);
  if (row?.personId)
    await region.app.db.owner(
      `insert into person_name (person_id, valid_to, last_name, first_name) values ($1, '2001-01-01', 'Прежняя', 'Анна')
       on conflict do nothing`,
      [row.personId],
    );
  const got = await who.client.get<{ items: { lastName: string }[] }>(
    `/api/records/${entity.id}/${row?.id ?? NOBODY}/names`,
  );
  const refusal = refusalOf(asking, row);
  tally.check(where, codeOf(got), refusal ?? '200');
  if (refusal || !row) return;
  const whole = ['lastName', 'firstName', 'middleName'].every(name =>
    oracleOf(asking).mayRead(entity.id, row, `person.${name}`),
  );
  const expected = entity.person !== undefined && whole ? ['Прежняя'] : [];
  tally.check(
    where,
    got.body.items.map(one => one.lastName),
    expected,
  );
}

/** Who saw a card is told to whom a grant says so, of the rows of that grant. */
export async function accessLog(asking: Asking, place: Place, row: Row | undefined): Promise<void> {
  const { who, entity, tally, region } = asking;
  const where = mark(asking, 'GET /api/records/:entity/:id/access-log', place);
  const got = await who.client.get(`/api/records/${entity.id}/${row?.id ?? NOBODY}/access-log`);
  const oracle = region.oracle(who, 'access-log');
  const may = region.isOn(who, entity) && oracle.tuples(entity.id, 'access-log').length > 0;
  const here = may && row !== undefined && oracle.holding(entity.id, row, 'access-log').length > 0;
  const outcome = here ? '200' : may || !region.isOn(who, entity) ? '404 NOT_FOUND' : '403 FORBIDDEN';
  if (entity.builtin) tally.check(where, got.status >= 400, true);
  else tally.check(where, codeOf(got), outcome);
}

export async function history(asking: Asking, place: Place, row: Row | undefined): Promise<void> {
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
  // What may be read and is empty now may have been filled before.
  const emptied = ({ path }: Field) => !open.has(path) && oracleOf(asking).mayRead(entity.id, row, path);
  for (const field of fieldsOf(entity))
    if (field.kind !== 'rows' && !emptied(field))
      tally.check(`${where} | ${field.class} ${field.path}`, shown.has(field.path), open.has(field.path));
}

/** A file may hold whatever its card may: it is open to who reads every field of that very card. */
export async function files(asking: Asking, place: Place, row: Row | undefined): Promise<void> {
  const { who, entity, tally } = asking;
  const oracle = oracleOf(asking);
  const whole =
    row !== undefined &&
    fieldsOf(entity).every(field => oracle.granted(entity.id, row, field.path)) &&
    !oracle.consentEnded(entity.id, row);
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

export async function lists(asking: Asking): Promise<void> {
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

export async function exportsAndReports(asking: Asking): Promise<void> {
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
