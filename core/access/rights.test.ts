import { describe, expect, test } from 'vitest';
import { clubCatalogue } from '../storage/testing/club.ts';
import { covers, findRights, rightsOn } from './rights.ts';

const club = new Set(['club']);
const on = async (role: string, entity: string, plugins = club) =>
  rightsOn(await clubCatalogue(), { role, plugins }, entity);

describe('rights of a role on a kind of card', () => {
  test('a group covers its fields, and no field that only begins alike', () => {
    expect(covers(['residence'], 'residence.city')).toBe(true);
    expect(covers(['residence'], 'residenceOther')).toBe(false);
    expect(covers(['person.lastName'], 'person.firstName')).toBe(false);
    expect(covers('*', 'anything')).toBe(true);
  });

  test('what is not named is closed; what may be written may be read', async () => {
    const clerk = await on('club-clerk', 'member');
    expect(clerk.can('read')).toBe(true);
    expect(clerk.can('delete')).toBe(false);
    expect(clerk.readable('person.snils')).toBe(true);
    expect(clerk.readable('residence')).toBe(true);
    expect(clerk.readable('fee')).toBe(false);
    expect(clerk.readable('nothing')).toBe(false);
    expect(clerk.writable('phone')).toBe(true);
    expect(clerk.writable('size')).toBe(false);
  });

  test('a field kept by the system is written by nobody', async () => {
    expect((await on('club-head', 'member')).writable('currentGroup')).toBe(false);
    expect((await on('club-head', 'member')).readable('currentGroup')).toBe(true);
  });

  test('several tuples of a role open different fields', async () => {
    const coach = await on('club-coach', 'member');
    expect(coach.tuples('read')).toHaveLength(2);
    expect(coach.readable('fee')).toBe(true);
    expect(coach.writable('fee')).toBe(false);
  });

  test('a role without grants may do nothing; an unknown card and one of a module that is off are the same', async () => {
    expect((await on('nobody', 'member')).can('read')).toBe(false);
    const catalogue = await clubCatalogue();
    const off = { role: 'club-head', plugins: new Set<string>() };
    const refusals = ['member', 'nothing'].map(entity => {
      try {
        rightsOn(catalogue, off, entity);
        return 'allowed';
      } catch (error) {
        return String(error);
      }
    });
    expect(refusals[0]).toContain('NOT_FOUND');
    expect(refusals[0]).toBe(refusals[1]);
    expect(findRights(catalogue, off, 'member')).toBeUndefined();
  });

  test('the directory of organisations is read by all and changed by nobody', async () => {
    const rights = await on('nobody', 'organisation');
    expect(rights.readable('name')).toBe(true);
    expect(['create', 'update', 'delete', 'export'].some(action => rights.can(action))).toBe(false);
  });
});
