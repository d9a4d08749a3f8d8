import { catalogueScope, resolvePath } from '../expressions/catalogue-scope.ts';
import { checkExpression } from '../expressions/check.ts';
import { hasPart } from '../expressions/parts.ts';
import { checkDefinition } from '../reports/definition-check.ts';
import { type Ajv2020, createAjv } from './ajv.ts';
import { type CompiledEntity, compileEntity, pointerOf } from './compile-entity.ts';
import { compileForm } from './compile-form.ts';
import { compileGrants, defaultGrants } from './compile-grants.ts';
import { checkConsents } from './consents.ts';
import type { Definitions } from './definitions.ts';
import { compileDictionary, declareType } from './dictionaries.ts';
import { CatalogueFault, type Refuse, refuseIn, step } from './fault.ts';
import { parseLabel } from './labels.ts';
import { defaultForm, defaultList } from './layout.ts';
import { compileMigrations } from './migrations.ts';
import { checkPeriod } from './period.ts';
import type { PluginFiles } from './plugin-files.ts';
import type { Catalogue, Entity, MenuItem, PluginInfo, Relation } from './types.ts';

/**
 * Takes one plugin into the catalogue. Works on a copy: the given catalogue stays untouched, so that a plugin
 * with a fault leaves nothing behind.
 *
 * @throws CatalogueFault of the first fault found
 */
export function takeIn(before: Catalogue, files: PluginFiles, definitions: Definitions): Catalogue {
  const catalogue = copyOf(before);
  const { manifest } = files;
  const refuse = refuseIn(files.manifestFile.file);
  addRolesAndTypes(catalogue, files, refuse);
  for (const file of files.dictionaries) {
    const dictionary = compileDictionary(file, manifest.id);
    if (catalogue.dictionaries.has(dictionary.id))
      throw new CatalogueFault(file.file, '/id', `Справочник «${dictionary.id}» уже есть`);
    catalogue.dictionaries.set(dictionary.id, dictionary);
  }
  const reachable = reachableEntities(catalogue, manifest.requires ?? {});
  const cards = compileCards(catalogue, files, definitions);
  for (const card of cards) reachable.add(card.entity.id);
  addRelations(catalogue, cards, reachable);
  for (const card of cards) checkCard(catalogue, card, reachable);
  makeForms(catalogue, files, cards);
  addTabs(catalogue, files, refuse);
  const grants = files.grants
    ? compileGrants(files.grants, catalogue, reachable)
    : defaultGrants(cards.map(card => card.entity));
  catalogue.grants.push(...grants);
  addReports(catalogue, files);
  catalogue.locales.set(manifest.id, files.locale);
  catalogue.plugins.set(manifest.id, infoOf(catalogue, files, refuse));
  spreadTypes(catalogue, manifest);
  return catalogue;
}

/** A copy whose maps may be changed; a card is copied too, because others add relations to it. */
function copyOf(catalogue: Catalogue): Catalogue {
  return {
    ...catalogue,
    plugins: new Map(catalogue.plugins),
    quarantine: [...catalogue.quarantine],
    entities: new Map(
      [...catalogue.entities].map(([id, entity]) => [
        id,
        {
          ...entity,
          relations: new Map(entity.relations),
          form: { ...entity.form, tabs: [...entity.form.tabs] },
        },
      ]),
    ),
    dictionaries: new Map(catalogue.dictionaries),
    roles: new Map(catalogue.roles),
    organisationTypes: new Map(catalogue.organisationTypes),
    grants: [...catalogue.grants],
    reports: new Map(catalogue.reports),
    locales: new Map(catalogue.locales),
  };
}

function addRolesAndTypes(catalogue: Catalogue, { manifest }: PluginFiles, refuse: Refuse): void {
  for (const [index, role] of (manifest.roles ?? []).entries()) {
    if (catalogue.roles.has(role.id)) refuse(`/roles/${index}/id`, `Роль «${role.id}» уже есть`);
    catalogue.roles.set(role.id, { id: role.id, title: role.title, titleEn: role.titleEn ?? role.title });
  }
  for (const [index, type] of (manifest.organisationTypes ?? []).entries()) {
    const pointer = `/organisationTypes/${index}`;
    if (typeof type === 'string') {
      if (!catalogue.organisationTypes.has(type)) refuse(pointer, `Типа организации «${type}» нет`);
      continue;
    }
    if (!declareType(catalogue, manifest.id, type))
      refuse(`${pointer}/id`, `Тип организации «${type.id}» уже есть`);
  }
}

