import type { JsonSchema } from './types.ts';

/** Plain JSON objects as they come in bodies. */
export type Json = { [name: string]: unknown };

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Parts of a JSON pointer. */
export const pointerParts = (pointer: string): string[] =>
  pointer === ''
    ? []
    : pointer
        .slice(1)
        .split('/')
        .map(part => part.replaceAll('~1', '/').replaceAll('~0', '~'));

/** The value at a pointer; undefined if there is none. */
export function valueAt(root: unknown, pointer: string): unknown {
  let value = root;
  for (const part of pointerParts(pointer)) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Json)[part];
  }
  return value;
}

/** Schema of the property at a path of nested objects. */
export function propertyAt(schema: JsonSchema, path: string): JsonSchema | undefined {
  let place: JsonSchema | undefined = schema;
  for (const name of path.split('.'))
    place = (place?.properties as Record<string, JsonSchema> | undefined)?.[name];
  return place;
}
