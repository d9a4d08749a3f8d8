/**
 * What tables the schemas ask for: a pure translation of catalogue entities, stored in `plugin_state` as the
 * description the next start is compared with.
 */
import { createHash } from 'node:crypto';
import { keepsConsents } from '../catalogue/consents.ts';
import type { Catalogue, Entity, Field } from '../catalogue/types.ts';
import type { FieldOf } from './errors.ts';

export interface ColumnPlan {
  name: string;
  /** As PostgreSQL prints it: `integer`, `text`, `text[]`. */
  type: string;
  notNull: boolean;
  /** Literal or expression in SQL. */
  default?: string;
  /** Names sort as people read them. Set when the column is made, not compared afterwards. */
  collate?: 'ru_app';
  /** Where it stands in the schema, for messages. */
  pointer?: string;
  title?: string;
}

export interface IndexPlan {
  name: string;
  columns: string[];
  unique: boolean;
}

export interface ForeignKeyPlan {
  name: string;
  columns: string[];
  table: string;
  targets: string[];
  cascade: boolean;
  deferred: boolean;
}

export interface TablePlan {
  name: string;
  entity: string;
  scope: 'organisation' | 'region';
  primaryKey: string[];
  columns: ColumnPlan[];
  indexes: IndexPlan[];
  foreignKeys: ForeignKeyPlan[];
}

export interface PluginPlan {
  plugin: string;
  version: string;
  organisationTypes: string[];
  tables: TablePlan[];
}

/** A schema that no table can be made for. */
export class PlanRefusal extends Error {
  override readonly name = 'PlanRefusal';
  readonly entity: string;
  readonly pointer: string;

  constructor(entity: string, pointer: string, reason: string) {
    super(reason);
    this.entity = entity;
    this.pointer = pointer;
  }
}

/** sqlType of the catalogue -> as PostgreSQL prints it. Whatever is not here is printed as it is written. */
const PRINTED = new Map([
  ['int', 'integer'],
  ['int4', 'integer'],
  ['int8', 'bigint'],
  ['bool', 'boolean'],
  ['timestamptz', 'timestamp with time zone'],
  ['decimal', 'numeric'],
  ['int[]', 'integer[]'],
]);

const IDENTIFIER = /^[a-z][a-z0-9_]{0,62}$/;

/** Names of the core's own tables: no card may take them. */
const RESERVED = new Set([
  'organisation', 'organisation_name', 'organisation_type', 'person', 'person_name', 'facet', 'app_user',
  'appointment', 'user_session', 'sign_in_failure', 'enablement', 'dictionary', 'dictionary_item', 'change',
  'audit', 'audit_seal', 'file', 'idempotency_key', 'plugin_state', 'plugin_kept', 'migration',
  'custom_field', 'form_draft', 'form_version',
]); // biome-ignore format: a table of names

/** Columns every table of cards has besides its fields. */
const SYSTEM = new Set([
  'organisation_id',
  'id',
  'version',
  'person_id',
  'absent',
  'ext',
  'consents',
  'created_at',
  'updated_at',
]);

/** @throws PlanRefusal for a schema that no table can be made for */
export function planPlugin(catalogue: Catalogue, plugin: string): PluginPlan {
  const info = catalogue.plugins.get(plugin);
  if (info === undefined) throw new Error(`no plugin ${plugin} in the catalogue`);
  const entities = [...catalogue.entities.values()].filter(
    entity => entity.plugin === plugin && !entity.builtin,
  );
  return {
    plugin,
    version: info.version,
    organisationTypes: [...info.organisationTypes],
    tables: entities.flatMap(entity => tablesOf(catalogue, entity)),
  };
}

/** The card's own table, then one for every repeating group. */
function tablesOf(catalogue: Catalogue, entity: Entity): TablePlan[] {
  checkName(entity, '', entity.table);
  const fields = [...entity.fields.values()].filter(field => field.owner === 'record');
  const tenant = entity.scope === 'organisation';
  const columns = [
    ...(tenant ? [column('organisation_id', 'integer')] : []),
    column('id', 'uuid'),
    column('version', 'integer', '1'),
    ...(entity.person === undefined ? [] : [column('person_id', 'uuid')]),
    ...fields.filter(field => field.kind !== 'rows').map(field => fieldColumn(entity, field)),
    column('absent', 'text[]', "'{}'"),
    column('ext', 'jsonb', "'{}'"),
    // What the person has consented to: {purpose: last day}, kept from the register (consents.ts).
    ...(keepsConsents(entity) ? [column('consents', 'jsonb', "'{}'")] : []),
    column('created_at', 'timestamp with time zone', 'now()'),
    column('updated_at', 'timestamp with time zone', 'now()'),
  ];
  const own: TablePlan = {
    name: entity.table,
    entity: entity.id,
    scope: entity.scope,
    primaryKey: tenant ? ['organisation_id', 'id'] : ['id'],
    columns,
    indexes: indexesOf(entity, fields),
    foreignKeys: foreignKeysOf(catalogue, entity, entity.table, fields),
  };
  return [
    own,
    ...fields.filter(field => field.kind === 'rows').map(field => rowsTable(catalogue, entity, field)),
  ];
}

