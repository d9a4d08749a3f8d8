import { describe, expect, it } from 'vitest';
import { correctionOf, MOST_BYTES, qrSquares } from './qr-code.ts';

/** Three corners of a code: dark ring, light ring, dark middle. */
const CORNER = ['#######', '#     #', '# ### #', '# ### #', '# ### #', '#     #', '#######'];
const drawn = (rows: boolean[][]) => rows.map(row => row.map(dark => (dark ? '#' : ' ')).join(''));

describe('QR code of the key (ID7)', () => {
  it('corrects as the worked example of the standard does', () => {
    const data = [32, 91, 11, 120, 209, 114, 220, 77, 67, 64, 236, 17, 236, 17, 236, 17];
    expect(correctionOf(data, 10)).toEqual([196, 35, 39, 119, 235, 215, 231, 226, 93, 23]);
  });
  it('names level L and the mask beside the corner, and the version of large codes', () => {
    const rows = qrSquares('x'.repeat(154));
    expect(rows).toHaveLength(45);
    const format = [0, 1, 2, 3, 4, 5, 7, 8]
      .map(x => rows[8]![x])
      .concat([7, 5, 4, 3, 2, 1, 0].map(y => rows[y]![8]));
    expect(format.map(dark => (dark ? 1 : 0)).join('')).toBe('111011111000100');
    const version = Array.from({ length: 18 }, (_, index) => rows[Math.floor(index / 3)]![34 + (index % 3)]);
    expect(
      version
        .map(dark => (dark ? 1 : 0))
        .reverse()
        .join(''),
    ).toBe('000111110010010100');
  });
  it('grows with the text up to 271 bytes', () => {
    expect(qrSquares('k')).toHaveLength(21);
    expect(qrSquares('я'.repeat(135))).toHaveLength(57);
    expect(() => qrSquares('k'.repeat(MOST_BYTES + 1))).toThrow(RangeError);
    const lines = drawn(qrSquares('kartoteka'));
    expect(lines.slice(0, 7).map(line => line.slice(0, 7))).toEqual(CORNER);
    expect(lines.slice(-7).map(line => line.slice(0, 7))).toEqual(CORNER);
  });
});
