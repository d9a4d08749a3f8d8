import { expect, it } from 'vitest';
import { type Condition, conditionOf, expressionOf } from './rule-condition.ts';

const cases: [Condition, string][] = [
  [{ path: 'ext.cf_a', is: 'yes', value: '' }, 'boolean'],
  [{ path: 'ext.cf_a', is: 'no', value: '' }, 'boolean'],
  [{ path: 'shift', is: 'is', value: '2' }, 'dictionary'],
  [{ path: 'grade', is: 'is', value: '9' }, 'integer'],
  [{ path: 'email', is: 'filled', value: '' }, 'text'],
  [{ path: 'email', is: 'empty', value: '' }, 'text'],
];

it('a condition comes back from its expression as it was said', () => {
  for (const [condition, kind] of cases)
    expect(conditionOf(expressionOf(condition, kind))).toEqual(condition);
});

it('a condition of another make is not taken for one of these', () => {
  expect(conditionOf({ op: 'and', args: [true, false] })).toBeUndefined();
  expect(conditionOf({ op: '>', args: [{ property: 'grade' }, 4] })).toBeUndefined();
});
