/**
 * The one data door: every read and write of cards passes here with an actor, whose scope, rows and fields are
 * compiled into the SQL (G1). Row security of the database stands under it as the seat belt.
 *
 * Reads: `open`, `list`, `history`, `exportRows`, `searchPeople`. Writes: `create`, `patch`, `remove`; each is one
 * transaction with its history, audit, kept fields and idempotency key.
 */
import type { Actor } from '../access/actor.ts';
import { type Rights, rightsOn } from '../access/rights.ts';
import type { Catalogue } from '../catalogue/types.ts';
import type { Validators } from '../catalogue/validation.ts';
import { forbidden, notFound, Problem } from '../problems.ts';
import type { TextRow } from '../query/columns.ts';
import { hasOrganisation } from '../query/frame.ts';
import { asOf, checkMoment, type Moment } from './as-of.ts';
import { auditEntry } from './audit-entry.ts';
import { type CardInHand, cardInHand } from './card-access.ts';
import { CardDrafts } from './card-drafts.ts';
import { CursorSeal } from './cursor.ts';
import type { Database, EndingTx, Tx } from './database.ts';
import { Desks } from './desks.ts';
import { ExportLabels } from './export-labels.ts';
import type {
  ExportedRow,
  HistoryEntry,
  ListAnswer,
  ListQuery,
  PersonMatch,
  RecordAnswer,
} from './gateway.types.ts';
import { type HeldCard, heldAfter, holdCard, isPlainPatch, Overtaken } from './held.ts';
import { historyOf } from './history.ts';
import { once } from './idempotency.ts';
import { planExport } from './list.ts';
import { type LockedCard, lockCard } from './lock-card.ts';
import { People } from './people/people.ts';
import { checkCriteria, findPeople, type PersonCriteria } from './people-search.ts';
import { assertPeriodAct, holdPeriods, turnPeriod } from './period.ts';
import { isKnownSnils } from './person.ts';
import { openedRecord, readRecord, readStatement, toAnswer, viewStatement } from './read.ts';
import { readableHere, readsEveryRow, sectionsHere, versionOf } from './record-shape.ts';
import { removeCards } from './remove.ts';
import { ChangeRequests } from './requests/change-requests.ts';
import { assertAction } from './row-rights.ts';
import { Save } from './save.ts';
import { type Body, UUID } from './save-parse.ts';
import { fieldNames } from './tables.ts';
import { isVersion } from './version-check.ts';

export interface SaveOptions {
  idempotencyKey?: string;
  /** Why, for the history. */
  reason?: string;
  /** Every other organisation that knows the person has agreed to the change of their identity. */
  sharedConfirmed?: boolean;
}

/** Rows fetched at once; as many more are held while they are sent. */
const EXPORT_BATCH = 2_000;
/** RP2: rows of one export. */
const MAX_EXPORTED = 200_000;

export class Gateway {
  /** Proposals to change cards and shared people. */
  readonly requests: ChangeRequests;
  /** One person in the region: look-alikes, joining, former names. */
  readonly people: People;
  /** What was typed into cards and not saved. */
  readonly drafts: CardDrafts;
  readonly #database: Database;
  readonly #seal: CursorSeal;
  readonly #desks: Desks;

  constructor(deps: {
    database: Database;
    catalogue: Catalogue;
    validators: Validators;
    /** Key material of list cursors. */
    secret: string;
  }) {
    this.#database = deps.database;
    deps.database.nameFieldsBy(fieldNames(deps.catalogue));
    this.#seal = new CursorSeal(deps.secret);
    this.#desks = new Desks(deps.catalogue, deps.validators, this.#seal);
    const deskOf = (actor: Actor) => this.#desks.of(actor);
    this.drafts = new CardDrafts({ database: deps.database, deskOf });
    this.people = new People({ database: deps.database, deskOf });
    this.requests = new ChangeRequests({
      database: deps.database,
      deskOf,
      mergeAgreed: (...agreed) => this.people.mergeAgreed(...agreed),
      mergePreview: (...asked) => this.people.mergePreview(...asked),
      patchIn: (tx, actor, entityId, id, ifMatch, patch, options) =>
        this.#patchIn(this.#save(tx, actor, options, true), entityId, id, ifMatch, patch, false),
    });
  }

