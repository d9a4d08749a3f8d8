import { describe, expect, it } from 'vitest';
import { localToday, parseDay, showDay } from './dates.ts';
import { checkFormat } from './formats.ts';

describe('days', () => {
  it.each(['2026-09-01', '2024-02-29', '1850-01-01', '2150-12-31', '1900-02-28'])(
    'SC6 takes the real day %s',
    day => {
      expect(checkFormat('date', day)).toBeUndefined();
    },
  );
  it.each([
    ['2026-02-29', 'FORMAT'],
    ['1900-02-29', 'FORMAT'],
    ['2026-13-01', 'FORMAT'],
    ['2026-00-10', 'FORMAT'],
    ['1849-12-31', 'RANGE'],
    ['2151-01-01', 'RANGE'],
    ['2026-9-1', 'FORMAT'],
    ['2026-09-01T00:00:00Z', 'FORMAT'],
    ['вчера', 'FORMAT'],
  ])('SC6 refuses %s', (day, code) => {
    expect(checkFormat('date', day)?.code).toBe(code);
  });
  it('names the day that is not in the calendar', () => {
    expect(checkFormat('date', '30.02.2026')?.reason).toBe('дня 30.02.2026 нет в календаре');
  });
  it('knows no future for days that have come', () => {
    expect(checkFormat('past-date', localToday())).toBeUndefined();
    expect(checkFormat('past-date', '2149-01-01')?.reason).toBe('дата не может быть в будущем');
    expect(checkFormat('past-date', '1899-12-31')?.reason).toBe('дата не может быть раньше 01.01.1900');
  });
  it.each([
    ['1.9.2026', '2026-09-01'],
    ['01.09.2026', '2026-09-01'],
    ['01092026', '2026-09-01'],
    [' 01/09/2026 ', '2026-09-01'],
    ['2026-09-01', '2026-09-01'],
    ['1.9.26', '1.9.26'],
  ])('reads %s as %s', (typed, stored) => {
    expect(parseDay(typed)).toBe(stored);
  });
  it('shows days the Russian way', () => {
    expect(showDay('2026-09-01')).toBe('01.09.2026');
    expect(showDay('нет')).toBe('нет');
  });
  it.each(['2026-09-01T12:00:00Z', '2026-09-01T23:59:59.999Z'])('takes the instant %s', value => {
    expect(checkFormat('date-time', value)).toBeUndefined();
  });
  it.each(['2026-09-01T24:00:00Z', '2026-09-31T12:00:00Z', '2026-09-01T12:00:00'])(
    'refuses the instant %s',
    value => {
      expect(checkFormat('date-time', value)?.code).toBe('FORMAT');
    },
  );
});
