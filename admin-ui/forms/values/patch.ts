import { isEmpty, isObject, prune, sameValue, type Values } from './paths.ts';

/**
 * The merge patch (RFC 7396) that turns `base` into `edited`.
 *
 * A cleared field is sent as null: a form drops cleared fields from its data, and a patch made of what is left
 * would keep the old value while telling the user it was saved. Lists (rows, relations, codes) are given whole.
 */
export function mergePatch(base: Values, edited: Values): Values {
  const patch: Values = {};
  for (const key of new Set([...Object.keys(base), ...Object.keys(edited)])) {
    const before = base[key];
    const after = edited[key];
    if (sameValue(before, after)) continue;
    if (isObject(after) || (isObject(before) && after === undefined)) {
      patch[key] = mergePatch(isObject(before) ? before : {}, isObject(after) ? after : {});
    } else if (isEmpty(after)) {
      // A list is emptied by an empty list: null would say «no such relation».
      patch[key] = Array.isArray(before) ? [] : null;
    } else {
      patch[key] = Array.isArray(after) ? after.map(row => wholeRow(row, before)) : prune(after);
    }
  }
  return patch;
}

/** A row is matched with the stored one by its id; what it had and has no more is said by null. */
function wholeRow(row: unknown, before: unknown): unknown {
  if (!isObject(row)) return row;
  const stored = Array.isArray(before)
    ? before.find(other => isObject(other) && other.id === row.id)
    : undefined;
  const kept = (prune(row) ?? {}) as Values;
  if (row.id === undefined || !isObject(stored)) return kept;
  const cleared = Object.keys(stored).filter(key => !isEmpty(stored[key]) && isEmpty(kept[key]));
  return { ...kept, ...Object.fromEntries(cleared.map(key => [key, null])) };
}

/** Paths of the leaves that differ, lists counted as one: what a conflict dialog or a change count lists. */
export function changedPaths(left: Values, right: Values, prefix = ''): string[] {
  const paths: string[] = [];
  for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) {
    const before = left[key];
    const after = right[key];
    if (sameValue(before, after)) continue;
    const path = prefix ? `${prefix}.${key}` : key;
    if (isObject(before) || isObject(after))
      paths.push(...changedPaths(isObject(before) ? before : {}, isObject(after) ? after : {}, path));
    else paths.push(path);
  }
  return paths;
}
