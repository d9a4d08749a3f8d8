import { describe, expect, test } from 'vitest';
import { evaluate, holds } from './evaluate.ts';
import type { Expression } from './types.ts';

const around = {
  today: '2026-03-01',
  params: { period: { start: '2026-01-01' } },
  actor: { person: 'p1', role: 'coach' },
};
const record = {
  person: { id: 'p1', lastName: 'Щёголев', birthDate: '2016-02-29' },
  residence: { city: 'Ейск' },
  labels: { size: 'Малый' },
  size: 's',
  absent: ['phone'],
  related: { currentGroup: { grade: 3, related: { leader: { person: { id: 'p1' } } } } },
  lines: [
    { id: 'b', kind: 'join', on: '2025-09-01', count: 2 },
    { id: 'a', kind: 'leave', on: '2026-09-01', count: 5 },
    { id: 'c', kind: 'draft' },
  ],
};
const value = (expression: Expression) => evaluate(expression, record, around);
const op = (name: string, ...args: Expression[]): Expression => ({ op: name, args }) as Expression;
const property = (path: string): Expression => ({ property: path });

describe('evaluating', () => {
  test('follows paths into groups, related records and to the person', () => {
    expect(value(property('residence.city'))).toBe('Ейск');
    expect(value(property('currentGroup.grade'))).toBe(3);
    expect(value(op('=', property('person'), { actor: 'person' }))).toBe(true);
    expect(value(op('=', property('currentGroup.leader.person'), { actor: 'person' }))).toBe(true);
    expect(value(property('nothing.at.all'))).toBeNull();
    expect(value(property('constructor'))).toBeNull();
    expect(value({ param: 'period.start' })).toBe('2026-01-01');
  });

  test('knows true, false and unknown', () => {
    const unknown = op('=', property('fee'), 1);
    expect(value(unknown)).toBeNull();
    expect(value(op('not', unknown))).toBeNull();
    expect(value(op('and', unknown, false))).toBe(false);
    expect(value(op('and', unknown, true))).toBeNull();
    expect(value(op('or', unknown, true))).toBe(true);
    expect(value(op('in', 1, [2, null] as Expression))).toBeNull();
    expect(value(op('in', 1, [1, null] as Expression))).toBe(true);
    expect(value(op('between', property('fee'), 1, 0))).toBeNull();
    expect(value(op('between', 5, null, 3))).toBe(false);
    expect(holds(unknown, record, around)).toBe(false);
  });

  test('folds text, counts years as people do, divides by zero to nothing', () => {
    expect(value(op('contains', property('person.lastName'), 'ЩЕГ'))).toBe(true);
    expect(value(op('age', property('person.birthDate')))).toBe(10);
    expect(value(op('age', property('person.birthDate'), '2026-02-28'))).toBe(9);
    expect(value(op('/', 1, 0))).toBeNull();
    expect(value(op('dateText', property('person.birthDate')))).toBe('29.02.2016');
    expect(value(op('concat', 'a', property('fee')))).toBeNull();
    expect(value(op('concat', 1.5, ' ', op('/', 2, 1)))).toBe('1.5 2');
    expect(value(op('<', 'ёлка', 'жук'))).toBe(true);
  });

  test('rolls up relations without a fan-out', () => {
    const of = (fn: string, more: object = {}) => value({ rollup: 'lines', fn, ...more } as Expression);
    expect(of('count')).toBe(3);
    expect(of('count', { property: 'on' })).toBe(2);
    expect(of('exists', { where: op('=', property('kind'), 'leave') })).toBe(true);
    expect(of('sum', { property: 'count' })).toBe(7);
    expect(of('last', { property: 'kind', by: 'on' })).toBe('leave');
    expect(of('first', { property: 'kind', by: 'on' })).toBe('join');
    expect(of('list', { property: 'kind', by: 'on', separator: '; ' })).toBe('join; leave; draft');
    expect(value({ rollup: 'none', fn: 'sum', property: 'count' })).toBeNull();
  });

  test('captions and completeness come from what the record brings', () => {
    expect(value(op('caption', property('size')))).toBe('Малый');
    const counted = [
      { path: 'residence.city', title: 'Город' },
      { path: 'phone', title: 'Телефон' },
      { path: 'lines', title: 'Строки' },
      { path: 'fee', title: 'Взнос' },
    ];
    const count = (name: string) => evaluate(op(name), record, { ...around, counted });
    expect([count('filled'), count('fillable'), count('missing')]).toEqual([3, 4, 'Взнос']);
  });

  test('takes the first case that holds', () => {
    // biome-ignore lint/suspicious/noThenProperty: the word of the expression language
    const cases: Expression = { case: [{ when: op('isNull', property('fee')), then: 'нет' }], else: 'есть' };
    expect(value(cases)).toBe('нет');
  });
});
