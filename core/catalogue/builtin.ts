/** The directory of organisations: the one kind of card that the core itself brings, read-only. */
import type { Entity, Field } from './types.ts';

const field = (path: string, title: string, more: Partial<Field> = {}): Field => ({
  path,
  owner: 'record',
  column: path,
  kind: 'text',
  sqlType: 'text',
  title,
  fullTitle: title,
  class: 'open',
  basis: 'law',
  source: ['S001-1.2'],
  required: true,
  computed: true,
  absentable: false,
  counts: false,
  index: false,
  unique: false,
  ...more,
});

/** English captions of what the core brings, as `locales/en.json` holds those of a plugin. */
export const CORE_LOCALE: Readonly<Record<string, string>> = {
  plugin: 'Core',
  'entity.organisation': 'Organisation',
  'plural.organisation': 'Organisations',
  'help.organisation': 'Organisations and education authorities of the region.',
  'field.organisation.name': 'Name',
  'field.organisation.fullName': 'Full name',
  'field.organisation.level': 'Level of management',
  'field.organisation.parent': 'Higher authority',
};

/** The entity `organisation`; its id is a whole number. */
export function organisationEntity(): Entity {
  const fields = [
    field('name', 'Название'),
    field('fullName', 'Полное название', { column: 'full_name' }),
    field('level', 'Уровень управления', { kind: 'dictionary', dictionary: 'management-levels' }),
    field('parent', 'Вышестоящий орган', {
      column: 'parent_id',
      kind: 'ref',
      sqlType: 'int',
      ref: 'organisation',
      required: false,
      index: true,
    }),
  ];
  return {
    id: 'organisation',
    plugin: 'core',
    title: 'Организация',
    plural: 'Организации',
    description: 'An organisation or authority in the tree region, municipality, organisation.',
    help: 'Организации и органы управления образованием региона.',
    table: 'organisation',
    scope: 'region',
    single: false,
    label: '{name}',
    search: ['name', 'fullName'],
    fields: new Map(fields.map(one => [one.path, one])),
    relations: new Map([
      [
        'parent',
        {
          name: 'parent',
          kind: 'one',
          entity: 'organisation',
          join: 'ref',
          via: 'parent',
          title: 'Вышестоящий орган',
        },
      ],
    ]),
    maintains: [],
    parts: new Map(),
    files: false,
    uniqueTogether: [],
    list: { columns: ['name', 'level', 'parent'], sort: 'name', filters: ['level'] },
    schema: {
      $id: 'organisation',
      title: 'Организация',
      type: 'object',
      properties: Object.fromEntries(fields.map(one => [one.path, { title: one.title, readOnly: true }])),
      additionalProperties: false,
    },
    form: { entity: 'organisation', tabs: [], rules: [] },
    source: ['S001-1.2'],
    groups: new Map(),
    builtin: true,
  };
}
