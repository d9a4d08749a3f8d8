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
      patch[key] = prune(after);
    }
  }
  return patch;
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
