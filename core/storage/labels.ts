/** Captions of dictionary codes in answers, and small questions to the nested values of a card. */
import type { Catalogue, Entity, Field } from '../catalogue/types.ts';

/** Value at a path of nested objects; undefined where there is none. */
export const valueAt = (values: unknown, path: string): unknown => valueAlong(values, path.split('.'));

/** The same along names taken apart before. */
export function valueAlong(values: unknown, names: readonly string[]): unknown {
  let here: unknown = values;
  for (const name of names) {
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

/** The same where the values are another's: a group on the way is copied first, unless it has been. */
export function setCopied(
  values: Record<string, unknown>,
  path: string,
  value: unknown,
  copied: Set<object>,
): void {
  const names = path.split('.');
  const last = names.pop() as string;
  let here = values;
  for (const name of names) {
    const inner = here[name];
    const known = typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>) : {};
    const own = copied.has(known) ? known : { ...known };
    copied.add(own);
    here[name] = own;
    here = own;
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

/** Captions of the dictionary codes of a kind of card; which fields have any is found out once. */
export class DictionaryLabels {
  readonly #catalogue: Catalogue;
  readonly #fields: { field: Field; path: string; names: string[] }[];

  constructor(catalogue: Catalogue, entity: Entity, paths: readonly string[]) {
    this.#catalogue = catalogue;
    this.#fields = paths.flatMap(path => {
      const field = entity.fields.get(path);
      return field && (field.kind === 'rows' || field.dictionary)
        ? [{ field, path, names: path.split('.') }]
        : [];
    });
  }

  /** Adds path -> caption for every code in the values; codes of rows under `socialStatus.0.category`. */
  add(labels: Record<string, string>, values: Record<string, unknown>): Record<string, string> {
    for (const { field, path, names } of this.#fields) {
      const value = valueAlong(values, names);
      if (value === undefined) continue;
      if (field.kind === 'rows') rowLabels(this.#catalogue, field, value, labels);
      const caption = captionOfValue(this.#catalogue, field, value);
      if (caption) labels[path] = caption;
    }
    return labels;
  }
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
