/**
 * Evaluates an expression over a record in the API's shape, with SQL's three-valued logic: null is unknown.
 * Pure, without generated code: form rules in the browser and guards on the server give the same answer as the
 * SQL made by `core/query` (proved against it on random expressions).
 */
import type { Expression, Operator } from './types.ts';

export type Value = string | number | boolean | null | Value[];

export interface Surroundings {
  /** ISO day. */
  today: string;
  params?: Record<string, unknown>;
  actor?: { person?: string | null; user?: string; organisation?: number; role?: string };
  /** What counts and can be read, with titles and the named parts it is in: for `filled`, `fillable`, `missing`. */
  counted?: readonly { path: string; title: string; parts?: readonly string[] }[];
}

type Json = Record<string, unknown>;

/** @param record  a card as answered: groups nested, references as ids, to-many relations as arrays */
export function evaluate(expression: Expression, record: Json, around: Surroundings): Value {
  if (expression === null || typeof expression !== 'object') return expression;
  if (Array.isArray(expression)) return expression.map(item => evaluate(item, record, around));
  if ('op' in expression) return operate(expression.op, expression.args ?? [], record, around);
  // Before `property`: a rollup of a field has one too.
  if ('rollup' in expression) return rollUp(expression, record, around);
  if ('property' in expression) return read(record, expression.property);
  if ('param' in expression) return asValue(valueAt(around.params ?? {}, expression.param));
  if ('actor' in expression) return around.actor?.[expression.actor] ?? null;
  for (const { when, then } of expression.case)
    if (evaluate(when, record, around) === true) return evaluate(then, record, around);
  return expression.else === undefined ? null : evaluate(expression.else, record, around);
}

/** Does the condition hold? Unknown does not. */
export const holds = (condition: Expression, record: Json, around: Surroundings): boolean =>
  evaluate(condition, record, around) === true;

function valueAt(values: unknown, path: string): unknown {
  let here = values;
  for (const name of path.split('.')) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, name)) return undefined;
    here = (here as Json)[name];
  }
  return here;
}

/** Own fields, else fields of a record included under `related`; `person` at the end is the person's id. */
function read(record: Json, path: string): Value {
  const own = valueAt(record, path);
  if (path === 'person' || path.endsWith('.person'))
    return asValue(valueAt(record, `${path}.id`) ?? relatedPerson(record, path));
  return asValue(own ?? related(record, path));
}

function related(record: Json, path: string): unknown {
  for (let dot = path.indexOf('.'); dot > 0; dot = path.indexOf('.', dot + 1)) {
    const one = valueAt(record.related, path.slice(0, dot));
    if (typeof one === 'object' && one !== null) return read(one as Json, path.slice(dot + 1));
  }
  return undefined;
}

const relatedPerson = (record: Json, path: string): unknown => related(record, path);

function asValue(value: unknown): Value {
  if (value === undefined || value === null || value === '') return null;
  if (Array.isArray(value)) return value.length === 0 ? null : value.map(asValue);
  return typeof value === 'object' ? null : (value as Value);
}

type Operands = readonly Expression[];

function operate(op: Operator, args: Operands, record: Json, around: Surroundings): Value {
  const at = (index: number): Value => evaluate(args[index] ?? null, record, around);
  switch (op) {
    case 'and':
      return junction(args, record, around, false);
    case 'or':
      return junction(args, record, around, true);
    case 'not':
      return negate(at(0));
    case 'coalesce': {
      const found = args.find(arg => evaluate(arg, record, around) !== null);
      return found === undefined ? null : evaluate(found, record, around);
    }
    case 'isNull':
      return at(0) === null;
    case 'today':
      return around.today;
    case 'caption':
      return caption(record, (args[0] as { property: string }).property);
    case 'filled':
    case 'fillable':
    case 'missing':
      return completeness(op, args[0], record, around);
    case 'in':
      return isIn(at(0), at(1));
    case 'age':
      return age(at(0), args[1] === undefined ? around.today : at(1));
    default:
      return apply(
        op,
        args.map((_, index) => at(index)),
      );
  }
}

