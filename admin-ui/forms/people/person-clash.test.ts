import { describe, expect, it } from 'vitest';
import { ownerPath, settleClash } from './person-clash.ts';

const body = {
  person: { lastName: 'Крот' },
  guardianships: [{ kinship: 'mother', guardian: { person: { lastName: 'Крот' }, mobilePhone: '+7' } }],
};
const clash = { path: 'guardianships.0.guardian.person', candidates: [], facetId: undefined, detail: '' };

describe('a person that exists already', () => {
  it('replaces a new card in a reference by the one that exists', () => {
    const settled = settleClash(body, clash, { kind: 'record', id: 'g1', label: '' });
    expect(settled.guardianships).toEqual([{ kinship: 'mother', guardian: 'g1' }]);
  });
  it('links the known person and keeps the rest of the new card', () => {
    const settled = settleClash(body, clash, { kind: 'person', person: { id: 'p1' }, label: '' });
    expect(settled.guardianships).toEqual([
      { kinship: 'mother', guardian: { person: { id: 'p1' }, mobilePhone: '+7' } },
    ]);
  });
  it('marks a namesake as new', () => {
    const settled = settleClash(body, { ...clash, path: 'person' }, { kind: 'new', person: {}, label: '' });
    expect(settled.person).toEqual({ lastName: 'Крот', isNew: true });
  });
  it('knows whose person it is', () => {
    expect(ownerPath('person')).toBe('');
    expect(ownerPath('guardianships.0.guardian.person')).toBe('guardianships.0.guardian');
  });
});
