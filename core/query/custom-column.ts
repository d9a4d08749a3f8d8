/** The one place that knows how the value of a custom field stands in the column `ext` and comes out of it. */
import type { Field } from '../catalogue/types.ts';
import { column, type Sql, sql } from './sql.ts';

/** The value in the type of its kind, null where it is not filled. */
export function customValue(alias: string, field: Field & { custom: NonNullable<Field['custom']> }): Sql {
  const ext = column(alias, field.column);
  const id = sql.lit(field.custom.id);
  if (field.sqlType.endsWith('[]'))
    return sql`(select array_agg(item.code order by item.place) from jsonb_array_elements_text(${ext} -> ${id}) with ordinality item(code, place))`;
  const text = sql`(${ext} ->> ${id})`;
  return field.sqlType === 'text' ? text : sql`${text}::${sql.raw(field.sqlType)}`;
}

export const isCustom = (field: Field): field is Field & { custom: NonNullable<Field['custom']> } =>
  field.custom !== undefined;
