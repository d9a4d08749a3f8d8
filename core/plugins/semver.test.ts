import { describe, expect, it } from 'vitest';
import { orderByNeeds } from './order.ts';
import { satisfies } from './semver.ts';

describe('ranges of versions', () => {
  it.each([
    ['0.1.0', '^0.1', true],
    ['0.1.9', '^0.1.2', true],
    ['0.1.1', '^0.1.2', false],
    ['0.2.0', '^0.1', false],
    ['1.9.0', '^1.2', true],
    ['2.0.0', '^1.2', false],
    ['0.0.3', '^0.0.3', true],
    ['0.0.4', '^0.0.3', false],
    ['0.7.1', '^0', true],
    ['1.2.9', '~1.2.3', true],
    ['1.3.0', '~1.2.3', false],
    ['1.2.3', '1.2.3', true],
    ['1.2.4', '1.2.3', false],
    ['1.2.4', '1.2', true],
    ['9.9.9', '*', true],
    ['1.0.0', 'latest', false],
  ])('%s in %s: %s', (version, range, fits) => {
    expect(satisfies(version, range)).toBe(fits);
  });
});

describe('order of plugins', () => {
  const plugin = (id: string, ...needs: string[]) => ({
    id,
    requires: Object.fromEntries(needs.map(need => [need, '*'])),
  });
  it('puts what is needed first, the rest by name', () => {
    const { order } = orderByNeeds([plugin('b', 'c'), plugin('a'), plugin('c'), plugin('d', 'missing')]);
    expect(order.map(one => one.id)).toEqual(['a', 'c', 'b', 'd']);
  });
  it('sets circles apart and names them', () => {
    const { order, circles } = orderByNeeds([
      plugin('a', 'b'),
      plugin('b', 'a'),
      plugin('c', 'a'),
      plugin('d'),
    ]);
    expect(order.map(one => one.id)).toEqual(['c', 'd']);
    expect(circles.get('a')).toEqual(['a', 'b']);
    expect(circles.get('b')).toEqual(['a', 'b']);
  });
});
