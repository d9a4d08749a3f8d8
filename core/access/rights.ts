/**
 * What one role may do with one kind of card, in some row scope. Which rows that is, decides the SQL made from
 * the same tuples (core/query/row-scope.ts): a tuple is always used whole, parts of two are never merged.
 */
import { hasPeriod } from '../catalogue/period.ts';
import type { Catalogue, CustomOrigin, Entity, Grant, Relation } from '../catalogue/types.ts';
import { notFound } from '../problems.ts';
import type { Actor } from './actor.ts';

/** Member of a card under which custom fields stand. */
export const CUSTOM_GROUP = 'ext';

export interface Rights {
  entity: Entity;
  /** May the role do this with some of the records? */
  can(action: string): boolean;
  /** May the role see the field in some of the records? `person` stands for any field of the person. */
  readable(path: string): boolean;
  /** May the role set the field in some of the records? Fields kept by the system never. */
  writable(path: string): boolean;
  /** May the role take the field away in a file, of some of the records? */
  exportable(path: string): boolean;
  /** The whole tuples that allow the action, each with the state of the period for which it does. */
  tuples(action: string): Grant[];
}

/** Does a list of field names cover the path? A group name (`residence`, `person`) covers its fields. */
export function covers(names: '*' | readonly string[], path: string): boolean {
  if (names === '*') return true;
  return names.some(name => name === path || path.startsWith(`${name}.`));
}

/** Names of the fields that the tuple opens for reading; what may be written may be read. */
export function readNames(grant: Grant): '*' | readonly string[] {
  return grant.fields === '*' ? '*' : [...grant.fields.read, ...grant.fields.write];
}

export function tupleReads(entity: Entity, grant: Grant, path: string): boolean {
  // The way to the card it belongs to is part of what a child card is.
  if (entity.childOf?.field === path) return true;
  const custom = customAt(entity, path);
  if (custom) return custom.some(({ read, write }) => read.has(given(grant)) || write.has(given(grant)));
  const names = readNames(grant);
  // The group itself (`person`) is readable when any of its fields is.
  return covers(names, path) || (names !== '*' && names.some(name => name.startsWith(`${path}.`)));
}

export function tupleWrites(entity: Entity, grant: Grant, path: string): boolean {
  if (entity.fields.get(path)?.computed) return false;
  const custom = customAt(entity, path);
  if (custom) return custom.some(({ write }) => write.has(given(grant)));
  if (grant.fields === '*') return true;
  return covers(grant.fields.write, path) || grant.fields.write.some(name => name.startsWith(`${path}.`));
}

/** A custom field is added to tuples as they were given. */
const given = (grant: Grant): Grant => grant.given ?? grant;

/**
 * The custom fields that the path stands for: one, or for their group `ext` all. Which tuples they were added to
 * stands in them: a tuple of all fields (`*`) was written before they were there, and does not open them.
 */
function customAt(entity: Entity, path: string): CustomOrigin[] | undefined {
  if (path !== CUSTOM_GROUP && !path.startsWith(`${CUSTOM_GROUP}.`)) return undefined;
  const names = path === CUSTOM_GROUP ? [...entity.fields.keys()] : [path];
  return names.flatMap(name => entity.fields.get(name)?.custom ?? []);
}

const caches = new WeakMap<Catalogue, Map<string, Rights>>();

/**
 * Rights of the actor's role on one kind of card.
 *
 * @throws NOT_FOUND if there is no such kind of card or its plugin is off for the actor's organisation
 */
export function rightsOn(
  catalogue: Catalogue,
  actor: Pick<Actor, 'role' | 'plugins'>,
  entityId: string,
): Rights {
  const entity = catalogue.entities.get(entityId);
  if (!entity || !(entity.builtin || actor.plugins.has(entity.plugin)))
    throw notFound('Такого вида карточек нет');
  const cache = caches.get(catalogue) ?? new Map<string, Rights>();
  caches.set(catalogue, cache);
  const key = `${entityId} ${actor.role}`;
  const known = cache.get(key);
  if (known) return known;
  const rights = compileRights(catalogue, actor.role, entity);
  cache.set(key, rights);
  return rights;
}

/** Like `rightsOn`, but undefined where that would throw: for what is offered, not asked for. */
export function findRights(
  catalogue: Catalogue,
  actor: Pick<Actor, 'role' | 'plugins'>,
  entityId: string,
): Rights | undefined {
  const entity = catalogue.entities.get(entityId);
  return entity && (entity.builtin || actor.plugins.has(entity.plugin))
    ? rightsOn(catalogue, actor, entityId)
    : undefined;
}

/**
 * Whether a relation may be followed: as many by whoever may read the way back, as one by whoever may read the
 * field that points. `target` are the rights of the same reader at the other end.
 */
export function mayFollow(own: Rights, relation: Relation, target: Rights | undefined): boolean {
  if (!target?.can('read')) return false;
  if (relation.kind === 'one') return !own.entity.fields.has(relation.via) || own.readable(relation.via);
  if (relation.join === 'person') return own.readable('person') && target.readable('person');
  return !target.entity.fields.has(relation.via) || target.readable(relation.via);
}

/** Closed years stay to be looked at; to change anything in them needs a grant that says so. */
const LOOKING: ReadonlySet<string> = new Set(['read', 'export']);

function compileRights(catalogue: Catalogue, role: string, entity: Entity): Rights {
  const grants = entity.builtin
    ? [directory(role, entity)]
    : catalogue.grants.filter(grant => grant.role === role && grant.entity === entity.id);
  const byAction = new Map<string, Grant[]>();
  for (const grant of grants)
    for (const action of new Set(grant.actions)) {
      const period = grant.period ?? (LOOKING.has(action) ? 'any' : 'open');
      // Cards that belong to no period never belong to a closed one.
      if (period === 'closed' && !hasPeriod(entity)) continue;
      byAction.set(action, [...(byAction.get(action) ?? []), { ...grant, period, given: grant }]);
    }
  const tuples = (action: string) => byAction.get(action) ?? [];
  const opens = (action: string, path: string) =>
    isField(entity, path) && tuples(action).some(grant => tupleReads(entity, grant, path));
  return {
    entity,
    tuples,
    can: action => tuples(action).length > 0,
    readable: path => opens('read', path),
    exportable: path => opens('export', path),
    writable: path =>
      isField(entity, path) &&
      [...tuples('create'), ...tuples('update')].some(grant => tupleWrites(entity, grant, path)),
  };
}

/** A field, a group of fields, or child cards that the card counts as its own. */
function isField(entity: Entity, path: string): boolean {
  if (entity.fields.has(path) || entity.relations.get(path)?.counts) return true;
  for (const known of entity.fields.keys()) if (known.startsWith(`${path}.`)) return true;
  return false;
}

/** The directory of organisations is open to everyone who is signed in, and changed by nobody here. */
function directory(role: string, entity: Entity): Grant {
  return {
    role,
    entity: entity.id,
    actions: ['read'],
    rows: 'region',
    fields: { read: [...entity.fields.keys()], write: [] },
  };
}
