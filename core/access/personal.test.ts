import { describe, expect, test } from 'vitest';
import type { Catalogue, Entity, Relation } from '../catalogue/types.ts';
import { aCatalogue, aFacet, aField, anEntity } from '../storage/testing/catalogue.ts';
import { isPersonal, pathsIn } from './personal.ts';

const to = (name: string, entity: string): Relation => ({
  name,
  kind: 'one',
  entity,
  join: 'ref',
  via: name,
  title: name,
});

const known = aFacet('pupil', 'school', [
  aField('size'),
  aField('phone', { class: 'personal' }),
  aField('allergy', { class: 'special' }),
]);
const group = anEntity('group', 'school', [aField('grade'), aField('tutor', { kind: 'ref', ref: 'pupil' })], {
  label: '{grade}',
});
const tie = anEntity(
  'tie',
  'school',
  [aField('who', { kind: 'ref', ref: 'pupil' }), aField('where', { kind: 'ref', ref: 'group' })],
  {
    label: '{where} {who}',
    relations: new Map([
      ['who', to('who', 'pupil')],
      ['where', to('where', 'group')],
    ]),
  },
);
const ring = anEntity('ring', 'school', [aField('next', { kind: 'ref', ref: 'ring' })], {
  label: '{next}',
  relations: new Map([['next', to('next', 'ring')]]),
});
const grouped = anEntity(
  'grouped',
  'school',
  [
    aField('address.street', { class: 'personal' }),
    aField('address.city'),
    aField('health.allergy', { class: 'special' }),
    aField('room.floor'),
    aField('tied', { kind: 'ref', ref: 'tie' }),
    aField('placed', { kind: 'ref', ref: 'group' }),
    aField('lost', { kind: 'ref', ref: 'nothing' }),
  ],
  {
    groups: new Map(['address', 'health', 'room'].map(name => [name, name])) as never,
    relations: new Map([
      ['tied', to('tied', 'tie')],
      ['placed', to('placed', 'group')],
      ['gone', to('gone', 'nothing')],
    ]),
  },
);
const catalogue: Catalogue = aCatalogue([known, group, tie, ring, grouped]);
const personal = (entity: Entity, ...paths: string[]) =>
  paths.filter(path => isPersonal(catalogue, entity, path));

describe('S001-4.1 G3 personal data in columns', () => {
  test('are fields of the classes personal and special, the person, and what is not known', () => {
    expect(personal(known, 'size', 'phone', 'allergy', 'person', 'nothing', 'nothing.more')).toEqual([
      'phone',
      'allergy',
      'person',
      'nothing',
      'nothing.more',
    ]);
    expect(personal(group, 'grade', 'person')).toEqual([]);
  });

  test('are references that are called by a person, however far', () => {
    expect(personal(group, 'tutor')).toEqual(['tutor']);
    expect(personal(tie, 'who', 'where')).toEqual(['who']);
    expect(personal(grouped, 'tied', 'placed', 'lost', 'gone')).toEqual(['tied', 'lost', 'gone']);
    expect(personal(ring, 'next')).toEqual(['next']);
  });

  test('are found at the end of a path', () => {
    expect(
      personal(
        grouped,
        'placed.grade',
        'placed.tutor',
        'tied.where',
        'tied.who',
        'tied.who.size',
        'tied.who.phone',
      ),
    ).toEqual(['placed.tutor', 'tied.who', 'tied.who.phone']);
    expect(personal(tie, 'where.grade', 'where.nothing')).toEqual(['where.nothing']);
    expect(personal(grouped, 'gone.name')).toEqual(['gone.name']);
  });

  test('make their group personal, and no group that only begins alike', () => {
    expect(personal(grouped, 'address', 'health', 'room')).toEqual(['address', 'health']);
  });
});

test('G3 the paths of an expression are those of its properties and rollups, however deep', () => {
  const then = 'property';
  const expression = {
    op: 'and',
    args: [
      { op: '=', args: [{ property: 'phone' }, null] },
      { rollup: 'ties', fn: 'exists', where: { op: 'isNull', args: [{ property: 'who' }] } },
      { case: [{ when: { property: 'size' }, then }], else: { param: 'day' } },
    ],
    property: 5,
  };
  expect([...pathsIn(expression)]).toEqual(['phone', 'ties', 'who', 'size']);
  expect([...pathsIn(null)]).toEqual([]);
});
