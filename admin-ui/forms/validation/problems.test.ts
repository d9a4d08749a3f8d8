import { describe, expect, it } from 'vitest';
import { errorSchemaOf, isWithin, nearestField, pathOf, pointerOf } from './problems.ts';

describe('places of faults', () => {
  it('turns paths into pointers and back', () => {
    expect(pointerOf('guardianships.0.kinship')).toBe('/guardianships/0/kinship');
    expect(pointerOf(['a/b', 1])).toBe('/a~1b/1');
    expect(pathOf('/guardianships/0/kinship')).toBe('guardianships.0.kinship');
    expect(pathOf('#/person/snils')).toBe('person.snils');
  });
  it('knows what lies inside', () => {
    expect(isWithin('/residence/city', '/residence')).toBe(true);
    expect(isWithin('/residenceOld', '/residence')).toBe(false);
  });
  it('nests messages for rjsf', () => {
    expect(errorSchemaOf(new Map([['/rows/0/n', 'плохо']]))).toEqual({
      rows: { 0: { n: { __errors: ['плохо'] } } },
    });
  });
  it('finds the field that a server pointer means', () => {
    const known = new Set(['person.snils', 'guardianships', 'residence.city']);
    expect(nearestField('/person/snils', known)).toBe('person.snils');
    expect(nearestField('/guardianships/1/guardian/person', known)).toBe('guardianships');
    expect(nearestField('/residence', known)).toBe('residence.city');
    expect(nearestField('/nothing', known)).toBeUndefined();
  });
});
