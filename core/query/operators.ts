/** Operators of the expression language in SQL; `core/expressions/evaluate.ts` gives the same values. */
import type { Expression, Operator, ValueType } from '../expressions/types.ts';
import { isLiteral } from '../expressions/value-types.ts';
import { captionOf } from './captions.ts';
import { compileExpression, paramOf, type Typed, typeOfAll } from './compile.ts';
import { completenessSql } from './completeness.ts';
import type { Frame } from './frame.ts';
import { and, or, type Sql, slot, sql } from './sql.ts';

type Args = readonly Expression[];

const COMPARE: Partial<Record<Operator, Sql>> = {
  '=': sql`=`,
  '<>': sql`<>`,
  '<': sql`<`,
  '<=': sql`<=`,
  '>': sql`>`,
  '>=': sql`>=`,
};
const ARITHMETIC: Partial<Record<Operator, Sql>> = { '+': sql`+`, '-': sql`-`, '*': sql`*` };

export function compileOperator(op: Operator, args: Args, frame: Frame, wanted: ValueType): Typed {
  const comparison = COMPARE[op];
  if (comparison) return truth(compare(op, comparison, args, frame));
  switch (op) {
    case 'and':
      return truth(sql`(${and(args.map(arg => value(arg, frame, 'boolean')))})`);
    case 'or':
      return truth(sql`(${or(args.map(arg => value(arg, frame, 'boolean')))})`);
    case 'not':
      return truth(sql`(not ${value(args[0]!, frame, 'boolean')})`);
    case 'between': {
      const type = typeOfAll(args, frame);
      const [what, low, high] = args.map(arg => sql`(${ordered(arg, frame, type)})`);
      return truth(sql`(${what} >= ${low} and ${what} <= ${high})`);
    }
    case 'in':
      return truth(compileIn(args[0]!, args[1]!, frame));
    case 'contains':
      return truth(contains(args[0]!, args[1]!, frame));
    case 'startsWith':
      return truth(sql`starts_with(${folded(args[0]!, frame)}, ${folded(args[1]!, frame)})`);
    case 'isNull':
      return truth(sql`((${compileExpression(args[0]!, frame).sql}) is null)`);
    case '+':
    case '-':
    case '*':
    case '/':
      return { sql: arithmetic(op, args, frame), type: 'number' };
    case 'coalesce': {
      const type = wanted === 'unknown' ? typeOfAll(args, frame) : wanted;
      return { sql: sql`coalesce(${sql.join(args.map(arg => value(arg, frame, type)))})`, type };
    }
    default:
      return compileFunction(op, args, frame);
  }
}

function compileFunction(op: Operator, args: Args, frame: Frame): Typed {
  switch (op) {
    case 'concat':
      return {
        sql: sql`(${sql.join(
          args.map(arg => asText(compileExpression(arg, frame))),
          sql` || `,
        )})`,
        type: 'text',
      };
    case 'dateText':
      return { sql: sql`to_char(${value(args[0]!, frame, 'date')}, 'DD.MM.YYYY')`, type: 'text' };
    case 'age':
      return {
        sql: age(
          value(args[0]!, frame, 'date'),
          args[1] === undefined ? today : value(args[1], frame, 'date'),
        ),
        type: 'number',
      };
    case 'year':
      return { sql: sql`extract(year from ${dayOf(args[0]!, frame)})`, type: 'number' };
    case 'month':
      return { sql: sql`extract(month from ${dayOf(args[0]!, frame)})`, type: 'number' };
    case 'today':
      return { sql: today, type: 'date' };
    case 'addDays':
    case 'addMonths': {
      const [day, count] = [
        value(args[0]!, frame, 'date'),
        sql`trunc((${value(args[1]!, frame, 'number')})::numeric)::int`,
      ];
      return op === 'addDays'
        ? { sql: sql`((${day})::date + ${count})`, type: 'date' }
        : { sql: sql`((${day})::date + make_interval(months => ${count}))::date`, type: 'date' };
    }
    case 'caption':
      return { sql: captionOf(frame, (args[0] as { property: string }).property), type: 'text' };
    default:
      return {
        sql: completenessSql(frame, op as 'filled' | 'fillable' | 'missing', args[0] as string | undefined),
        type: op === 'missing' ? 'text' : 'number',
      };
  }
}

