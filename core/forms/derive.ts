/**
 * The installed catalogue with what the levels of management have published over it. Pure; the installed one is never
 * changed, and what no layer touches is shared with it.
 *
 * A layer was checked when it was published. A module or a level above may have changed since: names that are no longer
 * there are passed over, and come back with what they name.
 */
import { CUSTOM_GROUP } from '../access/rights.ts';
import { propertyAt } from '../catalogue/json.ts';
import type { Catalogue, Dictionary, Entity, Field, JsonSchema } from '../catalogue/types.ts';
import { CUSTOM_GROUP_TITLE, compileCustomFields } from './custom-fields.ts';
import { applyDictionaryLayer } from './derive-dictionaries.ts';
import { layOut } from './derive-form.ts';
import { relabelEntity } from './derive-titles.ts';
import type { CustomField, FormLayer, PublishedLayer } from './layers.ts';

/** @param layers  of the region first, of the organisation last */
export function deriveCatalogue(installed: Catalogue, layers: readonly PublishedLayer[]): Catalogue {
  const catalogue: Catalogue = {
    ...installed,
    version: `${installed.version} ${layers.map(layer => layer.id).join(' ')}`,
    entities: new Map(installed.entities),
    dictionaries: new Map(installed.dictionaries),
    locales: new Map(installed.locales),
  };
  const changed = new Set<string>();
  for (const layer of layers) {
    if (layer.kind !== 'dictionary') continue;
    const next = applyDictionaryLayer(
      catalogue.dictionaries.get(layer.subject),
      layer.subject,
      layer.definition,
    );
    if (!next) continue;
    catalogue.dictionaries.set(layer.subject, next);
    changed.add(layer.subject);
  }
  if (changed.size > 0)
    for (const [id, entity] of catalogue.entities)
      if (!entity.builtin) catalogue.entities.set(id, withCodes(entity, catalogue.dictionaries, changed));
  for (const layer of layers) {
    const entity = layer.kind === 'form' ? catalogue.entities.get(layer.subject) : undefined;
    if (entity && !entity.builtin && layer.kind === 'form')
      catalogue.entities.set(entity.id, applyForm(catalogue, entity, layer.organisationId, layer.definition));
  }
  return catalogue;
}

function applyForm(catalogue: Catalogue, base: Entity, organisationId: number, layer: FormLayer): Entity {
  const entity: Entity = {
    ...base,
    fields: new Map(base.fields),
    relations: new Map(base.relations),
    groups: new Map(base.groups),
    search: [...base.search],
    present: [...(base.present ?? [])],
    schema: structuredClone(base.schema),
  };
  const compiled = compileCustomFields(catalogue, base, organisationId, layer.fields);
  addFields(entity, compiled.fields);
  addProperties(entity, compiled.properties, compiled.required);
  nameInEnglish(catalogue, entity, layer.fields);
  const { overlay } = layer;
  for (const path of overlay.require) requireField(entity, path);
  for (const name of overlay.hide) uncount(entity, name);
  relabelEntity(catalogue, entity, overlay.relabel);
  entity.form = layOut(entity, overlay, [
    ...compiled.required.map(id => `${CUSTOM_GROUP}.${id}`),
    ...overlay.require,
  ]);
  return entity;
}

function addFields(entity: Entity, fields: readonly Field[]): void {
  for (const field of fields) {
    entity.fields.set(field.path, field);
    if (field.kind === 'ref' && field.ref)
      entity.relations.set(field.path, {
        name: field.path,
        kind: 'one',
        entity: field.ref,
        join: 'ref',
        via: field.path,
        title: field.title,
      });
    // What is special is found by those who open the card, not by typing it into a search box.
    if (field.kind === 'text' && field.class !== 'special') entity.search.push(field.path);
  }
}

function addProperties(entity: Entity, added: Record<string, JsonSchema>, required: readonly string[]): void {
  if (Object.keys(added).length === 0) return;
  const properties = entity.schema.properties as Record<string, JsonSchema>;
  const known = properties[CUSTOM_GROUP];
  properties[CUSTOM_GROUP] = {
    type: 'object',
    title: CUSTOM_GROUP_TITLE,
    properties: { ...(known?.properties as object | undefined), ...added },
    additionalProperties: false,
    ...(known?.required ? { required: known.required } : {}),
  };
  entity.groups.set(CUSTOM_GROUP, CUSTOM_GROUP_TITLE);
  for (const id of required) requireMember(entity, [CUSTOM_GROUP, id]);
}

/** The form of a level says what must be filled; the groups on the way are then there, so that the field is named. */
function requireField(entity: Entity, path: string): void {
  const field = entity.fields.get(path);
  if (!field || field.required || field.computed) return;
  entity.fields.set(path, { ...field, required: true, requiredByLevel: true });
  requireMember(entity, path.split('.'));
}

function requireMember(entity: Entity, names: readonly string[]): void {
  let schema: JsonSchema | undefined = entity.schema;
  for (const [index, name] of names.entries()) {
    if (!schema) return;
    const required: string[] = (schema.required as string[] | undefined) ?? [];
    if (!required.includes(name)) schema.required = [...required, name];
    const group = names.slice(0, index + 1).join('.');
    if (index < names.length - 1 && !entity.present?.includes(group)) entity.present?.push(group);
    schema = (schema.properties as Record<string, JsonSchema> | undefined)?.[name];
  }
}

/** What is not in the form is not missing in the card. */
function uncount(entity: Entity, name: string): void {
  for (const [path, field] of entity.fields) {
    if (path !== name && !path.startsWith(`${name}.`)) continue;
    entity.fields.set(path, { ...field, counts: false });
    const property = propertyAt(entity.schema, path);
    if (property) property['x-counts'] = false;
  }
}

function nameInEnglish(catalogue: Catalogue, entity: Entity, fields: readonly CustomField[]): void {
  const named = fields.filter(field => field.titleEn);
  if (named.length === 0) return;
  const known = catalogue.locales.get(entity.plugin) ?? {};
  const added = named.map(field => [
    `field.${entity.id}.${CUSTOM_GROUP}.${field.id}`,
    field.titleEn as string,
  ]);
  catalogue.locales.set(entity.plugin, {
    ...known,
    [`field.${entity.id}.${CUSTOM_GROUP}`]: 'Additional fields',
    ...Object.fromEntries(added),
  });
}

/** Codes that a level has added are values like the others; those it no longer offers stay valid where they are. */
function withCodes(
  entity: Entity,
  dictionaries: ReadonlyMap<string, Dictionary>,
  changed: ReadonlySet<string>,
): Entity {
  if (![...allFields(entity)].some(field => field.dictionary && changed.has(field.dictionary))) return entity;
  const renewed = (schema: unknown): unknown => {
    if (Array.isArray(schema)) return schema.map(renewed);
    if (typeof schema !== 'object' || schema === null) return schema;
    const copy = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, renewed(value)]));
    const id = copy['x-dictionary'];
    if (typeof id === 'string' && changed.has(id) && Array.isArray(copy.enum))
      copy.enum = dictionaries.get(id)?.items.map(item => item.code) ?? copy.enum;
    return copy;
  };
  return { ...entity, schema: renewed(entity.schema) as JsonSchema };
}

function* allFields(entity: Entity): Generator<Field> {
  for (const field of entity.fields.values()) {
    yield field;
    yield* field.rows ?? [];
  }
}
