/** Random grants and random people to use them. */
import type { Actor } from '../../core/access/actor.ts';
import type { Grant } from '../../core/catalogue/types.ts';
import { aCondition } from './conditions.ts';
import { layersFor } from './custom.ts';
import type { TestGrant } from './oracle.ts';
import type { Chance } from './random.ts';
import { kinds, type World } from './world.ts';

export const roles = ['role-1', 'role-2', 'role-3', 'role-4', 'role-5'];

/** Several tuples of a role on a kind of card, now and then none. */
export function someGrants({ installed, ...rest }: World, chance: Chance): TestGrant[] {
  // Grants are files of modules: of custom fields they know nothing.
  const world = { ...rest, installed, catalogue: installed };
  return roles.flatMap(role =>
    kinds.flatMap(kind =>
      chance.once(8)
        ? []
        : Array.from({ length: chance.whole(1, 3) }, () => aGrant(world, role, kind, chance)),
    ),
  );
}

function aGrant(world: World, role: string, kind: string, chance: Chance): TestGrant {
  const turns = world.catalogue.entities.get(kind)?.closes ? ['transition:close', 'transition:reopen'] : [];
  const others = ['create', 'update', 'delete', 'export', ...turns];
  const base = {
    role,
    entity: kind,
    // Mostly reading; now and then a right to export that goes further than the right to read.
    actions: [...(chance.once(8) ? [] : ['read']), ...chance.some(others, chance.whole(1, 3))],
    fields: someFields(world, kind, chance),
    ...(chance.once(5)
      ? {}
      : { period: chance.pick<NonNullable<Grant['period']>>(['any', 'open', 'open', 'closed', 'closed']) }),
  };
  if (chance.once(2)) {
    const condition = aCondition(world, kind, chance, { counting: false });
    return { ...base, rows: condition.json, condition };
  }
  const personal = world.catalogue.entities.get(kind)?.person !== undefined;
  return {
    ...base,
    rows: chance.pick(['organisation', 'subtree', 'region', ...(personal ? ['self'] : [])] as const),
  };
}

function someFields(world: World, kind: string, chance: Chance): Grant['fields'] {
  if (chance.once(4)) return '*';
  const names = [...(world.catalogue.entities.get(kind)?.fields.keys() ?? [])];
  const groups = [
    ...new Set(names.flatMap(name => (name.includes('.') ? [name.split('.')[0] as string] : []))),
  ];
  const some = (least: number) =>
    chance.some([...names, ...groups, ...groups], chance.whole(least, names.length));
  return { read: some(1), write: chance.once(2) ? [] : some(0).slice(0, 3) };
}

/** Somebody in some place of the tree, who may stand in cards there as a person. */
export function anActor(world: World, role: string, chance: Chance): Actor {
  const own = chance.pick(world.organisations.filter(one => chance.once(3) || one.level === 'organisation'));
  const below = (id: number): number[] => [
    id,
    ...world.organisations.filter(one => one.parent === id).flatMap(one => below(one.id)),
  ];
  const everywhere = own.level === 'region';
  const people = ['leader', 'contact', 'member'].flatMap(kind =>
    [...(world.rows.get(kind)?.values() ?? [])].filter(
      row => everywhere || below(own.id).includes(row.organisationId ?? 0),
    ),
  );
  const person = people.length === 0 || chance.once(4) ? undefined : chance.pick(people);
  return {
    userId: '00000000-0000-7000-8000-000000000001',
    personId: person?.personId ?? null,
    name: 'Петрова А. Б.',
    appointmentId: '00000000-0000-7000-8000-0000000000aa',
    role,
    organisationId: own.id,
    organisationName: own.name,
    level: own.level,
    organisationIds: everywhere ? [] : below(own.id),
    everywhere,
    organisationTypes: ['additional'],
    plugins: new Set(['club']),
    today: '2026-11-22',
    address: '127.0.0.1',
    forms: layersFor(world.organisations, world.customFields, own.id),
  };
}
