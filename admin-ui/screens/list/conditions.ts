/** Conditions of a list as the filter bar holds them, and their form in the expression language. */
import type { Expression, Scalar } from '../../../core/expressions/types.ts';
import type { ColumnDescription } from '../../../core/forms/description.types.ts';

export type ConditionOp =
  | 'equals'
  | 'differs'
  | 'contains'
  | 'startsWith'
  | 'from'
  | 'to'
  | 'between'
  | 'oneOf'
  | 'noneOf'
  | 'empty'
  | 'filled';

export interface Condition {
  path: string;
  op: ConditionOp;
  /** One value, `[from, to]` of `between`, or the list of `oneOf` and `noneOf`. */
  value?: Scalar | Scalar[];
  /** Captions of chosen references, for the chip. */
  captions?: Record<string, string>;
}

const BY_KIND: Record<ColumnDescription['kind'], ConditionOp[]> = {
  text: ['contains', 'equals', 'startsWith', 'differs', 'empty', 'filled'],
  texts: ['contains', 'empty', 'filled'],
  integer: ['equals', 'from', 'to', 'between', 'differs', 'empty', 'filled'],
  decimal: ['equals', 'from', 'to', 'between', 'differs', 'empty', 'filled'],
  boolean: ['equals', 'empty', 'filled'],
  date: ['between', 'equals', 'from', 'to', 'empty', 'filled'],
  instant: ['from', 'to', 'between', 'empty', 'filled'],
  dictionary: ['oneOf', 'noneOf', 'empty', 'filled'],
  dictionaries: ['oneOf', 'noneOf', 'empty', 'filled'],
  ref: ['oneOf', 'noneOf', 'empty', 'filled'],
  rows: ['empty', 'filled'],
};

export const operatorsOf = (column: Pick<ColumnDescription, 'kind'>): ConditionOp[] => BY_KIND[column.kind];

export const needsValue = (op: ConditionOp) => op !== 'empty' && op !== 'filled';

const given = (value: Scalar | undefined) => value !== undefined && value !== null && value !== '';

/** Whether the condition says something yet; an unfinished row of the panel filters nothing. */
export function isComplete({ op, value }: Condition): boolean {
  if (!needsValue(op)) return true;
  if (op === 'oneOf' || op === 'noneOf') return Array.isArray(value) && value.length > 0;
  if (op === 'between') return Array.isArray(value) && value.some(given);
  return !Array.isArray(value) && given(value);
}

/** The condition as CQL2-JSON; several codes of one field match when any of them is among the wanted. */
export function conditionExpression(condition: Condition, kind: ColumnDescription['kind']): Expression {
  const { op, value } = condition;
  const property: Expression = { property: condition.path };
  const list = Array.isArray(value) ? value : value === undefined ? [] : [value];
  const one = list[0] ?? null;
  switch (op) {
    case 'empty':
      return { op: 'isNull', args: [property] };
    case 'filled':
      return { op: 'not', args: [{ op: 'isNull', args: [property] }] };
    case 'oneOf':
      return membership(property, list, kind);
    case 'noneOf':
      return { op: 'not', args: [membership(property, list, kind)] };
    case 'between':
      return range(property, list[0], list[1]);
    case 'from':
      return { op: '>=', args: [property, one] };
    case 'to':
      return { op: '<=', args: [property, one] };
    case 'equals':
      return { op: '=', args: [property, one] };
    case 'differs':
      return { op: '<>', args: [property, one] };
    default:
      return { op, args: [property, one] };
  }
}

function membership(property: Expression, list: Scalar[], kind: ColumnDescription['kind']): Expression {
  if (kind !== 'dictionaries') return { op: 'in', args: [property, list] };
  const parts = list.map((code): Expression => ({ op: 'contains', args: [property, code] }));
  return parts.length === 1 ? parts[0]! : { op: 'or', args: parts };
}

/** An open end is no limit. */
function range(property: Expression, from: Scalar | undefined, to: Scalar | undefined): Expression {
  if (given(from) && given(to)) return { op: 'between', args: [property, from!, to!] };
  return given(from) ? { op: '>=', args: [property, from!] } : { op: '<=', args: [property, to ?? null] };
}

/** All complete conditions as one expression, or undefined when there are none. */
export function joinConditions(
  conditions: readonly Condition[],
  join: 'and' | 'or',
  columns: readonly Pick<ColumnDescription, 'path' | 'kind'>[],
): Expression | undefined {
  const parts = conditions.filter(isComplete).flatMap(condition => {
    const column = columns.find(({ path }) => path === condition.path);
    return column ? [conditionExpression(condition, column.kind)] : [];
  });
  return allOf(parts, join);
}

export function allOf(parts: Expression[], join: 'and' | 'or' = 'and'): Expression | undefined {
  return parts.length > 1 ? { op: join, args: parts } : parts[0];
}
