/** What a form knows of each field: read once from the card's schema, used by layout, widgets and messages. */
import { type Schema, Validator } from '@cfworker/json-schema';
import type { FieldClass, JsonSchema } from '../../../core/catalogue/types.ts';
import { isObject } from '../values/paths.ts';

export type ControlKind =
  | 'text'
  | 'multiline'
  | 'number'
  | 'boolean'
  | 'date'
  | 'dictionary'
  | 'codes'
  | 'texts'
  | 'ref'
  | 'rows'
  | 'relation';

export interface Leaf {
  /** Path from the root of the form, or from the row inside `rows`. */
  path: string;
  title: string;
  kind: ControlKind;
  schema: JsonSchema;
  required: boolean;
  readOnly: boolean;
  /** May be marked «нет». */
  absentable: boolean;
  /** Counts in the completeness of the card. */
  counts: boolean;
  class: FieldClass | undefined;
  help: string | undefined;
  /** Own sentence for a wrong value. */
  message: string | undefined;
  format: string | undefined;
  mask: string | undefined;
  maxLength: number | undefined;
  dictionary: string | undefined;
  ref: string | undefined;
  /** Path of the group it stands in: `residence`, `person`. */
  group: string | undefined;
  /** What the group asks under a condition: a passport's series is not that of a birth certificate. */
  conditions: LeafCondition[];
  /** Fields of one row, for `rows` and `relation`. */
  row: Leaf[] | undefined;
}

export interface LeafCondition {
  holds: (group: unknown) => boolean;
  format: string | undefined;
  required: boolean;
}

export interface Group {
  path: string;
  title: string;
  /** Names of its fields in one line: groups of the same definition have the same. */
  shape: string;
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const count = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);
const strings = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter(item => typeof item === 'string') : [];

const typeOf = (schema: JsonSchema): string | undefined =>
  Array.isArray(schema.type) ? text(schema.type.find(name => name !== 'null')) : text(schema.type);

export function controlKind(schema: JsonSchema): ControlKind {
  const items = isObject(schema.items) ? schema.items : {};
  if (schema['x-relation']) return 'relation';
  if (schema['x-rows']) return 'rows';
  if (schema['x-ref']) return 'ref';
  if (schema['x-dictionary']) return schema['x-multiple'] ? 'codes' : 'dictionary';
  if (items['x-dictionary']) return 'codes';
  const type = typeOf(schema);
  if (type === 'array') return isObject(items.properties) ? 'rows' : 'texts';
  if (type === 'boolean') return 'boolean';
  if (type === 'integer' || type === 'number') return 'number';
  if (schema.format === 'date' || schema.format === 'past-date') return 'date';
  return schema['x-multiline'] ? 'multiline' : 'text';
}

const isGroup = (schema: JsonSchema): boolean =>
  isObject(schema.properties) && !schema['x-ref'] && typeOf(schema) !== 'array';

function rowLeaves(schema: JsonSchema): Leaf[] {
  const items = isObject(schema.items) ? schema.items : {};
  const leaves = new Map<string, Leaf>();
  collect(items, '', undefined, leaves, new Map());
  return [...leaves.values()].filter(leaf => leaf.path !== 'id');
}

const countsByDefault = (schema: JsonSchema, kind: ControlKind): boolean =>
  typeof schema['x-counts'] === 'boolean'
    ? schema['x-counts']
    : kind !== 'boolean' && kind !== 'relation' && kind !== 'rows';

function leafOf(path: string, schema: JsonSchema, required: boolean, group: string | undefined): Leaf {
  const kind = controlKind(schema);
  const items = isObject(schema.items) ? schema.items : {};
  const hasRows = kind === 'rows' || kind === 'relation';
  return {
    path,
    title: text(schema.title) ?? path,
    kind,
    schema,
    required,
    readOnly: schema.readOnly === true || schema['x-computed'] === true,
    absentable: schema['x-absent'] === true,
    counts: countsByDefault(schema, kind),
    class: text(schema['x-class']) as FieldClass | undefined,
    help: text(schema['x-help']),
    message: text(schema['x-message']),
    format: text(schema.format) ?? text(items.format),
    mask: text(schema['x-mask']) ?? text(items['x-mask']),
    maxLength: count(schema.maxLength),
    dictionary: text(schema['x-dictionary']) ?? text(items['x-dictionary']),
    ref: text(schema['x-ref']),
    group,
    conditions: [],
    row: hasRows ? rowLeaves(schema) : undefined,
  };
}

function collect(
  schema: JsonSchema,
  prefix: string,
  group: string | undefined,
  leaves: Map<string, Leaf>,
  groups: Map<string, Group>,
): void {
  const required = new Set(strings(schema.required));
  for (const [name, property] of Object.entries(isObject(schema.properties) ? schema.properties : {})) {
    if (!isObject(property) || property['x-hidden']) continue;
    const path = prefix ? `${prefix}.${name}` : name;
    if (isGroup(property)) {
      const names = Object.keys(property.properties as object);
      groups.set(path, { path, title: text(property.title) ?? name, shape: names.join(' ') });
      collect(property, path, path, leaves, groups);
    } else {
      const leaf = leafOf(path, property, required.has(name), group);
      leaf.conditions = conditionsOf(schema, name);
      leaves.set(path, leaf);
    }
  }
}

function conditionsOf(schema: JsonSchema, name: string): LeafCondition[] {
  const found: LeafCondition[] = [];
  for (const branch of Array.isArray(schema.allOf) ? schema.allOf : []) {
    if (!isObject(branch) || !isObject(branch.if) || !isObject(branch.then)) continue;
    const property = isObject(branch.then.properties) ? branch.then.properties[name] : undefined;
    const format = isObject(property) ? text(property.format) : undefined;
    const required = strings(branch.then.required).includes(name);
    if (!format && !required) continue;
    const validator = new Validator(branch.if as Schema, '2020-12');
    found.push({ holds: group => validator.validate(group).valid, format, required });
  }
  return found;
}

export function readLeaves(schema: JsonSchema): { leaves: Map<string, Leaf>; groups: Map<string, Group> } {
  const leaves = new Map<string, Leaf>();
  const groups = new Map<string, Group>();
  collect(schema, '', undefined, leaves, groups);
  return { leaves, groups };
}
