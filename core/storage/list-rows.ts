/** Rows of lists and exports: which columns they need, and a row of them as an item of a list or as cells of a file. */
import type { Catalogue, Field } from '../catalogue/types.ts';
import { labelOf, personName } from '../query/captions.ts';
import {
  Columns,
  decoderOf,
  recordTree,
  type TextRow,
  type TreeReader,
  textColumn,
} from '../query/columns.ts';
import { locate } from '../query/compile.ts';
import type { ScopedQuery } from '../query/scoped-query.ts';
import { column } from '../query/sql.ts';
import type { ReferenceCell } from './export-labels.ts';
import type { ExportedRow } from './gateway.types.ts';
import { captionOfValue, valueAlong } from './labels.ts';
import type { SortKey } from './sorting.ts';

type Cell = ExportedRow['cells'][number];

interface Captioned {
  path: string;
  /** Where the value stands in the item. */
  names: string[];
  field: Field;
}

/** Columns of an item: values nested as in a card, label, captions, and what a cursor goes on from. */
export class ListRows {
  readonly columns = new Columns();
  readonly #catalogue: Catalogue;
  readonly #id: number;
  readonly #label: number;
  readonly #values: TreeReader;
  readonly #labels: { path: string; at: number }[];
  readonly #captioned: Captioned[];
  readonly #keys: number[];

  constructor(catalogue: Catalogue, query: ScopedQuery, fields: readonly string[], keys: readonly SortKey[]) {
    this.#catalogue = catalogue;
    this.#id = this.columns.add(query.id);
    this.#label = this.columns.add(labelOf(query.frame));
    this.#values = recordTree(query.frame, fields, this.columns);
    this.#labels = this.#labelColumns(query, fields);
    this.#captioned = captionedFields(query, fields);
    this.#keys = keys.map(key => this.columns.add(key.sql));
  }

  /** Captions that PostgreSQL makes: labels of references and names of people. */
  #labelColumns(query: ScopedQuery, fields: readonly string[]): { path: string; at: number }[] {
    return fields.flatMap(path => {
      const found = locate(query.frame, path);
      if (found?.kind === 'person') return [{ path, at: this.columns.add(personName(found.frame)) }];
      if (found?.kind === 'field' && found.field.kind === 'ref')
        return [{ path, at: this.columns.add(query.caption(path)) }];
      return [];
    });
  }

  position(row: TextRow): { id: string; values: (string | null)[] } {
    return { id: row[this.#id] as string, values: this.#keys.map(at => row[at] ?? null) };
  }

  item(row: TextRow): Record<string, unknown> {
    const item = this.#values.read(row);
    const labels: Record<string, string> = {};
    for (const { path, at } of this.#labels) {
      const label = row[at];
      if (label !== null && label !== undefined) labels[path] = label;
    }
    for (const { path, names, field } of this.#captioned) {
      const caption = captionOfValue(this.#catalogue, field, valueAlong(item, names));
      if (caption !== undefined) labels[path] = caption;
    }
    item.id = row[this.#id] as string;
    item.label = row[this.#label] ?? '';
    item.labels = labels;
    return item;
  }

  /** Is there a record in the row? A total may stand alone. */
  filled(row: TextRow): boolean {
    return typeof row[this.#id] === 'string';
  }
}

/** Fields whose captions come from dictionaries in memory. */
function captionedFields(query: ScopedQuery, fields: readonly string[]): Captioned[] {
  return fields.flatMap(path => {
    const found = locate(query.frame.probe(), path);
    if (found?.kind !== 'field' || !found.field.dictionary) return [];
    const own = found.field === query.entity.fields.get(path);
    const names = path.split('.');
    return [{ path, names: own ? names : ['related', ...names], field: found.field }];
  });
}

/** Columns of a file: one for each path, as people read it where that is not the business of the file's format. */
export class CellRows {
  readonly #readers: ((row: TextRow) => Cell)[];
  /** Cells with ids, whose labels are to be put in their place. */
  readonly references: ReferenceCell[];

  constructor(catalogue: Catalogue, query: ScopedQuery, fields: readonly string[], columns: Columns) {
    this.#readers = fields.map(path => readerOf(catalogue, query, path, columns));
    this.references = fields.flatMap((path, cell) => {
      const found = locate(query.frame.probe(), path);
      const entity = found?.kind === 'field' && found.field.kind === 'ref' ? found.field.ref : undefined;
      return entity === undefined ? [] : [{ cell, entity }];
    });
  }

  cells(row: TextRow): Cell[] {
    return this.#readers.map(read => read(row));
  }
}

function readerOf(
  catalogue: Catalogue,
  query: ScopedQuery,
  path: string,
  columns: Columns,
): (row: TextRow) => Cell {
  const found = locate(query.frame, path);
  if (found?.kind === 'person') return textAt(columns.add(personName(found.frame)));
  if (found?.kind === 'id') return textAt(columns.add(column(found.frame.alias, 'id')));
  if (found?.kind !== 'field') return () => null;
  const { field, frame } = found;
  const at = columns.add(textColumn(frame, field));
  const decode = decoderOf(field);
  if (!field.dictionary && decode === undefined) return textAt(at);
  return row => {
    const text = row[at];
    if (text === null || text === undefined) return null;
    const value = decode ? decode(text) : text;
    return captionOfValue(catalogue, field, value) ?? cellOf(value);
  };
}

const textAt = (at: number) => (row: TextRow) => row[at] ?? null;

/** Several values share a cell; objects, such as rows of a group, have no place in one. */
export function cellOf(value: unknown): Cell {
  if (Array.isArray(value)) return value.filter(one => typeof one !== 'object').join(', ') || null;
  return typeof value === 'object' || value === undefined ? null : (value as Cell);
}
