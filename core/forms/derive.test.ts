/** The catalogue as a level has it: what is shared, what is changed, and what a change in a module leaves behind. */
import { describe, expect, test } from 'vitest';
import { rightsOn } from '../access/rights.ts';
import type { Catalogue } from '../catalogue/types.ts';
import { compileValidators } from '../catalogue/validation.ts';
import { clubCatalogue } from '../storage/testing/club.ts';
import { catalogueOf } from './catalogue-of.ts';
import { completeField } from './check-field.ts';
import { deriveCatalogue } from './derive.ts';
import { type CustomField, emptyOverlay, type Overlay, type PublishedLayer } from './layers.ts';

const club = new Set(['club']);
const installed = await clubCatalogue();

let number = 0;
function aLayer(
  fields: (Partial<CustomField> & Pick<CustomField, 'id' | 'kind'>)[],
  overlay: Partial<Overlay> = {},
  organisationId = 1,
): PublishedLayer {
  number += 1;
  return {
    id: `layer ${number}`,
    organisationId,
    level: 'organisation',
    kind: 'form',
    subject: 'member',
    definition: {
      fields: fields.map(field => completeField(field.id, { title: `Поле ${field.id}`, ...field })),
      overlay: { ...emptyOverlay(), ...overlay },
    },
  };
}
const cellsOf = (catalogue: Catalogue, section: string) =>
  catalogue.entities
    .get('member')
    ?.form.tabs.flatMap(tab => tab.sections)
    .find(one => one.id === section)
    ?.rows.flat()
    .map(cell => cell.field);
const text = (id: string, more: Partial<CustomField> = {}) => ({ id, kind: 'text' as const, ...more });

