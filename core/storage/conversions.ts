/** Which values may become values of another kind, and how: SQL that gives null for one that does not fit. */
import type { FieldKind } from '../catalogue/types.ts';

const TYPES: Partial<Record<FieldKind, string>> = {
  text: 'text',
  dictionary: 'text',
  integer: 'integer',
  decimal: 'numeric',
  boolean: 'boolean',
  date: 'date',
  dictionaries: 'text[]',
  texts: 'text[]',
};

/** As PostgreSQL prints it; undefined for kinds that no field is changed to. */
export const typeOf = (kind: FieldKind): string | undefined => TYPES[kind];

type Conversion = (column: string) => string;

const fromText: Record<string, Conversion> = {
  integer: c => `case when trim(${c}) ~ '^[+-]?[0-9]{1,9}$' then trim(${c})::integer end`,
  numeric: c =>
    `case when trim(${c}) ~ '^[+-]?[0-9]{1,20}([.,][0-9]{1,10})?$' then replace(trim(${c}), ',', '.')::numeric end`,
  boolean: c =>
    `case when lower(trim(${c})) in ('да', 'true', '1') then true when lower(trim(${c})) in ('нет', 'false', '0') then false end`,
  // A real calendar day, as the program writes it or as people do.
  date: c => `case when ${isDay(c, 1, 6, 9, '^[12][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$')} then ${c}::date
    when ${isDay(c, 7, 4, 1, '^(0[1-9]|[12][0-9]|3[01])[.](0[1-9]|1[0-2])[.][12][0-9]{3}$')} then to_date(${c}, 'DD.MM.YYYY') end`,
  'text[]': c => `case when ${c} is null then null else array[${c}] end`,
};

/** Looks like a day by `shape`, and its month is long enough. A `case` alone keeps the order of the two. */
const isDay = (c: string, year: number, month: number, day: number, shape: string) =>
  `case when ${c} ~ '${shape}' then substr(${c}, ${day}, 2)::int <= extract(day from
     make_date(substr(${c}, ${year}, 4)::int, substr(${c}, ${month}, 2)::int, 1) + interval '1 month - 1 day') else false end`;

const others: Record<string, Conversion> = {
  'integer numeric': c => `${c}::numeric`,
  'numeric integer': c => `case when ${c} = trunc(${c}) and abs(${c}) < 2147483648 then ${c}::integer end`,
  'integer boolean': c => `case ${c} when 1 then true when 0 then false end`,
  'boolean integer': c => `${c}::integer`,
  'boolean text': c => `case ${c} when true then 'да' when false then 'нет' end`,
  'integer text': c => `${c}::text`,
  'numeric text': c => `${c}::text`,
  'date text': c => `to_char(${c}, 'YYYY-MM-DD')`,
  'text[] text': c => `case when cardinality(${c}) = 1 then ${c}[1] end`,
};

/**
 * @param column  quoted name
 * @returns       undefined where no rule exists
 */
export function conversion(from: string, to: string | undefined, column: string): string | undefined {
  if (to === undefined) return undefined;
  if (from === to) return column;
  return (from === 'text' ? fromText[to] : others[`${from} ${to}`])?.(column);
}
