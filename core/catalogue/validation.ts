import type { Ajv2020, ErrorObject, ValidateFunction } from 'ajv/dist/2020.js';
import { isAbsentable } from '../expressions/parts.ts';
import { dateOrderFaults } from '../formats/date-order.ts';
import { explainFault } from '../formats/messages.ts';
import { nameTextFlaw, textFlaw } from '../formats/text.ts';
import type { FieldProblem } from '../problems.ts';
import { createAjv } from './ajv.ts';
import { step } from './fault.ts';
import { identityProblems } from './identity-rules.ts';
import { isObject, type Json, pointerParts, valueAt } from './json.ts';
import { chosenProblems, isMarked, ruleProblems } from './level-rules.ts';
import { normaliseRecord } from './normalise.ts';
import type { Catalogue, Entity, JsonSchema } from './types.ts';

/** SC1: no answer lists more problems than this. */
const MAX_PROBLEMS = 100;
const MAX_DEPTH = 16;

export interface RecordCheck {
  /** The value is a record as stored: fields kept by the system are checked, not refused. Default false. */
  stored?: boolean;
}

/** Checks records of every kind of card; one per catalogue, each schema compiled when first needed. */
export interface Validators {
  /**
   * What is wrong with a whole record in the API's shape: `person` and groups as objects, repeating groups as
   * arrays, references as ids, `absent` as a list of paths. Null counts as absent. To-many relations and objects
   * in place of a reference are taken out by the gateway beforehand.
   *
   * @returns at most 100 problems with JSON pointers; a required member is named at its own place
   */
  record(entityId: string, value: unknown, options?: RecordCheck): FieldProblem[];
  /**
   * Codes in changed fields that a level no longer offers. Those that the record has already may stay.
   *
   * @param changed  paths -> new values
   */
  chosen(entityId: string, changed: ReadonlyMap<string, unknown>, stored: Json): FieldProblem[];
  /** The stored form; see `normaliseRecord`. Call before `record`. */
  normalise(entityId: string, value: Json, stored?: Json): Json;
}

export function compileValidators(catalogue: Catalogue): Validators {
  const ajv = createAjv();
  const compiled = new Map<string, RecordValidator>();
  const entityOf = (id: string): Entity => {
    const entity = catalogue.entities.get(id);
    if (!entity) throw new Error(`no entity ${id}`);
    return entity;
  };
  return {
    record(entityId, value, options = {}) {
      const key = `${entityId} ${options.stored === true}`;
      const known =
        compiled.get(key) ?? new RecordValidator(ajv, entityOf(entityId), options.stored === true);
      compiled.set(key, known);
      return known.check(value);
    },
    chosen: (entityId, changed, stored) => chosenProblems(catalogue, entityOf(entityId), changed, stored),
    normalise: (entityId, value, stored) => normaliseRecord(entityOf(entityId), value, stored),
  };
}

class RecordValidator {
  readonly #entity: Entity;
  readonly #schema: JsonSchema;
  readonly #validate: ValidateFunction;

  constructor(ajv: Ajv2020, entity: Entity, stored: boolean) {
    this.#entity = entity;
    this.#schema = recordSchema(entity, stored);
    this.#validate = ajv.compile(this.#schema);
  }

