import { getAt, isObject, type Values } from '../../forms/values/paths.ts';
import type { Rename } from './rename-dialog.tsx';

const NAMES = ['lastName', 'firstName', 'middleName'];
const nameIn = (values: Values): string =>
  NAMES.map(name => getAt(values, ['person', name]))
    .filter(part => typeof part === 'string' && part !== '')
    .join(' ');

/** The name before and after, where a known person gets another one. */
export function renamed(saved: Values, edited: Values): { before: string; after: string } | undefined {
  const [before, after] = [nameIn(saved), nameIn(edited)];
  return before !== '' && before !== after ? { before, after } : undefined;
}

/** How the name has changed goes with the name. */
export function withRename(patch: Values, rename: Rename | undefined): Values {
  return rename && isObject(patch.person) ? { ...patch, person: { ...patch.person, ...rename } } : patch;
}
