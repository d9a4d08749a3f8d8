import { PropertyCompiler } from './card-fields.ts';
import { conditions } from './card-values.ts';
import type { Definitions } from './definitions.ts';
import { type Refuse, refuseIn, step } from './fault.ts';
import type { JsonFile } from './files.ts';
import { CORE_TABLES, ROW_COLUMNS, SYSTEM_COLUMNS, snake } from './naming.ts';
import type {
  Basis,
  Catalogue,
  ConsentRegister,
  Entity,
  Field,
  FieldClass,
  JsonSchema,
  ListDefinition,
  Maintain,
  Relation,
} from './types.ts';

/** `x-entity` of a card as checked by its meta-schema. */
interface EntityKeyword {
  plural?: string;
  help?: string;
  scope?: 'organisation' | 'region';
  single?: boolean;
  label?: string;
  search?: string[];
  list?: Partial<ListDefinition>;
  class?: FieldClass;
  basis?: Basis;
  purpose?: string;
  consent?: ConsentRegister;
  childOf?: {
    entity: string;
    as: string;
    inverse: string;
    title?: string;
    inverseTitle?: string;
    counts?: boolean;
    absent?: boolean;
  };
  files?: boolean;
  parts?: Record<string, string[]>;
  personInverse?: string;
  temporal?: string;
  closes?: { field: string; from: string; to: string };
  period?: { by: string; of?: string };
  maintains?: Maintain[];
  uniqueTogether?: string[][];
}

/** A relation to be added to another card, and where it was asked for. */
export interface InverseWish {
  target: string;
  relation: Relation;
  pointer: string;
}

export interface CompiledEntity {
  entity: Entity;
  file: JsonFile;
  inverses: InverseWish[];
  /** Parts of the list that the card itself gives; the rest is made when all cards are known. */
  list: Partial<ListDefinition>;
}

export const ORGANISATION_RELATION: Relation = {
  name: 'organisation',
  kind: 'one',
  entity: 'organisation',
  join: 'ref',
  via: 'organisation',
  title: 'Организация',
};

/**
 * Compiles one card on its own: fields, schema, relations that start here. What needs other cards (paths,
 * forms, grants) is checked afterwards.
 *
 * @throws CatalogueFault
 */
export function compileEntity(
  file: JsonFile,
  plugin: string,
  definitions: Definitions,
  dictionaries: Catalogue['dictionaries'],
): CompiledEntity {
  const refuse = refuseIn(file.file);
  const card = file.json;
  const keyword = (card['x-entity'] ?? {}) as EntityKeyword;
  const id = String(card.$id);
  const table = snake(id);
  if (CORE_TABLES.has(table)) refuse('/$id', `Имя «${id}» занято ядром`);
  const source = (card['x-source'] as string[] | undefined) ?? [];
  const withParent = addParentField(card, keyword);
  const compiled = new PropertyCompiler(table, definitions, dictionaries, refuse).compile(withParent, {
    class: keyword.class ?? 'open',
    basis: keyword.basis ?? 'law',
    ...(keyword.purpose ? { purpose: keyword.purpose } : {}),
    source,
  });
  const fields = new Map(compiled.fields.map(field => [field.path, field]));
  // The way to the card it belongs to is what a part of a card is, not what is held of the person.
  const way = keyword.childOf && fields.get(keyword.childOf.as);
  if (way) way.basis = 'law';
  checkColumns(compiled.fields, refuse);
  const entity: Entity = {
    id,
    plugin,
    title: String(card.title),
    plural: keyword.plural ?? String(card.title),
    description: String(card.description ?? ''),
    help: keyword.help ?? '',
    table,
    scope: keyword.scope ?? 'organisation',
    single: keyword.single ?? false,
    label: keyword.label ?? defaultLabel(compiled.fields, compiled.person),
    search: keyword.search ?? defaultSearch(compiled.fields, compiled.person),
    ...(keyword.childOf
      ? {
          childOf: {
            field: keyword.childOf.as,
            entity: keyword.childOf.entity,
            inverse: keyword.childOf.inverse,
          },
        }
      : {}),
    ...(compiled.person ? { person: compiled.person } : {}),
    ...(keyword.personInverse ? { personInverse: keyword.personInverse } : {}),
    ...(keyword.temporal ? { temporal: keyword.temporal } : {}),
    ...(keyword.closes ? { closes: keyword.closes } : {}),
    ...(keyword.period ? { period: keyword.period } : {}),
    fields,
    relations: new Map(),
    maintains: keyword.maintains ?? [],
    ...(keyword.consent ? { consent: keyword.consent } : {}),
    parts: new Map(Object.entries(keyword.parts ?? {})),
    files: keyword.files ?? false,
    uniqueTogether: keyword.uniqueTogether ?? [],
    list: { columns: [], sort: 'id', filters: [] },
    schema: cardSchema(withParent, compiled.schema),
    form: { entity: id, tabs: [], rules: [] },
    source,
    groups: compiled.groups,
    builtin: false,
  };
  checkShape(entity, keyword, refuse);
  const inverses = addRelations(entity, keyword, compiled.refs, refuse);
  return { entity, file, inverses, list: keyword.list ?? {} };
}

