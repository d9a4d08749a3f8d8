import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Problem } from '../problems.ts';
import { parseJson } from './json.ts';

function refusal(text: string): Problem {
  try {
    parseJson(text);
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error('accepted');
}

describe('request bodies', () => {
  it('SC7 reads what JSON.parse reads, for any value', () => {
    const own = (value: unknown): boolean =>
      JSON.stringify(value, (key, inner) =>
        ['__proto__', 'constructor', 'prototype'].includes(key) ? 'FORBIDDEN' : inner,
      ).includes('FORBIDDEN');
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), value => {
        const text = JSON.stringify(value);
        fc.pre(!own(value) && text === text.normalize('NFC') && !text.includes('\\u'));
        fc.pre(!/[\d.]{16}|e\+/.test(text));
        expect(parseJson(text)).toEqual(JSON.parse(text));
        expect(parseJson(JSON.stringify(value, null, 2))).toEqual(JSON.parse(text));
      }),
    );
  });

  it('SC7 names line and column of broken JSON', () => {
    const problem = refusal('{\n  "person": {"lastName": "Иванов",}\n}');
    expect(problem.status).toBe(400);
    expect(problem.members).toEqual({ line: 2, column: 35 });
    expect(problem.detail).toContain('Строка 2, знак 35');
    expect(problem.errors[0]?.path).toBe('/person');
  });

  it.each([
    ['', 'JSON_BROKEN'],
    ['{', 'JSON_BROKEN'],
    ['{"a":1} x', 'JSON_BROKEN'],
    ['[1,]', 'JSON_BROKEN'],
    ['"a', 'JSON_BROKEN'],
    ['"a\\', 'JSON_BROKEN'],
    ['"\\x"', 'JSON_BROKEN'],
    ['"\\u00"', 'JSON_BROKEN'],
    ['"a\nb"', 'JSON_BROKEN'],
    ['nul', 'JSON_BROKEN'],
    ['01', 'JSON_BROKEN'],
    ['NaN', 'JSON_BROKEN'],
    ["{'a':1}", 'JSON_BROKEN'],
    ['{"a":1,"a":2}', 'JSON_DUPLICATE_KEY'],
    ['{"a":1,"\\u0061":2}', 'JSON_DUPLICATE_KEY'],
    ['{"a":{"__proto__":{}}}', 'JSON_FORBIDDEN_KEY'],
    ['{"constructor":1}', 'JSON_FORBIDDEN_KEY'],
    ['[{"prototype":1}]', 'JSON_FORBIDDEN_KEY'],
    ['9007199254740993', 'JSON_NUMBER'],
    ['1e999', 'JSON_NUMBER'],
    ['"\\u0000"', 'JSON_TEXT'],
    ['"\\ud800"', 'JSON_TEXT'],
    [`{${Array.from({ length: 10_001 }, (_, index) => `"k${index}":1`).join(',')}}`, 'JSON_TOO_MANY_KEYS'],
  ])('SC7 refuses %j as %s', (text, code) => {
    expect(refusal(text)).toMatchObject({ code, status: 400 });
  });

  it('SC7 answers 200,000 nested arrays in under 100 ms', () => {
    const text = '['.repeat(200_000);
    const start = performance.now();
    expect(refusal(text).code).toBe('JSON_TOO_DEEP');
    expect(performance.now() - start).toBeLessThan(100);
  });

  it('SC5 brings text to one spelling', () => {
    expect(parseJson('"\u0438\u0306"')).toBe('\u0439');
  });
});
