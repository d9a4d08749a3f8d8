/**
 * Many new records at once, as sets: demo data, later the import. Records come in the shape of the API (groups
 * nested, rows as arrays, references as ids) and are trusted: whoever calls has validated them.
 *
 * Order within one call: facet, person, card, rows. A person is invisible until a facet stands (row security).
 * No history is written here; the caller writes one summary entry to the audit.
 */
import type { Catalogue, Entity, Field } from '../catalogue/types.ts';
import type { Tx } from './database.ts';
import { maintainGroups, maintainStatement } from './maintain.ts';

export interface BulkRecord {
  id: string;
  /** Required unless the entity is region-wide. */
  organisationId?: number;
  /** For facets. Only `id`: the person stands already. */
  person?: { id: string; [field: string]: unknown };
  /** Paths marked «нет». */
  absent?: string[];
  [field: string]: unknown;
}

const CHUNK = 1_000;
const PERSON_COLUMNS = ['last_name', 'first_name', 'middle_name', 'birth_date', 'sex', 'snils'];
const PERSON_FIELDS = ['lastName', 'firstName', 'middleName', 'birthDate', 'sex', 'snils'];

type Row = Record<string, unknown>;

/**
 * @throws TypeError naming a field that the entity does not have
 */
export async function loadBulk(tx: Tx, entity: Entity, records: readonly BulkRecord[]): Promise<void> {
  for (let start = 0; start < records.length; start += CHUNK)
    await loadChunk(tx, entity, records.slice(start, start + CHUNK));
}

async function loadChunk(tx: Tx, entity: Entity, records: readonly BulkRecord[]): Promise<void> {
  if (entity.person !== undefined) await insertPeople(tx, entity, records);
  const fields = [...entity.fields.values()].filter(field => field.owner === 'record');
  const plain = fields.filter(field => field.kind !== 'rows' && !field.custom);
  const columns = [
    ...(entity.scope === 'organisation' ? ['organisation_id int'] : []),
    'id uuid',
    ...(entity.person === undefined ? [] : ['person_id uuid']),
    ...plain.map(field => `${field.column} ${field.sqlType}`),
    'absent text[]',
    'ext jsonb',
  ];
  await insert(
    tx,
    entity.table,
    columns,
    records.map(record => recordRow(entity, record, plain)),
  );
  for (const field of fields) if (field.kind === 'rows') await insertRows(tx, entity, field, records);
  refuseUnknown(entity, records);
}

async function insertPeople(tx: Tx, entity: Entity, records: readonly BulkRecord[]): Promise<void> {
  await insert(
    tx,
    'facet',
    ['organisation_id int', 'entity text', 'record_id uuid', 'person_id uuid'],
    records.map(record => ({
      organisation_id: record.organisationId,
      entity: entity.id,
      record_id: record.id,
      person_id: record.person?.id,
    })),
  );
  const people = new Map<string, Row>();
  for (const { person } of records) {
    if (person?.lastName === undefined) continue;
    const row: Row = { id: person.id };
    PERSON_FIELDS.forEach((field, i) => {
      row[PERSON_COLUMNS[i] as string] = person[field];
    });
    people.set(person.id, row);
  }
  const columns = [
    'id uuid',
    ...PERSON_COLUMNS.map(name => `${name} ${name === 'birth_date' ? 'date' : 'text'}`),
  ];
  await insert(tx, 'person', columns, [...people.values()], ' on conflict (id) do nothing');
}

async function insertRows(
  tx: Tx,
  entity: Entity,
  field: Field,
  records: readonly BulkRecord[],
): Promise<void> {
  const fields = field.rows ?? [];
  const rows = records.flatMap(record =>
    ((record[field.path] as Row[] | undefined) ?? []).map((row, position) => ({
      organisation_id: record.organisationId,
      id: row.id,
      record_id: record.id,
      position,
      ...Object.fromEntries(fields.map(inner => [inner.column, valueAt(row, inner)])),
    })),
  );
  const columns = [
    ...(entity.scope === 'organisation' ? ['organisation_id int'] : []),
    'id uuid',
    'record_id uuid',
    'position int',
    ...fields.map(inner => `${inner.column} ${inner.sqlType}`),
  ];
  await insert(tx, field.sqlType, columns, rows);
}

function recordRow(entity: Entity, record: BulkRecord, fields: Field[]): Row {
  const row: Row = { id: record.id, absent: record.absent ?? [], ext: record.ext ?? {} };
  if (entity.scope === 'organisation') row.organisation_id = record.organisationId;
  if (entity.person !== undefined) row.person_id = record.person?.id;
  for (const field of fields) row[field.column] = valueAt(record, field);
  return row;
}

function valueAt(record: Row, field: Field): unknown {
  const steps = field.path.split('.');
  const last = steps.pop() as string;
  let group: Row | undefined = record;
  for (const step of steps) group = group?.[step] as Row | undefined;
  // A group left out stays empty, its defaults too.
  return group === undefined ? undefined : (group[last] ?? field.default);
}

/**
 * Recomputes what the records of an entity keep on other cards (x-entity.maintains), for whole organisations and
 * without history: after a bulk load.
 */
export async function refreshMaintained(
  tx: Tx,
  catalogue: Catalogue,
  entity: Entity,
  organisationIds: readonly number[],
  today: string,
): Promise<void> {
  for (const group of maintainGroups(catalogue, entity))
    await tx.query(maintainStatement(catalogue, group, organisationIds, undefined, undefined, today));
}

/** @param columns names with types, as `jsonb_to_recordset` wants them */
async function insert(tx: Tx, table: string, columns: string[], rows: Row[], conflict = ''): Promise<void> {
  if (rows.length === 0) return;
  const quoted = columns.map(column => column.replace(/^(\S+)/, '"$1"'));
  const names = columns.map(column => `"${column.split(' ')[0]}"`).join(', ');
  await tx.query({
    text: `insert into "${table}" (${names}) select ${names} from jsonb_to_recordset($1::jsonb) as r (${quoted.join(', ')})${conflict}`,
    values: [JSON.stringify(rows)],
  });
}

const SYSTEM_MEMBERS = new Set(['id', 'organisationId', 'person', 'absent']);

/** A misspelt field would be lost silently. */
function refuseUnknown(entity: Entity, records: readonly BulkRecord[]): void {
  const known = new Set<string>();
  for (const path of entity.fields.keys()) {
    const steps = path.split('.');
    steps.forEach((_, i) => {
      known.add(steps.slice(0, i + 1).join('.'));
    });
  }
  const check = (value: Row, prefix: string) => {
    for (const [name, inner] of Object.entries(value)) {
      const path = `${prefix}${name}`;
      if (prefix === '' && SYSTEM_MEMBERS.has(name)) continue;
      if (!known.has(path)) throw new TypeError(`card "${entity.id}" has no field "${path}"`);
      if (inner !== null && typeof inner === 'object' && !Array.isArray(inner))
        check(inner as Row, `${path}.`);
    }
  };
  for (const record of records) check(record, '');
}
