import { describe, expect, test } from 'vitest';
import { type CheckScope, checkExpression, USER_LIMITS } from './check.ts';
import type { ValueType } from './types.ts';

const types: Record<string, ValueType> = {
  name: 'text',
  fee: 'number',
  born: 'date',
  tags: 'texts',
  flag: 'boolean',
  id: 'uuid',
};
const scope: CheckScope = {
  property: path => types[path],
  rollup: path => (path === 'lines' ? scope : undefined),
  param: name => (name === 'any' ? 'unknown' : undefined),
  record: true,
};
const check = (e: unknown) => {
  const { type, problems } = checkExpression(e, scope);
  return [type, ...problems.map(problem => `${problem.pointer} ${problem.code}`)];
};
const op = (name: string, ...args: unknown[]) => ({ op: name, args });
const property = (path: string) => ({ property: path });

describe('the check of expressions', () => {
  test('gives the type of what is right', () => {
    expect(check(op('=', property('born'), '2016-02-29'))).toEqual(['boolean']);
    expect(check(op('in', property('name'), ['a', 'b']))).toEqual(['boolean']);
    expect(check(op('in', property('fee'), { param: 'any' }))).toEqual(['boolean']);
    expect(check(op('contains', property('tags'), 'a'))).toEqual(['boolean']);
    expect(check(op('coalesce', { param: 'any' }, property('born')))).toEqual(['date']);
    expect(check({ rollup: 'lines', fn: 'last', property: 'born', by: 'fee' })).toEqual(['date']);
    expect(check({ rollup: 'lines', fn: 'list' })).toEqual(['text']);
    // biome-ignore lint/suspicious/noThenProperty: the word of the expression language
    expect(check({ case: [{ when: property('flag'), then: 1 }], else: property('fee') })).toEqual(['number']);
    expect(check(op('missing'))).toEqual(['text']);
  });

  test('names the place of what is wrong', () => {
    expect(check(op('=', property('born'), 'завтра'))).toContain('/args/1 EXPRESSION_INVALID');
    expect(check(op('=', property('born'), '2015-02-29'))).toContain('/args/1 EXPRESSION_INVALID');
    expect(check(op('=', property('id'), 'x'))).toContain('/args/1 EXPRESSION_INVALID');
    expect(check(op('and', property('name')))).toContain('/args/0 EXPRESSION_INVALID');
    expect(check(op('and', op('not', property('secret'))))).toContain(
      '/args/0/args/0/property FIELD_UNKNOWN',
    );
    expect(check(op('+', 1, property('name')))).toContain('/args/1 EXPRESSION_INVALID');
    expect(check(op('=', 1))).toContain('/args EXPRESSION_INVALID');
    expect(check(op('toString', 1))).toContain('/op EXPRESSION_INVALID');
    expect(check({ rollup: 'lines', fn: 'last', property: 'born' })).toContain('/by EXPRESSION_INVALID');
    expect(check({ rollup: 'other', fn: 'count' })).toContain('/rollup FIELD_UNKNOWN');
    expect(check({ rollup: 'lines', fn: 'sum', property: 'name' })).toContain('/property EXPRESSION_INVALID');
    expect(check({ actor: 'password' })).toContain('/actor EXPRESSION_INVALID');
    expect(check({ param: 'other' })).toContain('/param PARAM_UNKNOWN');
    expect(check({ sql: 'select 1' })).toContain(' EXPRESSION_INVALID');
    expect(check([1, 2])).toContain(' EXPRESSION_INVALID');
    expect(check(op('=', property('tags'), property('tags')))).toContain('/args EXPRESSION_INVALID');
    expect(check(op('=', 'a\0', property('name')))).toContain('/args/0 EXPRESSION_INVALID');
    expect(check(op('=', 1e300, property('fee')))).toContain('/args/0 EXPRESSION_INVALID');
  });

  test('bounds what people write, whatever its shape (RP2)', () => {
    const user = (e: unknown) => checkExpression(e, scope, USER_LIMITS).problems.map(problem => problem.code);
    const nested = (levels: number): unknown =>
      levels === 0 ? property('flag') : op('not', nested(levels - 1));
    expect(user(nested(5))).toEqual([]);
    expect(user(nested(6))).toContain('TOO_COMPLEX');
    const wide = (conditions: number) =>
      op('or', ...Array.from({ length: conditions }, () => op('isNull', property('fee'))));
    expect(user(wide(20))).toEqual([]);
    expect(user(wide(21))).toContain('TOO_COMPLEX');
    expect(
      user(
        op(
          'in',
          property('fee'),
          Array.from({ length: 1_001 }, () => 1),
        ),
      ),
    ).toContain('TOO_COMPLEX');
    let bottomless: unknown = true;
    for (let level = 0; level < 100_000; level++) bottomless = op('not', bottomless);
    expect(user(bottomless)).toEqual(['TOO_COMPLEX']);
  });
});
