import { findRights, mayFollow, type Rights } from '../access/rights.ts';
import { consentRegister, purposesOf } from '../catalogue/consents.ts';
import { CONSENT_PURPOSES } from '../catalogue/naming.ts';
import type {
  Catalogue,
  CreateStep,
  Entity,
  Field,
  FormDefinition,
  FormField,
  FormRule,
  FormSection,
  JsonSchema,
} from '../catalogue/types.ts';
import { resolvePath } from '../expressions/catalogue-scope.ts';
import { captions, type Language, relationTitle } from './captions.ts';
import type { ColumnDescription, EntityDescription, RelationDescription } from './description.types.ts';
import { effectiveSchema, type SchemaView } from './effective-schema.ts';

/**
 * One kind of card as this reader may use it: schema, form, list, relations and dictionaries with the rights
 * applied. A field without the right to read is absent from all of it.
 *
 * @param rightsOf  rights of the same reader on other kinds of cards; by default those of the same role, as if
 *                  every plugin were on
 */
export function describeEntity(
  catalogue: Catalogue,
  rights: Rights,
  entityId: string,
  lang: Language,
  rightsOf: (entityId: string) => Rights | undefined = sameRole(catalogue, rights),
): EntityDescription {
  const { entity } = rights;
  const view: SchemaView = { catalogue, lang, rightsOf: id => (id === entityId ? rights : rightsOf(id)) };
  const text = captions(catalogue, entity.plugin, lang);
  const schema = effectiveSchema(view, rights, relationsOfForm(entity));
  return {
    id: entity.id,
    plugin: entity.plugin,
    title: text(`entity.${entity.id}`, entity.title),
    plural: text(`plural.${entity.id}`, entity.plural),
    help: text(`help.${entity.id}`, entity.help),
    single: entity.single,
    facet: entity.person !== undefined,
    files: entity.files,
    manyPerPerson: entity.personInverse !== undefined,
    can: {
      read: rights.can('read'),
      create: rights.can('create'),
      update: rights.can('update'),
      delete: rights.can('delete'),
      export: rights.can('export'),
    },
    ...consentsOf(view, rights),
    schema,
    form: effectiveForm(view, rights, schema),
    list: effectiveList(view, rights),
    columns: [
      ...derivedColumns(view, rights),
      ...[...entity.fields.values()]
        .filter(field => field.kind !== 'rows' && rights.readable(field.path))
        .map(field => columnOf(view, rights, field)),
    ],
    relations: [...entity.relations.values()].flatMap(relation => relationOf(view, rights, relation.name)),
    dictionaries: dictionariesOf(catalogue, schema, entity, rights, lang),
  };
}

function consentsOf(view: SchemaView, { entity, readable }: Rights): Pick<EntityDescription, 'consents'> {
  const purposes = purposesOf(entity, readable);
  if (purposes.length === 0) return {};
  const items = view.catalogue.dictionaries.get(CONSENT_PURPOSES)?.items ?? [];
  const words = items
    .filter(item => purposes.includes(item.code))
    .map(item => [item.code, view.lang === 'en' ? item.en : item.ru]);
  const register = consentRegister(view.catalogue)?.id;
  const relation = [...entity.relations.values()].find(one => one.kind === 'many' && one.entity === register);
  const shown = relation && view.rightsOf(relation.entity)?.can('read');
  return {
    consents: { purposes: Object.fromEntries(words), ...(shown ? { relation: relation.name } : {}) },
  };
}

function sameRole(catalogue: Catalogue, rights: Rights): (entityId: string) => Rights | undefined {
  const role = rights.tuples('read')[0]?.role ?? '';
  const plugins = new Set(catalogue.plugins.keys());
  return id => findRights(catalogue, { role, plugins }, id);
}

/** To-many relations that tabs or steps of adding name. */
function relationsOfForm(entity: Entity): string[] {
  const names = new Set<string>();
  for (const tab of entity.form.tabs)
    for (const section of tab.sections)
      for (const cell of section.rows.flat()) if (!entity.fields.has(cell.field)) names.add(cell.field);
  for (const step of entity.form.create ?? []) if (step.relation) names.add(step.relation);
  return [...names];
}

/** Whether the schema has a property at the path. */
function hasPath(schema: JsonSchema, path: string): boolean {
  let place: JsonSchema | undefined = schema;
  for (const name of path.split('.'))
    place = (place?.properties as Record<string, JsonSchema> | undefined)?.[name];
  return place !== undefined;
}

