import { describe, expect, test } from 'vitest';
import { and, bind, bound, compile, or, slot, sql } from './sql.ts';

describe('the text of a statement', () => {
  test('G4 runs with every value it names, or not at all', () => {
    const plan = compile(sql`select ${slot('actor.organisation', 'int')}, ${'text'}::text`);
    expect(bind(plan, { 'actor.organisation': null })).toEqual({
      text: 'select $1::int, $2::text',
      values: [null, 'text'],
    });
    expect(() => bind(plan, { 'actor.organisations': [1] })).toThrow(
      'statement has no value for actor.organisation',
    );
  });

  test('AZ2 conditions keep their brackets, whatever is put beside them', () => {
    const text = (...parts: Parameters<typeof compile>) => compile(...parts).text;
    const either = or([sql`a`, sql`b`]);
    expect(text(and([either, sql`c or d`]))).toBe('((((a) or (b))) and (c or d))');
    expect(text(and([]))).toBe('true');
    expect(text(or([]))).toBe('false');
  });

  test('G4 a value says its type, and a number that is too great for a whole one is a decimal', () => {
    const typeOf = (value: unknown, type: Parameters<typeof bound>[1]) =>
      compile(bound(value, type)).text.replace('$1::', '');
    expect(typeOf(5, 'number')).toBe('int');
    expect(typeOf(-5, 'number')).toBe('int');
    expect(typeOf(2 ** 31 - 1, 'number')).toBe('int');
    expect(typeOf(2 ** 31, 'number')).toBe('numeric');
    expect(typeOf(0.5, 'number')).toBe('numeric');
    expect(typeOf(null, 'number')).toBe('numeric');
    expect(typeOf(5, 'unknown')).toBe('numeric');
    expect(typeOf(true, 'unknown')).toBe('boolean');
    expect(typeOf('5', 'unknown')).toBe('text');
    expect(typeOf(5, 'text')).toBe('text');
    expect(typeOf('2026-01-01', 'date')).toBe('date');
  });
});
