import { describe, expect, it } from 'vitest';
import { canSearch, differences, matchName, ownRecord } from './person-match.ts';

const match = {
  id: 'p1',
  lastName: 'Королёва',
  firstName: 'Анна',
  middleName: 'Петровна',
  birthDate: '1985-02-03',
  facets: [
    { entity: 'student', entityTitle: 'Обучающийся', organisation: 'Школа № 2', own: false },
    { entity: 'guardian', entityTitle: 'Родитель', organisation: 'Школа № 1', own: true, recordId: 'g1' },
  ],
};

describe('look-alikes', () => {
  it('says what differs, not minding ё and empty fields', () => {
    expect(differences({ lastName: 'КОРОЛЕВА', firstName: 'Анна', middleName: '' }, match)).toEqual([]);
    expect(
      differences({ lastName: 'Королёва', middleName: 'Павловна', birthDate: '1986-02-03' }, match),
    ).toEqual(['middleName', 'birthDate']);
  });
  it('finds the own card of the wanted kind only', () => {
    expect(ownRecord(match, 'guardian')).toBe('g1');
    expect(ownRecord(match, 'student')).toBeUndefined();
    expect(matchName(match)).toBe('Королёва Анна Петровна');
  });
  it('wants a name with something beside it, or СНИЛС', () => {
    expect(canSearch({ lastName: 'Королёва' })).toBe(false);
    expect(canSearch({ lastName: 'Королёва', firstName: 'Анна' })).toBe(true);
    expect(canSearch({ snils: '11223344595' })).toBe(true);
  });
});
