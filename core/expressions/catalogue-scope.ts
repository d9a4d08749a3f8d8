/** What an expression over one kind of card may name: the bridge from the catalogue to the typed check. */

import type { Catalogue, Entity, Field, FieldKind, Relation } from '../catalogue/types.ts';
import type { CheckScope } from './check.ts';
import { hasPart } from './parts.ts';
import type { ValueType } from './types.ts';

/** Steps along relations in one path (AZ3). */
export const MAX_STEPS = 4;

const TYPES: Record<FieldKind, ValueType> = {
  text: 'text',
  integer: 'number',
  decimal: 'number',
  boolean: 'boolean',
  date: 'date',
  instant: 'instant',
  dictionary: 'text',
  dictionaries: 'texts',
  texts: 'texts',
  ref: 'uuid',
  rows: 'unknown',
};

/** Type of a field's value in expressions. A reference to an organisation is its whole number. */
export const typeOfField = (field: Field): ValueType =>
  field.kind === 'ref' && field.sqlType === 'int' ? 'number' : TYPES[field.kind];

/** Where a path ends: at a field, at the person behind a facet, at the record itself, or at many records. */
export type PathEnd =
  | { kind: 'field'; entity: Entity; field: Field }
  | { kind: 'person'; entity: Entity }
  | { kind: 'id'; entity: Entity }
  | { kind: 'many'; entity: Entity; relation: Relation };

export interface ResolvedPath {
  /** To-one relations from the source on, each with the entity it starts from. */
  steps: { from: Entity; relation: Relation; to: Entity }[];
  end: PathEnd;
}

/**
 * Follows `currentGroup.classTeacher.person` through the catalogue. Undefined where a name is unknown, a to-many
 * relation stands before the end, or there are more than four steps.
 */
export function resolvePath(catalogue: Catalogue, entityId: string, path: string): ResolvedPath | undefined {
  let entity = catalogue.entities.get(entityId);
  const steps: ResolvedPath['steps'] = [];
  let rest = path;
  while (entity) {
    const end = endAt(entity, rest) ?? endAtOrganisation(catalogue, entity, rest, steps);
    if (end) return steps.length > MAX_STEPS ? undefined : { steps, end };
    const relation = relationAt(entity, rest);
    if (relation?.kind !== 'one' || steps.length >= MAX_STEPS) return undefined;
    const to = catalogue.entities.get(relation.entity);
    if (!to) return undefined;
    steps.push({ from: entity, relation, to });
    rest = rest.slice(relation.name.length + 1);
    entity = to;
  }
  return undefined;
}

/** What every stored card knows of itself; no field of its schema, so forms and completeness do not meet it. */
const ownMoment = (path: string, column: string, title: string): [string, Field] => [
  path,
  {
    ...{ path, column, title, fullTitle: title, owner: 'record', kind: 'instant', sqlType: 'timestamptz' },
    ...{ class: 'service', basis: 'law', source: [], required: true, computed: true, absentable: false },
    ...{ counts: false, index: false, unique: false },
  } as Field,
];
const OWN_MOMENTS = new Map([
  ownMoment('createdAt', 'created_at', 'Заведена'),
  ownMoment('updatedAt', 'updated_at', 'Последнее изменение'),
]);

function endAt(entity: Entity, name: string): PathEnd | undefined {
  const field = entity.fields.get(name) ?? (entity.builtin ? undefined : OWN_MOMENTS.get(name));
  if (field) return { kind: 'field', entity, field };
  if (name === 'person' && entity.person) return { kind: 'person', entity };
  if (name === 'id') return { kind: 'id', entity };
  const relation = entity.relations.get(name);
  return relation?.kind === 'many' ? { kind: 'many', entity, relation } : undefined;
}

/** `organisation` has no field of its own: the path ends on the organisation's number. */
function endAtOrganisation(
  catalogue: Catalogue,
  entity: Entity,
  name: string,
  steps: ResolvedPath['steps'],
): PathEnd | undefined {
  const relation = entity.relations.get(name);
  const to = relation?.kind === 'one' ? catalogue.entities.get(relation.entity) : undefined;
  if (!relation || !to?.builtin) return undefined;
  steps.push({ from: entity, relation, to });
  return { kind: 'id', entity: to };
}

/** The relation that the path starts with; its name may stand in a group: `support.curator.person`. */
function relationAt(entity: Entity, path: string): Relation | undefined {
  for (let dot = path.indexOf('.'); dot > 0; dot = path.indexOf('.', dot + 1)) {
    const relation = entity.relations.get(path.slice(0, dot));
    if (relation) return relation;
  }
  return undefined;
}

/** Scope of the check over the whole catalogue, without rights: for plugin files, grants and computed fields. */
export function catalogueScope(catalogue: Catalogue, entityId: string): CheckScope {
  return {
    record: true,
    part(name) {
      const entity = catalogue.entities.get(entityId);
      return entity !== undefined && hasPart(entity, name);
    },
    property(path) {
      const end = resolvePath(catalogue, entityId, path)?.end;
      if (end?.kind === 'field') return end.field.kind === 'rows' ? undefined : typeOfField(end.field);
      if (end?.kind === 'person') return 'uuid';
      if (end?.kind === 'id') return end.entity.builtin ? 'number' : 'uuid';
      return undefined;
    },
    rollup(path) {
      const end = resolvePath(catalogue, entityId, path)?.end;
      return end?.kind === 'many' ? catalogueScope(catalogue, end.relation.entity) : undefined;
    },
  };
}
