/** A change laid over a stored card: what differs, and the whole card as it would then be. */
import type { Validators } from '../catalogue/validation.ts';
import type { FieldProblem } from '../problems.ts';
import { pruneEmpty, setAt, setCopied, valueAt } from './labels.ts';
import { type ParsedCard, pointerOf } from './save-parse.ts';
import type { StoredCard } from './stored.ts';

export interface Merged {
  /** Paths whose value differs from the stored one -> new value, null for none. */
  changed: Map<string, unknown>;
  /** The whole card after the change, without empty members. */
  fields: Record<string, unknown>;
}

export function mergeCard(
  validators: Validators,
  card: ParsedCard,
  stored: Pick<StoredCard, 'fields'>,
): Merged {
  const sent: Record<string, unknown> = {};
  for (const [path, value] of card.values) setAt(sent, path, value);
  const normalised = validators.normalise(card.entity.id, sent, stored.fields);
  const changed = new Map<string, unknown>();
  const fields = { ...stored.fields };
  const copied = new Set<object>([fields]);
  for (const path of card.values.keys()) {
    const value = emptyToNull(valueAt(normalised, path));
    const before = valueAt(stored.fields, path) ?? null;
    if (sameJson(before, value)) continue;
    changed.set(path, value);
    setCopied(fields, path, value, copied);
  }
  return { changed, fields: pruneEmpty(fields) };
}

const emptyToNull = (value: unknown): unknown =>
  value === undefined || value === '' || (Array.isArray(value) && value.length === 0) ? null : value;

/** Equal as JSON; the order of members does not matter, null and absent are one. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, index) => sameJson(item, b[index]));
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) return false;
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  for (const name of new Set([...Object.keys(left), ...Object.keys(right)]))
    if (!sameJson(left[name] ?? null, right[name] ?? null)) return false;
  return true;
}

/** Problems of the whole card; with `stored`, only those that the change causes: old debts are not its fault. */
export function problemsOf(
  validators: Validators,
  card: ParsedCard,
  merged: Merged,
  absent: readonly string[],
  stored?: StoredCard,
): FieldProblem[] {
  const whole = (fields: Record<string, unknown>, marks: readonly string[]) =>
    validators.record(card.entity.id, marks.length > 0 ? { ...fields, absent: marks } : fields, {
      stored: true,
    });
  const found = [
    ...whole(merged.fields, absent),
    ...validators.chosen(card.entity.id, merged.changed, stored?.fields ?? {}),
  ];
  if (found.length === 0) return [];
  const old = new Set(
    stored ? whole(stored.fields, stored.absent).map(one => `${one.code} ${one.path}`) : [],
  );
  const touched = [...merged.changed.keys()].map(path => pointerOf('', path));
  return found
    .filter(
      one =>
        !old.has(`${one.code} ${one.path}`) ||
        touched.some(path => one.path === path || one.path.startsWith(`${path}/`)),
    )
    .map(one => ({ ...one, path: card.at + one.path }));
}