  /**
   * @param options.include  relation names, and one deeper: `guardianships.guardian`
   * @throws NOT_FOUND outside the actor's scope or rows, FORBIDDEN without the right, FIELD_UNKNOWN for a relation
   */
  async open(
    actor: Actor,
    entityId: string,
    id: string,
    options: { include?: string[] } = {},
  ): Promise<RecordAnswer> {
    const plan = this.#desks.of(actor).plans.get(actor, entityId, options.include ?? []);
    const statement = viewStatement(plan, actor, id);
    const rows = await this.#database.shared<TextRow>(actor, statement);
    return toAnswer(openedRecord(plan, rows));
  }

  /**
   * The card as it was recorded at a moment, under the actor's present rights; nothing in it can be changed.
   *
   * @throws ASOF_INVALID, NOT_FOUND also for a moment before the card was made, FORBIDDEN without the right
   */
  async openAsOf(actor: Actor, entityId: string, id: string, moment: Moment): Promise<RecordAnswer> {
    checkMoment(moment);
    return await this.#database.scoped(actor, async tx => {
      const opened = await readRecord(tx, this.#desks.of(actor).plans, actor, entityId, id);
      if (opened.shape.entity.builtin) throw notFound();
      const record = await asOf(tx, this.#desks.of(actor).catalogue, actor, opened, moment);
      const details = { asOf: moment.at };
      await tx.query(
        auditEntry(actor, { action: 'view', entity: entityId, recordId: id, records: 1, details }),
      );
      return record;
    });
  }

  /** @throws FIELD_UNKNOWN, EXPRESSION_INVALID, TOO_COMPLEX, SORT_INVALID, CURSOR_INVALID, LIMIT_INVALID (400) */
  async list(actor: Actor, entityId: string, query: ListQuery): Promise<ListAnswer> {
    const plan = this.#desks.of(actor).lists.get(actor, entityId, query);
    return plan.answer(await this.#database.read<TextRow>(actor, plan.statement));
  }

  /**
   * Creates a card, with cards of its relations and references if the body brings them, all or nothing.
   *
   * @throws INVALID, FIELD_UNKNOWN, FORBIDDEN, PERSON_EXISTS, FACET_EXISTS, SINGLE_EXISTS, DUPLICATE, REFERENCE,
   *         IDEMPOTENCY_MISMATCH
   */
  async create(
    actor: Actor,
    entityId: string,
    body: unknown,
    options: SaveOptions = {},
  ): Promise<RecordAnswer> {
    assertAction(this.#desks.of(actor).catalogue, actor, entityId, 'create');
    const sent = asBody(body);
    return await this.#write(actor, options, 201, ['create', entityId, sent], async (save, ends) => {
      await this.#assertSingle(save.context.tx, actor, entityId);
      const id = await save.create(entityId, sent, '');
      return await this.#answer(save, actor, entityId, id, sent, ends);
    });
  }

