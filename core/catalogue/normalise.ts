import { normaliseFormat } from '../formats/formats.ts';
import { normaliseText } from '../formats/text.ts';
import { isObject, type Json } from './json.ts';
import type { Entity, JsonSchema } from './types.ts';

/**
 * The stored form of a record or of a part of it: identifiers without spaces and hyphens, days as ISO, text in
 * NFC without spaces around, empty text as null. Members that the card does not know are left for the check.
 *
 * @param stored  the record as it stands, for a patch: the kind of a document decides the form of its number
 */
export function normaliseRecord(entity: Entity, value: Json, stored: Json = {}): Json {
  return normaliseObject(entity.schema, value, stored);
}

function normaliseObject(schema: JsonSchema, value: Json, stored: Json): Json {
  const properties = schema.properties as Record<string, JsonSchema> | undefined;
  const chosen = chosenFormats(schema, { ...stored, ...value });
  const result: [string, unknown][] = [];
  for (const [name, given] of Object.entries(value)) {
    const known = properties && Object.hasOwn(properties, name) ? properties[name] : undefined;
    const before = isObject(stored[name]) ? stored[name] : {};
    result.push([name, known ? normaliseValue(known, given, before, chosen.get(name)) : given]);
  }
  return Object.fromEntries(result);
}

function normaliseValue(schema: JsonSchema, value: unknown, stored: Json, chosen?: string): unknown {
  if (typeof value === 'string') return normaliseString(schema, value, chosen);
  if (Array.isArray(value)) {
    const items = schema.items as JsonSchema | undefined;
    if (!items) return value;
    return value.map(item => normaliseValue(items, item, {})).filter(item => item !== null);
  }
  return isObject(value) && schema.type === 'object' ? normaliseObject(schema, value, stored) : value;
}

function normaliseString(schema: JsonSchema, value: string, chosen?: string): string | null {
  if (schema.type !== 'string') return value.trim() === '' ? null : value;
  const format = chosen ?? schema.format;
  const text =
    typeof format === 'string' ? normaliseFormat(format, value.normalize('NFC')) : normaliseText(value);
  return text === '' ? null : text;
}

/** Formats that conditions give to members: a passport's series is not a birth certificate's. */
function chosenFormats(schema: JsonSchema, value: Json): Map<string, string> {
  const formats = new Map<string, string>();
  for (const part of (schema.allOf as JsonSchema[] | undefined) ?? []) {
    if (!isObject(part.if) || !isObject(part.then) || !holds(part.if as JsonSchema, value)) continue;
    const then = (part.then as JsonSchema).properties as Record<string, JsonSchema> | undefined;
    for (const [name, rule] of Object.entries(then ?? {}))
      if (typeof rule.format === 'string') formats.set(name, rule.format);
  }
  return formats;
}

/** A condition on plain values of members; anything more is left to the validator and does not hold here. */
function holds(condition: JsonSchema, value: Json): boolean {
  const tests = Object.entries((condition.properties as Record<string, JsonSchema> | undefined) ?? {});
  return (
    tests.length > 0 &&
    tests.every(([name, test]) =>
      test.const === undefined
        ? Array.isArray(test.enum) && test.enum.includes(value[name])
        : test.const === value[name],
    )
  );
}
