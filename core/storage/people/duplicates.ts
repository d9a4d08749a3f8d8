/** Entries that may be one person, for whoever may join them. */
import type { Actor } from '../../access/actor.ts';
import { findRights } from '../../access/rights.ts';
import type { Catalogue } from '../../catalogue/types.ts';
import type { Language } from '../../forms/captions.ts';
import { forbidden } from '../../problems.ts';
import type { Tx } from '../database.ts';
import type { DuplicatePage, DuplicatePair } from './people.types.ts';
import { IDENTITY, knownPeople, organisationNames, personView } from './person-view.ts';

/** People looked at in one statement; a region is looked through in pages. */
const SCANNED = 10_000;
const MOST = 100;

export const mayMergeAny = (catalogue: Catalogue, actor: Actor): boolean =>
  [...catalogue.entities.keys()].some(id => findRights(catalogue, actor, id)?.can('merge'));

/** @throws FORBIDDEN */
export function requireMerging(catalogue: Catalogue, actor: Actor): void {
  if (!mayMergeAny(catalogue, actor))
    throw forbidden('Двойников объединяет тот, кто ведёт карточки: секретарь, кадры или администратор');
}

interface PairRow {
  one: string;
  other: string;
  reason: DuplicatePair['reason'];
  last: string;
}

/** @param after  as `next` of the page before; a page may be empty and still have a next one */
export async function duplicates(
  tx: Tx,
  catalogue: Catalogue,
  actor: Actor,
  after: string | undefined,
  language: Language,
): Promise<DuplicatePage> {
  requireMerging(catalogue, actor);
  const rows = await tx.query<PairRow>({
    text: 'select one, other, reason, last from similar_people($1::int[], $2, $3::uuid, $4, $5)',
    values: [actor.organisationIds, actor.everywhere, after ?? null, SCANNED, MOST],
  });
  const people = await knownPeople(
    tx,
    rows.flatMap(row => [row.one, row.other]),
  );
  const names = await organisationNames(
    tx,
    [...people.values()].flatMap(person => person.facets.map(facet => facet.organisationId)),
  );
  const items = rows.flatMap(({ one, other, reason }): DuplicatePair[] => {
    const [a, b] = [people.get(one), people.get(other)];
    if (!a || !b) return [];
    const view = (person: typeof a) => personView(catalogue, actor, person, names, language);
    return [
      {
        reason,
        people: [view(a), view(b)],
        differs: IDENTITY.filter(name => a.identity[name] !== b.identity[name]),
      },
    ];
  });
  const last = rows.length === MOST ? rows.at(-1)?.one : await lastScanned(tx, actor, after);
  return { items, ...(last ? { next: last } : {}) };
}

/** The last of a full page of people; undefined when all have been looked at. */
async function lastScanned(tx: Tx, actor: Actor, after: string | undefined): Promise<string | undefined> {
  if (!actor.everywhere) return undefined;
  const [row] = await tx.query<{ id: string }>({
    text: `select id from person where merged_into is null and ($1::uuid is null or id > $1)
      order by id offset $2 limit 1`,
    values: [after ?? null, SCANNED - 1],
  });
  return row?.id;
}
