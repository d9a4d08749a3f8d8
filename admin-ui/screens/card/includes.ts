import { leavesOf } from '../../forms/schema/layout.ts';
import type { PreparedForm } from '../../forms/schema/prepare.ts';

/** Relations that the form shows, and the records their rows point at, for `include` of the record's address. */
export function includesOf(prepared: PreparedForm): string[] {
  const names: string[] = [];
  for (const leaf of leavesOf(prepared.tabs)) {
    if (leaf.kind !== 'relation') continue;
    names.push(leaf.path);
    for (const column of leaf.row ?? []) if (column.kind === 'ref') names.push(`${leaf.path}.${column.path}`);
  }
  return names;
}
