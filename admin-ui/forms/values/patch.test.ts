import { describe, expect, it } from 'vitest';
import { changedPaths, mergePatch } from './patch.ts';
import { getAt, isEmpty, prune, sameValue, setAt } from './paths.ts';

describe('merge patch', () => {
  it('says null for a cleared field, also inside a group', () => {
    const base = { note: 'a', residence: { city: 'Вересково', flat: '7' } };
    expect(mergePatch(base, { residence: { city: 'Вересково' } })).toEqual({
      note: null,
      residence: { flat: null },
    });
    expect(mergePatch(base, {})).toEqual({ note: null, residence: { city: null, flat: null } });
  });
  it('is empty when nothing that can be stored differs', () => {
    expect(mergePatch({ a: 'x', g: {} }, { a: 'x', b: undefined, c: '', list: [] })).toEqual({});
  });
  it('gives lists whole, an emptied one as []', () => {
    const base = { codes: ['a', 'b'], rows: [{ id: '1', n: 1 }] };
    expect(mergePatch(base, { codes: ['a'], rows: [{ id: '1', n: 2, memo: '' }] })).toEqual({
      codes: ['a'],
      rows: [{ id: '1', n: 2 }],
    });
    expect(mergePatch(base, { ...base, rows: [{ id: '1' }, { n: 3, memo: '' }] })).toEqual({
      rows: [{ id: '1', n: null }, { n: 3 }],
    });
    expect(mergePatch(base, { rows: [] })).toEqual({ codes: [], rows: [] });
  });
  it('keeps false and zero', () => {
    expect(mergePatch({ pc: true, n: 3 }, { pc: false, n: 0 })).toEqual({ pc: false, n: 0 });
  });
  it('names changed leaves', () => {
    expect(
      changedPaths(
        { person: { lastName: 'А', sex: 'male' }, codes: ['x'] },
        { person: { lastName: 'Б', sex: 'male' }, codes: [] },
      ),
    ).toEqual(['person.lastName', 'codes']);
  });
});

describe('values by path', () => {
  it('reads and writes without changing the original', () => {
    const values = { rows: [{ n: 1 }], person: { lastName: 'А' } };
    expect(getAt(values, 'rows.0.n')).toBe(1);
    expect(getAt(values, 'nothing.here')).toBeUndefined();
    const next = setAt(values, 'rows.0.n', 2);
    expect(next.rows[0]?.n).toBe(2);
    expect(values.rows[0]?.n).toBe(1);
    expect(setAt({}, 'residence.city', 'Липки')).toEqual({ residence: { city: 'Липки' } });
  });
  it('knows emptiness and equality as storage does', () => {
    expect(isEmpty({ a: { b: '' } })).toBe(true);
    expect(isEmpty(false)).toBe(false);
    expect(sameValue({ a: undefined }, undefined)).toBe(true);
    expect(sameValue([1], [2])).toBe(false);
    expect(prune({ a: '', b: { c: null }, d: [{ e: '' }, { e: 'x' }] })).toEqual({ d: [{}, { e: 'x' }] });
  });
});
