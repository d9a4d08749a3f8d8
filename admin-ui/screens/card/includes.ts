import { leavesOf } from '../../forms/schema/layout.ts';
import type { PreparedForm } from '../../forms/schema/prepare.ts';

/**
 * Relations that the form shows, and the records their rows point at, for `include` of the record's address.
 *
 * @param readable  kinds of cards that the reader may open: a student sees who the guardians are, not their cards
 */
export function includesOf(prepared: PreparedForm, readable: ReadonlySet<string>): string[] {
  const names: string[] = [];
  for (const leaf of leavesOf(prepared.tabs)) {
    if (leaf.kind !== 'relation') continue;
    names.push(leaf.path);
    for (const { kind, ref = '', path } of leaf.row ?? [])
      if (kind === 'ref' && readable.has(ref)) names.push(`${leaf.path}.${path}`);
  }
  return names;
}
