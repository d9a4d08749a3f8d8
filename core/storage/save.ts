/**
 * One save: a card, and with it cards that its relations and references bring, in one transaction. Everything is
 * checked first and collected as statements; only a save without problems is written, and any failure rolls the
 * whole back.
 */
import { type Rights, rightsOn, tupleWrites } from '../access/rights.ts';
import type { Entity, Field } from '../catalogue/types.ts';
import { type FieldProblem, invalid, Problem } from '../problems.ts';
import { hasOrganisation } from '../query/frame.ts';
import type { EndingTx, Statement } from './database.ts';
import { Overtaken, type Written } from './held.ts';
import { valueAt } from './labels.ts';
import { withoutLevelDebts } from './level-debts.ts';
import { type MaintainGroup, maintainedBy, maintainGroups, maintainStatement } from './maintain.ts';
import { type Merged, mergeCard, problemsOf } from './merge.ts';
import { pair } from './person.ts';
import { missingReferences, type Reference } from './references.ts';
import { assertAction, assertRow, isAlwaysAllowed, type WriteAction } from './row-rights.ts';
import { ConsentsOfSave } from './save-consents.ts';
import type { Parent, RelatedCards, RelatedFields, SaveContext } from './save-context.ts';
import { type Body, CardParser, newId, type ParsedCard, pointerOf, UUID } from './save-parse.ts';
import { PeopleOfSave, shownIdentity } from './save-people.ts';
import {
  type CardKey,
  type CardUpdate,
  type Change,
  insertCard,
  noteChanges,
  updateCard,
  updateNoted,
  writeRows,
} from './save-statements.ts';
import { lockStored, type StoredCard } from './stored.ts';

export class Save {
  readonly context: SaveContext;
  readonly statements: Statement[] = [];
  readonly changes: Change[] = [];
  readonly problems: FieldProblem[] = [];
  readonly #parser: CardParser;
  readonly #references: Reference[] = [];
  readonly #created = new Set<string>();
  readonly #asserts: { entityId: string; action: WriteAction; id: string; paths: string[] }[] = [];
  readonly #kept = new Map<string, { group: MaintainGroup; ids: Set<string> }>();
  readonly #people: PeopleOfSave;
  #root: { update: CardUpdate; version: number } | undefined;
  readonly consents: ConsentsOfSave;
  /** Organisation of the whole save: a card and what it brings stand in one. */
  organisationId: number;
  /** What `update` has done to the card at the root; undefined: nothing. */
  written: Written | undefined;

  constructor(context: SaveContext) {
    this.context = context;
    this.organisationId = context.actor.organisationId;
    this.#parser = new CardParser(context.catalogue, context.actor);
    this.#people = new PeopleOfSave(context, this.statements, this.changes);
    this.consents = new ConsentsOfSave(context);
  }