const keepCells = (schema: JsonSchema, rows: readonly FormField[][]): FormField[][] =>
  rows.map(row => row.filter(cell => hasPath(schema, cell.field))).filter(row => row.length > 0);

function effectiveForm(view: SchemaView, rights: Rights, schema: JsonSchema): FormDefinition {
  const { entity } = rights;
  const { form } = entity;
  // A tab that another plugin adds speaks the words of that plugin.
  const textOf = (plugin = entity.plugin) => captions(view.catalogue, plugin, view.lang);
  const section = ({ plugin, ...one }: FormSection): FormSection => ({
    ...one,
    title: textOf(plugin)(`section.${entity.id}.${one.id}`, ownTitle(view, entity, one.title)),
    ...(one.help ? { help: textOf(plugin)(`section.${entity.id}.${one.id}.help`, one.help) } : {}),
    rows: keepCells(schema, one.rows),
  });
  const tabs = form.tabs
    .map(tab => ({
      ...tab,
      title: textOf(tab.sections[0]?.plugin)(`tab.${entity.id}.${tab.id}`, tab.title),
      sections: tab.sections.map(section).filter(one => one.rows.length > 0),
    }))
    .filter(tab => tab.sections.length > 0);
  const sections = new Set(tabs.flatMap(tab => tab.sections.map(one => one.id)));
  const steps = form.create?.flatMap(step => effectiveStep(view, rights, schema, step));
  return {
    entity: form.entity,
    tabs,
    rules: form.rules.flatMap(rule => effectiveRule(view, rights, schema, sections, rule)),
    ...(steps && rights.can('create') ? { create: steps } : {}),
  };
}

/** A section that a card laid out by itself bears the title of the card or of one of its groups. */
function ownTitle(view: SchemaView, entity: Entity, title: string): string {
  const text = captions(view.catalogue, entity.plugin, view.lang);
  if (title === entity.title) return text(`entity.${entity.id}`, title);
  for (const [path, group] of entity.groups)
    if (group === title) return text(`field.${entity.id}.${path}`, title);
  return title;
}

/** A rule stays if its reader may read all it looks at; of its fields those stay that are in the form. */
function effectiveRule(
  view: SchemaView,
  rights: Rights,
  schema: JsonSchema,
  sections: ReadonlySet<string>,
  rule: FormRule,
): FormRule[] {
  if (!propertiesIn(rule.when).every(path => isReadable(view, rights, path))) return [];
  const kept: FormRule = { when: rule.when };
  for (const key of ['show', 'hide', 'require'] as const) {
    const names = rule[key]?.filter(name => sections.has(name) || hasPath(schema, name));
    if (names && names.length > 0) kept[key] = names;
  }
  return kept.show || kept.hide || kept.require ? [kept] : [];
}

function propertiesIn(expression: unknown): string[] {
  if (typeof expression !== 'object' || expression === null) return [];
  const { property } = expression as { property?: unknown };
  const own = typeof property === 'string' ? [property] : [];
  return [...own, ...Object.values(expression).flatMap(propertiesIn)];
}

function effectiveStep(view: SchemaView, rights: Rights, schema: JsonSchema, step: CreateStep): CreateStep[] {
  const { entity } = rights;
  const text = captions(view.catalogue, entity.plugin, view.lang);
  let place: JsonSchema | undefined = schema;
  if (step.kind === 'relation') {
    const relation = (schema.properties as Record<string, JsonSchema>)[step.relation ?? ''];
    const target = view.rightsOf(String(relation?.['x-entity'] ?? ''));
    if (!relation || !target?.can('create')) return [];
    place = relation.items as JsonSchema;
  }
  const fields = step.fields && keepCells(place, step.fields);
  if (step.kind === 'fields' && fields?.length === 0) return [];
  return [
    {
      ...step,
      title: text(`step.${entity.id}.${step.id}`, step.title),
      ...(step.help ? { help: text(`step.${entity.id}.${step.id}.help`, step.help) } : {}),
      ...(fields ? { fields } : {}),
    },
  ];
}

/** A path along to-one relations is readable if every step of it is. */
function isReadable(view: SchemaView, rights: Rights, path: string): boolean {
  const resolved = resolvePath(view.catalogue, rights.entity.id, path);
  if (!resolved) return false;
  for (const { from, relation } of resolved.steps) {
    const own = view.rightsOf(from.id);
    if (!own) return false;
    if (from.fields.has(relation.via) && !own.readable(relation.via)) return false;
  }
  const last = view.rightsOf(resolved.end.entity.id);
  if (!last) return false;
  switch (resolved.end.kind) {
    case 'field':
      return last.readable(resolved.end.field.path);
    case 'person':
      return last.readable('person');
    default:
      return true;
  }
}

