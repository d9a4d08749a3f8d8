import { describe, expect, it } from 'vitest';
import { consentRegister, isGated } from './consents.ts';
import { aCard, aManifest, aPlugin, catalogueOf, type PluginFilesOf } from './testing/plugins.ts';

const person = { title: 'Кто это', 'x-from': 'person' };
const phone = { title: 'Телефон', type: 'string', format: 'phone-ru', 'x-basis': 'consent' };
const day = { type: 'string', format: 'date' };
const past = { type: 'string', format: 'past-date' };
const names = { purpose: 'purpose', from: 'from', until: 'until', withdrawn: 'withdrawn' };

/** A plugin with a register of consents. */
const aRegister = (id: string, keyword: object = names): PluginFilesOf => ({
  'plugin.json': aManifest(id, { entities: [`${id}-consent`] }),
  [`schemas/${id}-consent.schema.json`]: aCard(
    `${id}-consent`,
    {
      person,
      purpose: { title: 'Цель', 'x-dictionary': 'consent-purposes' },
      from: { title: 'Дано', ...past },
      until: { title: 'Действует по', ...day },
      withdrawn: { title: 'Отозвано', ...past },
    },
    { required: ['person'], 'x-entity': { consent: keyword } },
  ),
});

const aFacet = (properties: object, keyword: object = {}) =>
  aPlugin('facet', { person, ...properties }, { card: { required: ['person'], 'x-entity': keyword } });

describe('S001-5.4 what a card says of data held by consent', () => {
  it('S001-5.4 a field has the purpose of its own, of its group or of its card', async () => {
    const group = {
      title: 'Здоровье',
      type: 'object',
      'x-purpose': 'health-data',
      'x-basis': 'consent',
      properties: { group: { title: 'Группа', type: 'string' } },
    };
    const photo = {
      title: 'Фото на сайте',
      type: 'string',
      'x-basis': 'consent',
      'x-purpose': 'photo-publication',
    };
    const catalogue = await catalogueOf({
      facet: aFacet({ phone, health: group, photo }, { purpose: 'education-process' }),
    });
    expect(catalogue.quarantine).toEqual([]);
    const fields = [...catalogue.entities.get('facet-card')!.fields.values()];
    expect(fields.filter(isGated).map(field => [field.path, field.purpose])).toEqual([
      ['phone', 'education-process'],
      ['health.group', 'health-data'],
      ['photo', 'photo-publication'],
    ]);
    expect(fields.find(field => field.path === 'person.lastName')).toMatchObject({ basis: 'law' });
  });

  it('S001-5.4 the register of consents is the card that says so of itself', async () => {
    const catalogue = await catalogueOf({ one: aRegister('one') });
    expect(catalogue.quarantine).toEqual([]);
    expect(consentRegister(catalogue)).toMatchObject({ id: 'one-consent', consent: names });
    expect(consentRegister(await catalogueOf({}))).toBeUndefined();
  });

  const faults: [string, Record<string, PluginFilesOf>, { pointer: string; reason: RegExp }][] = [
    [
      'consent without a purpose',
      { facet: aFacet({ phone }) },
      { pointer: '/properties/phone/x-basis', reason: /без цели/ },
    ],
    [
      'an unknown purpose',
      { facet: aFacet({ phone: { ...phone, 'x-purpose': 'curiosity' } }) },
      { pointer: '/properties/phone/x-purpose', reason: /нет цели «curiosity»/ },
    ],
    [
      'consent as the ground of who the person is',
      { facet: aFacet({}, { basis: 'consent', purpose: 'education-process' }) },
      { pointer: '/properties/person', reason: /и без согласия/ },
    ],
    [
      'consent in a card that belongs to no person',
      { facet: aPlugin('facet', { phone: { ...phone, 'x-purpose': 'health-data' } }) },
      { pointer: '/properties/phone', reason: /чьё согласие/ },
    ],
    [
      'a ground of one field in a group of rows',
      {
        facet: aFacet({
          rows: {
            title: 'Строки',
            type: 'array',
            'x-rows': true,
            items: { type: 'object', properties: { phone: { ...phone, 'x-purpose': 'health-data' } } },
          },
        }),
      },
      { pointer: '/properties/rows/items/properties/phone', reason: /целиком/ },
    ],
    [
      'a second register',
      { one: aRegister('one'), two: aRegister('two') },
      { pointer: '/x-entity/consent', reason: /уже есть: карточка «one-consent»/ },
    ],
    [
      'a register that names no day',
      { one: aRegister('one', { ...names, until: 'purpose' }) },
      { pointer: '/x-entity/consent/until', reason: /«purpose» нет/ },
    ],
    [
      'a register whose purpose is no code of the dictionary',
      { one: aRegister('one', { ...names, purpose: 'from' }) },
      { pointer: '/x-entity/consent/purpose', reason: /consent-purposes/ },
    ],
  ];
  it.each(faults)('S001-5.4 refuses %s with its place', async (_what, plugins, expected) => {
    const { quarantine } = await catalogueOf(plugins);
    expect(quarantine).toHaveLength(1);
    expect(quarantine[0]?.pointer).toBe(expected.pointer);
    expect(quarantine[0]?.reason).toMatch(expected.reason);
  });
});