  /**
   * Merge patch. `null` clears; repeating groups and relations are given whole. Only problems that the patch
   * causes are refused.
   *
   * @throws PRECONDITION_REQUIRED, STALE with `current`, NOT_FOUND, PERSON_SHARED and those of `create`
   */
  async patch(
    actor: Actor,
    entityId: string,
    id: string,
    ifMatch: string,
    patch: unknown,
    options: SaveOptions = {},
  ): Promise<RecordAnswer> {
    const sent = asBody(patch);
    if (options.idempotencyKey === undefined) {
      const saved = await this.#patchTogether(actor, entityId, id, ifMatch, sent, options);
      if (saved) return saved;
    }
    return await this.#write(actor, options, 200, ['patch', entityId, id, ifMatch, sent], (save, ends) =>
      this.#patchIn(save, entityId, id, ifMatch, sent, ends),
    );
  }

  /** @param ends  the transaction ends with this save */
  async #patchIn(
    save: Save,
    entityId: string,
    id: string,
    ifMatch: string,
    sent: Body,
    ends: boolean,
  ): Promise<RecordAnswer> {
    const { tx, catalogue, actor } = save.context;
    const rights = rightsOn(catalogue, actor, entityId);
    const locked = await this.#lock(tx, actor, entityId, id, ifMatch, sent, save.context.careful);
    const { seen, related, stored, held } = locked;
    if (
      !rights.can('update') &&
      !Object.keys(sent).every(name => rights.entity.relations.get(name)?.kind === 'many')
    )
      throw forbidden(`Нет права менять карточки «${rights.entity.plural}»`);
    if (held) return await patchHeld(save, rights, held, sent, ends);
    save.organisationId = stored.organisationId ?? actor.organisationId;
    await save.update(stored, rights, sent, '', seen, { related });
    return await this.#answer(save, actor, entityId, id, sent, ends);
  }

  /**
   * A patch that locks nothing: its reading and its writing each share a transaction with those of other requests at
   * the same time. Undefined, and nothing is done, where it needs a transaction of its own.
   */
  async #patchTogether(
    actor: Actor,
    entityId: string,
    id: string,
    ifMatch: string,
    sent: Body,
    options: SaveOptions,
  ): Promise<RecordAnswer | undefined> {
    const { catalogue, plans } = this.#desks.of(actor);
    const rights = rightsOn(catalogue, actor, entityId);
    const { entity } = rights;
    if (entity.builtin || !rights.can('update') || !isPlainPatch(entity, sent) || !UUID.test(id))
      return undefined;
    const reading: Tx = { query: statement => this.#database.shared(actor, statement) };
    const held = await holdCard(reading, catalogue, actor, plans.get(actor, entityId, []), id);
    if (!held || !isVersion(ifMatch, versionOf(held.raw))) return undefined;
    const writing: EndingTx = {
      query: () => Promise.reject(new Overtaken()),
      finish: statement => this.#database.sharedChange(actor, statement, id),
    };
    try {
      return await patchHeld(this.#save(writing, actor, options, false), rights, held, sent, true);
    } catch (error) {
      if (error instanceof Overtaken) return undefined;
      throw error;
    }
  }

  /** @throws REFERENCED (409) naming the kinds of cards that refer to it, and those of `patch` */
  async remove(
    actor: Actor,
    entityId: string,
    id: string,
    ifMatch: string,
    options: SaveOptions = {},
  ): Promise<void> {
    await this.#write(actor, options, 204, ['remove', entityId, id, ifMatch], async (save, ends) => {
      const { stored } = await this.#lock(save.context.tx, actor, entityId, id, ifMatch, undefined, true);
      save.organisationId = stored.organisationId ?? actor.organisationId;
      await removeCards(save, entityId, [id]);
      await save.flush(undefined, ends);
      return null;
    });
  }

  /**
   * An act on a card that has a right of its own: closing a school year, opening it again.
   *
   * @throws PERIOD_STATE (409), INVALID without a reason where one is needed, and those of `patch`
   */
  async transition(
    actor: Actor,
    entityId: string,
    id: string,
    name: string,
    ifMatch: string,
    options: SaveOptions = {},
  ): Promise<RecordAnswer> {
    const { catalogue, plans } = this.#desks.of(actor);
    const act = assertPeriodAct(catalogue, actor, entityId, name);
    const { entity } = rightsOn(catalogue, actor, entityId);
    const request = ['transition', entityId, id, name, ifMatch];
    return await this.#write(actor, options, 200, request, async (save, ends) => {
      const { tx } = save.context;
      // Checked before the lock: what is no id must not reach the database.
      viewStatement(plans.get(actor, entityId, []), actor, id);
      await holdPeriods(tx, entity, id);
      const { stored } = await this.#lock(tx, actor, entityId, id, ifMatch, undefined, true);
      await turnPeriod(save, entity, stored, act);
      return await this.#answer(save, actor, entityId, id, {}, ends);
    });
  }

  /** Newest first; changes of the shared person among them. Fields the actor may not read are left out. */
  async history(actor: Actor, entityId: string, id: string): Promise<HistoryEntry[]> {
    return await this.#database.scoped(
      actor,
      async tx => {
        const opened = await readRecord(tx, this.#desks.of(actor).plans, actor, entityId, id);
        return await historyOf(tx, this.#desks.of(actor).catalogue, actor, opened);
      },
      { readOnly: true },
    );
  }

  /** People of the whole region with few fields, those of the actor's organisations first (S003-6.2.3). */
  async searchPeople(actor: Actor, criteria: PersonCriteria): Promise<PersonMatch[]> {
    checkCriteria(criteria);
    return await this.#database.scoped(actor, async tx => {
      const [people] = await Promise.all([
        findPeople(tx, this.#desks.of(actor).catalogue, actor, criteria),
        tx.query(auditEntry(actor, { action: 'people-search', details: { by: Object.keys(criteria) } })),
      ]);
      return people;
    });
  }

  /**
   * Rows of a list as batches, in the order of the list; a right of its own, noted with the number of rows
   * before the first batch leaves (IE4).
   *
   * @param admit  refuses by throwing, once the number of records is known
   * @throws EXPORT_TOO_LARGE and those of `list`
   */
  async *exportRows(
    actor: Actor,
    entityId: string,
    query: ListQuery,
    admit?: (records: number) => Promise<void>,
  ): AsyncIterable<ExportedRow[]> {
    const { catalogue } = this.#desks.of(actor);
    const plan = planExport(catalogue, actor, entityId, query);
    await this.#database.scoped(actor, async tx => {
      const [{ count: records = 0 } = {}] = await tx.query<{ count?: number }>(plan.counting);
      if (records > MAX_EXPORTED)
        throw new Problem(
          'EXPORT_TOO_LARGE',
          422,
          'Слишком много строк',
          `Выгружается не больше ${MAX_EXPORTED} строк: сузьте условия`,
        );
      await admit?.(records);
      const details = { fields: query.fields ?? [], filter: query.filter ?? null };
      await tx.query(auditEntry(actor, { action: 'export', entity: entityId, records, details }));
    });
    const labels = new ExportLabels(this.#database, catalogue, actor, plan.references);
    for await (const batch of this.#database.stream<TextRow>(actor, plan.rows, EXPORT_BATCH)) {
      const rows = batch.map(plan.read);
      await labels.fill(rows);
      yield rows;
    }
  }

  /** Work on what belongs to a card, its files, in the transaction that has found it open. @throws NOT_FOUND, FORBIDDEN */
  async withCard<T>(
    actor: Actor,
    entityId: string,
    id: string,
    purpose: 'read' | 'update',
    work: (tx: Tx, card: CardInHand) => Promise<T>,
  ): Promise<T> {
    return await this.#database.scoped(actor, async tx =>
      work(
        tx,
        await cardInHand(
          tx,
          this.#desks.of(actor).catalogue,
          this.#desks.of(actor).plans,
          actor,
          entityId,
          id,
          purpose,
        ),
      ),
    );
  }

  async #write<T>(
    actor: Actor,
    options: SaveOptions,
    status: number,
    request: unknown[],
    work: (save: Save, ends: boolean) => Promise<T>,
  ): Promise<T> {
    const keyed = options.idempotencyKey
      ? { key: options.idempotencyKey, body: [actor.appointmentId, ...request] }
      : undefined;
    const attempt = (careful: boolean) =>
      this.#database.scoped(actor, tx =>
        once(tx, actor, keyed, status, ends => work(this.#save(tx, actor, options, careful), ends)),
      );
    try {
      return await attempt(false);
    } catch (error) {
      if (!isKnownSnils(error) && !(error instanceof Overtaken)) throw error;
      return await attempt(true);
    }
  }

  #save(tx: EndingTx, actor: Actor, options: SaveOptions, careful: boolean): Save {
    const save = new Save({
      tx,
      catalogue: this.#desks.of(actor).catalogue,
      validators: this.#desks.of(actor).validators,
      actor,
      reason: options.reason,
      sharedConfirmed: options.sharedConfirmed === true,
      careful,
      fieldsSeen: (entityId, id) => this.#fieldsSeen(tx, actor, entityId, id),
    });
    save.removeRelated = (entityId, ids) => removeCards(save, entityId, ids);
    return save;
  }

  async #fieldsSeen(tx: Tx, actor: Actor, entityId: string, id: string) {
    try {
      const { shape, raw } = await readRecord(tx, this.#desks.of(actor).plans, actor, entityId, id);
      return new Set([...readableHere(shape, raw), ...sectionsHere(shape, raw)]);
    } catch (error) {
      if (error instanceof Problem && (error.status === 404 || error.status === 403)) return undefined;
      throw error;
    }
  }

  async #lock(
    tx: Tx,
    actor: Actor,
    entityId: string,
    id: string,
    ifMatch: string,
    sent: Body | undefined,
    careful: boolean,
  ): Promise<LockedCard> {
    const { catalogue, plans } = this.#desks.of(actor);
    const { entity } = rightsOn(catalogue, actor, entityId);
    if (entity.builtin) throw forbidden(`Карточки «${entity.plural}» здесь не меняются`);
    const plan = plans.get(actor, entityId, this.#relationsOf(actor, entityId, sent ?? {}));
    return await lockCard(tx, catalogue, actor, plan, id, ifMatch, sent, careful);
  }

  /** To-many relations named in a body that the actor may read; the others are refused when it is taken apart. */
  #relationsOf(actor: Actor, entityId: string, sent: Body): string[] {
    const { entity } = rightsOn(this.#desks.of(actor).catalogue, actor, entityId);
    return Object.keys(sent).filter(name => {
      const relation = entity.relations.get(name);
      return relation?.kind === 'many' && this.#canRead(actor, relation.entity);
    });
  }

  #canRead(actor: Actor, entityId: string): boolean {
    const entity = this.#desks.of(actor).catalogue.entities.get(entityId);
    if (!entity || !actor.plugins.has(entity.plugin)) return false;
    return rightsOn(this.#desks.of(actor).catalogue, actor, entityId).can('read');
  }

  /** Writes what the save has gathered and answers with the card as it then is. */
  async #answer(
    save: Save,
    actor: Actor,
    entityId: string,
    id: string,
    sent: Body,
    ends: boolean,
  ): Promise<RecordAnswer> {
    if (!this.#canRead(actor, entityId)) {
      await save.flush(undefined, ends);
      return { id, version: '1', allowed: { update: false, delete: false, write: [] }, labels: {} };
    }
    const plan = this.#desks.of(actor).plans.get(actor, entityId, this.#relationsOf(actor, entityId, sent));
    // What the change has moved out of the actor's rows is not found afterwards, and then nothing is saved.
    const found = readsEveryRow(plan.shape);
    const rows = await save.flush<TextRow>(readStatement(plan, actor, id), ends && found);
    return toAnswer(openedRecord(plan, rows));
  }

  /** @throws SINGLE_EXISTS with the id of the card that the organisation already has */
  async #assertSingle(tx: Tx, actor: Actor, entityId: string): Promise<void> {
    const { entity } = rightsOn(this.#desks.of(actor).catalogue, actor, entityId);
    if (!entity.single || !hasOrganisation(entity)) return;
    const [known] = await tx.query<{ id: string }>({
      text: `select id from "${entity.table}" where organisation_id = $1`,
      values: [actor.organisationId],
    });
    if (!known) return;
    throw new Problem(
      'SINGLE_EXISTS',
      409,
      'Карточка уже есть',
      `Карточка «${entity.title}» у организации одна, и она уже есть`,
      {
        members: { id: known.id },
      },
    );
  }
}

/** @throws Overtaken when the card is another by now, or more is to be written than itself */
async function patchHeld(
  save: Save,
  rights: Rights,
  held: HeldCard,
  sent: Body,
  ends: boolean,
): Promise<RecordAnswer> {
  save.organisationId = held.stored.organisationId ?? save.context.actor.organisationId;
  await save.update(held.stored, rights, sent, '', held.seen);
  const after = heldAfter(held, save.written);
  if (!after || !(await save.flushUnlocked(ends))) throw new Overtaken();
  return toAnswer(after);
}

/** @throws BODY_INVALID unless it is an object */
function asBody(body: unknown): Body {
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Body;
  throw new Problem('BODY_INVALID', 400, 'Запрос не понят', 'Ожидается объект с полями карточки', {
    errors: [{ path: '', code: 'TYPE', message: 'Ожидается объект' }],
  });
}
