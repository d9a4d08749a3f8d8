/** Records as JSON made by PostgreSQL: groups nested, empty values left out by `json_strip_nulls` of the caller. */
import type { Field } from '../catalogue/types.ts';
import { rowsFrom } from './completeness.ts';
import type { Frame } from './frame.ts';
import { column, jsonObject, type Sql, sql } from './sql.ts';

type Tree = Map<string, Sql | Tree>;

/** One JSON object with every field of the record, nested as in a card. */
export function recordJson(frame: Frame): Sql {
  const tree: Tree = new Map();
  for (const field of frame.entity.fields.values()) put(tree, field.path.split('.'), jsonValue(frame, field));
  return build(tree);
}

function put(tree: Tree, names: string[], value: Sql): void {
  const [name, ...rest] = names as [string, ...string[]];
  if (rest.length === 0) {
    tree.set(name, value);
    return;
  }
  const inner = tree.get(name);
  const next: Tree = inner instanceof Map ? inner : new Map();
  tree.set(name, next);
  put(next, rest, value);
}

const build = (tree: Tree): Sql =>
  jsonObject([...tree].map(([name, value]) => [name, value instanceof Map ? build(value) : value]));

/** Days as ISO text, instants in UTC, repeating groups as arrays of objects with the row's id. */
export function jsonValue(frame: Frame, field: Field): Sql {
  if (field.kind === 'rows') return rowsJson(frame, field);
  return instantText(field, frame.value(field));
}

const instantText = (field: Field, value: Sql): Sql =>
  field.kind === 'instant' ? sql`to_char(${value}, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')` : value;

function rowsJson(frame: Frame, field: Field): Sql {
  const tree: Tree = new Map();
  tree.set('id', column('r', 'id'));
  for (const part of field.rows ?? [])
    put(tree, part.path.split('.'), instantText(part, column('r', part.column)));
  const rows = sql`(select json_agg(${build(tree)} order by r.position, r.id) ${rowsFrom(frame, field)})`;
  const mask = frame.mask(field.path);
  return mask ? sql`case when ${mask} then ${rows} end` : rows;
}
