import { describe, expect, test } from 'vitest';
import type { Grant, Relation } from '../catalogue/types.ts';
import { aCatalogue, aFacet, aField, anEntity } from '../storage/testing/catalogue.ts';
import { clubCatalogue } from '../storage/testing/club.ts';
import { covers, findRights, mayFollow, rightsOn, tupleReads, tupleWrites } from './rights.ts';

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

  test('a group is open when one of its fields is, and a name that is no field never', async () => {
    const clerk = await on('club-clerk', 'member');
    expect(clerk.writable('residence')).toBe(true);
    expect(clerk.writable('nothing')).toBe(false);
    const head = await on('club-head', 'member');
    for (const name of ['nothing', 'resid', 'ext', 'ext.nothing', 'fee.more', ''])
      expect([head.readable(name), head.writable(name)], name).toEqual([false, false]);
  });
});

describe('a tuple', () => {
  const relation = (name: string, more: Partial<Relation>): Relation => ({
    name,
    kind: 'one',
    entity: 'group',
    join: 'ref',
    via: name,
    title: name,
    ...more,
  });
  const pupil = aFacet('pupil', 'school', [
    aField('size'),
    aField('home.city'),
    aField('home.street'),
    aField('kept', { computed: true }),
    aField('group', { kind: 'ref', ref: 'group' }),
  ]);
  const group = anEntity('group', 'school', [
    aField('grade'),
    aField('tutor', { kind: 'ref', ref: 'pupil' }),
  ]);
  const tie = anEntity('tie', 'school', [aField('pupil', { kind: 'ref', ref: 'pupil' }), aField('note')], {
    childOf: { entity: 'pupil', field: 'pupil', inverse: 'ties' } as never,
  });
  const grant = (entity: string, fields: Grant['fields'], actions = ['read']): Grant => ({
    role: 'someone',
    entity,
    actions,
    rows: 'organisation',
    fields,
  });
  const only = (...read: string[]) => ({ read, write: [] });

  test('AZ1 reads what it names, whole groups, the groups of its fields and the way to the parent', () => {
    const reads = (fields: Grant['fields'], ...paths: string[]) =>
      paths.filter(path => tupleReads(pupil, grant('pupil', fields), path));
    expect(reads(only('size', 'home.city'), 'size', 'home', 'home.city', 'home.street', 'hom')).toEqual([
      'size',
      'home',
      'home.city',
    ]);
    expect(reads({ read: [], write: ['home'] }, 'home', 'home.street', 'size')).toEqual([
      'home',
      'home.street',
    ]);
    expect(reads('*', 'size', 'ext', 'ext.more')).toEqual(['size']);
    expect(tupleReads(tie, grant('tie', only()), 'pupil')).toBe(true);
    expect(tupleReads(tie, grant('tie', only()), 'note')).toBe(false);
  });

  test('AZ4 writes what it names to write, and nothing kept by the system', () => {
    const writes = (fields: Grant['fields'], ...paths: string[]) =>
      paths.filter(path => tupleWrites(pupil, grant('pupil', fields), path));
    const paths = ['size', 'home', 'home.city', 'home.street', 'kept', 'ext.more', 'hom'];
    expect(writes({ read: ['size'], write: ['home.city'] }, ...paths)).toEqual(['home', 'home.city']);
    expect(writes({ read: [], write: ['kept', 'size'] }, ...paths)).toEqual(['size']);
    expect(writes('*', ...paths.slice(0, 6))).toEqual(['size', 'home', 'home.city', 'home.street']);
  });

  test('AZ3 a relation is followed by who may read both what points and where it leads', () => {
    const follows = (one: Relation, own: Grant[], other: Grant[] | undefined) => {
      const from = one.kind === 'one' || one.join === 'person' ? 'pupil' : 'group';
      const to = one.entity;
      const catalogue = { ...aCatalogue([pupil, group, tie]), grants: [...own, ...(other ?? [])] };
      const actor = { role: 'someone', plugins: new Set(['school']) };
      return mayFollow(rightsOn(catalogue, actor, from), one, other && findRights(catalogue, actor, to));
    };
    const all = (entity: string) => [grant(entity, '*')];
    const toGroup = relation('group', {});
    expect(follows(toGroup, all('pupil'), all('group'))).toBe(true);
    expect(follows(toGroup, [grant('pupil', only('group'))], all('group'))).toBe(true);
    expect(follows(toGroup, [grant('pupil', only('size'))], all('group'))).toBe(false);
    expect(follows(toGroup, all('pupil'), undefined)).toBe(false);
    expect(follows(toGroup, all('pupil'), [grant('group', '*', ['update'])])).toBe(false);
    const organisation = relation('organisation', { entity: 'group', via: 'organisation' });
    expect(follows(organisation, [grant('pupil', only('size'))], all('group'))).toBe(true);

    const pupils = relation('pupils', { kind: 'many', join: 'inverse', entity: 'pupil', via: 'group' });
    expect(follows(pupils, all('group'), all('pupil'))).toBe(true);
    expect(follows(pupils, all('group'), [grant('pupil', only('group'))])).toBe(true);
    expect(follows(pupils, all('group'), [grant('pupil', only('size'))])).toBe(false);
    const placed = relation('placed', {
      kind: 'many',
      join: 'inverse',
      entity: 'pupil',
      via: 'organisation',
    });
    expect(follows(placed, all('group'), [grant('pupil', only('size'))])).toBe(true);

    const same = relation('others', { kind: 'many', join: 'person', entity: 'pupil', via: 'person' });
    expect(follows(same, all('pupil'), [])).toBe(true);
    expect(follows(same, [grant('pupil', only('person.lastName'))], [])).toBe(true);
    expect(follows(same, [grant('pupil', only('size', 'group'))], [])).toBe(false);
  });
});
