/** Captions of dictionary codes in answers, and small questions to the nested values of a card. */
import type { Catalogue, Entity, Field } from '../catalogue/types.ts';

/** Value at a path of nested objects; undefined where there is none. */
export function valueAt(values: unknown, path: string): unknown {
  let here: unknown = values;
  for (const name of path.split('.')) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, name)) return undefined;
    here = (here as Record<string, unknown>)[name];
  }
  return here;
}

export function setAt(values: Record<string, unknown>, path: string, value: unknown): void {
  const names = path.split('.');
  const last = names.pop() as string;
  let here = values;
  for (const name of names) {
    const inner = here[name];
    if (typeof inner === 'object' && inner !== null) here = inner as Record<string, unknown>;
    else {
      const made: Record<string, unknown> = {};
      here[name] = made;
      here = made;
    }
  }
  here[last] = value;
}

/** Absent means empty: groups in which nothing is filled go. */
export function pruneEmpty(values: Record<string, unknown>): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(values)) {
    if (value === null) continue;
    if (typeof value !== 'object' || Array.isArray(value)) kept[name] = value;
    else {
      const inner = pruneEmpty(value as Record<string, unknown>);
      if (Object.keys(inner).length > 0) kept[name] = inner;
    }
  }
  return kept;
}

const captions = new WeakMap<Catalogue, Map<string, Map<string, string>>>();

/** Caption of a code; the code itself when the dictionary no longer has it. */
export function captionOfCode(catalogue: Catalogue, dictionary: string, code: string): string {
  const all = captions.get(catalogue) ?? new Map<string, Map<string, string>>();
  captions.set(catalogue, all);
  let known = all.get(dictionary);
  if (!known) {
    known = new Map(catalogue.dictionaries.get(dictionary)?.items.map(item => [item.code, item.ru]));
    all.set(dictionary, known);
  }
  return known.get(code) ?? code;
}

export function captionOfValue(catalogue: Catalogue, field: Field, value: unknown): string | undefined {
  if (!field.dictionary) return undefined;
  if (typeof value === 'string') return captionOfCode(catalogue, field.dictionary, value);
  if (Array.isArray(value))
    return value.map(code => captionOfCode(catalogue, field.dictionary as string, String(code))).join(', ');
  return undefined;
}

/** Path -> caption for every code in the values; codes of rows under `socialStatus.0.category`. */
export function dictionaryLabels(
  catalogue: Catalogue,
  entity: Entity,
  paths: readonly string[],
  values: Record<string, unknown>,
): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const path of paths) {
    const field = entity.fields.get(path);
    if (!field) continue;
    if (field.kind === 'rows') rowLabels(catalogue, field, valueAt(values, path), labels);
    const caption = field.dictionary && captionOfValue(catalogue, field, valueAt(values, path));
    if (caption) labels[path] = caption;
  }
  return labels;
}

function rowLabels(catalogue: Catalogue, field: Field, rows: unknown, labels: Record<string, string>): void {
  if (!Array.isArray(rows)) return;
  for (const part of field.rows ?? [])
    if (part.dictionary)
      for (const [index, row] of rows.entries()) {
        const caption = captionOfValue(catalogue, part, valueAt(row, part.path));
        if (caption) labels[`${field.path}.${index}.${part.path}`] = caption;
      }
}
