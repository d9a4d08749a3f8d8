/** Records as JSON made by PostgreSQL: groups nested, empty values left out by `json_strip_nulls` of the caller. */
import type { Field } from '../catalogue/types.ts';
import { fieldUnknown } from '../problems.ts';
import { locate } from './compile.ts';
import { rowsFrom } from './completeness.ts';
import type { Frame } from './frame.ts';
import { column, jsonObject, type Sql, sql } from './sql.ts';

type Tree = Map<string, Sql | Tree>;

/**
 * One JSON object with the values of the paths, nested as in a card. Fields of other records stand under
 * `related`: `currentGroup.grade` -> `{"related": {"currentGroup": {"grade": 5}}}`, because `currentGroup` itself
 * is the reference.
 *
 * @throws FIELD_UNKNOWN
 */
export function recordJson(frame: Frame, paths: readonly string[]): Sql {
  const tree: Tree = new Map();
  for (const path of paths) {
    const found = locate(frame, path);
    if (!found || found.kind === 'many') throw fieldUnknown(path);
    if (found.kind === 'id') {
      if (found.frame === frame) put(tree, ['id'], column(frame.alias, 'id'));
      else put(tree, ['related', ...path.split('.')], column(found.frame.alias, 'id'));
    } else if (found.kind === 'person') {
      const steps = found.frame === frame ? [] : ['related', ...path.split('.').slice(0, -1)];
      for (const field of found.frame.entity.fields.values())
        if (field.owner === 'person' && found.frame.readable(field.path))
          put(tree, [...steps, ...field.path.split('.')], jsonValue(found.frame, field));
    } else
      put(
        tree,
        found.frame === frame ? path.split('.') : ['related', ...path.split('.')],
        jsonValue(found.frame, found.field),
      );
  }
  return build(tree);
}

function put(tree: Tree, names: string[], value: Sql): void {
  const [name, ...rest] = names as [string, ...string[]];
  if (rest.length === 0) {
    if (!(tree.get(name) instanceof Map)) tree.set(name, value);
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
