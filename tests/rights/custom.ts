/**
 * Custom fields of the little region: one of the region, one of every town, one of every club, each open to some
 * roles. Which actor may know which is said here once more, in plain words, and not asked of the code under test.
 */
import type { Actor } from '../../core/access/actor.ts';
import type { Grant } from '../../core/catalogue/types.ts';
import { completeField } from '../../core/forms/check-field.ts';
import {
  type CustomField,
  type CustomKind,
  emptyOverlay,
  type PublishedLayer,
} from '../../core/forms/layers.ts';
import type { TestDatabase } from '../support/database.ts';
import type { Chance } from './random.ts';
import type { Organisation } from './world.ts';

export interface WorldField {
  organisationId: number;
  entity: string;
  definition: CustomField;
  values: readonly unknown[];
}

const ROLES = ['role-1', 'role-2', 'role-3', 'role-4', 'role-5'];
const KINDS: Record<Organisation['level'], [CustomKind, readonly unknown[]]> = {
  region: ['text', ['Ёжик', 'белка', 'Ежевика']],
  municipality: ['integer', [1, 2, 3]],
  organisation: ['date', ['2026-09-01', '2012-02-29', '2015-03-04']],
};
const ENTITIES = ['member', 'contact', 'club-group'];

export function someFields(tree: readonly Organisation[], chance: Chance): WorldField[] {
  return tree.flatMap(({ id, level }) =>
    ENTITIES.map(entity => {
      const [kind, values] = KINDS[level];
      const letters = Array.from({ length: 10 }, () => chance.pick([...'abcdefghij0123456789'])).join('');
      const definition = completeField(`cf_${letters}`, {
        kind,
        title: `Поле ${level} ${id}`,
        read: chance.some(ROLES, 3),
        write: chance.some(ROLES, 1),
        counts: chance.once(2),
      });
      return { organisationId: id, entity, definition, values };
    }),
  );
}

const above = (tree: readonly Organisation[], id: number): number[] => {
  const parent = tree.find(one => one.id === id)?.parent;
  return parent === null || parent === undefined ? [id] : [...above(tree, parent), id];
};

/** Values for every card, from all levels over its organisation. */
export async function writeValues(
  db: TestDatabase,
  tree: readonly Organisation[],
  fields: readonly WorldField[],
  chance: Chance,
): Promise<void> {
  for (const entity of ENTITIES) {
    const table = entity.replaceAll('-', '_');
    const cards = await db.owner<{ id: string; organisation_id: number }>(
      `select id, organisation_id from "${table}" order by id`,
    );
    for (const card of cards) {
      const chain = above(tree, card.organisation_id);
      const given = fields
        .filter(one => one.entity === entity && chain.includes(one.organisationId) && !chance.once(4))
        .map(one => [one.definition.id, chance.pick(one.values)]);
      await db.owner(`update "${table}" set ext = $2::jsonb where id = $1`, [
        card.id,
        JSON.stringify(Object.fromEntries(given)),
      ]);
    }
  }
}

const layerOf = (organisationId: number, tree: readonly Organisation[], fields: readonly WorldField[]) =>
  ENTITIES.map(
    (subject): PublishedLayer => ({
      id: `${organisationId} ${subject}`,
      organisationId,
      level: tree.find(one => one.id === organisationId)?.level ?? 'organisation',
      kind: 'form',
      subject,
      definition: {
        fields: fields
          .filter(one => one.organisationId === organisationId && one.entity === subject)
          .map(one => one.definition),
        overlay: emptyOverlay(),
      },
    }),
  );

/** Of all levels together: no actor has it, the tests name fields by it. */
export const allLayers = (tree: readonly Organisation[], fields: readonly WorldField[]): PublishedLayer[] =>
  tree.flatMap(one => layerOf(one.id, tree, fields));

/** What the actor of an organisation gets: of its own level and of those above, the region first. */
export const layersFor = (
  tree: readonly Organisation[],
  fields: readonly WorldField[],
  organisationId: number,
): PublishedLayer[] => above(tree, organisationId).flatMap(id => layerOf(id, tree, fields));

/** Undefined for a field that no level has added. */
export function opensCustom(
  tree: readonly Organisation[],
  fields: readonly WorldField[],
  actor: Actor,
  grant: Grant,
  path: string,
  list: 'read' | 'write',
): boolean | undefined {
  if (!path.startsWith('ext.')) return undefined;
  const field = fields.find(one => path === `ext.${one.definition.id}` && one.entity === grant.entity);
  if (!field || !above(tree, actor.organisationId).includes(field.organisationId)) return false;
  const { read, write } = field.definition;
  return write.includes(grant.role) || (list === 'read' && read.includes(grant.role));
}
