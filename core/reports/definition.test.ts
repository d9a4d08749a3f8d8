import { beforeAll, describe, expect, it } from 'vitest';
import { installedCatalogue } from '../../tests/support/catalogue.ts';
import type { Catalogue } from '../catalogue/types.ts';
import { withoutIfGiven } from './conditions.ts';
import { checkDefinition } from './definition-check.ts';

let catalogue: Catalogue;
beforeAll(async () => {
  catalogue = await installedCatalogue();
});

const report = (more: Record<string, unknown>) => ({
  $schema: 'kartoteka/report/1',
  id: 'probe',
  version: 1,
  title: 'Проба',
  source: 'student',
  columns: [{ key: 'name', property: 'person.lastName' }],
  ...more,
});

describe('definitions of reports', () => {
  it('of the plugins are without flaws', () => {
    expect(catalogue.reports.size).toBeGreaterThan(0);
    for (const file of catalogue.reports.values()) {
      expect(checkDefinition(file.definition, catalogue), file.id).toEqual([]);
    }
  });

  it.each([
    [{ title: undefined }, '', 'title'],
    [{ nope: 1 }, '/nope', 'nope'],
    [{ source: 'nope' }, '/source', 'nope'],
    [{ columns: [{ property: 'nope' }] }, '/columns/0/property', 'Поля «nope» нет'],
    [
      {
        columns: [{ key: 'a', title: 'A', formula: { op: '+', args: [1, { property: 'person.lastName' }] } }],
      },
      '/columns/0/formula/args/1',
      'число',
    ],
    [{ columns: [{ title: 'A', rollup: 'nope', fn: 'count' }] }, '/columns/0/rollup', 'nope'],
    [
      { columns: [{ property: 'status', rollup: 'consents', title: 'A', formula: 1 }] },
      '/columns/0',
      'одним из',
    ],
    [
      {
        columns: [
          { key: 'a', property: 'status' },
          { key: 'a', property: 'status' },
        ],
      },
      '/columns/1/key',
      '«a»',
    ],
    [
      { where: { op: '=', args: [{ property: 'status' }, { param: 'nope' }] } },
      '/where/args/1/param',
      'nope',
    ],
    [
      { where: { op: 'and', args: [{ op: 'isNull', args: [{ property: 'status' }], ifGiven: 'nope' }] } },
      '/where/args/0/ifGiven',
      'nope',
    ],
    [{ groups: [{ key: 'g', title: 'G' }] }, '/groups/0', 'одним из'],
    [{ measures: [{ key: 'm', title: 'M', fn: 'sum', of: 'nope' }] }, '/measures/0/of', 'nope'],
    [{ measures: [{ key: 'm', title: 'M', fn: 'sum', of: 'name' }] }, '/measures/0', 'числа'],
    [{ measures: [{ key: 'm', title: 'M', fn: 'ratio', of: 'm', to: 'm' }] }, '/measures/0/of', 'другого'],
    [{ totals: ['nope'] }, '/totals/0', 'nope'],
    [{ sort: [{ key: 'nope' }] }, '/sort/0/key', 'nope'],
    [
      { parameters: { type: 'object', properties: { p: { title: 'P', 'x-ref': 'nope' } } } },
      '/parameters/properties/p/x-ref',
      'nope',
    ],
    [{ print: { signatures: ['nope'] } }, '/print/signatures/0', 'nope'],
    [{ print: { template: 'x.hbs' } }, '/parameters', 'record'],
    [{ columns: Array.from({ length: 31 }, () => ({ property: 'status' })) }, '/columns', ''],
  ])('%j: the flaw is named at its place', (more, pointer, words) => {
    const [flaw] = checkDefinition(report(more), catalogue);
    expect(flaw?.pointer).toBe(pointer);
    expect(flaw?.reason).toContain(words);
  });
});

describe('ifGiven', () => {
  const part = (name: string) => ({ op: 'isNull', args: [{ property: name }], ifGiven: name });

  it('leaves out what was not asked for', () => {
    const where = { op: 'and', args: [part('a'), { op: 'or', args: [part('b'), part('c')] }] };
    const kept = (...names: string[]) =>
      withoutIfGiven(where as never, name => names.includes(name)).expression;
    expect(kept()).toBeUndefined();
    expect(kept('a')).toEqual({ op: 'and', args: [{ op: 'isNull', args: [{ property: 'a' }] }] });
    expect(kept('c')).toEqual({
      op: 'and',
      args: [{ op: 'or', args: [{ op: 'isNull', args: [{ property: 'c' }] }] }],
    });
  });
});
