import { changedPaths } from '../../forms/values/patch.ts';
import { getAt, sameValue, setAt, type Values } from '../../forms/values/paths.ts';

export type Side = 'mine' | 'theirs';

/** One field that two people changed, or one of them: what it was and what each made of it. */
export interface EditedField {
  path: string;
  base: unknown;
  mine: unknown;
  theirs: unknown;
  /** Both changed it, differently: the reader must choose. */
  clash: boolean;
}

/** Fields in which my version and the saved one part from what I started with. */
export function compareEdits(base: Values, mine: Values, theirs: Values): EditedField[] {
  const paths = new Set([...changedPaths(base, mine), ...changedPaths(base, theirs)]);
  return [...paths].map(path => {
    const [was, own, other] = [getAt(base, path), getAt(mine, path), getAt(theirs, path)];
    const clash = !sameValue(was, own) && !sameValue(was, other) && !sameValue(own, other);
    return { path, base: was, mine: own, theirs: other, clash };
  });
}

/** The other person's record with my changes on it; for fields both changed, as chosen. */
export function mergeEdits(theirs: Values, fields: EditedField[], chosen: ReadonlyMap<string, Side>): Values {
  let merged = theirs;
  for (const field of fields) {
    const mineOnly = sameValue(field.base, field.theirs);
    const keepMine = field.clash ? (chosen.get(field.path) ?? 'mine') === 'mine' : mineOnly;
    if (keepMine) merged = setAt(merged, field.path, field.mine);
  }
  return merged;
}
