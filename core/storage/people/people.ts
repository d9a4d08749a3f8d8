/**
 * One person in the region: entries that may be one person, joining them, taking them apart, former names. Part of the
 * gateway.
 *
 * @source S001-5.3, S003-6.2.3
 */
import type { Actor } from '../../access/actor.ts';
import { findRights } from '../../access/rights.ts';
import type { Language } from '../../forms/captions.ts';
import { Problem } from '../../problems.ts';
import { auditEntry } from '../audit-entry.ts';
import type { Database, Tx } from '../database.ts';
import type { Desk } from '../desks.ts';
import type { JsonValue } from '../gateway.types.ts';
import { readRecord } from '../read.ts';
import { readableHere } from '../record-shape.ts';
import { insertRequest } from '../requests/request-rows.ts';
import { newId } from '../save-parse.ts';
import { duplicates, mayMergeAny, requireMerging } from './duplicates.ts';
import { type FormerName, formerNames } from './former-names.ts';
import { holdPeople, performMerge } from './merge-people.ts';
import { assertPossible, type MergePlan, planMerge, previewOf } from './merge-plan.ts';
import { mergesOf } from './merges.ts';
import type { DuplicatePage, MergeItem, MergeOutcome, MergePreview, MergeWish } from './people.types.ts';
import { isSingle, organisationNames } from './person-view.ts';
import { undoMerge } from './undo-merge.ts';

export interface PeopleDeps {
  database: Database;
  /** What is compiled of the catalogue of the actor's level. */
  deskOf(actor: Actor): Desk;
}

export class People {
  readonly #deps: PeopleDeps;

  constructor(deps: PeopleDeps) {
    this.#deps = deps;
  }

  mayMerge(actor: Actor): boolean {
    return mayMergeAny(this.#deps.deskOf(actor).catalogue, actor);
  }

  /** @throws FORBIDDEN */
  async duplicates(actor: Actor, after: string | undefined, language: Language): Promise<DuplicatePage> {
    return await this.#deps.database.scoped(actor, async tx => {
      const page = await duplicates(tx, this.#deps.deskOf(actor).catalogue, actor, after, language);
      const records = page.items.length * 2;
      await tx.query(
        auditEntry(actor, { action: 'people-search', records, details: { by: ['duplicates'] } }),
      );
      return page;
    });
  }

  /** Newest first. @throws FORBIDDEN */
  async merges(actor: Actor, language: Language): Promise<MergeItem[]> {
    requireMerging(this.#deps.deskOf(actor).catalogue, actor);
    return await this.#deps.database.scoped(
      actor,
      tx => mergesOf(tx, this.#deps.deskOf(actor).catalogue, actor, language),
      {
        readOnly: true,
      },
    );
  }

  /** Changes nothing. @throws those of `planMerge` */
  async preview(actor: Actor, wish: MergeWish, language: Language): Promise<MergePreview> {
    return await this.#deps.database.scoped(actor, async tx => {
      const plan = await planMerge(tx, this.#deps.deskOf(actor).catalogue, actor, wish, language);
      return await previewOf(tx, this.#deps.deskOf(actor).catalogue, actor, plan, language);
    });
  }

  /**
   * @throws those of `planMerge` and `assertPossible`, PERSON_SHARED where other organisations know one of the two and
   *         the wish does not ask them
   */
  async merge(actor: Actor, wish: MergeWish, language: Language): Promise<MergeOutcome> {
    const { catalogue } = this.#deps.deskOf(actor);
    return await this.#deps.database.scoped(actor, async tx => {
      await holdPeople(tx, [wish.keep, wish.drop]);
      const plan = await this.#possible(tx, actor, wish, language);
      if (plan.others.length === 0)
        return { merge: await performMerge(tx, catalogue, actor, plan, wish.reason?.trim() || undefined) };
      if (wish.ask !== true)
        throw new Problem(
          'PERSON_SHARED',
          409,
          'Общие данные человека',
          'Одного из этих людей знает и другая организация: объединить можно с её согласия',
        );
      return { request: await this.#ask(tx, actor, wish, plan) };
    });
  }