/** A child card has the reference to its parent even if its properties do not list it. */
function addParentField(card: JsonSchema, keyword: EntityKeyword): JsonSchema {
  const parent = keyword.childOf;
  if (!parent) return card;
  const properties = card.properties as Record<string, JsonSchema>;
  const required = (card.required as string[] | undefined) ?? [];
  return {
    ...card,
    properties: Object.hasOwn(properties, parent.as)
      ? properties
      : { [parent.as]: { title: parent.title ?? parent.as, 'x-ref': parent.entity }, ...properties },
    required: required.includes(parent.as) ? required : [parent.as, ...required],
  };
}

function cardSchema(card: JsonSchema, properties: Record<string, JsonSchema>): JsonSchema {
  return {
    $id: card.$id,
    title: card.title,
    ...(card.description ? { description: card.description } : {}),
    type: 'object',
    ...(card.required ? { required: card.required } : {}),
    properties,
    additionalProperties: false,
    ...conditions(card),
  };
}

function checkColumns(fields: Field[], refuse: Refuse, system = SYSTEM_COLUMNS): void {
  const taken = new Set<string>();
  for (const field of fields) {
    if (field.rows) {
      checkColumns(field.rows, refuse, ROW_COLUMNS);
      continue;
    }
    if (field.owner === 'person') continue;
    if (system.has(field.column)) refuse(pointerOf(field.path), `Имя «${field.path}» занято системой`);
    if (field.column.length > 60) refuse(pointerOf(field.path), 'Имя поля с группами длиннее 60 знаков');
    if (taken.has(field.column))
      refuse(pointerOf(field.path), `Столбец «${field.column}» занят другим полем`);
    taken.add(field.column);
  }
}

/** JSON pointer of a field in the card's file (groups inline; definitions have none of their own). */
export const pointerOf = (path: string): string =>
  path
    .split('.')
    .map(name => `/properties${step(name)}`)
    .join('');

const isCaption = (field: Field) => field.kind === 'text' && field.owner === 'record';

const defaultLabel = (fields: Field[], person?: string[]): string =>
  person ? '{person}' : `{${(fields.find(isCaption) ?? fields[0])?.path ?? 'id'}}`;

function defaultSearch(fields: Field[], person?: string[]): string[] {
  const texts = fields.filter(isCaption).map(field => field.path);
  return [...(person ? ['person'] : []), ...texts].slice(0, 3);
}

function checkShape(entity: Entity, keyword: EntityKeyword, refuse: Refuse): void {
  if (entity.scope === 'region' && entity.person)
    refuse('/x-entity/scope', 'Карточка человека всегда принадлежит организации');
  if (
    entity.scope === 'organisation' &&
    [...entity.fields.keys()].some(path => path.split('.')[0] === 'organisation')
  )
    refuse('/properties/organisation', 'Имя «organisation» занято: организация есть у каждой карточки');
  const parent = keyword.childOf;
  if (parent && entity.fields.get(parent.as)?.ref !== parent.entity)
    refuse('/x-entity/childOf/as', `Поле «${parent.as}» должно ссылаться на «${parent.entity}»`);
  if (keyword.personInverse && !entity.person)
    refuse('/x-entity/personInverse', 'Связь через человека возможна только у карточки человека');
}

/** Relations that start at this card, and wishes for those that lead back to it. */
function addRelations(
  entity: Entity,
  keyword: EntityKeyword,
  refs: {
    path: string;
    pointer: string;
    target: string;
    title: string;
    inverse?: string;
    inverseTitle?: string;
  }[],
  refuse: Refuse,
): InverseWish[] {
  const wishes: InverseWish[] = [];
  if (entity.scope === 'organisation') entity.relations.set('organisation', ORGANISATION_RELATION);
  for (const ref of refs) {
    entity.relations.set(ref.path, {
      name: ref.path,
      kind: 'one',
      entity: ref.target,
      join: 'ref',
      via: ref.path,
      title: ref.title,
    });
    const asChild = keyword.childOf?.as === ref.path ? keyword.childOf : undefined;
    if (asChild && ref.inverse && ref.inverse !== asChild.inverse)
      refuse(`${ref.pointer}/x-inverse`, `Обратная связь уже названа в childOf: «${asChild.inverse}»`);
    const name = asChild?.inverse ?? ref.inverse;
    if (!name) continue;
    wishes.push({
      target: ref.target,
      pointer: ref.pointer,
      relation: {
        name,
        kind: 'many',
        entity: entity.id,
        join: 'inverse',
        via: ref.path,
        title: ref.inverseTitle ?? asChild?.inverseTitle ?? entity.plural,
        ...(asChild?.counts ? { counts: true } : {}),
        ...(asChild?.absent ? { absentable: true } : {}),
      },
    });
  }
  return wishes;
}
