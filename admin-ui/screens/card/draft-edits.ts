/** What was typed into a card and not saved, as the server keeps it. Pure. */
import { changedPaths } from '../../forms/values/patch.ts';
import { getAt, sameValue, setAt, type Values } from '../../forms/values/paths.ts';

export interface DraftEdit {
  path: string;
  /** As it was when the typing began; absent: empty. */
  before?: unknown;
  value?: unknown;
  /** Of a reference: how the card behind it is called. */
  caption?: string;
}

export const editsOf = (base: Values, values: Values): DraftEdit[] =>
  changedPaths(base, values).map(path => ({ path, before: getAt(base, path), value: getAt(values, path) }));

/** Edits that the saved card does not hold already. */
export const unsavedOf = (edits: readonly DraftEdit[], saved: Values): DraftEdit[] =>
  edits.filter(({ path, value }) => !sameValue(getAt(saved, path), value));

/** The saved values with the edits on them: as they were when the typing began, or as it left them. */
export const withEdits = (saved: Values, edits: readonly DraftEdit[], side: 'before' | 'value'): Values =>
  edits.reduce<Values>((values, edit) => setAt(values, edit.path, edit[side]), saved);
