/** Reading and writing by path in plain JSON values; nothing is changed in place. */

export type Values = Record<string, unknown>;
export type PathPart = string | number;

export const isObject = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const splitPath = (path: string): string[] => (path === '' ? [] : path.split('.'));

/** `person.lastName` in `{person: {lastName: 'Крот'}}` is «Крот»; a missing step gives undefined. */
export function getAt(values: unknown, path: string | readonly PathPart[]): unknown {
  let here: unknown = values;
  for (const part of typeof path === 'string' ? splitPath(path) : path) {
    if (Array.isArray(here)) here = here[Number(part)];
    else if (isObject(here)) here = here[part];
    else return undefined;
  }
  return here;
}

export function setAt<T>(values: T, path: string | readonly PathPart[], value: unknown): T {
  const [part, ...rest] = typeof path === 'string' ? splitPath(path) : path;
  if (part === undefined) return value as T;
  if (Array.isArray(values)) {
    const copy = [...values];
    copy[Number(part)] = setAt(copy[Number(part)], rest, value);
    return copy as T;
  }
  const here: Values = isObject(values) ? values : {};
  return { ...here, [part]: setAt(here[part], rest, value) } as T;
}

/** Nothing to store: undefined, null, an empty text or list, or an object of only such. False and 0 are values. */
export function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  return isObject(value) && Object.values(value).every(isEmpty);
}

export function sameValue(left: unknown, right: unknown): boolean {
  if (left === right || (isEmpty(left) && isEmpty(right))) return true;
  if (Array.isArray(left) && Array.isArray(right))
    return left.length === right.length && left.every((item, index) => sameValue(item, right[index]));
  if (isObject(left) && isObject(right))
    return [...new Set([...Object.keys(left), ...Object.keys(right)])].every(key =>
      sameValue(left[key], right[key]),
    );
  return false;
}

/** The same values without empty members; rows keep their place, so that error pointers still fit. */
export function prune(values: unknown): unknown {
  if (Array.isArray(values)) return values.map(item => (isObject(item) ? (prune(item) ?? {}) : item));
  if (!isObject(values)) return values;
  const kept: Values = {};
  for (const [key, value] of Object.entries(values)) {
    if (!isEmpty(value)) kept[key] = prune(value);
  }
  return kept;
}
