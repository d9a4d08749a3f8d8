import { mayFollow, type Rights } from '../access/rights.ts';
import { isObject } from '../catalogue/json.ts';
import type { Catalogue, Entity, JsonSchema, Relation } from '../catalogue/types.ts';
import { captions, type Language, relationTitle } from './captions.ts';

/** What the schema of a form depends on. */
export interface SchemaView {
  catalogue: Catalogue;
  lang: Language;
  /** Rights of the reader on a kind of card; undefined when there are none or its plugin is off. */
  rightsOf(entityId: string): Rights | undefined;
}

/**
 * The card's schema as this reader's form: without fields that may not be read, `readOnly` where they may not
 * be written, with the named to-many relations as arrays of the target's own fields.
 */
export function effectiveSchema(view: SchemaView, rights: Rights, relations: readonly string[]): JsonSchema {
  const { entity } = rights;
  const schema = cutSchema(view, rights, entity.schema, '');
  const properties = schema.properties as Record<string, JsonSchema>;
  for (const name of relations) {
    const relation = entity.relations.get(name);
    const made = relation && relationSchema(view, rights, relation);
    if (made) properties[name] = made;
  }
  return schema;
}

/** One object of the card: its readable members, and the conditions that speak only of them. */
function cutSchema(view: SchemaView, rights: Rights, schema: JsonSchema, prefix: string): JsonSchema {
  const properties: Record<string, JsonSchema> = {};
  for (const [name, property] of Object.entries((schema.properties ?? {}) as Record<string, JsonSchema>)) {
    const made = cutProperty(view, rights, property, `${prefix}${name}`);
    if (made) properties[name] = made;
  }
  for (const [name, property] of Object.entries(properties))
    if (property['x-not-before'] && !properties[String(property['x-not-before'])])
      properties[name] = without(property, 'x-not-before');
  // Layout and description speak of all fields of the card, whoever reads it.
  const { allOf, required, 'x-layout': _layout, description: _description, ...rest } = schema;
  const needed = ((required as string[] | undefined) ?? []).filter(
    name => isOpen(properties[name]) && !isIdle(rights.entity, `${prefix}${name}`, properties[name]),
  );
  const kept = conditionsOn(view, allOf, properties);
  return {
    ...rest,
    ...titled(view, rights.entity, schema, prefix === '' ? '' : prefix.slice(0, -1)),
    properties,
    ...(needed.length > 0 ? { required: needed } : {}),
    ...(kept.length > 0 ? { allOf: kept } : {}),
  };
}

function without(schema: JsonSchema, keyword: string): JsonSchema {
  const { [keyword]: _, ...rest } = schema;
  return rest;
}

/** A group that a level needs for fields which this reader does not fill. */
const isIdle = (entity: Entity, path: string, property: JsonSchema | undefined): boolean =>
  entity.present?.includes(path) === true && property?.required === undefined;

const isOpen = (property: JsonSchema | undefined): boolean =>
  property !== undefined && property.readOnly !== true;

function cutProperty(
  view: SchemaView,
  rights: Rights,
  property: JsonSchema,
  path: string,
): JsonSchema | undefined {
  if (property['x-hidden']) return property;
  if (!rights.readable(path)) return undefined;
  if (property.type === 'object') {
    const made = cutSchema(view, rights, property, `${path}.`);
    return Object.keys(made.properties as object).length > 0 ? made : undefined;
  }
  const made = { ...property, ...titled(view, rights.entity, property, path) };
  if (property['x-rows']) made.items = rowSchema(view, rights.entity, property.items as JsonSchema, path);
  return rights.writable(path) ? made : { ...made, readOnly: true };
}

/** Fields of a repeating group have no rights of their own: who reads the group reads them. */
function rowSchema(view: SchemaView, entity: Entity, items: JsonSchema, path: string): JsonSchema {
  const properties = Object.entries(items.properties as Record<string, JsonSchema>).map(
    ([name, property]) => [name, { ...property, ...titled(view, entity, property, `${path}.${name}`) }],
  );
  return { ...items, properties: Object.fromEntries(properties) };
}

function titled(view: SchemaView, entity: Entity, schema: JsonSchema, path: string): JsonSchema {
  const text = captions(view.catalogue, entity.plugin, view.lang);
  const key = path === '' ? `entity.${entity.id}` : `field.${entity.id}.${path}`;
  const made: JsonSchema = {};
  if (typeof schema.title === 'string') made.title = text(key, schema.title);
  if (typeof schema['x-help'] === 'string') made['x-help'] = text(`${key}.help`, schema['x-help']);
  if (typeof schema['x-message'] === 'string')
    made['x-message'] = text(`${key}.message`, schema['x-message']);
  return made;
}

/** A condition that names a field the reader does not have would give it away, and could never be met. */
function conditionsOn(
  view: SchemaView,
  allOf: unknown,
  properties: Record<string, JsonSchema>,
): JsonSchema[] {
  const parts = Array.isArray(allOf) ? allOf.filter(isObject) : [];
  const kept = parts.filter(part => [...namesIn(part)].every(name => isOpen(properties[name])));
  // Sentences of conditions are Russian: in English the form says what was expected by itself.
  return view.lang === 'ru' ? kept : kept.map(withoutMessages);
}

const withoutMessages = (condition: JsonSchema): JsonSchema =>
  JSON.parse(
    JSON.stringify(condition, (key, value: unknown) => (key === 'x-message' ? undefined : value)),
  ) as JsonSchema;

function namesIn(condition: JsonSchema): Set<string> {
  const names = new Set<string>([
    ...Object.keys((condition.properties as object | undefined) ?? {}),
    ...((condition.required as string[] | undefined) ?? []),
  ]);
  for (const key of ['if', 'then', 'else', 'not', 'allOf', 'anyOf'])
    for (const part of [condition[key]].flat())
      if (isObject(part)) for (const name of namesIn(part)) names.add(name);
  return names;
}

/** Records of another card as rows of this form; undefined if the reader may not see them. */
function relationSchema(view: SchemaView, own: Rights, relation: Relation): JsonSchema | undefined {
  const { entity } = own;
  const rights = view.rightsOf(relation.entity);
  if (relation.kind !== 'many' || !rights || !mayFollow(own, relation, rights)) return undefined;
  const items = cutSchema(view, rights, rights.entity.schema, '');
  const { [wayBack(relation)]: _, ...properties } = items.properties as Record<string, JsonSchema>;
  const required = ((items.required as string[] | undefined) ?? []).filter(
    name => name !== wayBack(relation),
  );
  const { $id: _id, required: _required, allOf, ...rest } = items;
  const kept = conditionsOn(view, allOf, properties);
  const writable = rights.can('create') || rights.can('update') || rights.can('delete');
  return {
    type: 'array',
    title: relationTitle(view.catalogue, entity, relation, view.lang),
    'x-relation': relation.name,
    'x-entity': relation.entity,
    ...(rights.entity.files ? { 'x-files': true } : {}),
    maxItems: 500,
    ...(writable ? {} : { readOnly: true }),
    // Counted only where the reader's rights on this card name it too.
    ...(relation.counts && own.readable(relation.name) ? { 'x-counts': true } : {}),
    ...(relation.absentable && own.writable(relation.name) ? { 'x-absent': true } : {}),
    items: {
      ...rest,
      ...(required.length > 0 ? { required } : {}),
      ...(kept.length > 0 ? { allOf: kept } : {}),
      properties: { id: { type: 'string', format: 'uuid', 'x-hidden': true }, ...properties },
    },
  };
}

const wayBack = (relation: Relation): string => (relation.join === 'person' ? 'person' : relation.via);