function rowsTable(catalogue: Catalogue, entity: Entity, field: Field): TablePlan {
  const table = field.sqlType;
  checkName(entity, field.path, table);
  const tenant = entity.scope === 'organisation';
  const prefix = tenant ? ['organisation_id'] : [];
  const rows = field.rows ?? [];
  return {
    name: table,
    entity: entity.id,
    scope: entity.scope,
    primaryKey: [...prefix, 'id'],
    columns: [
      ...prefix.map(name => column(name, 'integer')),
      column('id', 'uuid'),
      column('record_id', 'uuid'),
      column('position', 'integer'),
      ...rows.map(row => fieldColumn(entity, row, field.path)),
    ],
    indexes: [index(table, [...prefix, 'record_id', 'position'])],
    foreignKeys: [
      {
        name: objectName(table, ['record_id'], 'fk'),
        columns: [...prefix, 'record_id'],
        table: entity.table,
        targets: [...prefix, 'id'],
        cascade: true,
        deferred: false,
      },
      ...(tenant ? [organisationKey(table)] : []),
      ...references(catalogue, entity, table, rows),
    ],
  };
}

function indexesOf(entity: Entity, fields: Field[]): IndexPlan[] {
  const { table } = entity;
  const prefix = entity.scope === 'organisation' ? ['organisation_id'] : [];
  const plans: IndexPlan[] = [];
  const add = (columns: string[], unique: boolean) => {
    const plan = index(table, columns, unique);
    if (!plans.some(other => other.name === plan.name)) plans.push(plan);
  };
  if (entity.single) add(prefix, true);
  if (entity.person !== undefined) add([...prefix, 'person_id'], false);
  for (const field of fields) if (field.unique) add([...prefix, field.column], true);
  for (const paths of entity.uniqueTogether) {
    const columns = paths.map(path => {
      if (path === 'person' && entity.person !== undefined) return 'person_id';
      const field = entity.fields.get(path);
      if (field?.owner !== 'record' || field.kind === 'rows')
        throw new PlanRefusal(
          entity.id,
          '/x-entity/uniqueTogether',
          `Поле «${path}» не может входить в uniqueTogether`,
        );
      return field.column;
    });
    add([...prefix, ...columns], true);
  }
  for (const field of fields)
    if (!field.unique && (field.index || field.kind === 'ref')) add([...prefix, field.column], false);
  return plans;
}

function foreignKeysOf(
  catalogue: Catalogue,
  entity: Entity,
  table: string,
  fields: Field[],
): ForeignKeyPlan[] {
  const keys = references(catalogue, entity, table, fields);
  if (entity.person !== undefined)
    keys.unshift({
      name: objectName(table, ['person_id'], 'fk'),
      columns: ['person_id'],
      table: 'person',
      targets: ['id'],
      cascade: false,
      // The facet comes before its person (row security), and so may the card.
      deferred: true,
    });
  if (entity.scope === 'organisation') keys.unshift(organisationKey(table));
  return keys;
}

function references(catalogue: Catalogue, entity: Entity, table: string, fields: Field[]): ForeignKeyPlan[] {
  return fields
    .filter(field => field.kind === 'ref')
    .map(field => {
      const target = catalogue.entities.get(field.ref ?? '');
      if (target === undefined)
        throw new PlanRefusal(
          entity.id,
          pointerOf(field.path),
          `Ссылка на неизвестную карточку «${field.ref}»`,
        );
      const shared = target.builtin || target.scope === 'region';
      if (!shared && entity.scope === 'region')
        throw new PlanRefusal(
          entity.id,
          pointerOf(field.path),
          'Региональная карточка не может ссылаться на карточку организации',
        );
      const prefix = shared ? [] : ['organisation_id'];
      return {
        name: objectName(table, [field.column], 'fk'),
        columns: [...prefix, field.column],
        table: target.table,
        targets: [...prefix, 'id'],
        cascade: entity.childOf?.field === field.path,
        deferred: false,
      };
    });
}