/** A plugin cannot work without those it requires: they are on for the types of organisations it declares, too. */
function spreadTypes(
  catalogue: Catalogue,
  { organisationTypes = [], requires = {} }: PluginFiles['manifest'],
): void {
  const declared = organisationTypes.flatMap(type => (typeof type === 'string' ? [] : [type.id]));
  if (declared.length === 0) return;
  for (const id of requiredPlugins(catalogue, requires)) {
    const info = catalogue.plugins.get(id);
    if (info)
      catalogue.plugins.set(id, { ...info, organisationTypes: union(info.organisationTypes, declared) });
  }
}

const union = (a: readonly string[], b: readonly string[]) => [...new Set([...a, ...b])];

/** Cards of the core and of everything the plugin requires, directly or through others. */
function reachableEntities(catalogue: Catalogue, requires: Record<string, string>): Set<string> {
  const plugins = requiredPlugins(catalogue, requires);
  return new Set(
    [...catalogue.entities.values()]
      .filter(entity => entity.builtin || plugins.has(entity.plugin))
      .map(entity => entity.id),
  );
}

/** What the plugin requires, directly or through others. */
function requiredPlugins(catalogue: Catalogue, requires: Record<string, string>): Set<string> {
  const plugins = new Set<string>();
  const visit = (id: string) => {
    if (plugins.has(id)) return;
    plugins.add(id);
    for (const next of Object.keys(catalogue.plugins.get(id)?.requires ?? {})) visit(next);
  };
  for (const id of Object.keys(requires)) visit(id);
  return plugins;
}

function compileCards(catalogue: Catalogue, files: PluginFiles, definitions: Definitions): CompiledEntity[] {
  const byId = new Map(files.cards.map(file => [String(file.json.$id), file]));
  // One for all: each compiles the schema of schemas anew.
  const ajv = createAjv({ brief: true });
  const tables = new Map<string, string>();
  for (const entity of catalogue.entities.values())
    for (const table of tablesOf(entity)) tables.set(table, entity.id);
  return files.manifest.entities.map(id => {
    const file = byId.get(id)!;
    const other = catalogue.entities.get(id);
    if (other)
      throw new CatalogueFault(file.file, '/$id', `Карточка «${id}» уже есть в модуле «${other.plugin}»`);
    const card = compileEntity(file, files.manifest.id, definitions, catalogue.dictionaries);
    for (const table of tablesOf(card.entity)) {
      const owner = tables.get(table);
      if (owner)
        throw new CatalogueFault(file.file, '/$id', `Таблица «${table}» уже занята карточкой «${owner}»`);
      tables.set(table, id);
    }
    catalogue.entities.set(id, card.entity);
    compileValidator(ajv, card);
    return card;
  });
}

const tablesOf = (entity: Entity): string[] => [
  entity.table,
  ...[...entity.fields.values()].filter(field => field.kind === 'rows').map(field => field.sqlType),
];

/** The validator must compile in strict mode; what it refuses is a fault of the card. */
function compileValidator(ajv: Ajv2020, { entity, file }: CompiledEntity): void {
  const { $id: _, ...schema } = entity.schema;
  try {
    ajv.compile(schema);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new CatalogueFault(file.file, '', `Схема не принимается проверкой: ${message}`);
  }
}

function addRelations(catalogue: Catalogue, cards: CompiledEntity[], reachable: ReadonlySet<string>): void {
  for (const { entity, file, inverses } of cards) {
    const refuse = refuseIn(file.file);
    for (const field of entity.fields.values())
      for (const one of [field, ...(field.rows ?? [])])
        if (one.ref && !reachable.has(one.ref))
          refuse(
            `${pointerOf(field.path)}${one === field ? '' : `/items/properties${step(one.path)}`}/x-ref`,
            `Карточки «${one.ref}» нет в модуле и в тех, что он требует`,
          );
    for (const { target, relation, pointer } of inverses) {
      const other = catalogue.entities.get(target);
      if (other) addRelation(other, relation, `${pointer}/x-inverse`, refuse);
    }
  }
  addPersonRelations(catalogue, cards);
}

/** Facets of one person in one organisation meet through the person: consents of a student, and so on. */
function addPersonRelations(catalogue: Catalogue, cards: CompiledEntity[]): void {
  const fresh = new Set(cards.map(card => card.entity.id));
  const facets = [...catalogue.entities.values()].filter(entity => entity.person);
  for (const to of facets.filter(entity => entity.personInverse))
    for (const from of facets) {
      if (from === to || !(fresh.has(from.id) || fresh.has(to.id))) continue;
      const card = cards.find(one => one.entity === (fresh.has(to.id) ? to : from))!;
      const name = to.personInverse!;
      const relation: Relation = {
        name,
        kind: 'many',
        entity: to.id,
        join: 'person',
        via: 'person',
        title: to.plural,
      };
      addRelation(from, relation, '/x-entity/personInverse', refuseIn(card.file.file));
    }
}

