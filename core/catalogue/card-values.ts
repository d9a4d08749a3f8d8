/** Single values of a card: their column types and their JSON Schema. */
import type { Field, FieldKind, JsonSchema } from './types.ts';

/** PostgreSQL's `integer`. */
export const INT_MAX = 2_147_483_647;
const SAFE_MAX = Number.MAX_SAFE_INTEGER;
const DECIMAL_MAX = 1e15;
/** SC3: every text and list has a limit. */
export const TEXT_LENGTH = 2_000;
const DAY_LENGTH = 30;
export const LIST_LENGTH = 500;

export const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** How one value is stored and checked. */
export interface LeafValue {
  kind: FieldKind;
  sqlType: string;
  schema: JsonSchema;
  extra: Partial<Field>;
}

export function counts(given: JsonSchema, kind: FieldKind, computed: boolean): boolean {
  if (typeof given['x-counts'] === 'boolean') return given['x-counts'];
  return kind !== 'boolean' && !computed;
}

export function textValue(given: JsonSchema): LeafValue {
  const format = text(given.format);
  const isDay = format === 'date' || format === 'past-date';
  const isInstant = format === 'date-time';
  return {
    kind: isDay ? 'date' : isInstant ? 'instant' : 'text',
    sqlType: isDay ? 'date' : isInstant ? 'timestamptz' : 'text',
    schema: {
      type: 'string',
      maxLength: given.maxLength ?? (isDay || isInstant ? DAY_LENGTH : TEXT_LENGTH),
      ...pick(given, ['minLength', 'pattern', 'format']),
    },
    extra: {},
  };
}

export function numberValue(given: JsonSchema): LeafValue {
  const whole = given.type === 'integer';
  const bounds = [given.minimum, given.maximum, given.exclusiveMinimum, given.exclusiveMaximum];
  const large = bounds.some(bound => typeof bound === 'number' && Math.abs(bound) > INT_MAX);
  const limit = whole ? (large ? SAFE_MAX : INT_MAX) : DECIMAL_MAX;
  return {
    kind: whole ? 'integer' : 'decimal',
    sqlType: whole ? (large ? 'bigint' : 'integer') : 'numeric',
    schema: {
      type: given.type,
      minimum: given.minimum ?? -limit,
      maximum: given.maximum ?? limit,
      ...pick(given, ['exclusiveMinimum', 'exclusiveMaximum', 'multipleOf']),
    },
    extra: {},
  };
}

const KEPT = [
  'title',
  'description',
  'enum',
  'const',
  'default',
  'x-ref',
  'x-help',
  'x-message',
  'x-multiline',
  'x-elapsed',
  'x-absent',
  'x-not-before',
];

export function leafSchema(given: JsonSchema, value: LeafValue, field: Field): JsonSchema {
  return {
    ...value.schema,
    ...pick(given, KEPT),
    'x-class': field.class,
    'x-counts': field.counts,
    ...(field.mask ? { 'x-mask': field.mask } : {}),
    ...(field.computed ? { 'x-computed': true } : {}),
  };
}

/** The named keywords that are given. */
export function pick(schema: JsonSchema, keywords: readonly string[]): JsonSchema {
  return Object.fromEntries(keywords.filter(key => schema[key] !== undefined).map(key => [key, schema[key]]));
}

/**
 * Conditions of an object, ready for the validator. A condition on a field that is absent would hold (JSON
 * Schema takes an absent member as fitting), so each `if` also requires the members it looks at.
 */
export function conditions(schema: JsonSchema): JsonSchema {
  return Array.isArray(schema.allOf)
    ? { allOf: schema.allOf.map(part => completeIf(part as JsonSchema)) }
    : {};
}

function completeIf(condition: JsonSchema): JsonSchema {
  const done: JsonSchema = { ...condition };
  for (const key of ['then', 'else', 'not']) if (done[key]) done[key] = completeIf(done[key] as JsonSchema);
  for (const key of ['allOf', 'anyOf'])
    if (done[key]) done[key] = (done[key] as JsonSchema[]).map(completeIf);
  if (done.if) {
    const test = done.if as JsonSchema;
    const looked = Object.keys((test.properties as object | undefined) ?? {});
    done.if = { ...test, required: [...new Set([...((test.required as string[]) ?? []), ...looked])] };
  }
  return done;
}