/** Operators that are unknown as soon as one argument is. */
function apply(op: Operator, values: Value[]): Value {
  if (values.some(value => value === null)) return op === 'between' ? between(values) : null;
  const [a, b] = values as [Value, Value];
  switch (op) {
    case '=':
      return comparison(a, b) === 0;
    case '<>':
      return comparison(a, b) !== 0;
    case '<':
      return comparison(a, b, true) < 0;
    case '<=':
      return comparison(a, b, true) <= 0;
    case '>':
      return comparison(a, b, true) > 0;
    case '>=':
      return comparison(a, b, true) >= 0;
    case 'between':
      return between(values);
    case 'contains':
      return Array.isArray(a) ? a.includes(b) : fold(String(a)).includes(fold(String(b)));
    case 'startsWith':
      return fold(String(a)).startsWith(fold(String(b)));
    case '+':
      return (values as number[]).reduce((sum, value) => sum + value);
    case '*':
      return (values as number[]).reduce((product, value) => product * value);
    case '-':
      return values.length === 1 ? -(a as number) : (a as number) - (b as number);
    case '/':
      return b === 0 ? null : (a as number) / (b as number);
    case 'concat':
      return values.map(textOf).join('');
    case 'dateText':
      return String(a).slice(0, 10).split('-').reverse().join('.');
    case 'addDays':
      return dayAfter(String(a), { days: Number(b) });
    case 'addMonths':
      return dayAfter(String(a), { months: Number(b) });
    case 'year':
      return Number(String(a).slice(0, 4));
    case 'month':
      return Number(String(a).slice(5, 7));
    default:
      return null;
  }
}

/** The last day of a shorter month where there is no such day, as PostgreSQL has it. */
function dayAfter(day: string, { days = 0, months = 0 }: { days?: number; months?: number }): string {
  const [year, month, date] = day.slice(0, 10).split('-').map(Number) as [number, number, number];
  const whole = Math.trunc(months);
  const last = new Date(Date.UTC(year, month + whole, 0)).getUTCDate();
  const there = Date.UTC(year, month - 1 + whole, Math.min(date, last) + Math.trunc(days));
  return new Date(there).toISOString().slice(0, 10);
}

/** Numbers to ten places without trailing zeros. */
const textOf = (value: Value): string =>
  typeof value === 'number' ? value.toFixed(10).replace(/\.?0+$/, '') : String(value);

/** `and` is false and `or` is true as soon as one argument is; else unknown if one is unknown. */
function junction(args: Operands, record: Json, around: Surroundings, decides: boolean): Value {
  let unknown = false;
  for (const arg of args) {
    const value = evaluate(arg, record, around);
    if (value === decides) return decides;
    if (value === null) unknown = true;
  }
  return unknown ? null : !decides;
}

const negate = (value: Value): Value => (value === null ? null : value !== true);

function between([value, low, high]: Value[]): Value {
  const above = value === null || low === null ? null : comparison(value!, low!, true) >= 0;
  const below = value === null || high === null ? null : comparison(value!, high!, true) <= 0;
  if (above === false || below === false) return false;
  return above === null || below === null ? null : true;
}

function isIn(value: Value, list: Value): Value {
  if (list === null) return null;
  const items = Array.isArray(list) ? list : [list];
  if (items.length === 0) return false;
  if (value === null) return null;
  if (items.some(item => item !== null && comparison(value, item) === 0)) return true;
  return items.includes(null) ? null : false;
}

const collator = new Intl.Collator('ru-RU');
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Negative, zero or positive. Texts are equal by their characters and ordered as people read them. */
function comparison(a: Value, b: Value, ordered = false): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b);
  const [left, right] = [String(a), String(b)];
  if (left === right) return 0;
  if (isTime(left) && isTime(right)) return instantOf(left) - instantOf(right);
  if (!ordered) return 1;
  return collator.compare(left, right) || (left < right ? -1 : 1);
}

