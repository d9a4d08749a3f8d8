/** The condition of a rule as a sentence's parts, and as an expression. Pure. */
import type { Expression } from '../../../core/expressions/types.ts';

export interface Condition {
  path: string;
  is: 'yes' | 'no' | 'is' | 'filled' | 'empty';
  value: string;
}

/** Kinds of fields a condition may look at, and what may be asked of them. */
export const OPERATORS: Record<string, readonly Condition['is'][]> = {
  boolean: ['yes', 'no', 'filled'],
  dictionary: ['is', 'filled', 'empty'],
  text: ['filled', 'empty', 'is'],
  multiline: ['filled', 'empty'],
  integer: ['is', 'filled', 'empty'],
  decimal: ['filled', 'empty'],
  date: ['filled', 'empty'],
  ref: ['filled', 'empty'],
};
export const operatorsOf = (kind: string): readonly Condition['is'][] =>
  OPERATORS[kind] ?? ['filled', 'empty'];

export function expressionOf({ path, is, value }: Condition, kind: string): Expression {
  const property = { property: path };
  if (is === 'yes' || is === 'no') return { op: '=', args: [property, is === 'yes'] } as Expression;
  if (is === 'empty') return { op: 'isNull', args: [property] } as Expression;
  if (is === 'filled') return { op: 'not', args: [{ op: 'isNull', args: [property] }] } as Expression;
  return { op: '=', args: [property, kind === 'integer' ? Number(value) : value] } as Expression;
}

/** Undefined for a condition that this screen does not write. */
export function conditionOf(expression: unknown): Condition | undefined {
  if (typeof expression !== 'object' || expression === null) return undefined;
  const { op, args } = expression as { op?: string; args?: unknown[] };
  const [first, second] = args ?? [];
  const path = (first as { property?: unknown } | undefined)?.property;
  if (op === 'not') {
    const inner = conditionOf(first);
    return inner?.is === 'empty' ? { ...inner, is: 'filled' } : undefined;
  }
  if (typeof path !== 'string') return undefined;
  if (op === 'isNull') return { path, is: 'empty', value: '' };
  if (op !== '=') return undefined;
  if (typeof second === 'boolean') return { path, is: second ? 'yes' : 'no', value: '' };
  return { path, is: 'is', value: String(second) };
}