function addRelation(entity: Entity, relation: Relation, pointer: string, refuse: Refuse): void {
  if (
    entity.relations.has(relation.name) ||
    entity.fields.has(relation.name) ||
    entity.groups.has(relation.name)
  )
    refuse(pointer, `В карточке «${entity.id}» имя «${relation.name}» уже занято`);
  entity.relations.set(relation.name, relation);
}

/** Everything of a card that names other things: label, search, list, temporal, kept fields, unique sets. */
function checkCard(
  catalogue: Catalogue,
  { entity, file, list }: CompiledEntity,
  reachable: ReadonlySet<string>,
): void {
  const refuse = refuseIn(file.file);
  const known = (path: string, pointer: string) => {
    const end = resolvePath(catalogue, entity.id, path)?.end;
    if (!end || end.kind === 'many' || (end.kind === 'field' && end.field.kind === 'rows'))
      refuse(pointer, `В карточке «${entity.id}» нет поля «${path}»`);
  };
  const own = (path: string, pointer: string) => {
    if (!entity.fields.has(path)) refuse(pointer, `В карточке «${entity.id}» нет поля «${path}»`);
  };
  const made = defaultList(entity);
  entity.list = { ...made, ...list };
  for (const part of parseLabel(entity.label)) if ('path' in part) known(part.path, '/x-entity/label');
  for (const [index, path] of entity.search.entries())
    if (path !== 'person' || !entity.person) own(path, `/x-entity/search/${index}`);
  for (const [index, path] of entity.list.columns.entries()) known(path, `/x-entity/list/columns/${index}`);
  for (const [index, path] of entity.list.filters.entries()) known(path, `/x-entity/list/filters/${index}`);
  for (const key of entity.list.sort.split(',')) known(key.replace(/^-/, ''), '/x-entity/list/sort');
  if (entity.temporal) own(entity.temporal, '/x-entity/temporal');
  for (const [set, paths] of entity.uniqueTogether.entries())
    for (const [index, path] of paths.entries()) own(path, `/x-entity/uniqueTogether/${set}/${index}`);
  for (const [name, paths] of entity.parts) {
    const pointer = `/x-entity/parts${step(name)}`;
    if (entity.fields.has(name) || entity.groups.has(name) || entity.relations.has(name))
      refuse(pointer, `В карточке «${entity.id}» имя «${name}» уже занято`);
    for (const [index, path] of paths.entries())
      if (!hasPart(entity, path))
        refuse(`${pointer}/${index}`, `«${path}» не входит в заполненность карточки`);
  }
  checkMaintains(catalogue, entity, refuse);
  checkConsents(catalogue, entity, refuse);
  checkPeriod(catalogue, entity, reachable, refuse);
}

function checkMaintains(catalogue: Catalogue, entity: Entity, refuse: Refuse): void {
  const scope = catalogueScope(catalogue, entity.id);
  const expression = (value: unknown, pointer: string) => {
    const problem = checkExpression(value, scope).problems[0];
    if (problem) refuse(`${pointer}${problem.pointer}`, problem.message);
  };
  for (const [index, rule] of entity.maintains.entries()) {
    const pointer = `/x-entity/maintains/${index}`;
    const kept = catalogue.entities.get(entity.fields.get(rule.through)?.ref ?? '');
    if (!kept) refuse(`${pointer}/through`, `Поле «${rule.through}» не ссылается на карточку`);
    if (!entity.fields.has(rule.latestBy)) refuse(`${pointer}/latestBy`, `Поля «${rule.latestBy}» нет`);
    if (rule.where !== undefined) expression(rule.where, `${pointer}/where`);
    for (const [path, value] of Object.entries(rule.set)) {
      const place = `${pointer}/set${step(path)}`;
      if (!kept.fields.get(path)?.computed)
        refuse(place, `В карточке «${kept.id}» нет поля «${path}», которое ведёт система`);
      expression(value, place);
    }
  }
}

