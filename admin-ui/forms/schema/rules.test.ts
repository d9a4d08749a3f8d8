import { describe, expect, it } from 'vitest';
import { readLeaves } from './leaves.ts';
import { conditionsNow, effectsOf } from './rules.ts';

const isKind = (expression: unknown, values: Record<string, unknown>) => expression === values.kind;

describe('rules of a form', () => {
  const rules = [
    { when: 'class', show: ['letter'], require: ['letter', 'grade'] },
    { when: 'closed', hide: ['letter', 'residence'] },
  ];
  it('hides what is shown only under a condition', () => {
    expect([...effectsOf(rules, {}, isKind).hidden]).toEqual(['letter']);
    expect(effectsOf(rules, { kind: 'class' }, isKind)).toEqual({
      hidden: new Set(),
      required: new Set(['letter', 'grade']),
    });
  });
  it('lets hide win', () => {
    expect([...effectsOf(rules, { kind: 'closed' }, isKind).hidden].sort()).toEqual(['letter', 'residence']);
  });
});

describe('what neighbours ask of a field', () => {
  const { leaves } = readLeaves({
    properties: {
      document: {
        type: 'object',
        properties: { type: { 'x-dictionary': 'papers' }, series: { type: 'string' } },
        allOf: [
          {
            if: { required: ['type'], properties: { type: { const: 'passport-rf' } } },
            // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
            then: { required: ['series'], properties: { series: { format: 'passport-series-rf' } } },
          },
        ],
      },
    },
  });
  const series = leaves.get('document.series');
  it('follows the kind of paper', () => {
    expect(series && conditionsNow(series, { document: { type: 'passport-rf' } })).toEqual({
      format: 'passport-series-rf',
      required: true,
    });
    expect(series && conditionsNow(series, { document: { type: 'other' } })).toEqual({ required: false });
    expect(series && conditionsNow(series, {})).toEqual({ required: false });
  });
});
