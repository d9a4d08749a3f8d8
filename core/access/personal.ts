/** Which columns of a list or report are personal data: by the class of their fields (S001-4.1). */
import type { Catalogue, Entity } from '../catalogue/types.ts';

const PLACEHOLDER = /\{([\w.]+)\}/g;
/** Captions lead to captions: a guardianship is called by the guardian. */
const DEPTH = 4;

/** Does what stands at the path tell of a person? What is not known does. */
export function isPersonal(catalogue: Catalogue, entity: Entity, path: string, depth = DEPTH): boolean {
  if (depth === 0) return true;
  const field = entity.fields.get(path);
  if (field) {
    if (field.class === 'personal' || field.class === 'special') return true;
    return field.kind === 'ref' && captionIsPersonal(catalogue, field.ref, depth);
  }
  if (path === 'person') return entity.person !== undefined;
  const [step = '', ...rest] = path.split('.');
  const relation = entity.relations.get(step);
  if (!relation) return entity.groups.has(path) ? groupIsPersonal(entity, path) : true;
  const target = catalogue.entities.get(relation.entity);
  if (rest.length === 0 || !target) return captionIsPersonal(catalogue, relation.entity, depth);
  return isPersonal(catalogue, target, rest.join('.'), depth - 1);
}

/** Every path of `{ "property": … }` in an expression or a report's column. */
export function* pathsIn(value: unknown): Iterable<string> {
  if (Array.isArray(value)) for (const one of value) yield* pathsIn(one);
  else if (value !== null && typeof value === 'object')
    for (const [key, inner] of Object.entries(value))
      if ((key === 'property' || key === 'rollup') && typeof inner === 'string') yield inner;
      else yield* pathsIn(inner);
}

function captionIsPersonal(catalogue: Catalogue, entityId: string | undefined, depth: number): boolean {
  const target = catalogue.entities.get(entityId ?? '');
  if (!target || target.person !== undefined) return true;
  return [...target.label.matchAll(PLACEHOLDER)].some(([, path = '']) =>
    isPersonal(catalogue, target, path, depth - 1),
  );
}

const groupIsPersonal = (entity: Entity, path: string): boolean =>
  [...entity.fields.values()].some(
    field => field.path.startsWith(`${path}.`) && (field.class === 'personal' || field.class === 'special'),
  );