function effectiveList(view: SchemaView, rights: Rights): EntityDescription['list'] {
  const { entity } = rights;
  const readable = (path: string) => isReadable(view, rights, path);
  const sort = entity.list.sort.split(',').filter(key => readable(key.replace(/^-/, '')));
  return {
    columns: entity.list.columns.filter(readable),
    sort: sort.join(',') || 'id',
    filters: entity.list.filters.filter(readable),
    searchable: entity.search.some(readable),
  };
}

const SORTABLE: ReadonlySet<Field['kind']> = new Set([
  'text',
  'integer',
  'decimal',
  'boolean',
  'date',
  'instant',
  'dictionary',
  'ref',
]);

/** Columns that are no field of the card: the whole name of the person, the organisation the card stands in. */
function derivedColumns(view: SchemaView, { entity, readable }: Rights): ColumnDescription[] {
  const organisation = view.catalogue.entities.get('organisation');
  const columns: ColumnDescription[] = [];
  if (entity.person && readable('person.lastName')) {
    const title = view.lang === 'en' ? 'Name' : 'Фамилия, имя, отчество';
    columns.push({ path: 'person', title, kind: 'text', sortable: true });
  }
  if (organisation && entity.scope === 'organisation') {
    const title = view.lang === 'en' ? 'Organisation' : organisation.title;
    columns.push({ path: 'organisation.name', title, kind: 'text', sortable: true });
  }
  return columns;
}

function columnOf(view: SchemaView, { entity, can, exportable }: Rights, field: Field): ColumnDescription {
  return {
    path: field.path,
    title: fullTitle(view, entity, field),
    kind: field.kind,
    ...(field.dictionary ? { dictionary: field.dictionary } : {}),
    ...(field.ref ? { ref: field.ref } : {}),
    ...(field.format ? { format: field.format } : {}),
    sortable: SORTABLE.has(field.kind),
    ...(can('export') && !exportable(field.path) ? { exported: false } : {}),
  };
}

/** «Место жительства: улица», `Residence: street`. */
function fullTitle(view: SchemaView, entity: Entity, field: Field): string {
  if (view.lang === 'ru') return field.fullTitle;
  const text = captions(view.catalogue, entity.plugin, view.lang);
  const own = text(`field.${entity.id}.${field.path}`, field.title);
  const parts = field.path.split('.').slice(0, -1);
  if (field.owner === 'person' || field.custom || parts.length === 0) return own;
  const groups = parts.map((_, index) => {
    const path = parts.slice(0, index + 1).join('.');
    return text(`field.${entity.id}.${path}`, entity.groups.get(path) ?? path);
  });
  return `${groups.join(': ')}: ${own.charAt(0).toLowerCase()}${own.slice(1)}`;
}

function relationOf(view: SchemaView, rights: Rights, name: string): RelationDescription[] {
  const { entity } = rights;
  const relation = entity.relations.get(name)!;
  const target = view.rightsOf(relation.entity);
  if (!target || !mayFollow(rights, relation, target)) return [];
  return [
    {
      name,
      kind: relation.kind,
      entity: relation.entity,
      title: relationTitle(view.catalogue, entity, relation, view.lang),
      can: {
        read: true,
        create: target.can('create'),
        update: target.can('update'),
        delete: target.can('delete'),
      },
    },
  ];
}

function dictionariesOf(
  catalogue: Catalogue,
  schema: JsonSchema,
  entity: Entity,
  rights: Rights,
  lang: Language,
): EntityDescription['dictionaries'] {
  const names = new Set<string>(dictionariesIn(schema));
  for (const field of entity.fields.values())
    if (field.dictionary && rights.readable(field.path)) names.add(field.dictionary);
  const found: EntityDescription['dictionaries'] = {};
  for (const name of [...names].sort()) {
    const dictionary = catalogue.dictionaries.get(name);
    if (!dictionary) continue;
    found[name] = dictionary.items.map(item => ({
      code: item.code,
      text: lang === 'en' ? item.en : item.ru,
      ...(Object.keys(item.extra).length > 0 ? { extra: item.extra } : {}),
      ...(item.retired ? { retired: true } : {}),
    }));
  }
  return found;
}

function dictionariesIn(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const own = (schema as JsonSchema)['x-dictionary'];
  return [...(typeof own === 'string' ? [own] : []), ...Object.values(schema).flatMap(dictionariesIn)];
}
