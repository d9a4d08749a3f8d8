import { describe, expect, it } from 'vitest';
import { applyMask, caretAfter, parseNumber } from './masks.ts';

describe('masks', () => {
  it('arranges bare digits and digits with other marks alike', () => {
    expect(applyMask('000-000-000 00', '11223344595')).toBe('112-233-445 95');
    expect(applyMask('000-000-000 00', '112 233 445-95')).toBe('112-233-445 95');
    expect(applyMask('000-000-000 00', '1122')).toBe('112-2');
    expect(applyMask('00.00.0000', '01092019')).toBe('01.09.2019');
  });
  it('never loses what was typed', () => {
    expect(applyMask('000-000', '1234567')).toBe('123-4567');
    expect(applyMask('000-000', '12x')).toBe('12x');
  });
  it('keeps the caret behind the same digit', () => {
    expect(caretAfter('1122', 4, '112-2')).toBe(5);
    expect(caretAfter('112-2', 2, '112-2')).toBe(2);
  });
});

describe('numbers', () => {
  it('reads decimal commas', () => {
    expect(parseNumber('1 234,5')).toBe(1234.5);
    expect(parseNumber('12a')).toBeUndefined();
  });
});
