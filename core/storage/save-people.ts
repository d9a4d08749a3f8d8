/** People of one save: found, tied to cards, made or changed, in the order that row security asks for. */
import type { Entity } from '../catalogue/types.ts';
import type { Problem } from '../problems.ts';
import type { Statement } from './database.ts';
import type { Merged } from './merge.ts';
import {
  assertNoFacet,
  assertNotShared,
  type Identity,
  insertPerson,
  type KnownPerson,
  newPersonLock,
  personConflict,
  readPerson,
  updatePerson,
  waitFor,
} from './person.ts';
import type { Parent, SaveContext } from './save-context.ts';
import type { ParsedCard, Rename } from './save-parse.ts';
import { type CardKey, type Change, insertFacet } from './save-statements.ts';

export class PeopleOfSave {
  /** The first new person who seems to be known already; said when the save has no other fault. */
  conflict: Problem | undefined;
  readonly #context: SaveContext;
  readonly #statements: Statement[];
  readonly #changes: Change[];
  readonly #newPeople = new Map<string, KnownPerson>();

  constructor(context: SaveContext, statements: Statement[], changes: Change[]) {
    this.#context = context;
    this.#statements = statements;
    this.#changes = changes;
  }

  /** The person to whom the card is tied: the parent's, or one named by id. */
  async known(card: ParsedCard, parent: Parent | undefined, key: CardKey): Promise<KnownPerson | undefined> {
    if (!card.entity.person) return undefined;
    if (parent?.relation.join === 'person' && parent.personId !== null)
      return (await readPerson(this.#context.tx, parent.personId)) ?? this.#newPeople.get(parent.personId);
    if (card.person?.id === undefined) return undefined;
    await waitFor(this.#context.tx, `person ${card.person.id}`);
    const known = await readPerson(this.#context.tx, card.person.id);
    if (known) assertNoFacet(known, card.entity, key.organisationId, card.at);
    else
      card.problems.push({ path: `${card.at}/person/id`, code: 'REFERENCE', message: 'Такого человека нет' });
    return known;
  }

  /** The facet comes before its person: a person not yet known to the organisation is invisible. */
  async tie(
    card: ParsedCard,
    key: CardKey,
    merged: Merged,
    known: KnownPerson | undefined,
  ): Promise<string | null> {
    if (!card.entity.person) return null;
    if (known) {
      this.#statements.push(insertFacet(key, known.id));
      const identity = new Map([...merged.changed].filter(([path]) => path.startsWith('person.')));
      if (identity.size > 0) await this.change(known.id, identity, card.at, card.person?.rename);
      return known.id;
    }
    const identity = (merged.fields.person ?? {}) as Identity;
    const { tx, catalogue, actor, careful } = this.#context;
    const isNew = card.person?.isNew === true;
    // Of a person said to be new only the СНИЛС could be known, which the database lets in once.
    if (isNew && !careful) this.#statements.push(newPersonLock(identity));
    else if (card.problems.length === 0)
      this.conflict ??= await personConflict(tx, catalogue, actor, identity, isNew, card.at);
    const person = insertPerson(identity);
    this.#statements.push(insertFacet(key, person.id), person.statement);
    this.#changes.push(person.change);
    this.#newPeople.set(person.id, { id: person.id, version: 1, identity, facets: [] });
    return person.id;
  }

  /** @throws PERSON_SHARED */
  async change(
    id: string,
    changed: ReadonlyMap<string, unknown>,
    at: string,
    rename?: Rename,
  ): Promise<void> {
    const person = await readPerson(this.#context.tx, id);
    if (!person) return;
    if (!this.#context.sharedConfirmed) assertNotShared(person, this.#context.actor, at);
    const byName = new Map([...changed].map(([path, value]) => [path.slice('person.'.length), value]));
    const { statements, change } = updatePerson(person, byName, this.#context.actor.today, rename);
    this.#statements.push(...statements);
    this.#changes.push(change);
  }
}

/** The identity that a kind of card shows of its person. */
export function shownIdentity(entity: Entity, person: KnownPerson): Identity {
  return Object.fromEntries(
    (entity.person ?? []).flatMap(name =>
      person.identity[name] === undefined ? [] : [[name, person.identity[name]]],
    ),
  );
}
