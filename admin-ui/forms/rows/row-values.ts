import type { References } from '../environment.ts';
import type { Leaf } from '../schema/leaves.ts';
import { isObject, type Values } from '../values/paths.ts';

/** A row as the form holds it. Without `id` it is new. */
export type Row = Values & { id?: string };

export const rowsOf = (value: unknown): Row[] => (Array.isArray(value) ? value.filter(isObject) : []);

/** Columns shown as controls side by side; more than these are edited in a dialog and summed up in the table. */
export const INLINE_COLUMNS = 5;

/** The reference that a relation is about: whose guardian, which student. */
export const partnerOf = (leaf: Leaf): Leaf | undefined =>
  leaf.kind === 'relation' ? leaf.row?.find(column => column.kind === 'ref' && column.required) : undefined;

/** Name of the person of a record that does not exist yet: typed, or known to the region by an id. */
export function nameOfNew(record: Values, references: References): string {
  const person = isObject(record.person) ? record.person : {};
  if (typeof person.id === 'string') return references.caption('person', person.id) ?? '';
  return [person.lastName, person.firstName, person.middleName].filter(Boolean).join(' ');
}
