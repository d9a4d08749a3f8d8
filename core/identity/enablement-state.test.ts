import { describe, expect, test } from 'vitest';
import {
  addDays,
  applyChange,
  brokenNeeds,
  type EnablementRow,
  isOn,
  type OrganisationLine,
  turningDays,
} from './enablement-state.ts';

const school: OrganisationLine = { id: 11, name: 'Школа', types: ['general'], line: [11, 5, 1] };
const mixed: OrganisationLine = { ...school, id: 12, types: ['general', 'preschool'], line: [12, 5, 1] };
const elsewhere: OrganisationLine = { ...school, id: 13, line: [13, 6, 1] };
const on = (row: Partial<EnablementRow> = {}): EnablementRow => ({
  plugin: 'chess',
  enabled: true,
  from: '1900-01-01',
  ...row,
});
const change = (row: Partial<Parameters<typeof applyChange>[2]> = {}) => ({
  organisationType: 'general',
  enabled: true as boolean | null,
  from: '2026-11-23',
  to: null,
  ...row,
});

describe('where a module is on', () => {
  test('nobody speaking means off', () => {
    expect(isOn([], school, '2026-11-22')).toBe(false);
    expect(isOn([on({ organisationType: 'vocational' })], school, '2026-11-22')).toBe(false);
  });

  test('days count from the first to the last, both included', () => {
    const rows = [on({ organisationType: 'general', from: '2026-11-23', to: '2026-11-24' })];
    const days = ['2026-11-22', '2026-11-23', '2026-11-24', '2026-11-25'];
    expect(days.map(day => isOn(rows, school, day))).toEqual([false, true, true, false]);
  });

  test('the nearest target wins: organisation, municipality, everywhere', () => {
    const rows = [on({ organisationType: 'general' }), on({ organisationId: 5, enabled: false })];
    expect([school, elsewhere].map(one => isOn(rows, one, '2026-11-22'))).toEqual([false, true]);
    expect(isOn([...rows, on({ organisationId: 11 })], school, '2026-11-22')).toBe(true);
  });

  test('a type within a subtree concerns that type there alone', () => {
    const rows = [on({ organisationType: 'preschool', organisationId: 5 })];
    expect([school, mixed, elsewhere].map(one => isOn(rows, one, '2026-11-22'))).toEqual([
      false,
      true,
      false,
    ]);
    // Off for one type does not take what another type has.
    const off = [
      on({ organisationType: 'general' }),
      on({ organisationType: 'preschool', organisationId: 5, enabled: false }),
    ];
    expect(isOn(off, mixed, '2026-11-22')).toBe(true);
  });
});

describe('a change', () => {
  const rows = [on({ id: 1, organisationType: 'general' })];

  test('from a day on leaves the days before as they were', () => {
    expect(applyChange(rows, 'chess', change({ enabled: false }))).toEqual([
      { ...rows[0], to: '2026-11-22' },
    ]);
    const back = applyChange(
      [{ ...on({ id: 1, organisationType: 'general' }), to: '2026-11-22' }],
      'chess',
      change(),
    );
    expect(back).toEqual(rows);
  });

  test('between two days cuts a stretch into two', () => {
    const cut = applyChange(rows, 'chess', change({ enabled: false, to: '2026-11-30' }));
    expect(cut).toEqual([
      { ...rows[0], to: '2026-11-22' },
      on({ organisationType: 'general', from: '2026-12-01' }),
    ]);
  });

  test('off is written down for a subtree only, and silence takes it back', () => {
    const off = applyChange(rows, 'chess', change({ organisationId: 5, enabled: false }));
    expect(off).toHaveLength(2);
    expect(isOn(off, school, '2026-11-23')).toBe(false);
    const silent = applyChange(off, 'chess', change({ organisationId: 5, enabled: null }));
    expect(silent).toEqual(rows);
  });

  test('said twice changes nothing', () => {
    expect(applyChange(rows, 'chess', change())).toEqual(rows);
  });

  test('agrees, day by day, with writing the days down one by one', () => {
    const day = (n: number) => addDays('2026-11-01', n);
    for (let seed = 1; seed <= 200; seed++) {
      const pick = (n: number, salt: number) => ((seed * 7919 + salt * 104_729) % 1_000_003) % n;
      const written = new Map<string, boolean | null>();
      let now: EnablementRow[] = [];
      for (let step = 0; step < 6; step++) {
        const from = pick(20, step * 3 + 1);
        const length = pick(12, step * 3 + 2);
        const enabled = [true, false, null][pick(3, step * 3 + 3)] as boolean | null;
        now = applyChange(now, 'chess', {
          organisationId: 5,
          enabled,
          from: day(from),
          to: day(from + length),
        });
        for (let n = from; n <= from + length; n++) written.set(day(n), enabled);
      }
      for (let n = 0; n < 32; n++)
        expect(isOn(now, school, day(n)), `${seed} ${day(n)}`).toBe(written.get(day(n)) === true);
      expect(turningDays(now, day(0)).length).toBeLessThanOrEqual(now.length * 2 + 1);
    }
  });
});

test('a need is broken from the first day on which the needed module is off', () => {
  const requires = new Map([['chess', ['board']]]);
  const board = { ...on({ organisationType: 'general' }), plugin: 'board' };
  const before = [board, on({ organisationType: 'general', from: '2026-12-01' })];
  const after = [{ ...board, to: '2026-11-30' }, ...before.slice(1)];
  expect(brokenNeeds(before, after, [school], requires, '2026-11-23')).toMatchObject([
    { plugin: 'chess', needs: 'board', from: '2026-12-01', organisations: [{ id: 11 }] },
  ]);
  // What was broken before is not this change's fault.
  expect(brokenNeeds(after, after, [school], requires, '2026-11-23')).toEqual([]);
});
