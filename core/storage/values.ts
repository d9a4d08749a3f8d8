/**
 * How values of PostgreSQL come to the program: days and instants as ISO strings (a day has no time zone),
 * whole and decimal numbers as numbers.
 */
import pg from 'pg';

const INT8 = 20;
const NUMERIC = 1700;
const DATE = 1082;
const TIMESTAMP = 1114;
const TIMESTAMPTZ = 1184;
/** Array type -> type of its items. */
const ARRAYS = new Map([
  [1016, INT8],
  [1231, NUMERIC],
  [1182, DATE],
  [1115, TIMESTAMP],
  [1185, TIMESTAMPTZ],
]);

type Parser = (text: string) => unknown;

/** `2026-11-22 03:01:00.123456+00` -> `2026-11-22T03:01:00.123456Z`; sessions run in UTC. */
const toInstant: Parser = text => `${text.replace(' ', 'T').replace(/\+00$/, '')}Z`;
const asIs: Parser = text => text;

const scalars = new Map<number, Parser>([
  [INT8, Number],
  [NUMERIC, Number],
  [DATE, asIs],
  [TIMESTAMP, text => text.replace(' ', 'T')],
  [TIMESTAMPTZ, toInstant],
]);

const textArray = pg.types.getTypeParser(1009 as never, 'text') as (text: string) => unknown[];
const deep = (value: unknown, parse: Parser): unknown =>
  Array.isArray(value)
    ? value.map(item => deep(item, parse))
    : value === null
      ? null
      : parse(value as string);

const parsers = new Map<number, Parser>(scalars);
for (const [array, item] of ARRAYS)
  parsers.set(array, text => deep(textArray(text), scalars.get(item) as Parser));

/** Given to every client of ours in place of the driver's own table. */
export const types = {
  getTypeParser(oid: number, format?: 'text' | 'binary'): Parser {
    const own = format === 'binary' ? undefined : parsers.get(oid);
    return own ?? (pg.types.getTypeParser(oid, format as 'text') as Parser);
  },
} as unknown as pg.CustomTypesConfig;
