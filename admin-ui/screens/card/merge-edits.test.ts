import { describe, expect, it } from 'vitest';
import { compareEdits, mergeEdits } from './merge-edits.ts';

const base = { homePhone: '1', email: 'a@b.ru', residence: { city: 'Липки', house: '1' } };
const mine = { homePhone: '2', email: 'a@b.ru', residence: { city: 'Липки', house: '5' } };
const theirs = { homePhone: '3', email: 'c@d.ru', residence: { city: 'Липки', house: '1' } };

describe('two people changed one card', () => {
  const fields = compareEdits(base, mine, theirs);
  it('asks only where both changed the same field differently', () => {
    expect(fields.map(field => [field.path, field.clash])).toEqual([
      ['homePhone', true],
      ['residence.house', false],
      ['email', false],
    ]);
  });
  it('keeps what each changed alone and takes the choice for the rest', () => {
    expect(mergeEdits(theirs, fields, new Map([['homePhone', 'theirs']]))).toEqual({
      homePhone: '3',
      email: 'c@d.ru',
      residence: { city: 'Липки', house: '5' },
    });
    expect(mergeEdits(theirs, fields, new Map())).toMatchObject({ homePhone: '2' });
  });
  it('does not ask when both wrote the same', () => {
    expect(compareEdits({ a: '1' }, { a: '2' }, { a: '2' })[0]?.clash).toBe(false);
  });
});
