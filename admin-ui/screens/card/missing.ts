import { leavesOf } from '../../forms/schema/layout.ts';
import type { Leaf } from '../../forms/schema/leaves.ts';
import type { PreparedForm } from '../../forms/schema/prepare.ts';
import { getAt, isEmpty, type Values } from '../../forms/values/paths.ts';

/** Fields of the form that count, are empty and are not marked «нет» (C13). */
export function missingLeaves(prepared: PreparedForm, values: Values): Leaf[] {
  const absent = new Set(Array.isArray(values.absent) ? values.absent : []);
  return leavesOf(prepared.tabs).filter(
    leaf => leaf.counts && !leaf.readOnly && !absent.has(leaf.path) && isEmpty(getAt(values, leaf.path)),
  );
}