  /** @returns id of the card to be created; nothing is written before `flush` */
  async create(entityId: string, body: Body, at: string, parent?: Parent): Promise<string> {
    const { catalogue, actor, validators } = this.context;
    assertAction(catalogue, actor, entityId, 'create');
    const rights = rightsOn(catalogue, actor, entityId);
    const { entity } = rights;
    const card = this.#parser.parse(rights, body, at, false);
    const id = newId();
    this.#created.add(id);
    const key: CardKey = { entity, id, organisationId: hasOrganisation(entity) ? this.organisationId : null };
    this.#mayWrite(card, rights, 'create', [
      ...(card.absent ?? []),
      ...card.values.keys(),
      ...card.nested.map(one => one.field.path),
    ]);
    const paths = [...card.values].flatMap(([path, value]) => (value === null ? [] : [path]));
    this.#tieToParent(card, parent);
    for (const field of entity.fields.values())
      if (field.default !== undefined && field.kind !== 'rows' && !card.values.has(field.path))
        if (groupIsGiven(card.values, field.path)) card.values.set(field.path, field.default);
    await this.#bring(card);
    await this.consents.prepare(entity, card.person?.id, this.organisationId);
    const known = await this.#people.known(card, parent, key);
    const merged = mergeCard(validators, card, {
      fields: known ? { person: shownIdentity(entity, known) } : {},
    });
    const absent = unfilled(card.absent ?? [], merged);
    const found = withoutLevelDebts(rights, problemsOf(validators, card, merged, absent), at);
    // Who is known already is taken as they are: what is missing in the person is no fault of this card.
    const tied = known !== undefined || card.person?.id !== undefined;
    card.problems.push(...(tied ? found.filter(one => !one.path.startsWith(`${at}/person`)) : found));
    this.problems.push(...card.problems);
    const personId = await this.#people.tie(card, key, merged, known);
    this.#insert(key, merged, absent, personId, at);
    this.consents.changed(entity, personId);
    if (known) this.consents.joined(entity, known.id);
    const set = [...card.values].flatMap(([path, value]) => (value === null ? [] : [path]));
    this.consents.sets(entity, { id, at, fields: merged.fields }, [...absent, ...set]);
    this.#asserts.push({ entityId, action: 'create', id, paths });
    for (const { relation, items } of card.children)
      for (const item of items)
        await this.create(relation.entity, item.body, item.at, { relation, id, personId });
    return id;
  }

  /**
   * Lays a merge patch over a stored card.
   *
   * @param seen  fields of this card that the actor may read: a guess at another one must not be answered by
   *              silence when it is right
   * @returns whether anything changes
   */
  async update(
    stored: StoredCard,
    rights: Rights,
    body: Body,
    at: string,
    seen: ReadonlySet<string>,
    options: { related?: RelatedCards; echoes?: boolean; parent?: Parent } = {},
  ): Promise<boolean> {
    const { tx, catalogue, actor, validators } = this.context;
    const card = this.#parser.parse(rights, body, at, options.echoes === true);
    this.#tieToParent(card, options.parent);
    await this.#bring(card);
    if (card.person?.id !== undefined && card.person.id !== stored.personId)
      card.problems.push({
        path: `${at}/person/id`,
        code: 'READONLY',
        message: 'Карточку нельзя передать другому человеку',
      });
    const merged = mergeCard(validators, card, stored);
    // Marks of fields that the actor does not see stay as they are.
    const unseen = stored.absent.filter(path => !seen.has(path));
    const absent = unfilled(card.absent ? [...unseen, ...card.absent] : stored.absent, merged);
    const marks = card.absent ? symmetricDifference(absent, stored.absent) : [];
    const touched = [...card.values.keys()].filter(path => merged.changed.has(path) || !seen.has(path));
    touched.push(...marks.filter(path => !touched.includes(path)));
    this.#mayWrite(card, rights, 'update', touched);
    if (card.problems.length === 0)
      card.problems.push(
        ...withoutLevelDebts(rights, problemsOf(validators, card, merged, absent, stored), at),
      );
    this.problems.push(...card.problems);
    // A mark is dropped where there is a value: where that is not seen, the mark alone would tell of it.
    const blind = (card.absent ?? []).filter(path => !seen.has(path) && !touched.includes(path));
    const sent = { id: stored.id, at, fields: merged.fields, stored };
    this.consents.sets(card.entity, sent, [...touched, ...blind]);
    const marked = absent.join(' ') !== stored.absent.join(' ');
    // Without fields of its own only the relations are saved, by their own rights.
    if (touched.length > 0 || marked) {
      assertAction(catalogue, actor, card.entity.id, 'update');
      if (this.problems.length === 0)
        await assertRow(tx, catalogue, actor, card.entity.id, 'update', stored.id, touched);
      this.#asserts.push({ entityId: card.entity.id, action: 'update', id: stored.id, paths: touched });
    }
    const related = await this.#relations(card, stored, options.related ?? new Map());
    if (merged.changed.size === 0 && !marked && !related) return false;
    await this.#writeUpdate(stored, rights, merged, marked ? absent : undefined, card, related);
    if (at === '')
      this.written = { version: stored.version + 1, changed: merged.changed, fields: merged.fields, absent };
    return true;
  }

  async #writeUpdate(
    stored: StoredCard,
    rights: Rights,
    merged: Merged,
    absent: string[] | undefined,
    card: ParsedCard,
    related: boolean,
  ): Promise<void> {
    const { entity } = rights;
    const { at } = card;
    const key: CardKey = { entity, id: stored.id, organisationId: stored.organisationId };
    this.#noteReferences(entity, merged, key, at);
    const identity = new Map([...merged.changed].filter(([path]) => path.startsWith('person.')));
    // What is refused anyway must not be answered by what others know of the person.
    if (identity.size > 0 && stored.personId !== null && this.problems.length === 0)
      await this.#people.change(stored.personId, identity, at, card.person?.rename);
    const own = new Map([...merged.changed].filter(([path]) => !path.startsWith('person.')));
    if (own.size === 0 && !absent && !related) return;
    const update: CardUpdate = { key, changed: own, absent };
    if (at === '') this.#root = { update, version: stored.version };
    this.statements.push(updateCard(update));
    this.consents.changed(entity, stored.personId);
    for (const [path, value] of own) this.#writeRows(key, entity.fields.get(path), value);
    const fields = Object.fromEntries(
      [...own].map(([path, value]) => [path, pair(valueAt(stored.fields, path), value)]),
    );
    this.changes.push(this.#change(key, stored.version + 1, 'update', fields));
    this.keep(entity, stored.fields, merged.fields);
  }

  /** Relations of the patch, given whole: new ones are created, known ones changed, absent ones removed. */
  async #relations(card: ParsedCard, stored: StoredCard, related: RelatedCards): Promise<boolean> {
    const { tx, catalogue, actor } = this.context;
    let changed = false;
    for (const { relation, items } of card.children) {
      const visible: RelatedFields = related.get(relation.name) ?? new Map();
      const ids = [...visible.keys()];
      const target = rightsOn(catalogue, actor, relation.entity);
      const parent = { relation, id: stored.id, personId: stored.personId };
      const given = new Set(items.flatMap(item => (typeof item.body.id === 'string' ? [item.body.id] : [])));
      const known = await lockStored(
        tx,
        catalogue,
        actor,
        target.entity,
        ids.filter(id => given.has(id)),
      );
      for (const item of items) {
        if (item.body.id === undefined) {
          await this.create(relation.entity, item.body, item.at, parent);
          changed = true;
          continue;
        }
        const one = known.get(String(item.body.id));
        const seen = one && visible.get(one.id);
        if (one && seen) {
          const options = { echoes: true, parent };
          changed = (await this.update(one, target, item.body, item.at, seen, options)) || changed;
        } else this.problems.push({ path: `${item.at}/id`, code: 'REFERENCE', message: 'Такой записи нет' });
      }
      const gone = ids.filter(id => !given.has(id));
      if (gone.length > 0) {
        await this.removeRelated(relation.entity, gone);
        changed = true;
      }
    }
    return changed;
  }

  /** Set by the gateway, which knows how to remove cards with all that belongs to them. */
  removeRelated: (entityId: string, ids: readonly string[]) => Promise<void> = async () => undefined;

  /** References that came as cards: a new one is created, one with an id is tied and, where it differs, changed. */
  async #bring(card: ParsedCard): Promise<void> {
    const { tx, catalogue, actor } = this.context;
    for (const { field, body, at } of card.nested) {
      const target = rightsOn(catalogue, actor, field.ref as string);
      if (body.id === undefined) {
        card.values.set(field.path, await this.create(target.entity.id, body, at));
        continue;
      }
      card.values.set(field.path, body.id);
      if (Object.keys(body).length === 1) continue;
      const id = String(body.id);
      const seen = UUID.test(id) ? await this.context.fieldsSeen(target.entity.id, id) : undefined;
      const [known] = (await lockStored(tx, catalogue, actor, target.entity, seen ? [id] : [])).values();
      if (known && seen && known.organisationId === this.#organisationOf(target.entity))
        await this.update(known, target, body, at, seen, { echoes: true });
      else card.problems.push({ path: at, code: 'REFERENCE', message: `${field.title}: такой записи нет` });
    }
  }

  #organisationOf(entity: Entity): number | null {
    return hasOrganisation(entity) ? this.organisationId : null;
  }

  /** A field that the actor sees but may not set is named; of one kept by the system that is said. */
  #mayWrite(card: ParsedCard, rights: Rights, action: WriteAction, paths: readonly string[]): void {
    const tuples = rights.tuples(action);
    for (const path of paths) {
      if (tuples.some(grant => tupleWrites(card.entity, grant, path))) continue;
      const field = card.entity.fields.get(path);
      const [code, why] = field?.computed
        ? ['COMPUTED', 'поле ведёт система, изменить его нельзя']
        : ['READONLY', 'у вас нет права менять это поле'];
      card.problems.push({
        path: pointerOf(card.at, path),
        code,
        message: `${field?.title ?? path}: ${why}`,
      });
    }
  }

  #tieToParent(card: ParsedCard, parent: Parent | undefined): void {
    if (!parent) return;
    const { relation } = parent;
    const refuse = (path: string) =>
      card.problems.push({
        path: pointerOf(card.at, path),
        code: 'READONLY',
        message: 'Запись принадлежит этой карточке',
      });
    if (relation.join === 'person') {
      if (card.person?.id !== undefined && card.person.id !== parent.personId) refuse('person');
      else if (card.person && card.person.id === undefined) refuse('person');
      return;
    }
    const sent = card.values.get(relation.via);
    if (sent !== undefined && sent !== parent.id) refuse(relation.via);
    card.values.set(relation.via, parent.id);
    // The parent is created in the same save, or has just been read in scope.
    this.#created.add(parent.id);
  }

  #insert(
    key: CardKey,
    merged: Merged,
    absent: readonly string[],
    personId: string | null,
    at: string,
  ): void {
    const own = new Map([...merged.changed].filter(([path]) => !path.startsWith('person.')));
    this.statements.push(insertCard(key, personId, own, absent));
    for (const [path, value] of own) this.#writeRows(key, key.entity.fields.get(path), value);
    this.#noteReferences(key.entity, merged, key, at);
    const fields = Object.fromEntries([...own].map(([path, value]) => [path, pair(undefined, value)]));
    this.changes.push(this.#change(key, 1, 'create', fields));
    this.keep(key.entity, merged.fields);
  }

  #writeRows(key: CardKey, field: Field | undefined, value: unknown): void {
    if (field?.kind !== 'rows') return;
    this.statements.push(...writeRows(key, field, Array.isArray(value) ? value : []));
  }

  #change(key: CardKey, version: number, action: Change['action'], fields: Change['fields']): Change {
    return {
      organisationId: key.organisationId,
      entity: key.entity.id,
      recordId: key.id,
      version,
      action,
      fields,
    };
  }

  #noteReferences(entity: Entity, merged: Merged, key: CardKey, at: string): void {
    const note = (field: Field, value: unknown, path: string) => {
      if (field.kind !== 'ref' || value === null || value === undefined || this.#created.has(String(value)))
        return;
      const organisationId = key.organisationId;
      this.#references.push({
        entityId: field.ref as string,
        id: String(value),
        at: pointerOf(at, path),
        title: field.title,
        organisationId,
      });
    };
    for (const [path, value] of merged.changed) {
      const field = entity.fields.get(path);
      if (!field) continue;
      note(field, value, path);
      if (field.kind === 'rows' && Array.isArray(value))
        for (const [index, row] of value.entries())
          for (const part of field.rows ?? [])
            note(part, valueAt(row, part.path), `${path}.${index}.${part.path}`);
    }
  }

  /**
   * Writes the change of the card at the root, which has been read without a lock, by one statement that does nothing
   * if another has overtaken it.
   *
   * @returns false, and nothing is done, when more than that is to be written
   * @throws Overtaken, and the problems of the save
   */
  async flushUnlocked(ends: boolean): Promise<boolean> {
    if (this.problems.length > 0) throw problemOfSave(this.problems);
    if (!this.consents.untouched) return false;
    const [change] = this.changes;
    if (change === undefined && this.statements.length === 0) return true;
    const keeps = [...this.#kept.values()].some(({ ids }) => ids.size > 0);
    const alone = this.statements.length === 1 && this.changes.length === 1 && this.#references.length === 0;
    if (!change || !this.#root || !alone || keeps || this.#people.conflict) return false;
    const { tx, actor, reason } = this.context;
    const statement = updateNoted(this.#root.update, this.#root.version, actor, change, reason);
    const rows = await sendAll(tx, [statement], ends);
    if (rows.length === 0) throw new Overtaken();
    return true;
  }

  /** Remembers whose kept fields must be recomputed because of a card before and after the change. */
  keep(entity: Entity, ...versions: Record<string, unknown>[]): void {
    for (const group of maintainGroups(this.context.catalogue, entity)) {
      const name = `${entity.id} ${group.through.path}`;
      const kept = this.#kept.get(name) ?? { group, ids: new Set<string>() };
      this.#kept.set(name, kept);
      for (const fields of versions) {
        const id = valueAt(fields, group.through.path);
        if (typeof id === 'string') kept.ids.add(id);
      }
    }
  }

  /**
   * Checks what needs the database, then writes everything, in one round trip unless a right depends on the row.
   *
   * @param reading  reads what has been saved
   * @param ends     nothing else is asked in this transaction: it is committed
   * @returns the rows of `reading`
   * @throws the problems of the save
   */
  async flush<R>(reading: Statement | undefined, ends: boolean): Promise<R[]> {
    const { tx, catalogue, actor, reason } = this.context;
    if (this.#references.length > 0)
      this.problems.push(...(await missingReferences(tx, catalogue, actor, this.#references)));
    if (this.problems.length > 0) throw problemOfSave(this.problems);
    if (this.#people.conflict) throw this.#people.conflict;
    if (this.changes.length > 0) this.statements.push(...noteChanges(actor, this.changes, reason));
    const kept = [...this.#kept.values()].flatMap(({ group, ids }) =>
      ids.size > 0
        ? [maintainStatement(catalogue, group, [this.organisationId], [...ids], maintainedBy(actor))]
        : [],
    );
    const last = [...kept, ...(reading ? [reading] : [])];
    const asserts = this.#asserts.filter(
      one => !isAlwaysAllowed(catalogue, actor, one.entityId, one.action, one.paths),
    );
    if (asserts.length === 0 && this.consents.idle)
      return await sendAll(tx, [...this.statements, ...last], ends);
    await sendAll(tx, this.statements, false);
    // Before kept fields follow: a card must not come into the actor's rows by the very act that needs them.
    for (const { entityId, action, id, paths } of asserts)
      await assertRow(tx, catalogue, actor, entityId, action, id, paths);
    const withoutConsent = await this.consents.flush(this.organisationId);
    if (withoutConsent.length > 0) throw problemOfSave(withoutConsent);
    return await sendAll(tx, last, ends);
  }
}

/** Sent in one turn, so that they travel together; the rows of the last one. */
async function sendAll<R>(tx: EndingTx, statements: readonly Statement[], ends: boolean): Promise<R[]> {
  const answers = statements.map((statement, index) =>
    ends && index === statements.length - 1 ? tx.finish<R>(statement) : tx.query<R>(statement),
  );
  return (await Promise.all(answers)).at(-1) ?? [];
}

const symmetricDifference = (a: readonly string[], b: readonly string[]): string[] => [
  ...new Set(a).symmetricDifference(new Set(b)),
];

/** A mark «нет» goes when the field is filled. */
const unfilled = (absent: readonly string[], merged: Merged): string[] =>
  [...new Set(absent)].filter(path => valueAt(merged.fields, path) === undefined).sort();

/** Names that are unknown make the body wrong as a request; all problems are told at once. */
function problemOfSave(problems: readonly FieldProblem[]): Problem {
  const errors = [...new Map(problems.map(one => [`${one.path} ${one.code}`, one])).values()].slice(0, 100);
  const unknown = errors.find(one => one.code === 'FIELD_UNKNOWN');
  if (!unknown) return invalid(errors);
  return new Problem('FIELD_UNKNOWN', 400, 'Неизвестное поле', unknown.message, { errors });
}

/** A default fills up a group that the body gives; it does not begin one, whose other fields would then be missing. */
function groupIsGiven(values: ReadonlyMap<string, unknown>, path: string): boolean {
  const group = path.slice(0, path.lastIndexOf('.') + 1);
  return [...values].some(([given, value]) => given.startsWith(group) && value !== null) || group === '';
}
