/** What was joined, for whoever may take it apart. */
import type { Actor } from '../../access/actor.ts';
import type { Catalogue } from '../../catalogue/types.ts';
import type { Language } from '../../forms/captions.ts';
import type { Tx } from '../database.ts';
import type { MergeItem } from './people.types.ts';
import { knownPeople, organisationNames, personView } from './person-view.ts';
import type { MergeRow } from './undo-merge.ts';

const MOST = 100;

export async function mergesOf(
  tx: Tx,
  catalogue: Catalogue,
  actor: Actor,
  language: Language,
): Promise<MergeItem[]> {
  const rows = await tx.query<MergeRow>({
    text: `select id, kept, dropped, at, user_name, facets, before, undone_at, undone_by from person_merge m
      where $1 or exists (select 1 from facet f where f.person_id = standing_person(m.kept)
        and f.organisation_id = any ($2::int[]))
      order by at desc limit ${MOST}`,
    values: [actor.everywhere, actor.organisationIds],
  });
  const people = await knownPeople(
    tx,
    rows.map(row => row.kept),
  );
  const names = await organisationNames(
    tx,
    [...people.values()].flatMap(person => person.facets.map(facet => facet.organisationId)),
  );
  return rows.flatMap(row => {
    const person = people.get(row.kept);
    if (!person) return [];
    const { lastName, firstName, middleName } = row.before.drop;
    return [
      {
        id: row.id,
        at: row.at,
        by: row.user_name,
        person: personView(catalogue, actor, person, names, language),
        dropped: [lastName, firstName, middleName].filter(Boolean).join(' '),
        cards: row.facets.length,
        ...(row.undone_at ? { undone: { at: row.undone_at, by: row.undone_by ?? '' } } : {}),
      },
    ];
  });
}
