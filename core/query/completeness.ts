/**
 * How full a card is, in SQL: fields that count and that the reader may read, and child cards that count; «нет»
 * counts as filled (C13).
 */

import type { Field, Relation } from '../catalogue/types.ts';
import { countedRelations, inPart } from '../expressions/parts.ts';
import { captions, relationTitle } from '../forms/captions.ts';
import { manyAllowed } from './compile.ts';
import type { Frame } from './frame.ts';
import { and, bound, column, type Sql, sql } from './sql.ts';

/** One thing that is there or missing. */
interface Counted {
  path: string;
  title: string;
  filled: Sql;
}

/** Child cards that this reader counts: both the way to them and themselves are open. */
export const readableSections = (frame: Frame): Relation[] =>
  countedRelations(frame.entity).filter(
    relation => frame.readable(relation.name) && manyAllowed(frame, relation),
  );

/** `exists (…)` of the records at the other end, within the reader's rights. */
export function hasRecords(frame: Frame, relation: Relation): Sql {
  const { frame: many, conditions } = frame.many(relation);
  return sql`exists (select 1 ${many.fromClause()} where ${and(conditions)})`;
}

function countedOf(frame: Frame, part: string | undefined): Counted[] {
  const { entity } = frame;
  const { catalogue, language = 'ru' } = frame.context;
  const wanted = (path: string) => part === undefined || inPart(entity, part, path);
  const title = captions(catalogue, entity.plugin, language);
  const fields = [...entity.fields.values()]
    .filter(field => field.counts && wanted(field.path) && frame.readable(field.path))
    .map(field => ({
      path: field.path,
      title: title(`field.${entity.id}.${field.path}`, field.title),
      filled: isFilled(frame, field.path, field.absentable, fieldIsFilled(frame, field)),
    }));
  const sections = readableSections(frame)
    .filter(relation => wanted(relation.name))
    .map(relation => ({
      path: relation.name,
      title: relationTitle(catalogue, entity, relation, language),
      filled: isFilled(frame, relation.name, relation.absentable === true, hasRecords(frame, relation)),
    }));
  return [...fields, ...sections];
}

/** @param part  a named part of the card, a group, a field or a relation; undefined: the whole card */
export function completenessSql(frame: Frame, what: 'filled' | 'fillable' | 'missing', part?: string): Sql {
  const counted = countedOf(frame, part);
  if (what === 'missing') {
    const titles = counted.map(
      one => sql`case when ${visible(frame, one)} and not ${one.filled} then ${bound(one.title, 'text')} end`,
    );
    return titles.length === 0
      ? sql`''::text`
      : sql`array_to_string(array[${sql.join(titles)}]::text[], ', ')`;
  }
  const terms = counted.map(one => {
    const mask = frame.mask(one.path);
    if (what === 'fillable') return mask ? sql`(case when ${mask} then 1 else 0 end)` : sql`1`;
    return sql`(case when ${visible(frame, one)} and ${one.filled} then 1 else 0 end)`;
  });
  return terms.length === 0 ? sql`0` : sql`(${sql.join(terms, sql` + `)})`;
}

const visible = (frame: Frame, one: Pick<Counted, 'path'>): Sql => frame.mask(one.path) ?? sql`true`;

/** In which rows the field may be seen and is empty. */
export const missingSql = (frame: Frame, field: Field): Sql => {
  const filled = isFilled(frame, field.path, field.absentable, fieldIsFilled(frame, field));
  return sql`(${visible(frame, field)} and not ${filled})`;
};

const fieldIsFilled = (frame: Frame, field: Field): Sql =>
  field.kind === 'rows'
    ? sql`exists (select 1 ${rowsFrom(frame, field)})`
    : sql`${frame.stored(field)} is not null`;

const isFilled = (frame: Frame, path: string, absentable: boolean, filled: Sql): Sql =>
  absentable
    ? sql`(${filled} or ${bound(path, 'text')} = any(${column(frame.alias, 'absent')}))`
    : sql`(${filled})`;

/** `from <child table> r where r is of this record`: the rows of a repeating group. */
export function rowsFrom(frame: Frame, field: Field, alias = 'r'): Sql {
  const own = frame.tenant
    ? sql`${column(alias, 'organisation_id')} = ${column(frame.alias, 'organisation_id')} and `
    : sql``;
  return sql`from ${sql.id(field.sqlType)} ${sql.id(alias)} where ${own}${column(alias, 'record_id')} = ${column(frame.alias, 'id')}`;
}