  check(value: unknown): FieldProblem[] {
    if (!isObject(value)) return [{ path: '', code: 'TYPE', message: 'Ожидается карточка: объект JSON' }];
    const problems: FieldProblem[] = [];
    const record = clean(value, '', 0, problems, this.#schema);
    if (problems.length > 0) return problems.slice(0, MAX_PROBLEMS);
    for (const path of this.#entity.present ?? []) makePresent(record, path);
    if (!this.#validate(record)) {
      const places = new Set<string>();
      for (const error of this.#validate.errors ?? []) {
        const problem = this.#problem(error, record);
        // One sentence for one place: a wrong type breaks other keywords too.
        if (!problem || places.has(problem.path)) continue;
        places.add(problem.path);
        problems.push(problem);
        if (problems.length >= MAX_PROBLEMS) break;
      }
    }
    problems.push(...ruleProblems(this.#entity, record));
    if (problems.length > 0) return problems;
    return [...identityProblems(this.#entity, record), ...dateOrderFaults(this.#schema, record)].slice(
      0,
      MAX_PROBLEMS,
    );
  }

  #problem(error: ErrorObject, record: Json): FieldProblem | undefined {
    const { keyword, instancePath, params } = error;
    if (keyword === 'additionalProperties') return this.#unknown(instancePath, params.additionalProperty);
    const path = keyword === 'required' ? instancePath + step(params.missingProperty) : instancePath;
    // «Нет» is an answer.
    if (keyword === 'required' && isMarked(record, pointerParts(path).join('.'))) return undefined;
    const schema = { ...this.#schemaAt(path), ...ownMessage(error.parentSchema) };
    const found = explainFault({
      keyword,
      limit: error.schema ?? limitOf(params),
      schema,
      value: valueAt(record, path),
    });
    return found && { path, ...found };
  }

  #unknown(parent: string, name: string): FieldProblem {
    const path = parent + step(name);
    const known = this.#entity.fields.get(pointerParts(path).join('.'));
    return known?.computed
      ? { path, code: 'COMPUTED', message: `${known.title}: поле ведёт система, изменить его нельзя` }
      : { path, code: 'FIELD_UNKNOWN', message: `Поля «${pointerParts(path).join('.')}» нет` };
  }

  /** Schema of the place of a value, by properties and items. */
  #schemaAt(pointer: string): JsonSchema {
    let schema: JsonSchema = this.#schema;
    for (const part of pointerParts(pointer)) {
      const next = propertyOf(schema, part) ?? (schema.items as JsonSchema | undefined);
      if (!next) return {};
      // An item of a plain list is spoken of under the title of the list.
      schema =
        schema.title && !next.title && next.type !== 'object' ? { ...next, title: schema.title } : next;
    }
    return schema;
  }
}

/** A group cleared field by field is an absent group; a person without a name is a fault of the name. */
const isEmptyGroup = (value: unknown, schema: JsonSchema | undefined): boolean =>
  schema?.type === 'object' && !schema['x-from'] && isObject(value) && Object.keys(value).length === 0;

function propertyOf(schema: JsonSchema | undefined, name: string): JsonSchema | undefined {
  const properties = schema?.properties as Record<string, JsonSchema> | undefined;
  return properties && Object.hasOwn(properties, name) ? properties[name] : undefined;
}

const ownMessage = (schema: unknown): JsonSchema =>
  isObject(schema) && schema['x-message'] ? { 'x-message': schema['x-message'] } : {};

const limitOf = (params: Record<string, unknown>): unknown =>
  params.limit ?? params.format ?? params.type ?? params.multipleOf;

/** The card's schema for whole records: with the members that stand beside the fields. */
function recordSchema(entity: Entity, stored: boolean): JsonSchema {
  const { $id: _, ...schema } = entity.schema;
  const properties = { ...(schema.properties as Record<string, JsonSchema>) };
  for (const [path, field] of entity.fields)
    if (field.computed && !stored) removeAt(properties, path.split('.'));
  if (properties.person) {
    const own = properties.person.properties as Record<string, JsonSchema>;
    properties.person = {
      ...properties.person,
      properties: { ...own, id: { type: 'string', format: 'uuid' }, isNew: { type: 'boolean' } },
    };
  }
  const absentable = [...entity.fields.keys(), ...entity.relations.keys()].filter(path =>
    isAbsentable(entity, path),
  );
  properties.absent = {
    title: 'Отметки «нет»',
    type: 'array',
    uniqueItems: true,
    maxItems: 500,
    items: absentable.length > 0 ? { type: 'string', enum: absentable } : { type: 'string', maxLength: 0 },
  };
  properties.ext ??= {
    title: 'Дополнительные поля',
    type: 'object',
    properties: {},
    additionalProperties: false,
  };
  return { ...schema, properties };
}

function makePresent(record: Json, path: string): void {
  let here = record;
  for (const name of path.split('.')) {
    here[name] ??= Object.create(null) as Json;
    if (!isObject(here[name])) return;
    here = here[name] as Json;
  }
}

function removeAt(properties: Record<string, JsonSchema>, path: string[]): void {
  const [name = '', ...rest] = path;
  const inner = properties[name];
  if (!inner) return;
  if (rest.length === 0) {
    delete properties[name];
    return;
  }
  const copy = { ...(inner.properties as Record<string, JsonSchema>) };
  removeAt(copy, rest);
  properties[name] = { ...inner, properties: copy };
}

/** The value without nulls; on the way every text is looked at (SC5). */
function clean(
  value: Json,
  pointer: string,
  depth: number,
  problems: FieldProblem[],
  schema?: JsonSchema,
): Json {
  // Without a prototype a member called __proto__ is an ordinary unknown one.
  const result: Json = Object.create(null);
  for (const [name, member] of Object.entries(value)) {
    if (member === null || member === undefined) continue;
    const inner = propertyOf(schema, name);
    const cleaned = cleanValue(member, pointer + step(name), depth + 1, problems, inner);
    if (!isEmptyGroup(cleaned, inner)) result[name] = cleaned;
  }
  return result;
}

function cleanValue(
  value: unknown,
  pointer: string,
  depth: number,
  problems: FieldProblem[],
  schema?: JsonSchema,
): unknown {
  if (depth > MAX_DEPTH) {
    problems.push({ path: pointer, code: 'TOO_DEEP', message: `Вложенность больше ${MAX_DEPTH} уровней` });
    return undefined;
  }
  if (typeof value === 'string') {
    const found = schema?.format === 'person-name' ? nameTextFlaw(value) : textFlaw(value);
    if (found)
      problems.push({
        path: pointer,
        code: found.code,
        message: `${schema?.title ?? 'Текст'}: ${found.reason}`,
      });
    return value;
  }
  if (Array.isArray(value)) {
    const items = schema?.items as JsonSchema | undefined;
    return value.map((item, index) => cleanValue(item, `${pointer}/${index}`, depth + 1, problems, items));
  }
  return isObject(value) ? clean(value, pointer, depth, problems, schema) : value;
}
