/** A catalogue by hand: what storage needs of one, without schema files. */
import type { Catalogue, Entity, Field, PluginInfo } from '../../catalogue/types.ts';

export function aField(path: string, more: Partial<Field> = {}): Field {
  const kind = more.kind ?? 'text';
  return {
    path,
    owner: path.startsWith('person.') ? 'person' : 'record',
    column: columnOf(path.replace(/^person\./, ''), kind === 'ref'),
    kind,
    sqlType: SQL_TYPES[kind] ?? 'text',
    title: path,
    fullTitle: path,
    class: 'open',
    basis: 'law',
    source: [],
    required: false,
    computed: false,
    absentable: false,
    counts: true,
    index: false,
    unique: false,
    ...more,
  };
}

const SQL_TYPES: Partial<Record<Field['kind'], string>> = {
  integer: 'int',
  decimal: 'numeric',
  boolean: 'boolean',
  date: 'date',
  instant: 'timestamptz',
  dictionaries: 'text[]',
  texts: 'text[]',
  ref: 'uuid',
};

const columnOf = (path: string, ref: boolean) =>
  `${path.replaceAll('.', '_').replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)}${ref ? '_id' : ''}`;

export function anEntity(id: string, plugin: string, fields: Field[], more: Partial<Entity> = {}): Entity {
  return {
    id,
    plugin,
    title: id,
    plural: id,
    description: id,
    help: '',
    table: id.replaceAll('-', '_'),
    scope: 'organisation',
    single: false,
    label: '{name}',
    search: [],
    fields: new Map(fields.map(field => [field.path, field])),
    relations: new Map(),
    maintains: [],
    parts: new Map(),
    files: false,
    uniqueTogether: [],
    list: { columns: [], sort: 'id', filters: [] },
    schema: {},
    form: { entity: id, tabs: [], rules: [] },
    source: [],
    groups: new Map(),
    builtin: false,
    ...more,
  };
}

export const organisationEntity = () =>
  anEntity('organisation', 'core', [aField('name', { required: true })], { builtin: true });

export const PERSON_FIELDS = ['lastName', 'firstName', 'middleName', 'birthDate', 'sex', 'snils'];

/** A facet: the person's fields stand in the card. */
export const aFacet = (id: string, plugin: string, fields: Field[], more: Partial<Entity> = {}) =>
  anEntity(
    id,
    plugin,
    [
      ...PERSON_FIELDS.map(name => aField(`person.${name}`, name === 'birthDate' ? { kind: 'date' } : {})),
      ...fields,
    ],
    { person: PERSON_FIELDS, label: '{person}', ...more },
  );

export function aCatalogue(entities: Entity[], plugins: Partial<PluginInfo>[] = []): Catalogue {
  const ids = [...new Set(entities.map(entity => entity.plugin))];
  const infos = ids.map(id => ({
    id,
    version: '0.1.0',
    title: id,
    folder: `/plugins/${id}`,
    requires: {},
    organisationTypes: ['general'],
    entities: entities.filter(entity => entity.plugin === id).map(entity => entity.id),
    menu: [],
    guide: [],
    migrations: [],
    ...plugins.find(plugin => plugin.id === id),
  }));
  return {
    version: 'test',
    plugins: new Map(infos.map(info => [info.id, info])),
    quarantine: [],
    entities: new Map([organisationEntity(), ...entities].map(entity => [entity.id, entity])),
    dictionaries: new Map(),
    roles: new Map(),
    organisationTypes: new Map(),
    grants: [],
    reports: new Map(),
    locales: new Map(),
  };
}
