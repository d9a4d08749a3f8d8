/** Writing statements of one card. Names come from the catalogue and are quoted; every value is bound and typed. */
import type { Actor } from '../access/actor.ts';
import type { Entity, Field } from '../catalogue/types.ts';
import { hasOrganisation } from '../query/frame.ts';
import type { Statement } from './database.ts';
import { newId } from './save-parse.ts';

const q = (name: string) => `"${name}"`;

/** Collects bound values while a text is written. */
class Values {
  readonly list: unknown[] = [];
  bind(value: unknown, type: string): string {
    this.list.push(value ?? null);
    return `$${this.list.length}::${type}`;
  }
}

export interface CardKey {
  entity: Entity;
  id: string;
  organisationId: number | null;
}

function keyOf({ entity, id, organisationId }: CardKey, values: Values, idColumn = 'id'): string {
  const own = `${q(idColumn)} = ${values.bind(id, 'uuid')}`;
  return hasOrganisation(entity) ? `organisation_id = ${values.bind(organisationId, 'int')} and ${own}` : own;
}

/** Own stored fields, without `person.*`, repeating groups and custom fields. */
export const isColumn = (field: Field): boolean =>
  field.owner === 'record' && field.kind !== 'rows' && !field.custom;

/** Custom fields among the values, by id; null for one that is cleared. */
function customOf(entity: Entity, values: ReadonlyMap<string, unknown>): Map<string, unknown> {
  const found = new Map<string, unknown>();
  for (const [path, value] of values) {
    const id = entity.fields.get(path)?.custom?.id;
    if (id) found.set(id, value ?? null);
  }
  return found;
}

export function insertCard(
  key: CardKey,
  personId: string | null,
  fields: ReadonlyMap<string, unknown>,
  absent: readonly string[],
): Statement {
  const values = new Values();
  const columns = ['id', 'absent'];
  const given = [values.bind(key.id, 'uuid'), values.bind(absent, 'text[]')];
  if (hasOrganisation(key.entity)) {
    columns.push('organisation_id');
    given.push(values.bind(key.organisationId, 'int'));
  }
  if (key.entity.person) {
    columns.push('person_id');
    given.push(values.bind(personId, 'uuid'));
  }
  for (const [path, value] of fields) {
    const field = key.entity.fields.get(path);
    if (!field || !isColumn(field) || value === null || value === undefined) continue;
    columns.push(field.column);
    given.push(values.bind(value, field.sqlType));
  }
  const custom = [...customOf(key.entity, fields)].filter(([, value]) => value !== null);
  if (custom.length > 0) {
    columns.push('ext');
    given.push(values.bind(JSON.stringify(Object.fromEntries(custom)), 'jsonb'));
  }
  return {
    text: `insert into ${q(key.entity.table)} (${columns.map(q).join(', ')}) values (${given.join(', ')})`,
    values: values.list,
  };
}

export interface CardUpdate {
  key: CardKey;
  /** Own fields by path. */
  changed: ReadonlyMap<string, unknown>;
  /** All marks, if they change. */
  absent: readonly string[] | undefined;
}

/** Sets the changed columns and raises the version, also when only other tables changed. */
export function updateCard(update: CardUpdate): Statement {
  const values = new Values();
  return { text: updateText(update, values), values: values.list };
}

function updateText({ key, changed, absent }: CardUpdate, values: Values): string {
  const sets = ['version = version + 1', 'updated_at = now()'];
  for (const [path, value] of changed) {
    const field = key.entity.fields.get(path);
    if (field && isColumn(field)) sets.push(`${q(field.column)} = ${values.bind(value, field.sqlType)}`);
  }
  const custom = customOf(key.entity, changed);
  // Members that are not named stay: values of other levels and of retired fields.
  if (custom.size > 0) {
    const given = values.bind(JSON.stringify(Object.fromEntries(custom)), 'jsonb');
    const cleared = values.bind(
      [...custom].flatMap(([id, value]) => (value === null ? [id] : [])),
      'text[]',
    );
    sets.push(`ext = (ext || ${given}) - ${cleared}`);
  }
  if (absent) sets.push(`absent = ${values.bind(absent, 'text[]')}`);
  return `update ${q(key.entity.table)} set ${sets.join(', ')} where ${keyOf(key, values)}`;
}

export function deleteCard(key: CardKey): Statement {
  const values = new Values();
  return { text: `delete from ${q(key.entity.table)} where ${keyOf(key, values)}`, values: values.list };
}

/** A repeating group given whole: rows that are gone are deleted, the others written in one statement. */
export function writeRows(key: CardKey, field: Field, rows: readonly Record<string, unknown>[]): Statement[] {
  const stored = rows.map((row, position) => {
    const columns: Record<string, unknown> = { id: row.id ?? newId(), position };
    for (const part of field.rows ?? []) columns[part.column] = row[part.path] ?? null;
    return columns;
  });
  const gone = new Values();
  const others = keyOf(key, gone, 'record_id');
  const kept = gone.bind(
    stored.map(row => row.id),
    'uuid[]',
  );
  const statements: Statement[] = [
    {
      text: `delete from ${q(field.sqlType)} where ${others} and not (id = any (${kept}))`,
      values: gone.list,
    },
  ];
  if (stored.length > 0) statements.push(upsertRows(key, field, stored));
  return statements;
}