function makeForms(catalogue: Catalogue, files: PluginFiles, cards: CompiledEntity[]): void {
  const given = new Map<string, PluginFiles['forms'][number]>();
  for (const form of files.forms) {
    const id = String(form.json.entity);
    if (!cards.some(card => card.entity.id === id))
      throw new CatalogueFault(form.file, '/entity', `Карточки «${id}» в этом модуле нет`);
    if (given.has(id)) throw new CatalogueFault(form.file, '/entity', `Форма карточки «${id}» уже есть`);
    given.set(id, form);
  }
  for (const { entity } of cards) {
    const form = given.get(entity.id);
    entity.form = form ? compileForm(form, catalogue, entity) : defaultForm(entity, catalogue.entities);
  }
}

/** `extends`: a tab on another plugin's card, with the to-many relation that leads to a card of this one. */
function addTabs(catalogue: Catalogue, { manifest }: PluginFiles, refuse: Refuse): void {
  for (const [index, extension] of (manifest.extends ?? []).entries()) {
    const pointer = `/extends/${index}`;
    const entity = catalogue.entities.get(extension.entity);
    if (!entity) refuse(`${pointer}/entity`, `Карточки «${extension.entity}» нет`);
    const relation = [...entity.relations.values()].find(
      one => one.kind === 'many' && one.entity === extension.list,
    );
    if (!relation)
      refuse(`${pointer}/list`, `От «${extension.entity}» нет связи к нескольким «${extension.list}»`);
    if (entity.form.tabs.some(tab => tab.id === extension.tab))
      refuse(`${pointer}/tab`, `Вкладка «${extension.tab}» уже есть`);
    const title = extension.title ?? relation.title;
    const section = {
      id: `${extension.tab}-list`,
      title,
      rows: [[{ field: relation.name, span: 12 }]],
      plugin: manifest.id,
    };
    entity.form.tabs.push({ id: extension.tab, title, sections: [section] });
  }
}

function addReports(catalogue: Catalogue, files: PluginFiles): void {
  for (const { file, json } of files.reports) {
    const id = String(json.id);
    const other = catalogue.reports.get(id);
    if (other) throw new CatalogueFault(file, '/id', `Отчёт «${id}» уже есть в модуле «${other.plugin}»`);
    const [flaw] = checkDefinition(json, catalogue);
    if (flaw) throw new CatalogueFault(file, flaw.pointer, flaw.reason);
    catalogue.reports.set(id, { id, plugin: files.manifest.id, file, definition: json });
  }
}

function infoOf(
  catalogue: Catalogue,
  { manifest, folder, migrations }: PluginFiles,
  refuse: Refuse,
): PluginInfo {
  for (const [index, item] of (manifest.menu ?? []).entries())
    checkMenuItem(catalogue, manifest, item, `/menu/${index}`, refuse);
  for (const [index, guide] of (manifest.guide ?? []).entries())
    if (!catalogue.roles.has(guide.role)) refuse(`/guide/${index}/role`, `Роли «${guide.role}» нет`);
  const types = manifest.organisationTypes?.map(type => (typeof type === 'string' ? type : type.id));
  return {
    id: manifest.id,
    version: manifest.version,
    title: manifest.title,
    folder,
    requires: manifest.requires ?? {},
    organisationTypes: types ?? [...catalogue.organisationTypes.keys()],
    entities: manifest.entities,
    menu: menuOf(catalogue, manifest),
    guide: manifest.guide ?? [],
    migrations: compileMigrations(migrations),
  };
}

function checkMenuItem(
  catalogue: Catalogue,
  manifest: PluginFiles['manifest'],
  item: Omit<MenuItem, 'plugin'>,
  pointer: string,
  refuse: Refuse,
): void {
  if (!catalogue.entities.has(item.list)) refuse(`${pointer}/list`, `Карточки «${item.list}» нет`);
  if (item.filter === undefined) return;
  const { type, problems } = checkExpression(item.filter, catalogueScope(catalogue, item.list));
  if (problems[0]) refuse(`${pointer}/filter${problems[0].pointer}`, problems[0].message);
  if (type !== 'boolean') refuse(`${pointer}/filter`, 'Условие должно давать «да» или «нет»');
  const same = manifest.menu?.filter(one => one.list === item.list && one.view === item.view) ?? [];
  if (same.length > 1) refuse(`${pointer}/view`, `Имя «${item.view}» у этого списка уже есть`);
}

/** The given menu, or a line for each card that is not part of another. */
function menuOf(catalogue: Catalogue, manifest: PluginFiles['manifest']): PluginInfo['menu'] {
  if (manifest.menu) return manifest.menu.map(item => ({ ...item, plugin: manifest.id }));
  return manifest.entities.flatMap(id => {
    const entity = catalogue.entities.get(id);
    return entity && !entity.childOf
      ? [{ title: entity.plural, icon: 'folder', list: id, plugin: manifest.id }]
      : [];
  });
}