  /** @throws those of `undoMerge` */
  async undo(actor: Actor, id: string, language: Language): Promise<void> {
    await this.#deps.database.scoped(actor, tx =>
      undoMerge(tx, this.#deps.deskOf(actor).catalogue, actor, id, language),
    );
  }

  /** Within the transaction of the last organisation's consent. */
  async mergeAgreed(tx: Tx, actor: Actor, wish: MergeWish, reason: string): Promise<void> {
    await holdPeople(tx, [wish.keep, wish.drop]);
    const plan = await this.#possible(tx, actor, wish, 'ru');
    await performMerge(tx, this.#deps.deskOf(actor).catalogue, actor, plan, reason);
  }

  async mergePreview(
    tx: Tx,
    actor: Actor,
    wish: MergeWish,
    language: Language,
  ): Promise<MergePreview | undefined> {
    try {
      const plan = await planMerge(tx, this.#deps.deskOf(actor).catalogue, actor, wish, language);
      return await previewOf(tx, this.#deps.deskOf(actor).catalogue, actor, plan, language);
    } catch (error) {
      if (error instanceof Problem) return undefined;
      throw error;
    }
  }

  /** Former names of the person behind a card, newest first, for whoever may read the name. @throws NOT_FOUND, FORBIDDEN */
  async formerNames(actor: Actor, entityId: string, id: string): Promise<FormerName[]> {
    return await this.#deps.database.scoped(
      actor,
      async tx => {
        const { shape, raw } = await readRecord(tx, this.#deps.deskOf(actor).plans, actor, entityId, id);
        if (raw.pid === undefined) return [];
        return await formerNames(tx, raw.pid, new Set(readableHere(shape, raw)));
      },
      { readOnly: true },
    );
  }

  async #possible(tx: Tx, actor: Actor, wish: MergeWish, language: Language): Promise<MergePlan> {
    const { catalogue } = this.#deps.deskOf(actor);
    const plan = await planMerge(tx, catalogue, actor, wish, language);
    const names = await organisationNames(
      tx,
      plan.doubled.map(facet => facet.organisationId),
    );
    assertPossible(catalogue, plan, wish, names, language);
    return plan;
  }

  async #ask(tx: Tx, actor: Actor, wish: MergeWish, plan: MergePlan): Promise<string> {
    const { catalogue } = this.#deps.deskOf(actor);
    const own = [...plan.keep.facets, ...plan.drop.facets].find(
      facet =>
        actor.organisationIds.includes(facet.organisationId) &&
        isSingle(catalogue.entities.get(facet.entity)) &&
        findRights(catalogue, actor, facet.entity)?.can('merge') === true,
    );
    if (!own) throw new Error('planMerge let through somebody without a card');
    const [open] = await tx.query({
      text: `select 1 from change_request where kind = 'merge' and state = 'open'
        and patch ->> 'keep' in ($1, $2) and patch ->> 'drop' in ($1, $2)`,
      values: [wish.keep, wish.drop],
    });
    if (open)
      throw new Problem(
        'REQUEST_OPEN',
        409,
        'Уже спросили',
        'Об объединении этих записей уже спросили: ждём ответа',
      );
    const id = newId();
    await insertRequest(tx, {
      organisationId: own.organisationId,
      id,
      kind: 'merge',
      entity: own.entity,
      recordId: own.recordId,
      personId: plan.keep.id,
      patch: { keep: wish.keep, drop: wish.drop, values: (wish.values ?? {}) as JsonValue },
      before: {},
      paths: [],
      reason: wish.reason?.trim() || null,
      by: actor,
      asked: plan.others,
    });
    await tx.query(
      auditEntry(actor, {
        action: 'request-add',
        entity: own.entity,
        recordId: own.recordId,
        records: 1,
        details: { request: id, kind: 'merge', keep: wish.keep, drop: wish.drop },
      }),
    );
    return id;
  }
}
