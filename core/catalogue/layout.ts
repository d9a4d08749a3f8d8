/** Lists and forms of cards whose plugin gives none, and the widths of fields. */
import { snake } from './naming.ts';
import type { Entity, Field, FormDefinition, FormField, FormSection, ListDefinition } from './types.ts';

const LIST_COLUMNS = 6;
const LIST_FILTERS = 4;
const WIDTH = 12;
/** A text longer than this is no column of a list. */
const MAX_COLUMN_TEXT = 300;

/** Width of a field's input in twelfths. */
export function spanOf(field: Field, maxLength = 2_000): number {
  switch (field.kind) {
    case 'boolean':
    case 'date':
    case 'integer':
    case 'decimal':
    case 'instant':
      return 4;
    case 'dictionary':
    case 'ref':
      return 6;
    case 'text':
      if (field.mask || maxLength <= 60) return 4;
      return maxLength <= 300 ? 6 : WIDTH;
    default:
      return WIDTH;
  }
}

/** Greatest length that the schema allows the text at the path. */
export function maxLengthOf(entity: Entity, path: string): number {
  let schema = entity.schema;
  for (const name of path.split('.')) {
    const properties = schema.properties as Record<string, Entity['schema']> | undefined;
    if (!properties?.[name]) return 2_000;
    schema = properties[name];
  }
  return typeof schema.maxLength === 'number' ? schema.maxLength : 2_000;
}

export const cellOf = (entity: Entity, field: Field): FormField => ({
  field: field.path,
  span: spanOf(field, maxLengthOf(entity, field.path)),
});

/** Fields of a group in rows: as its definition lays them out, else one after the other. */
export function groupRows(entity: Entity, group: string): FormField[][] {
  const inside = [...entity.fields.values()].filter(field => field.path.startsWith(`${group}.`));
  let schema: Entity['schema'] | undefined = entity.schema;
  for (const name of group.split('.'))
    schema = (schema?.properties as Record<string, Entity['schema']> | undefined)?.[name];
  const laidOut = schema?.['x-layout'] as FormField[][] | undefined;
  if (!laidOut) return packRows(inside.map(field => cellOf(entity, field)));
  return laidOut
    .map(row => row.map(cell => ({ ...cell, field: `${group}.${cell.field}` })))
    .map(row => row.filter(cell => entity.fields.has(cell.field)))
    .filter(row => row.length > 0);
}

/** Puts cells into rows of twelve twelfths, in order. */
export function packRows(cells: FormField[]): FormField[][] {
  const rows: FormField[][] = [];
  let used = WIDTH;
  for (const cell of cells) {
    if (used + cell.span > WIDTH) {
      rows.push([]);
      used = 0;
    }
    rows.at(-1)!.push(cell);
    used += cell.span;
  }
  return rows;
}

const sectionId = (path: string) => snake(path).replaceAll('_', '-');

const ownFields = (entity: Entity) =>
  [...entity.fields.values()].filter(field => field.path !== entity.childOf?.field);

/** The first fields that fit a column; sorted by the first; dictionaries, references and flags as filters. */
export function defaultList(entity: Entity): ListDefinition {
  const plain = ownFields(entity).filter(
    field =>
      field.owner === 'record' &&
      !['rows', 'texts'].includes(field.kind) &&
      maxLengthOf(entity, field.path) <= MAX_COLUMN_TEXT,
  );
  const columns = [...(entity.person ? ['person'] : []), ...plain.map(field => field.path)].slice(
    0,
    LIST_COLUMNS,
  );
  return {
    columns: columns.length > 0 ? columns : [(ownFields(entity)[0] ?? [...entity.fields.values()][0]!).path],
    sort: entity.person ? 'person.lastName' : (columns[0] ?? 'id'),
    filters: plain
      .filter(field => ['dictionary', 'ref', 'boolean'].includes(field.kind))
      .map(field => field.path)
      .slice(0, LIST_FILTERS),
  };
}

/** One tab: the card's own fields, then a section per group, then repeating groups and child cards. */
export function defaultForm(entity: Entity, entities: ReadonlyMap<string, Entity>): FormDefinition {
  const sections: FormSection[] = [];
  const add = (id: string, title: string, rows: FormField[][]) => {
    if (rows.length > 0) sections.push({ id, title, rows });
  };
  const fields = ownFields(entity);
  const whole = (name: string) => [[{ field: name, span: WIDTH }]];
  const plain = fields.filter(field => !field.path.includes('.') && field.kind !== 'rows');
  if (entity.person) add('person', entity.groups.get('person') ?? entity.title, groupRows(entity, 'person'));
  add('main', entity.title, packRows(plain.map(field => cellOf(entity, field))));
  for (const [group, title] of entity.groups)
    if (group !== 'person' && !group.includes('.')) add(sectionId(group), title, groupRows(entity, group));
  for (const field of fields)
    if (field.kind === 'rows') add(sectionId(field.path), field.title, whole(field.path));
  for (const relation of entity.relations.values())
    if (relation.kind === 'many' && entities.get(relation.entity)?.childOf?.inverse === relation.name)
      add(sectionId(relation.name), relation.title, whole(relation.name));
  return { entity: entity.id, tabs: [{ id: 'main', title: entity.title, sections }], rules: [] };
}
