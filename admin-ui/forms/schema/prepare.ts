import type { FormDefinition, FormRule, JsonSchema } from '../../../core/catalogue/types.ts';
import type { EntityDescription } from '../../../core/forms/description.types.ts';
import { getAt, isObject, setAt, splitPath, type Values } from '../values/paths.ts';
import { buildLayout, type Tab } from './layout.ts';
import { type Group, type Leaf, readLeaves } from './leaves.ts';

/** One form made ready: computed once per description and kept, so that everything handed to rjsf is stable. */
export interface PreparedForm {
  leaves: Map<string, Leaf>;
  groups: Map<string, Group>;
  tabs: Tab[];
  rules: FormRule[];
  /** For rjsf: shape only. Without conditions and defaults it neither validates nor fills in anything by itself. */
  viewSchema: JsonSchema;
  /** The same for each field by its path. */
  views: Map<string, JsonSchema>;
  /** For the validator: the card's schema with the codes of its dictionaries as `enum`. */
  validationSchema: JsonSchema;
}

const DROPPED = new Set([
  'allOf',
  'anyOf',
  'oneOf',
  'if',
  'then',
  'else',
  'not',
  'default',
  'dependentRequired',
]);

function viewOf(schema: JsonSchema): JsonSchema {
  const view: JsonSchema = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (DROPPED.has(keyword) || keyword.startsWith('$')) continue;
    if (keyword === 'properties' && isObject(value)) {
      view.properties = Object.fromEntries(
        Object.entries(value).map(([name, property]) => [name, viewOf(isObject(property) ? property : {})]),
      );
    } else if (keyword === 'items') view.items = isObject(value) ? viewOf(value) : value;
    else if (keyword !== 'enum') view[keyword] = value;
  }
  if (view.type === undefined) view.type = view.properties ? 'object' : view.items ? 'array' : 'string';
  return view;
}

function withCodes(schema: unknown, codesOf: (dictionary: string) => string[] | undefined): unknown {
  if (Array.isArray(schema)) return schema.map(item => withCodes(item, codesOf));
  if (!isObject(schema)) return schema;
  const result: JsonSchema = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (keyword === '$id' || keyword === '$schema') continue;
    result[keyword] = keyword.startsWith('x-') || keyword === 'default' ? value : withCodes(value, codesOf);
  }
  const codes = typeof schema['x-dictionary'] === 'string' ? codesOf(schema['x-dictionary']) : undefined;
  if (codes && schema.type !== 'array') result.enum = codes;
  return result;
}

export interface FormSource {
  schema: JsonSchema;
  form: Pick<FormDefinition, 'tabs' | 'rules'>;
  dictionaries: EntityDescription['dictionaries'];
}

export function prepareForm({ schema, form, dictionaries }: FormSource): PreparedForm {
  const { leaves, groups } = readLeaves(schema);
  const codesOf = (id: string) => dictionaries[id]?.map(item => item.code);
  return {
    leaves,
    groups,
    tabs: buildLayout(form, leaves, groups),
    rules: form.rules ?? [],
    viewSchema: viewOf(schema),
    views: new Map([...leaves.values()].map(leaf => [leaf.path, viewOf(leaf.schema)])),
    validationSchema: withCodes(schema, codesOf) as JsonSchema,
  };
}

/** Starting values that the schema names by `default`, for a new record. */
export function defaultsOf(leaves: Iterable<Leaf>): Values {
  let values: Values = {};
  for (const leaf of leaves) {
    if (leaf.schema.default !== undefined && !leaf.readOnly)
      values = setAt(values, leaf.path, leaf.schema.default);
  }
  return values;
}

/** The part of a record that the form edits: its leaves, rows reduced to their fields and id, and `absent`. */
export function formValues(record: Values, leaves: Iterable<Leaf>): Values {
  let values: Values = {};
  for (const leaf of leaves) {
    const value = getAt(record, leaf.path);
    if (value === undefined) continue;
    values = setAt(
      values,
      leaf.path,
      leaf.row && Array.isArray(value) ? value.map(row => rowValues(row, leaf)) : value,
    );
  }
  if (Array.isArray(record.absent)) values.absent = [...record.absent];
  return values;
}

function rowValues(row: unknown, leaf: Leaf): Values {
  const kept = formValues(isObject(row) ? row : {}, leaf.row ?? []);
  if (leaf.kind === 'relation') delete kept.absent;
  return isObject(row) && row.id !== undefined ? { id: row.id, ...kept } : kept;
}

/** What may be sent: read-only fields are shown by the form but never written back. */
export function writableValues(values: Values, leaves: Iterable<Leaf>): Values {
  let result: Values = { ...values };
  for (const leaf of leaves) {
    const value = getAt(result, leaf.path);
    if (leaf.readOnly) {
      if (value !== undefined) result = setAt(result, splitPath(leaf.path), undefined);
    } else if (leaf.row && Array.isArray(value)) {
      result = setAt(
        result,
        leaf.path,
        value.map(row => writableValues(row as Values, leaf.row ?? [])),
      );
    }
  }
  return result;
}