describe('the catalogue of a level', () => {
  test('is the installed object itself where nothing is published', () => {
    expect(catalogueOf(installed, {})).toBe(installed);
    expect(catalogueOf(installed, { forms: [] })).toBe(installed);
  });

  test('is one object for all organisations with the same publications, and made once', () => {
    const layer = aLayer([text('cf_aaaaaaaaaa')]);
    const [one, other] = [[layer], [layer]].map(forms => catalogueOf(installed, { forms }));
    expect(one).toBe(other);
    expect(one?.entities.get('club-group')).toBe(installed.entities.get('club-group'));
    expect(one?.grants).toBe(installed.grants);
  });

  test('leaves the installed one as it was', () => {
    const before = JSON.stringify(
      [...installed.entities.values()].map(one => [...one.fields, one.schema, one.form]),
    );
    deriveCatalogue(installed, [
      aLayer([text('cf_bbbbbbbbbb', { required: true })], {
        require: ['phone', 'residence.city'],
        hide: ['fee'],
        relabel: [
          { field: 'phone', title: 'Связь' },
          { field: 'residence', title: 'Дом' },
        ],
        move: [{ field: 'phone', section: 's_extra' }],
      }),
    ]);
    expect(
      JSON.stringify([...installed.entities.values()].map(one => [...one.fields, one.schema, one.form])),
    ).toBe(before);
  });

  test('adds a field to the tuples of its roles, and not to a tuple of everything', () => {
    const derived = deriveCatalogue(installed, [
      aLayer([text('cf_cccccccccc', { read: ['club-clerk'], write: [] })]),
    ]);
    const path = 'ext.cf_cccccccccc';
    const rights = (role: string) => rightsOn(derived, { role, plugins: club }, 'member');
    expect(rights('club-clerk').readable(path)).toBe(true);
    expect(rights('club-clerk').writable(path)).toBe(false);
    // The head holds everything there was when the grants were written.
    expect(rights('club-head').readable('fee')).toBe(true);
    expect(rights('club-head').readable(path)).toBe(false);
    expect(rights('club-head').readable('ext')).toBe(false);
  });

  test('AZ5 adds protected data to the tuples that open such data, where a role has several', () => {
    const grants = [
      {
        role: 'two',
        entity: 'member',
        actions: ['read'],
        rows: 'organisation',
        fields: { read: ['person', 'rank'], write: [] },
        period: 'any',
      },
      {
        role: 'two',
        entity: 'member',
        actions: ['read'],
        rows: 'self',
        fields: { read: ['phone'], write: [] },
        period: 'any',
      },
    ] as Catalogue['grants'];
    const special = [...(installed.entities.get('member')?.fields.values() ?? [])].find(
      field => field.class === 'special',
    );
    const own = {
      ...grants[1],
      fields: { read: [special?.path ?? ''], write: [] },
    } as Catalogue['grants'][number];
    const small = { ...installed, grants: [grants[0] as Catalogue['grants'][number], own] };
    const opened = (of: CustomField['class']) => {
      const derived = deriveCatalogue(small, [aLayer([text('cf_dddddddddd', { read: ['two'], class: of })])]);
      return [...(derived.entities.get('member')?.fields.get('ext.cf_dddddddddd')?.custom?.read ?? [])];
    };
    expect(special).toBeDefined();
    expect(opened('open')).toEqual([grants[0], own]);
    expect(opened('special')).toEqual([own]);
  });

  test('puts what nobody has placed into a section of its own, and moves it where a level below says', () => {
    const first = aLayer([text('cf_eeeeeeeeee'), text('cf_ffffffffff')]);
    expect(cellsOf(deriveCatalogue(installed, [first]), 's_extra')).toEqual([
      'ext.cf_eeeeeeeeee',
      'ext.cf_ffffffffff',
    ]);
    const second = aLayer(
      [],
      {
        sections: [{ id: 's_own', title: 'Своё', rows: [[{ field: 'ext.cf_ffffffffff' }]] }],
        move: [{ field: 'phone', section: 's_own', position: 0 }],
      },
      2,
    );
    const derived = deriveCatalogue(installed, [first, second]);
    expect(cellsOf(derived, 's_extra')).toEqual(['ext.cf_eeeeeeeeee']);
    expect(cellsOf(derived, 's_own')).toEqual(['phone', 'ext.cf_ffffffffff']);
  });

  test('names what is required at its own place, in groups too, and takes «нет» for an answer', () => {
    const derived = deriveCatalogue(installed, [
      aLayer([text('cf_gggggggggg', { required: true, absentable: true })], {
        require: ['residence.street'],
      }),
    ]);
    const { record } = compileValidators(derived);
    const whole = { person: { lastName: 'Ким', firstName: 'Ян' } };
    const missing = (value: object) =>
      record('member', value)
        .filter(one => one.code === 'REQUIRED')
        .map(one => one.path);
    const before = compileValidators(installed)
      .record('member', whole)
      .map(one => one.path);
    expect(
      missing(whole)
        .filter(path => !before.includes(path))
        .sort(),
    ).toEqual(['/ext/cf_gggggggggg', '/residence/street']);
    expect(missing({ ...whole, absent: ['ext.cf_gggggggggg'] })).not.toContain('/ext/cf_gggggggggg');
  });

  test('passes over what a module or a level above has taken away', () => {
    const derived = deriveCatalogue(installed, [
      aLayer(
        [
          { id: 'cf_hhhhhhhhhh', kind: 'dictionary', dictionary: 'gone' },
          text('cf_iiiiiiiiii', { retired: true }),
        ],
        {
          sections: [{ id: 's_left', title: 'Осталось', rows: [[{ field: 'nothing' }]] }],
          move: [{ field: 'nothing', section: 'nowhere' }],
          hide: ['nothing'],
          require: ['nothing'],
          relabel: [{ field: 'nothing', title: 'Нет' }],
          rules: [{ when: { op: '=', args: [{ property: 'nothing' }, 1] }, hide: ['phone'] }],
        },
      ),
    ]);
    const member = derived.entities.get('member');
    expect([...(member?.fields.keys() ?? [])].filter(path => path.startsWith('ext.'))).toEqual([]);
    expect(member?.form.rules).toEqual(installed.entities.get('member')?.form.rules);
  });
});
