/**
 * Columns of a statement and how they are read. PostgreSQL gives each value as text and makes no JSON of it: writing
 * names again in every row, and looking up the type of every value, cost it more than finding the row did.
 */
import type { Field } from '../catalogue/types.ts';
import { fieldUnknown } from '../problems.ts';
import { locate } from './compile.ts';
import type { Frame } from './frame.ts';
import { jsonValue } from './record-json.ts';
import { column, compile, type Sql, sql } from './sql.ts';

/** Values of one row, as text; null where there is none. */
export type TextRow = readonly (string | null)[];

export class Columns {
  readonly #values: Sql[] = [];
  readonly #places = new Map<string, number>();

  /** @returns the place of the value in the row; the same expression is asked for once */
  add(value: Sql): number {
    const { text, parameters } = compile(value);
    const key = `${text} ${JSON.stringify(parameters)}`;
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    this.#places.set(key, this.#values.length);
    return this.#values.push(value) - 1;
  }

  /** `a as c0, b as c1` of a select. */
  list(): Sql {
    return sql.join(this.#values.map((value, at) => sql`${value} as ${Columns.nameOf(at)}`));
  }

  static nameOf(at: number): Sql {
    return sql.id(`c${at}`);
  }

  /** The row as one JSON array of texts. */
  json(): Sql {
    return sql`to_json(array[${sql.join(this.#values.map(value => sql`(${value})::text`))}]::text[])`;
  }
}

export type Decode = (text: string) => unknown;

/** `t` as a column of its own, `true` as text within a row. */
export const isTrue = (text: string): boolean => text.startsWith('t');

/** How the text of a field's column is read; undefined: it is the value. */
export function decoderOf(field: Field): Decode | undefined {
  switch (field.kind) {
    case 'integer':
    case 'decimal':
      return Number;
    case 'boolean':
      return isTrue;
    case 'dictionaries':
    case 'texts':
    case 'rows':
      return JSON.parse;
    default:
      return undefined;
  }
}

/** The field as a column that `decoderOf` reads. */
export function textColumn(frame: Frame, field: Field): Sql {
  const value = jsonValue(frame, field);
  if (field.kind === 'rows') return sql`json_strip_nulls(${value})`;
  return field.kind === 'dictionaries' || field.kind === 'texts' ? sql`to_json(${value})` : value;
}

interface Leaf {
  name: string;
  at: number;
  decode: Decode | undefined;
}
interface Branch {
  name: string;
  inside: readonly Node[];
}
type Node = Leaf | Branch;
type Tree = Map<string, Omit<Leaf, 'name'> | Tree>;

/** Makes the nested object of a row; empty values, and groups in which nothing is filled, are left out. */
export class TreeReader {
  readonly #nodes: readonly Node[];

  constructor(tree: Tree) {
    this.#nodes = nodesOf(tree);
  }

  read(row: TextRow): Record<string, unknown> {
    return fill(this.#nodes, row) ?? {};
  }
}

const nodesOf = (tree: Tree): Node[] =>
  [...tree].map(([name, one]) => (one instanceof Map ? { name, inside: nodesOf(one) } : { name, ...one }));

function fill(nodes: readonly Node[], row: TextRow): Record<string, unknown> | undefined {
  let made: Record<string, unknown> | undefined;
  for (const node of nodes) {
    let value: unknown;
    if ('inside' in node) value = fill(node.inside, row);
    else {
      const text = row[node.at];
      if (text !== null && text !== undefined) value = node.decode === undefined ? text : node.decode(text);
    }
    if (value === undefined) continue;
    made ??= {};
    made[node.name] = value;
  }
  return made;
}

/**
 * Adds the columns of the paths and tells how to make one object of them, nested as in a card. Fields of other records
 * stand under `related`: `currentGroup.grade` -> `{"related": {"currentGroup": {"grade": 5}}}`, because `currentGroup`
 * itself is the reference.
 *
 * @throws FIELD_UNKNOWN
 */
export function recordTree(frame: Frame, paths: readonly string[], columns: Columns): TreeReader {
  const tree: Tree = new Map();
  const place = (names: string[], value: Sql, decode?: Decode) =>
    put(tree, names, { at: columns.add(value), decode });
  for (const path of paths) {
    const found = locate(frame, path);
    if (!found || found.kind === 'many') throw fieldUnknown(path);
    const own = found.frame === frame;
    if (found.kind === 'person') {
      const steps = own ? [] : ['related', ...path.split('.').slice(0, -1)];
      for (const field of found.frame.entity.fields.values())
        if (field.owner === 'person' && found.frame.readable(field.path))
          place([...steps, ...field.path.split('.')], textColumn(found.frame, field), decoderOf(field));
      continue;
    }
    const names = own ? path.split('.') : ['related', ...path.split('.')];
    if (found.kind === 'id')
      place(
        own ? ['id'] : names,
        column(found.frame.alias, 'id'),
        found.frame.entity.builtin ? Number : undefined,
      );
    else place(names, textColumn(found.frame, found.field), decoderOf(found.field));
  }
  return new TreeReader(tree);
}

function put(tree: Tree, names: string[], leaf: Omit<Leaf, 'name'>): void {
  const [name, ...rest] = names as [string, ...string[]];
  const inner = tree.get(name);
  if (rest.length === 0) {
    if (!(inner instanceof Map)) tree.set(name, leaf);
    return;
  }
  const next: Tree = inner instanceof Map ? inner : new Map();
  tree.set(name, next);
  put(next, rest, leaf);
}
