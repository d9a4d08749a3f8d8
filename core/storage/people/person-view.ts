/** People beyond one's own cards: few fields, past the policies of `person`, as the search across the region. */
import type { Actor } from '../../access/actor.ts';
import type { Catalogue, Entity } from '../../catalogue/types.ts';
import { captions, type Language } from '../../forms/captions.ts';
import type { Tx } from '../database.ts';
import { type KnownPerson, PERSON_COLUMNS, readPerson } from '../person.ts';
import type { IdentityName, PersonView } from './people.types.ts';

export const IDENTITY = Object.keys(PERSON_COLUMNS) as IdentityName[];

/** Names of the organisations that know the people. */
export async function organisationNames(tx: Tx, ids: readonly number[]): Promise<Map<number, string>> {
  const rows = await tx.query<{ id: number; name: string }>({
    text: 'select id, name from organisation where id = any ($1::int[])',
    values: [[...new Set(ids)]],
  });
  return new Map(rows.map(row => [row.id, row.name]));
}

export function personView(
  catalogue: Catalogue,
  actor: Actor,
  person: KnownPerson,
  organisations: ReadonlyMap<number, string>,
  language: Language,
): PersonView {
  const { identity } = person;
  const own = (id: number) => actor.everywhere || actor.organisationIds.includes(id);
  return {
    id: person.id,
    version: person.version,
    lastName: identity.lastName ?? '',
    firstName: identity.firstName ?? '',
    ...(identity.middleName ? { middleName: identity.middleName } : {}),
    ...(identity.birthDate ? { birthDate: identity.birthDate } : {}),
    ...(identity.sex ? { sex: identity.sex } : {}),
    ...(identity.snils ? { snils: masked(identity.snils) } : {}),
    facets: person.facets.map(facet => ({
      entity: facet.entity,
      entityTitle: titleOf(catalogue, facet.entity, language),
      organisation: organisations.get(facet.organisationId) ?? '',
      own: own(facet.organisationId),
      ...(own(facet.organisationId) ? { recordId: facet.recordId } : {}),
    })),
  };
}

/** `***-***-*** 95` */
const masked = (snils: string): string => `***-***-*** ${snils.slice(-2)}`;

export function titleOf(catalogue: Catalogue, entityId: string, language: Language): string {
  const entity = catalogue.entities.get(entityId);
  if (!entity) return entityId;
  return captions(catalogue, entity.plugin, language)(`entity.${entityId}`, entity.title);
}

/** What the cards call a field of the person. */
export function identityTitle(catalogue: Catalogue, name: IdentityName, language: Language): string {
  for (const entity of catalogue.entities.values()) {
    const field = entity.fields.get(`person.${name}`);
    if (field)
      return captions(catalogue, entity.plugin, language)(`field.${entity.id}.person.${name}`, field.title);
  }
  return name;
}

/** Kinds of which a person has one card in an organisation; others follow their person. */
export const isSingle = (entity: Entity | undefined): boolean =>
  entity?.person !== undefined && entity.personInverse === undefined;

export async function knownPeople(tx: Tx, ids: readonly string[]): Promise<Map<string, KnownPerson>> {
  const people = new Map<string, KnownPerson>();
  for (const id of new Set(ids)) {
    const person = await readPerson(tx, id);
    if (person) people.set(id, person);
  }
  return people;
}
