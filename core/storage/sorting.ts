/** Sort of a list: what people name, resolved to stored values that a keyset can continue from. */
import type { Entity } from '../catalogue/types.ts';
import { badRequest, fieldUnknown } from '../problems.ts';
import { captionOf } from '../query/captions.ts';
import { locate } from '../query/compile.ts';
import type { Frame } from '../query/frame.ts';
import { and, column, or, type Sql, sql } from '../query/sql.ts';
import type { CursorPosition } from './cursor.ts';

export interface SortKey {
  sql: Sql;
  /** PostgreSQL type that the text of a cursor is read as. */
  type: string;
  descending: boolean;
  /** Never empty, so that an index can serve the order as it is. */
  filled: boolean;
}

const MAX_NAMED = 5;
const MAX_KEYS = 12;
const NAME_PARTS = ['lastName', 'firstName', 'middleName'];

/** `person.lastName,-birthDate` -> names and directions. */
export function parseSort(sort: string): { path: string; descending: boolean }[] {
  const names = sort
    .split(',')
    .map(part => part.trim())
    .filter(part => part !== '');
  if (names.length > MAX_NAMED)
    throw badRequest('SORT_INVALID', `Сортировка не больше чем по ${MAX_NAMED} полям`, [
      { path: '/sort', code: 'SORT_INVALID', message: `Полей больше ${MAX_NAMED}` },
    ]);
  return names.map(name =>
    name.startsWith('-') ? { path: name.slice(1), descending: true } : { path: name, descending: false },
  );
}

/**
 * Keys of the sort, without the id that ends every sort. A reference sorts as the list of what it leads to
 * does (classes by grade, then letter), a dictionary by its captions, a person by the name.
 *
 * @throws FIELD_UNKNOWN, SORT_INVALID
 */
export function sortKeys(frame: Frame, sort: string): SortKey[] {
  const keys: SortKey[] = [];
  for (const { path, descending } of parseSort(sort)) {
    const found = keysOf(frame, path, descending, 0);
    if (!found) throw fieldUnknown(path, '/sort');
    keys.push(...found);
  }
  return keys.slice(0, MAX_KEYS);
}

/** The list's own sort as far as the actor may use it. */
export function defaultSort(frame: Frame): string {
  return usableSort(frame, frame.entity);
}

function usableSort(frame: Frame, entity: Entity): string {
  return parseSort(entity.list.sort)
    .filter(({ path }) => locate(frame.probe(), path) !== undefined)
    .map(({ path, descending }) => (descending ? `-${path}` : path))
    .join(',');
}

function keysOf(frame: Frame, path: string, descending: boolean, depth: number): SortKey[] | undefined {
  const found = locate(frame, path);
  if (!found || found.kind === 'many') return undefined;
  if (found.kind === 'id')
    return [
      {
        sql: column(found.frame.alias, 'id'),
        type: found.frame.entity.builtin ? 'int' : 'uuid',
        descending,
        filled: found.frame === frame,
      },
    ];
  if (found.kind === 'person')
    return NAME_PARTS.flatMap(
      name =>
        (found.frame.entity.fields.has(`person.${name}`) &&
          keysOf(found.frame, `person.${name}`, descending, depth)) ||
        [],
    );
  const { field } = found;
  switch (field.kind) {
    case 'ref':
      return referenceKeys(found.frame, field.path, descending, depth);
    case 'dictionary':
      return [{ sql: russian(captionOf(found.frame, field.path)), type: 'text', descending, filled: false }];
    case 'rows':
    case 'texts':
    case 'dictionaries':
      throw badRequest('SORT_INVALID', `По полю «${field.title}» сортировки нет`, [
        { path: '/sort', code: 'SORT_INVALID', message: `По полю «${field.title}» сортировки нет` },
      ]);
    default: {
      const value = found.frame.value(field);
      const name = path === field.path && NAME_PARTS.slice(0, 2).some(part => path === `person.${part}`);
      return [
        {
          sql: field.kind === 'text' && field.owner === 'record' ? russian(value) : value,
          type: field.sqlType,
          descending,
          filled: name && frame.first && frame.mask(path) === undefined,
        },
      ];
    }
  }
}

const russian = (text: Sql): Sql => sql`(${text}) collate "ru_app"`;

function referenceKeys(
  frame: Frame,
  path: string,
  descending: boolean,
  depth: number,
): SortKey[] | undefined {
  const relation = frame.entity.relations.get(path);
  if (relation?.kind !== 'one' || depth >= 2) return [];
  const target = frame.to(relation);
  if (!target.trusted && !target.rights?.can('read')) return [];
  return parseSort(usableSort(target, target.entity)).flatMap(
    key => keysOf(target, key.path, key.descending !== descending, depth + 1) ?? [],
  );
}

export function orderBy(keys: readonly SortKey[], id: Sql): Sql {
  const parts = keys.map(
    key =>
      sql`${key.sql} ${sql.raw(key.descending ? 'desc' : 'asc')}${sql.raw(key.filled ? '' : ' nulls last')}`,
  );
  return sql`order by ${sql.join([...parts, id])}`;
}

/** Rows after the cursor: greater by the first key that differs; empty values come last in both directions. */
export function afterCursor(
  keys: readonly SortKey[],
  id: Sql,
  idType: string,
  position: CursorPosition,
): Sql {
  const equals: Sql[] = [];
  const branches: Sql[] = [];
  for (const [index, key] of keys.entries()) {
    const text = position.values[index] ?? null;
    const value = sql`${text}::${sql.raw(key.type)}`;
    if (text !== null) {
      const further = sql`${key.sql} ${sql.raw(key.descending ? '<' : '>')} ${value}`;
      branches.push(and([...equals, key.filled ? further : or([further, sql`${key.sql} is null`])]));
    }
    equals.push(text === null ? sql`${key.sql} is null` : sql`${key.sql} = ${value}`);
  }
  branches.push(and([...equals, sql`${id} > ${position.id}::${sql.raw(idType)}`]));
  const [first] = keys;
  const start = position.values[0] ?? null;
  if (!first?.filled || start === null) return or(branches);
  // The planner cannot use an index for the alternatives; this bound says the same of the first key alone.
  const bound = sql`${first.sql} ${sql.raw(first.descending ? '<=' : '>=')} ${start}::${sql.raw(first.type)}`;
  return and([bound, or(branches)]);
}
