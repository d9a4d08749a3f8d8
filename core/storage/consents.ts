/**
 * What each person has consented to, kept beside their cards: the column `consents` of every facet is
 * `{purpose: last day}`, made anew from the register (x-entity.consent) in the transaction that changes it. So a
 * reader's statement decides by the row alone whether a field may be shown (core/query/frame.ts).
 */
import { type ConsentCard, consentRegister, keepsConsents } from '../catalogue/consents.ts';
import type { Catalogue, Entity } from '../catalogue/types.ts';
import type { Statement, Tx } from './database.ts';
import { waitFor } from './person.ts';

/** Of a consent without an end. */
export const OPEN_END = '9999-12-31';

/** People of one organisation; without `people` all of the organisations, without those everybody. */
export interface WhoseConsents {
  organisationIds?: readonly number[];
  people?: readonly string[];
}

export const facetsOf = (catalogue: Catalogue): Entity[] =>
  [...catalogue.entities.values()].filter(keepsConsents);

/** Writes `consents` of the cards where it differs from the register; undefined without a register. */
export function consentsStatement(
  catalogue: Catalogue,
  whose: WhoseConsents,
  facets: readonly Entity[] = facetsOf(catalogue),
): Statement | undefined {
  const register = consentRegister(catalogue);
  if (!register || facets.length === 0) return undefined;
  const given = [
    { column: 'organisation_id', type: 'int[]', ids: whose.organisationIds },
    { column: 'person_id', type: 'uuid[]', ids: whose.people },
  ].filter(one => one.ids !== undefined);
  const some = (alias: string) =>
    given.map(({ column, type }, index) => ` and ${alias}.${column} = any ($${index + 1}::${type})`).join('');
  const kept = facets.map(({ table }, index) => `kept${index} as (${keepSql(table, some('s'))})`);
  return {
    text: `with held as materialized (${heldSql(register, some('c'))}), ${kept.join(', ')} select 1`,
    values: given.map(one => one.ids),
  };
}

/**
 * Cards and consents of a person are brought together by sorting, not by a join: of rows that were loaded in this very
 * transaction the planner knows nothing, and would go through all consents for each card.
 */
const keepSql = (table: string, condition: string): string => `
  update "${table}" f set consents = each.made
    from (select organisation_id, id, kept,
                 coalesce(jsonb_object_agg(purpose, until) filter (where purpose is not null) over person, '{}') as made
            from (select s.organisation_id, s.person_id, s.id, s.consents as kept, null as purpose, null as until
                    from "${table}" s where true${condition}
                  union all
                  select organisation_id, person_id, null, null, purpose, until from held) every
          window person as (partition by organisation_id, person_id)) each
   where each.id is not null and each.kept is distinct from each.made
     and f.organisation_id = each.organisation_id and f.id = each.id`;

/** A row for each person and purpose. */
function heldSql({ table, fields, consent }: ConsentCard, condition: string): string {
  const column = (name: string) => `c."${fields.get(name)?.column}"`;
  const [purpose, until] = [column(consent.purpose), column(consent.until)];
  return `select c.organisation_id, c.person_id, ${purpose} as purpose,
                 to_char(max(coalesce(${until}, date '${OPEN_END}')), 'YYYY-MM-DD') as until
            from "${table}" c
           where ${column(consent.withdrawn)} is null and ${purpose} is not null and ${column(consent.from)} is not null${condition}
           group by c.organisation_id, c.person_id, ${purpose}`;
}

/** After a bulk load or a change of the tables. */
export async function refreshConsents(
  tx: Tx,
  catalogue: Catalogue,
  whose: WhoseConsents = {},
): Promise<void> {
  const statement = consentsStatement(catalogue, whose);
  if (statement) await tx.query(statement);
}