const organisationKey = (table: string): ForeignKeyPlan => ({
  name: objectName(table, ['organisation_id'], 'fk'),
  columns: ['organisation_id'],
  table: 'organisation',
  targets: ['id'],
  cascade: false,
  deferred: false,
});

const column = (name: string, type: string, otherwise?: string): ColumnPlan => ({
  name,
  type,
  notNull: true,
  ...(otherwise === undefined ? {} : { default: otherwise }),
});

function fieldColumn(entity: Entity, field: Field, rowsPath?: string): ColumnPlan {
  const path = rowsPath === undefined ? field.path : `${rowsPath}.items.${field.path}`;
  checkName(entity, path, field.column);
  if (
    rowsPath === undefined
      ? SYSTEM.has(field.column)
      : ['organisation_id', 'id', 'record_id', 'position'].includes(field.column)
  )
    throw new PlanRefusal(entity.id, pointerOf(path), `Имя «${field.path}» занято системой`);
  const type = PRINTED.get(field.sqlType) ?? field.sqlType;
  const sortable = field.kind === 'text' && field.format === undefined;
  return {
    name: field.column,
    type,
    // What the system computes is filled after the record is made.
    notNull: field.required && !field.computed,
    // A default inside an optional group would make the group half filled.
    ...(field.default === undefined || (path.includes('.') && !field.required)
      ? {}
      : { default: literal(field.default, type) }),
    ...(sortable ? { collate: 'ru_app' as const } : {}),
    pointer: pointerOf(path),
    title: field.fullTitle,
  };
}

function literal(value: unknown, type: string): string {
  const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return `array[${value.map(item => quoted(String(item))).join(', ')}]::${type}`;
  return `${quoted(typeof value === 'string' ? value : JSON.stringify(value))}::${type}`;
}

function checkName(entity: Entity, path: string, name: string): void {
  if (!IDENTIFIER.test(name))
    throw new PlanRefusal(
      entity.id,
      pointerOf(path),
      `Имя «${name}» не годится для таблицы: латинские строчные буквы, цифры и «_», до 63 знаков`,
    );
  if (path === '' && RESERVED.has(name))
    throw new PlanRefusal(entity.id, '/$id', `Имя таблицы «${name}» занято системой`);
}

/** `residence.city` -> `/properties/residence/properties/city` */
function pointerOf(path: string): string {
  if (path === '') return '/$id';
  return path
    .split('.')
    .map(step => (step === 'items' ? '/items' : `/properties/${step}`))
    .join('');
}

export const index = (table: string, columns: string[], unique = false): IndexPlan => ({
  name: objectName(
    table,
    columns.length === 1 ? columns : columns.filter(name => name !== 'organisation_id'),
    unique ? 'key' : 'idx',
  ),
  columns,
  unique,
});

/** Name of an index or constraint within PostgreSQL's 63 bytes, the same at every start. */
export function objectName(table: string, columns: string[], suffix: string): string {
  const full = `${table}_${columns.join('_')}_${suffix}`;
  if (full.length <= 63) return full;
  const mark = createHash('sha256').update(full).digest('hex').slice(0, 8);
  return `${full.slice(0, 63 - mark.length - suffix.length - 2)}_${mark}_${suffix}`;
}

/** Names the field in the problem of a broken constraint, for `Database`. */
export function fieldNames(catalogue: Catalogue): FieldOf {
  const names = new Map<string, { path: string; title: string }>([
    ['person.person_snils_key', { path: 'person.snils', title: 'СНИЛС' }],
  ]);
  for (const plugin of catalogue.plugins.keys())
    for (const table of planPlugin(catalogue, plugin).tables)
      for (const { name, pointer, title } of table.columns) {
        if (pointer === undefined) continue;
        const place = { path: pathOf(pointer), title: title ?? '' };
        names.set(`${table.name}.${name}`, place);
        for (const object of [...table.indexes, ...table.foreignKeys])
          if (object.columns.at(-1) === name) names.set(`${table.name}.${object.name}`, place);
      }
  return (table, name) => names.get(`${table}.${name}`);
}

/** `/properties/residence/properties/city` -> `residence.city`; a field of a repeating group as `group.field`. */
export const pathOf = (pointer: string) =>
  pointer.replaceAll('/properties/', '.').replaceAll('/items', '').replace(/^\./, '');
