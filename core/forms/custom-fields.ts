/** Custom fields of one kind of card, compiled by the same rules as the fields of a schema file. */
import { CUSTOM_GROUP, tupleReads } from '../access/rights.ts';
import { PropertyCompiler } from '../catalogue/card-fields.ts';
import { Definitions } from '../catalogue/definitions.ts';
import type { Catalogue, CustomOrigin, Entity, Field, Grant, JsonSchema } from '../catalogue/types.ts';
import type { CustomField } from './layers.ts';

export const CUSTOM_GROUP_TITLE = 'Дополнительные поля';
export const CUSTOM_ID = /^cf_[a-z0-9]{10}$/;
export const customPath = (id: string): string => `${CUSTOM_GROUP}.${id}`;

const TEXT_LENGTH = 300;

export interface CompiledCustom {
  fields: Field[];
  /** Properties of the object `ext`. */
  properties: Record<string, JsonSchema>;
  required: string[];
}

let shared: Definitions | undefined;

/**
 * @param catalogue  with the dictionaries as they are at this level
 * @param entity     as the levels above leave it
 */
export function compileCustomFields(
  catalogue: Catalogue,
  entity: Entity,
  organisationId: number,
  given: readonly CustomField[],
): CompiledCustom {
  const live = given.filter(field => !field.retired && isAlive(catalogue, field));
  if (live.length === 0) return { fields: [], properties: {}, required: [] };
  shared ??= new Definitions();
  const refuse = (pointer: string, reason: string): never => {
    throw new Error(`custom fields of ${entity.id}, ${pointer}: ${reason}`);
  };
  const required = live.filter(field => field.required).map(field => field.id);
  const compiled = new PropertyCompiler('', shared, catalogue.dictionaries, refuse).compile(
    {
      properties: Object.fromEntries(live.map(field => [field.id, propertyOf(field)])),
      required,
    },
    { class: 'open', basis: 'law', source: [] },
  );
  const grants = catalogue.grants.filter(grant => grant.entity === entity.id);
  const fields = compiled.fields.map((field, index): Field => {
    const definition = live[index] as CustomField;
    return {
      ...field,
      path: customPath(field.path),
      column: CUSTOM_GROUP,
      index: false,
      ...(field.required ? { requiredByLevel: true } : {}),
      custom: originOf(entity, grants, organisationId, definition),
    };
  });
  return { fields, properties: compiled.schema, required };
}

/** A module may have taken the dictionary or the kind of card away: then the field waits for it to come back. */
const isAlive = (catalogue: Catalogue, field: CustomField): boolean =>
  (field.dictionary === undefined || catalogue.dictionaries.has(field.dictionary)) &&
  (field.ref === undefined || catalogue.entities.has(field.ref));

/** The field as a property of a schema file would be. */
function propertyOf(field: CustomField): JsonSchema {
  return {
    title: field.title,
    ...kindOf(field),
    ...(field.help ? { 'x-help': field.help } : {}),
    'x-class': field.class,
    'x-basis': field.basis,
    ...(field.purpose ? { 'x-purpose': field.purpose } : {}),
    'x-counts': field.counts,
    ...(field.absentable ? { 'x-absent': true } : {}),
  };
}

function kindOf(field: CustomField): JsonSchema {
  const bounds = {
    ...(field.minimum === undefined ? {} : { minimum: field.minimum }),
    ...(field.maximum === undefined ? {} : { maximum: field.maximum }),
  };
  switch (field.kind) {
    case 'text':
      return {
        type: 'string',
        maxLength: field.maxLength ?? TEXT_LENGTH,
        ...(field.format ? { format: field.format } : {}),
      };
    case 'multiline':
      return {
        type: 'string',
        'x-multiline': true,
        ...(field.maxLength === undefined ? {} : { maxLength: field.maxLength }),
      };
    case 'date':
      return { type: 'string', format: 'date' };
    case 'integer':
      return { type: 'integer', ...bounds };
    case 'decimal':
      return { type: 'number', ...bounds };
    case 'boolean':
      return { type: 'boolean' };
    case 'dictionary':
      return { 'x-dictionary': field.dictionary };
    case 'dictionaries':
      return { type: 'array', items: { 'x-dictionary': field.dictionary }, uniqueItems: true };
    case 'ref':
      return { 'x-ref': field.ref };
  }
}

/** The tuples that the field is added to: those of the listed roles, as far as they reach rows of such data. */
function originOf(
  entity: Entity,
  grants: readonly Grant[],
  organisationId: number,
  field: CustomField,
): CustomOrigin {
  const of = (roles: readonly string[], actions: readonly string[]) => {
    const chosen = grants.filter(
      grant => roles.includes(grant.role) && actions.some(action => grant.actions.includes(action)),
    );
    return [...Map.groupBy(chosen, grant => grant.role).values()].flatMap(own => {
      const alike = own.filter(grant => opensAlike(entity, grant, field.class));
      return alike.length > 0 ? alike : own;
    });
  };
  const write = new Set(of(field.write, ['create', 'update']));
  const reading = new Set([...field.read, ...field.write]);
  return { id: field.id, organisationId, read: new Set(of([...reading], ['read', 'export'])), write };
}

/**
 * A role may see names of everyone and more of its own rows by another tuple: personal and special data are added
 * to tuples that open such data of the card already.
 */
function opensAlike(entity: Entity, grant: Grant, of: CustomField['class']): boolean {
  if (of !== 'personal' && of !== 'special') return true;
  return [...entity.fields.values()].some(
    field =>
      field.owner === 'record' &&
      !field.custom &&
      (field.class === 'special' || (of === 'personal' && field.class === 'personal')) &&
      tupleReads(entity, grant, field.path),
  );
}