function upsertRows(key: CardKey, field: Field, stored: readonly Record<string, unknown>[]): Statement {
  const tenant = hasOrganisation(key.entity);
  const parts = field.rows ?? [];
  const own = ['id', 'position', ...parts.map(part => part.column)];
  const types = ['uuid', 'int', ...parts.map(part => part.sqlType)];
  const record = own.map((name, index) => `${q(name)} ${types[index]}`).join(', ');
  const columns = [...(tenant ? ['organisation_id'] : []), 'record_id', ...own];
  const fixed = tenant ? '$3::int, $2::uuid' : '$2::uuid';
  return {
    text: `insert into ${q(field.sqlType)} (${columns.map(q).join(', ')})
      select ${fixed}, ${own.map(name => `r.${q(name)}`).join(', ')} from jsonb_to_recordset($1::jsonb) as r(${record})
      on conflict (${tenant ? 'organisation_id, ' : ''}id) do update set ${own
        .slice(1)
        .map(name => `${q(name)} = excluded.${q(name)}`)
        .join(', ')}`,
    values: [JSON.stringify(stored), key.id, ...(tenant ? [key.organisationId] : [])],
  };
}

export function insertFacet(key: CardKey, personId: string): Statement {
  return {
    text: 'insert into facet (organisation_id, entity, record_id, person_id) values ($1, $2, $3, $4)',
    values: [key.organisationId, key.entity.id, key.id, personId],
  };
}

export function deleteFacet(key: CardKey): Statement {
  return {
    text: 'delete from facet where organisation_id = $1 and entity = $2 and record_id = $3',
    values: [key.organisationId, key.entity.id, key.id],
  };
}

/** One card or person changed in this save, for history and audit. */
export interface Change {
  organisationId: number | null;
  /** `person` for the shared person. */
  entity: string;
  recordId: string;
  version: number;
  action: 'create' | 'update' | 'delete' | 'merge' | 'split';
  fields: Record<string, { from?: unknown; to?: unknown }>;
}

/** Rows of one statement: each has bound values of its own, of which there may be 65,535. */
const NOTED_AT_ONCE = 500;
const AUDIT_ROW = ['text', 'text', 'uuid', 'jsonb'];
const CHANGE_ROW = ['int', 'text', 'uuid', 'int', 'text', 'jsonb'];

/** History and audit of everything changed, in the transaction of the change. */
export function noteChanges(
  actor: Actor,
  changes: readonly Change[],
  reason: string | undefined,
): Statement[] {
  const statements: Statement[] = [];
  for (let from = 0; from < changes.length; from += NOTED_AT_ONCE)
    statements.push(noteSome(actor, changes.slice(from, from + NOTED_AT_ONCE), reason));
  return statements;
}

const INTO_AUDIT = `insert into audit
  (user_id, user_name, appointment_id, role, organisation_id, address, action, entity, record_id, details, records)`;
const INTO_CHANGE = `insert into change
  (organisation_id, entity, record_id, version, action, fields, user_id, user_name, role, reason)`;

function noteSome(actor: Actor, changes: readonly Change[], reason: string | undefined): Statement {
  const values = new Values();
  const rows = noteRows(values, actor, changes, reason);
  const list = (of: 'audit' | 'change') => rows.map(row => `(${row[of]})`).join(', ');
  return {
    text: `with noted as (${INTO_AUDIT} values ${list('audit')}) ${INTO_CHANGE} values ${list('change')}`,
    values: values.list,
  };
}

/**
 * The update with its history and audit as one statement, which does nothing unless the card still has the version.
 * One row when it had.
 */
export function updateNoted(
  update: CardUpdate,
  version: number,
  actor: Actor,
  change: Change,
  reason: string | undefined,
): Statement {
  const values = new Values();
  const writing = `${updateText(update, values)} and version = ${values.bind(version, 'int')} returning 1`;
  const [row] = noteRows(values, actor, [change], reason);
  return {
    text: `with written as (${writing}), noted as (${INTO_AUDIT} select ${row?.audit} from written)
      ${INTO_CHANGE} select ${row?.change} from written returning 1 as written`,
    values: values.list,
  };
}

/** Values of each change for both tables, bound. */
function noteRows(values: Values, actor: Actor, changes: readonly Change[], reason: string | undefined) {
  const bindRow = (row: readonly unknown[], types: readonly string[]) =>
    row.map((value, index) => values.bind(value, types[index] as string)).join(', ');
  const user = values.bind(actor.userId, 'uuid');
  const name = values.bind(actor.name, 'text');
  const role = values.bind(actor.role, 'text');
  const place = [
    values.bind(actor.appointmentId, 'uuid'),
    role,
    values.bind(actor.organisationId, 'int'),
    values.bind(actor.address, 'text'),
  ].join(', ');
  const why = values.bind(reason, 'text');
  return changes.map(({ organisationId, entity, recordId, version, action, fields }) => {
    // Names of fields only: values of cards are for those who may read the card.
    const details = JSON.stringify({ fields: Object.keys(fields) });
    const audit = bindRow([action, entity, recordId, details], AUDIT_ROW);
    const kept = [organisationId, entity, recordId, version, action, JSON.stringify(fields)];
    return {
      audit: `${user}, ${name}, ${place}, ${audit}, 1`,
      change: `${bindRow(kept, CHANGE_ROW)}, ${user}, ${name}, ${role}, ${why}`,
    };
  });
}
