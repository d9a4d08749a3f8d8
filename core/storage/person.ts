/**
 * The person behind a facet: one in the region, shared by the organisations that know them (S001-5.3). Adding a
 * card looks for the person first and never makes a second one; identity that another organisation shares is
 * not changed alone.
 */
import type { Actor } from '../access/actor.ts';
import type { Catalogue, Entity } from '../catalogue/types.ts';
import { fold } from '../formats/text.ts';
import { Problem } from '../problems.ts';
import type { Statement, Tx } from './database.ts';
import type { PersonMatch } from './gateway.types.ts';
import { findPeople } from './people-search.ts';
import { newId, type Rename } from './save-parse.ts';
import type { Change } from './save-statements.ts';

export const PERSON_COLUMNS: Record<string, { column: string; type: string }> = {
  lastName: { column: 'last_name', type: 'text' },
  firstName: { column: 'first_name', type: 'text' },
  middleName: { column: 'middle_name', type: 'text' },
  birthDate: { column: 'birth_date', type: 'date' },
  sex: { column: 'sex', type: 'text' },
  snils: { column: 'snils', type: 'text' },
};
const NAMES = ['lastName', 'firstName', 'middleName'];

export type Identity = Partial<Record<string, string>>;

export interface KnownPerson {
  id: string;
  version: number;
  identity: Identity;
  facets: { organisationId: number; entity: string; recordId: string }[];
}

interface PersonRow extends Record<string, unknown> {
  id: string;
  version: number;
  organisation_id: number | null;
  entity: string | null;
  record_id: string | null;
}

/** The person of the id; of an entry that was joined to another, the one it leads to. */
export async function readPerson(tx: Tx, id: string): Promise<KnownPerson | undefined> {
  const rows = await tx.query<PersonRow>({ text: 'select * from people_of($1::uuid[])', values: [[id]] });
  const [first] = rows;
  if (!first) return undefined;
  const identity: Identity = {};
  for (const [name, { column }] of Object.entries(PERSON_COLUMNS))
    if (typeof first[column] === 'string') identity[name] = first[column];
  return {
    id: first.id,
    version: first.version,
    identity,
    facets: rows.flatMap(row =>
      row.organisation_id !== null && row.entity !== null && row.record_id !== null
        ? [{ organisationId: row.organisation_id, entity: row.entity, recordId: row.record_id }]
        : [],
    ),
  };
}

/**
 * Refuses a second card of the kind for a person in one organisation. Kinds of which a person has many
 * (consents) have a name for the way back.
 *
 * @throws FACET_EXISTS with the id of the card that is there
 */
export function assertNoFacet(
  person: KnownPerson,
  entity: Entity,
  organisationId: number | null,
  at: string,
): void {
  if (entity.personInverse !== undefined) return;
  const facet = person.facets.find(one => one.entity === entity.id && one.organisationId === organisationId);
  if (!facet) return;
  const detail = `У этого человека уже есть карточка «${entity.title}» в вашей организации`;
  throw new Problem('FACET_EXISTS', 409, 'Карточка уже есть', detail, {
    errors: [{ path: `${at}/person`, code: 'FACET_EXISTS', message: detail }],
    members: { id: facet.recordId, entity: entity.id },
  });
}

/** Two saves of one new person at once: the second waits, and then finds the first. */
export const newPersonLock = (identity: Identity): Statement =>
  lockOf(`person ${fold(NAMES.map(name => identity[name] ?? '').join(' '))} ${identity.birthDate ?? ''}`);

/** Has a person been refused because somebody in the region has this СНИЛС? */
export const isKnownSnils = (error: unknown): boolean =>
  error instanceof Problem &&
  error.code === 'DUPLICATE' &&
  (error.cause as { constraint?: string } | undefined)?.constraint === 'person_snils_key';

/**
 * The conflict of a new person with those known in the region: equal СНИЛС always, equal name and birth date
 * unless the user has said that it is somebody else.
 */
export async function personConflict(
  tx: Tx,
  catalogue: Catalogue,
  actor: Actor,
  identity: Identity,
  isNew: boolean,
  at: string,
): Promise<Problem | undefined> {
  const { snils, ...named } = identity;
  // In one turn, one after the other: each of them sees what is committed when it begins.
  const [, bySnils, candidates] = await Promise.all([
    tx.query(newPersonLock(identity)),
    snils ? findPeople(tx, catalogue, actor, { snils }) : [],
    isNew || !identity.birthDate ? [] : findPeople(tx, catalogue, actor, named),
  ]);
  const same = candidates.filter(person => sameName(person, identity));
  const all = [...bySnils, ...same.filter(person => !bySnils.some(known => known.id === person.id))];
  if (all.length === 0) return undefined;
  const detail =
    bySnils.length > 0
      ? 'Человек с таким СНИЛС уже есть в регионе: выберите его'
      : 'Человек с таким именем и датой рождения уже есть в регионе: выберите его или подтвердите, что это другой человек';
  return new Problem('PERSON_EXISTS', 409, 'Человек уже есть', detail, {
    errors: [{ path: `${at}/person`, code: 'PERSON_EXISTS', message: detail }],
    members: { candidates: all, pointer: `${at}/person`, bySnils: bySnils.length > 0 },
  });
}

