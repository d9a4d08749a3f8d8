/**
 * Looking for a person in the whole region before one is added (S003-6.2.3). Search scope is wider than capture
 * scope and shows few fields: names, birth date, sex, and where the person stands.
 */
import type { Actor } from '../access/actor.ts';
import type { Catalogue } from '../catalogue/types.ts';
import { normaliseFormat } from '../formats/formats.ts';
import { fold } from '../formats/text.ts';
import { badRequest } from '../problems.ts';
import type { Tx } from './database.ts';
import type { PersonMatch } from './gateway.types.ts';

export interface PersonCriteria {
  lastName?: string;
  firstName?: string;
  middleName?: string;
  birthDate?: string;
  snils?: string;
}

interface FoundRow {
  id: string;
  last_name: string;
  first_name: string;
  middle_name: string | null;
  birth_date: string | null;
  sex: string | null;
  organisation_id: number | null;
  organisation: string | null;
  entity: string | null;
  record_id: string | null;
}

const MAX_FOUND = 20;
const SEARCH = `select s.id, s.last_name, s.first_name, s.middle_name, s.birth_date, s.sex,
    s.organisation_id, o.name as organisation, s.entity, s.record_id
  from search_people($1, $2, $3, $4) s left join organisation o on o.id = s.organisation_id`;

/** People equal by СНИЛС, or whose folded name begins so, born on the day if one is given. */
export async function findPeople(
  tx: Tx,
  catalogue: Catalogue,
  actor: Actor,
  criteria: PersonCriteria,
): Promise<PersonMatch[]> {
  const found: PersonMatch[] = [];
  const snils = criteria.snils ? normaliseFormat('snils', criteria.snils) : '';
  if (snils) found.push(...(await search(tx, catalogue, actor, [null, null, snils, MAX_FOUND])));
  const name = foldedName(criteria);
  if (name) {
    const named = await search(tx, catalogue, actor, [name, criteria.birthDate || null, null, MAX_FOUND]);
    found.push(...named.filter(person => !found.some(known => known.id === person.id)));
  }
  const own = (person: PersonMatch) => (person.facets.some(facet => facet.own) ? 0 : 1);
  return found.sort((a, b) => own(a) - own(b));
}

/** @throws CRITERIA_MISSING unless there is a СНИЛС or the beginning of a last name to look for */
export function checkCriteria(criteria: PersonCriteria): void {
  if (criteria.snils?.trim() || (criteria.lastName?.trim() ?? '').length >= 2) return;
  throw badRequest('CRITERIA_MISSING', 'Укажите фамилию (не меньше двух букв) или СНИЛС', [
    { path: '/lastName', code: 'REQUIRED', message: 'Укажите фамилию или СНИЛС' },
  ]);
}

/** Folded parts of the name as the stored `search` has them; ends where the first part is missing. */
export function foldedName(criteria: PersonCriteria): string {
  const parts: string[] = [];
  for (const part of [criteria.lastName, criteria.firstName, criteria.middleName]) {
    const text = part?.trim();
    if (!text) break;
    parts.push(fold(text));
  }
  return parts.join(' ');
}

async function search(
  tx: Tx,
  catalogue: Catalogue,
  actor: Actor,
  values: [string | null, string | null, string | null, number],
): Promise<PersonMatch[]> {
  const people = new Map<string, PersonMatch>();
  for (const row of await tx.query<FoundRow>({ text: SEARCH, values })) {
    const person: PersonMatch = people.get(row.id) ?? {
      id: row.id,
      lastName: row.last_name,
      firstName: row.first_name,
      ...(row.middle_name ? { middleName: row.middle_name } : {}),
      ...(row.birth_date ? { birthDate: row.birth_date } : {}),
      ...(row.sex ? { sex: row.sex } : {}),
      facets: [],
    };
    people.set(row.id, person);
    if (row.entity === null || row.organisation_id === null) continue;
    const own = actor.everywhere || actor.organisationIds.includes(row.organisation_id);
    person.facets.push({
      entity: row.entity,
      entityTitle: catalogue.entities.get(row.entity)?.title ?? row.entity,
      organisation: row.organisation ?? '',
      own,
      ...(own && row.record_id ? { recordId: row.record_id } : {}),
    });
  }
  return [...people.values()];
}
