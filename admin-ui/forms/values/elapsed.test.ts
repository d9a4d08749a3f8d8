import { expect, test } from 'vitest';
import { elapsed } from './elapsed.ts';

test.each([
  ['2008-09-01', '2026-11-22', { years: 18, months: 2 }],
  ['2008-11-22', '2026-11-22', { years: 18, months: 0 }],
  ['2008-11-23', '2026-11-22', { years: 17, months: 11 }],
  ['2026-11-22', '2026-11-22', { years: 0, months: 0 }],
  ['2027-01-01', '2026-11-22', undefined],
])('from %s to %s', (from, to, passed) => {
  expect(elapsed(from, to)).toEqual(passed);
});
