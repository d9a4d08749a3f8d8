/** Faults of a form by place. A place is a JSON pointer into the data, the same that the server names. */
import type { ErrorSchema } from '@rjsf/utils';
import { isObject, type PathPart, type Values } from '../values/paths.ts';

/** JSON pointer -> one sentence. The order is the order of the form. */
export type Problems = ReadonlyMap<string, string>;

export const NO_PROBLEMS: Problems = new Map();

const encode = (part: PathPart) => String(part).replaceAll('~', '~0').replaceAll('/', '~1');
const decode = (part: string) => part.replaceAll('~1', '/').replaceAll('~0', '~');

/** `['rows', 0, 'n']` or `rows.0.n` is `/rows/0/n`. */
export const pointerOf = (path: string | readonly PathPart[]): string =>
  (typeof path === 'string' ? path.split('.') : path).map(part => `/${encode(part)}`).join('');

/** `/rows/0/n` is `rows.0.n`; a leading `#` (URI form) is allowed. */
export const pathOf = (pointer: string): string =>
  pointer.replace(/^#?\//, '').split('/').map(decode).join('.');

/** True for the place itself and everything inside it. */
export const isWithin = (pointer: string, parent: string): boolean =>
  parent === '' || pointer === parent || pointer.startsWith(`${parent}/`);

export const problemsWithin = (problems: Problems, parent: string): Map<string, string> =>
  new Map([...problems].filter(([pointer]) => isWithin(pointer, parent)));

export const problemsOutside = (problems: Problems, parent: string): Map<string, string> =>
  new Map([...problems].filter(([pointer]) => !isWithin(pointer, parent)));

/** The nested form in which rjsf takes faults that it did not find itself. */
export function errorSchemaOf(problems: Problems): ErrorSchema {
  const root: Values = {};
  for (const [pointer, message] of problems) {
    let here = root;
    for (const part of pathOf(pointer).split('.')) {
      const inner = here[part];
      here[part] = isObject(inner) ? inner : {};
      here = here[part] as Values;
    }
    here.__errors = [message];
  }
  return root as ErrorSchema;
}

/**
 * The pointer of the form's field that a server pointer means: the longest known beginning.
 *
 * The server may point deeper than the form has fields (`/person/snils/0`) or at a whole group.
 */
export function nearestField(pointer: string, known: ReadonlySet<string>): string | undefined {
  const parts = pathOf(pointer).split('.');
  for (let length = parts.length; length > 0; length -= 1) {
    const candidate = parts.slice(0, length).join('.');
    if (known.has(candidate)) return candidate;
  }
  const prefix = `${parts.join('.')}.`;
  return [...known].find(path => path.startsWith(prefix));
}
