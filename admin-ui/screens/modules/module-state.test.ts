import { expect, test } from 'vitest';
import type { EnablementRowAnswer, ModuleAnswer } from '../../api/types.ts';
import { exceptionsOf, nextMonday, nextSchoolYear, rowsOf, stateOf } from './module-state.ts';

const row = (more: Partial<EnablementRowAnswer>): EnablementRowAnswer => ({
  id: 1,
  enabled: true,
  from: '1900-01-01',
  active: true,
  ...more,
});

test('what holds now, until when, and what comes next', () => {
  const rows = [
    row({ to: '2026-11-29' }),
    row({ from: '2026-12-10', enabled: false, active: false }),
    row({ from: '2026-12-01', to: '2026-12-05', active: false }),
  ];
  expect(stateOf(rows, '2026-11-22')).toEqual({
    enabled: true,
    until: '2026-11-29',
    next: { from: '2026-12-01', enabled: true, until: '2026-12-05' },
  });
  expect(stateOf([], '2026-11-22')).toEqual({});
});

test('exceptions are told apart by place and type, and past ones are left out', () => {
  const place = { id: 7, name: 'Район', level: 'municipality' as const };
  const module = {
    enablement: [
      row({ organisationType: 'general' }),
      row({ organisation: place }),
      row({ organisation: place, organisationType: 'general' }),
      row({ organisation: { ...place, id: 8 }, to: '2026-11-01', active: false }),
    ],
  } as ModuleAnswer;
  expect(exceptionsOf(module, '2026-11-22').map(one => one.target)).toEqual([
    { organisationId: 7 },
    { organisationId: 7, organisationType: 'general' },
  ]);
  expect(rowsOf(module, { organisationType: 'general' })).toHaveLength(1);
});

test('next Monday is never today; the school year is the coming one', () => {
  expect(['2026-11-22', '2026-11-23', '2026-11-28'].map(nextMonday)).toEqual([
    '2026-11-23',
    '2026-11-30',
    '2026-11-30',
  ]);
  expect(['2026-11-22', '2026-08-31', '2026-09-01'].map(nextSchoolYear)).toEqual([
    '2027-09-01',
    '2026-09-01',
    '2027-09-01',
  ]);
});