const truth = (builder: Sql): Typed => ({ sql: builder, type: 'boolean' });
const value = (e: Expression, frame: Frame, wanted: ValueType): Sql =>
  compileExpression(e, frame, wanted).sql;
const today = slot('actor.today', 'date');

function compare(op: Operator, sign: Sql, args: Args, frame: Frame): Sql {
  const type = typeOfAll(args, frame);
  const side = op === '=' || op === '<>' ? value : ordered;
  return sql`(${side(args[0]!, frame, type)} ${sign} ${side(args[1]!, frame, type)})`;
}

/** Order of texts is the Russian one wherever people see it. */
function ordered(e: Expression, frame: Frame, type: ValueType): Sql {
  const compiled = value(e, frame, type);
  return type === 'text' ? sql`(${compiled}) collate "ru_app"` : compiled;
}

function compileIn(what: Expression, list: Expression, frame: Frame): Sql {
  const type = typeOfAll([what], frame);
  const left = value(what, frame, type);
  if (isLiteral(list) || !Array.isArray(list)) {
    const items = isLiteral(list) ? list : paramList(list, frame);
    if (Array.isArray(items) || items === null)
      return sql`(${left} = any(${compileExpression((items ?? []) as Expression, frame, type).sql}))`;
    return sql`(${left} = any(${compileExpression(list, frame).sql}))`;
  }
  if (list.length === 0) return sql`false`;
  return sql`(${left} in (${sql.join(list.map(item => value(item, frame, type)))}))`;
}

/** A parameter with several values; one alone stands for a list of one. */
function paramList(e: Expression, frame: Frame): unknown {
  if (typeof e !== 'object' || e === null || !('param' in e)) return undefined;
  const given = paramOf(frame, e.param);
  return given === null || given === undefined || Array.isArray(given) ? (given ?? null) : [given];
}

function contains(whole: Expression, part: Expression, frame: Frame): Sql {
  if (typeOfAll([whole], frame) === 'texts')
    return sql`(${value(part, frame, 'text')} = any(${value(whole, frame, 'texts')}))`;
  return sql`(strpos(${folded(whole, frame)}, ${folded(part, frame)}) > 0)`;
}

const folded = (e: Expression, frame: Frame): Sql => sql`fold(${value(e, frame, 'text')})`;

function arithmetic(op: Operator, args: Args, frame: Frame): Sql {
  const numbers = args.map(arg => sql`(${value(arg, frame, 'number')})::numeric`);
  if (op === '/') return sql`(${numbers[0]} / nullif(${numbers[1]}, 0))`;
  if (op === '-' && numbers.length === 1) return sql`(- ${numbers[0]})`;
  return sql`(${sql.join(numbers, sql` ${ARITHMETIC[op]!} `)})`;
}

/** Text of a value: numbers to ten places without trailing zeros, ISO days. */
function asText({ sql: builder, type }: Typed): Sql {
  if (type === 'number') return sql`trim_scale(round((${builder})::numeric, 10))::text`;
  if (type === 'text') return sql`(${builder})`;
  return sql`(${builder})::text`;
}

function dayOf(e: Expression, frame: Frame): Sql {
  const type = typeOfAll([e], frame) === 'instant' ? 'instant' : 'date';
  return sql`(${value(e, frame, type)})`;
}

/** Full years; who was born on 29 February turns a year older on 1 March of a common year. */
function age(born: Sql, on: Sql): Sql {
  const day = (of: Sql) => sql`extract(month from ${of}) * 100 + extract(day from ${of})`;
  return sql`(extract(year from ${on}) - extract(year from ${born}) - (case when ${day(on)} < ${day(born)} then 1 else 0 end))`;
}
