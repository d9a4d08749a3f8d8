/** How full a card is, in SQL: fields that count and that the reader may read; «нет» counts as filled (C13). */
import type { Field } from '../catalogue/types.ts';
import { captions } from '../forms/captions.ts';
import type { Frame } from './frame.ts';
import { bound, column, type Sql, sql } from './sql.ts';

export function countedFields(frame: Frame): Field[] {
  return [...frame.entity.fields.values()].filter(field => field.counts && frame.readable(field.path));
}

export function completenessSql(frame: Frame, what: 'filled' | 'fillable' | 'missing'): Sql {
  const fields = countedFields(frame);
  if (what === 'missing') {
    const title = captions(frame.context.catalogue, frame.entity.plugin, frame.context.language ?? 'ru');
    const titles = fields.map(
      field =>
        sql`case when ${missingSql(frame, field)} then ${bound(title(`field.${frame.entity.id}.${field.path}`, field.title), 'text')} end`,
    );
    return titles.length === 0
      ? sql`''::text`
      : sql`array_to_string(array[${sql.join(titles)}]::text[], ', ')`;
  }
  const terms = fields.map(field => {
    const mask = frame.mask(field.path);
    if (what === 'fillable') return mask ? sql`(case when ${mask} then 1 else 0 end)` : sql`1`;
    return sql`(case when ${visible(frame, field)} and ${isFilled(frame, field)} then 1 else 0 end)`;
  });
  return terms.length === 0 ? sql`0` : sql`(${sql.join(terms, sql` + `)})`;
}

/** In which rows the field may be seen and is empty. */
export const missingSql = (frame: Frame, field: Field): Sql =>
  sql`(${visible(frame, field)} and not ${isFilled(frame, field)})`;

const visible = (frame: Frame, field: Field): Sql => frame.mask(field.path) ?? sql`true`;

function isFilled(frame: Frame, field: Field): Sql {
  const filled =
    field.kind === 'rows'
      ? sql`exists (select 1 ${rowsFrom(frame, field)})`
      : sql`${frame.stored(field)} is not null`;
  return field.absentable
    ? sql`(${filled} or ${bound(field.path, 'text')} = any(${column(frame.alias, 'absent')}))`
    : sql`(${filled})`;
}

/** `from <child table> r where r is of this record`: the rows of a repeating group. */
export function rowsFrom(frame: Frame, field: Field, alias = 'r'): Sql {
  const own = frame.tenant
    ? sql`${column(alias, 'organisation_id')} = ${column(frame.alias, 'organisation_id')} and `
    : sql``;
  return sql`from ${sql.id(field.sqlType)} ${sql.id(alias)} where ${own}${column(alias, 'record_id')} = ${column(frame.alias, 'id')}`;
}