/** Makes the consents of people anew, one save after the other: each sees what the one before has written. */
export async function keepConsents(
  tx: Tx,
  catalogue: Catalogue,
  organisationId: number,
  people: readonly string[],
): Promise<void> {
  for (const person of [...people].sort()) await waitFor(tx, `person ${person}`);
  await lockFacets(tx, catalogue, organisationId, people);
  await refreshConsents(tx, catalogue, { organisationIds: [organisationId], people });
}

/** Cards before the people behind them, as everywhere: who changes consents waits for who changes the card. */
export async function lockFacets(
  tx: Tx,
  catalogue: Catalogue,
  organisationId: number,
  people: readonly string[],
): Promise<void> {
  for (const { table } of facetsOf(catalogue))
    await tx.query({
      text: `select 1 from "${table}" where organisation_id = $1::int and person_id = any ($2::uuid[]) order by id for update`,
      values: [organisationId, people],
    });
}

/** The same for the people of records of the register. */
export async function lockFacetsOfConsents(
  tx: Tx,
  catalogue: Catalogue,
  register: Entity,
  organisationIds: readonly number[] | undefined,
  ids: readonly string[],
): Promise<void> {
  const within = organisationIds ? 'organisation_id = any ($2::int[]) and ' : '';
  const rows = await tx.query<{ organisation_id: number; person_id: string }>({
    text: `select organisation_id, person_id from "${register.table}" where ${within}id = any ($1::uuid[])`,
    values: [ids, ...(organisationIds ? [organisationIds] : [])],
  });
  for (const row of rows) await lockFacets(tx, catalogue, row.organisation_id, [row.person_id]);
}

/** Purposes to which the person of a card, or of the card it belongs to, has ever consented. */
export async function purposesEverGiven(
  tx: Tx,
  catalogue: Catalogue,
  entity: Entity,
  organisationId: number,
  id: string,
): Promise<string[]> {
  const register = consentRegister(catalogue);
  const parent = entity.childOf && catalogue.entities.get(entity.childOf.entity);
  const facet = keepsConsents(entity) ? entity : parent;
  if (!register || !facet) return [];
  const purpose = register.fields.get(register.consent.purpose)?.column;
  const way = facet === entity ? 'id' : (entity.fields.get(entity.childOf?.field ?? '')?.column ?? 'id');
  const rows = await tx.query<{ purpose: string }>({
    text: `select distinct c."${purpose}" as purpose from "${entity.table}" e
      join "${facet.table}" f on f.organisation_id = e.organisation_id and f.id = e."${way}"
      join "${register.table}" c on c.organisation_id = f.organisation_id and c.person_id = f.person_id
     where e.organisation_id = $1::int and e.id = $2::uuid`,
    values: [organisationId, id],
  });
  return rows.map(row => row.purpose);
}

/** A field by consent that a save sets: whose card says whether there is one. */
export interface GatedWrite {
  /** The facet and its id; a part of a card asks the card it belongs to. */
  facet: Entity;
  id: string;
  purpose: string;
  title: string;
  /** JSON pointer in what was sent. */
  at: string;
}

/** The writes for which there is no valid consent, asked after the save has written its own. */
export async function withoutConsent(
  tx: Tx,
  organisationId: number,
  today: string,
  writes: readonly GatedWrite[],
): Promise<GatedWrite[]> {
  const missing: GatedWrite[] = [];
  for (const [facet, own] of Map.groupBy(writes, write => write.facet)) {
    const rows = await tx.query<{ id: string; consents: Consents }>({
      text: `select id, consents from "${facet.table}" where organisation_id = $1::int and id = any ($2::uuid[])`,
      values: [organisationId, [...new Set(own.map(write => write.id))]],
    });
    const held = new Map(rows.map(row => [row.id, row.consents]));
    missing.push(...own.filter(write => !isHeld(held.get(write.id), write.purpose, today)));
  }
  return missing;
}

/** Purpose -> last ISO day. */
export type Consents = Readonly<Record<string, string>>;

export const isHeld = (consents: Consents | undefined, purpose: string, today: string): boolean =>
  (consents?.[purpose] ?? '') >= today;