/** Until the end of the transaction no other one holds the same name. */
export async function waitFor(tx: Tx, name: string): Promise<void> {
  await tx.query(lockOf(name));
}

const lockOf = (name: string): Statement => ({
  text: 'select pg_advisory_xact_lock(hashtextextended($1, 0))',
  values: [name],
});

function sameName(person: PersonMatch, identity: Identity): boolean {
  const text = (one: { lastName?: string; firstName?: string; middleName?: string }) =>
    fold(
      NAMES.map(name => one[name as 'lastName'] ?? '')
        .join(' ')
        .trim(),
    );
  return text(person) === text(identity) && person.birthDate === identity.birthDate;
}

/**
 * @throws PERSON_SHARED when organisations outside the actor's scope know the person too
 */
export function assertNotShared(person: KnownPerson, actor: Actor, at: string): void {
  if (actor.everywhere) return;
  if (person.facets.every(facet => actor.organisationIds.includes(facet.organisationId))) return;
  const detail =
    'Этого человека знает и другая организация, поэтому имя, дату рождения, пол и СНИЛС здесь менять нельзя: согласуйте исправление с ней';
  throw new Problem('PERSON_SHARED', 409, 'Общие данные человека', detail, {
    errors: [{ path: `${at}/person`, code: 'PERSON_SHARED', message: detail }],
  });
}

export function insertPerson(identity: Identity): { id: string; statement: Statement; change: Change } {
  const id = newId();
  const given = Object.entries(PERSON_COLUMNS).filter(([name]) => identity[name] !== undefined);
  const columns = ['id', ...given.map(([, { column }]) => column)];
  const values = ['$1::uuid', ...given.map(([, { type }], index) => `$${index + 2}::${type}`)];
  return {
    id,
    statement: {
      text: `insert into person (${columns.join(', ')}) values (${values.join(', ')})`,
      values: [id, ...given.map(([name]) => identity[name])],
    },
    change: {
      organisationId: null,
      entity: 'person',
      recordId: id,
      version: 1,
      action: 'create',
      fields: Object.fromEntries(given.map(([name]) => [`person.${name}`, { to: identity[name] }])),
    },
  };
}

/** Changes identity; a name that goes is kept with the day until which it was borne. */
export function updatePerson(
  person: Pick<KnownPerson, 'id' | 'version' | 'identity'>,
  changed: ReadonlyMap<string, unknown>,
  today: string,
  rename?: Rename,
): { statements: Statement[]; change: Change } {
  const names = [...changed.keys()];
  const sets = names.map((name, index) => {
    const { column, type } = PERSON_COLUMNS[name]!;
    return `${column} = $${index + 2}::${type}`;
  });
  const statements: Statement[] = [
    {
      text: `update person set ${sets.join(', ')}, version = version + 1, updated_at = now() where id = $1::uuid`,
      values: [person.id, ...names.map(name => changed.get(name) ?? null)],
    },
  ];
  if (names.some(name => NAMES.includes(name)) && rename?.correction !== true)
    statements.unshift({
      text: `insert into person_name (person_id, valid_to, last_name, first_name, middle_name, document)
        select id, $2::date, last_name, first_name, middle_name, $3 from person where id = $1::uuid
        on conflict (person_id, valid_to) do nothing`,
      values: [person.id, rename?.changedOn ?? today, rename?.document || null],
    });
  const fields = Object.fromEntries(
    names.map(name => [`person.${name}`, pair(person.identity[name], changed.get(name))]),
  );
  return {
    statements,
    change: {
      organisationId: null,
      entity: 'person',
      recordId: person.id,
      version: person.version + 1,
      action: 'update',
      fields,
    },
  };
}

/** `{from?, to?}` without empty ends. */
export function pair(from: unknown, to: unknown): { from?: unknown; to?: unknown } {
  return {
    ...(from === undefined || from === null ? {} : { from }),
    ...(to === undefined || to === null ? {} : { to }),
  };
}