const isTime = (text: string) => /^\d{4}-\d{2}-\d{2}(T|$)/.test(text);
const instantOf = (text: string) => Date.parse(DAY.test(text) ? `${text}T00:00:00Z` : text);

const fold = (text: string) => text.normalize('NFC').toLowerCase().replaceAll('ё', 'е');

/** Full years; who was born on 29 February turns a year older on 1 March of a common year. */
function age(born: Value, on: Value): Value {
  if (typeof born !== 'string' || typeof on !== 'string') return null;
  const years = Number(on.slice(0, 4)) - Number(born.slice(0, 4));
  return on.slice(5, 10) < born.slice(5, 10) ? years - 1 : years;
}

function caption(record: Json, path: string): Value {
  const labels = record.labels as Record<string, string> | undefined;
  const known = labels?.[path];
  if (known !== undefined) return known;
  const value = read(record, path);
  return value === null ? null : Array.isArray(value) ? value.join(', ') : String(value);
}

function completeness(
  what: 'filled' | 'fillable' | 'missing',
  part: Expression | undefined,
  record: Json,
  around: Surroundings,
): Value {
  const counted = (around.counted ?? []).filter(
    one =>
      typeof part !== 'string' ||
      one.path === part ||
      one.path.startsWith(`${part}.`) ||
      one.parts?.includes(part) === true,
  );
  if (what === 'fillable') return counted.length;
  const absent = Array.isArray(record.absent) ? (record.absent as unknown[]) : [];
  const isFilled = (path: string) => asValue(filledValue(record, path)) !== null || absent.includes(path);
  if (what === 'filled') return counted.filter(({ path }) => isFilled(path)).length;
  return counted
    .filter(({ path }) => !isFilled(path))
    .map(({ title }) => title)
    .join(', ');
}

/** Rows of a repeating group are filled by being there. */
function filledValue(record: Json, path: string): unknown {
  const value = valueAt(record, path);
  return Array.isArray(value) && value.length > 0 ? 'rows' : value;
}

type Rollup = Extract<Expression, { rollup: string }>;

function rollUp(node: Rollup, record: Json, around: Surroundings): Value {
  const all = valueAt(record, node.rollup);
  const rows = (Array.isArray(all) ? (all as Json[]) : []).filter(
    row => node.where === undefined || holds(node.where, row, around),
  );
  const values = () =>
    rows
      .map(row => read(row, node.property as string))
      .filter((value): value is Exclude<Value, null> => value !== null);
  switch (node.fn) {
    case 'exists':
      return rows.length > 0;
    case 'count':
      return node.property === undefined ? rows.length : values().length;
    case 'sum': {
      const numbers = values() as number[];
      return numbers.length === 0 ? null : numbers.reduce((sum, value) => sum + value);
    }
    case 'min':
    case 'max': {
      const sign = node.fn === 'min' ? 1 : -1;
      return values().sort((a, b) => sign * comparison(a, b, true))[0] ?? null;
    }
    case 'first':
    case 'last': {
      const [one] = inOrder(rows, node.by as string, node.fn === 'last');
      return one === undefined ? null : read(one, node.property as string);
    }
    case 'list': {
      const texts = inOrder(rows, node.by, false)
        .map(row => caption(row, node.property ?? ''))
        .filter(text => text !== null);
      return texts.length === 0 ? null : texts.join(node.separator ?? ', ');
    }
  }
}

/** By the value, empty ones last, ties by id in the same direction. */
function inOrder(rows: readonly Json[], by: string | undefined, descending: boolean): Json[] {
  const sign = descending ? -1 : 1;
  return [...rows].sort((a, b) => {
    const [left, right] = by === undefined ? [null, null] : [read(a, by), read(b, by)];
    if (left !== null && right !== null) {
      const order = comparison(left, right, true);
      if (order !== 0) return sign * order;
    } else if (left !== right) return left === null ? 1 : -1;
    return sign * (String(a.id) < String(b.id) ? -1 : String(a.id) > String(b.id) ? 1 : 0);
  });
}
