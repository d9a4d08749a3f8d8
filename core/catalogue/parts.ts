/** What makes a card full: its fields that count, and child cards that it counts as missing. */
import type { Entity, Relation } from './types.ts';

/** To-many relations without which the card is less than full. */
export const countedRelations = (entity: Entity): Relation[] =>
  [...entity.relations.values()].filter(relation => relation.counts);

/** May the field or the relation be marked «нет» (C13)? */
export const isAbsentable = (entity: Entity, path: string): boolean =>
  (entity.fields.get(path) ?? entity.relations.get(path))?.absentable ?? false;

const covers = (name: string, path: string) => name === path || path.startsWith(`${name}.`);

/** Does the path belong to the part: a named one of the card, a group of fields, or one field or relation? */
export const inPart = (entity: Pick<Entity, 'parts'>, part: string, path: string): boolean =>
  (entity.parts.get(part) ?? [part]).some(name => covers(name, path));

/** Is there anything to count under this name? */
export const hasPart = (entity: Entity, part: string): boolean =>
  [...entity.fields.values()].some(field => field.counts && inPart(entity, part, field.path)) ||
  countedRelations(entity).some(relation => inPart(entity, part, relation.name));
