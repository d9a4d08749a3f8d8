/**
 * Proposals to change cards and shared people (S004-4.5, S001-5.3): made by whoever may read and not write, decided
 * by whoever may write, or by the other organisations that know the person. Part of the gateway.
 */
import type { Actor } from '../../access/actor.ts';
import { findRights } from '../../access/rights.ts';
import type { Language } from '../../forms/captions.ts';
import { notFound } from '../../problems.ts';
import type { Database, EndingTx, Tx } from '../database.ts';
import type { Desk } from '../desks.ts';
import type { SaveOptions } from '../gateway.ts';
import type { MergePreview, MergeWish } from '../people/people.types.ts';
import { readRecord, versionOf } from '../read.ts';
import { readableHere } from '../record-shape.ts';
import type { Body } from '../save-parse.ts';
import { approve, reachOf, refuse, withdraw } from './decide.ts';
import { propose } from './propose.ts';
import type {
  Decision,
  RequestDetail,
  RequestItem,
  RequestPage,
  RequestRow,
  RequestsQuery,
} from './request.types.ts';
import { COLUMNS, findRequest, rowsOf } from './request-rows.ts';
import { compare, itemsOf, titled } from './request-view.ts';
import { decidingEntities, type Reached, type ReachOptions, reachStatement } from './targets.ts';

export interface RequestDeps {
  database: Database;
  /** What is compiled of the catalogue of the actor's level. */
  deskOf(actor: Actor): Desk;
  /** A patch as the gateway makes it, within a transaction that is open already. */
  patchIn(
    tx: EndingTx,
    actor: Actor,
    entityId: string,
    id: string,
    ifMatch: string,
    patch: Body,
    options: SaveOptions,
  ): Promise<unknown>;
  /** Joins two entries of a person to whose joining every organisation concerned has agreed. */
  mergeAgreed(tx: Tx, actor: Actor, wish: MergeWish, reason: string): Promise<void>;
  /** What joining them would do; undefined where it can no longer be done. */
  mergePreview(tx: Tx, actor: Actor, wish: MergeWish, language: Language): Promise<MergePreview | undefined>;
}

const PAGE = 50;
/** More than this is «many» on a badge. */
const MOST_COUNTED = 100;
const KINDS = ['card', 'person', 'merge'] as const;

export class ChangeRequests {
  readonly #deps: RequestDeps;

  constructor(deps: RequestDeps) {
    this.#deps = deps;
  }

  /** May the role have anything to do with proposals: make them, or decide about them? */
  concern(actor: Actor): boolean {
    const { catalogue } = this.#deps.deskOf(actor);
    return (
      KINDS.some(kind => decidingEntities(catalogue, actor, kind).length > 0) ||
      [...catalogue.entities.keys()].some(id => findRights(catalogue, actor, id)?.can('request'))
    );
  }

  /** @returns the id of the proposal. @throws those of `propose` */
  async propose(
    actor: Actor,
    entityId: string,
    id: string,
    sent: { patch: Body; reason?: string },
  ): Promise<string> {
    return await this.#deps.database.scoped(actor, tx => propose(this.#deps, tx, actor, entityId, id, sent));
  }

  async approve(actor: Actor, id: string, decision: Decision): Promise<void> {
    await this.#deps.database.scoped(actor, tx => approve(this.#deps, tx, actor, id, decision));
  }

  async refuse(actor: Actor, id: string, comment: string): Promise<void> {
    await this.#deps.database.scoped(actor, tx => refuse(this.#deps, tx, actor, id, comment));
  }

  async withdraw(actor: Actor, id: string, comment?: string): Promise<void> {
    await this.#deps.database.scoped(actor, tx => withdraw(tx, actor, id, comment));
  }

  /** How many wait for the actor, and how many of their own wait for others; at most a hundred are counted. */
  async count(actor: Actor): Promise<{ incoming: number; outgoing: number }> {
    return await this.#deps.database.scoped(
      actor,
      async tx => {
        const incoming = await this.#reached(tx, actor, { state: 'open', limit: MOST_COUNTED });
        const outgoing = await this.#outgoing(tx, actor, { state: 'open', limit: MOST_COUNTED });
        return { incoming: Math.min(incoming.length, MOST_COUNTED), outgoing: outgoing.length };
      },
      { readOnly: true },
    );
  }

  /** Newest first. */
  async list(actor: Actor, query: RequestsQuery, language: Language): Promise<RequestPage> {
    return await this.#deps.database.scoped(
      actor,
      async tx => {
        const { state, after } = query;
        const asked = { state, limit: PAGE + 1, ...(after ? { after } : {}) };
        const reached = query.box === 'incoming' ? await this.#reached(tx, actor, asked) : [];
        const rows =
          query.box === 'incoming'
            ? await rowsOf(tx, reached.slice(0, PAGE + 1))
            : await this.#outgoing(tx, actor, asked);
        const page = rows.slice(0, PAGE);
        const cards = new Map(reached.map(one => [one.id, one]));
        const items = await itemsOf(tx, this.#deps.deskOf(actor).catalogue, actor, page, cards, language);
        const last = page.at(-1);
        return { items, ...(rows.length > PAGE && last ? { next: last.id } : {}) };
      },
      { readOnly: true },
    );
  }

  /** One proposal beside the card as it is now. @throws NOT_FOUND for whom it does not concern */
  async open(actor: Actor, id: string, language: Language): Promise<RequestDetail> {
    const deps = this.#deps;
    return await deps.database.scoped(actor, async tx => {
      const row = await findRequest(tx, actor, id, false);
      const own = row.user_id === actor.userId || row.forwarded_by === actor.userId;
      const reached =
        (await reachOf(deps, tx, actor, row)) ?? (own ? undefined : await this.#closed(tx, actor, row));
      if (!own && !reached) throw notFound('Такого запроса нет или он вам недоступен');
      const cards = new Map(reached ? [[id, reached]] : []);
      const [item] = (await itemsOf(tx, deps.deskOf(actor).catalogue, actor, [row], cards, language)) as [
        RequestItem,
      ];
      const decides = reached !== undefined && row.state === 'open';
      const now = decides && row.kind !== 'merge' ? await this.#present(tx, actor, row, reached) : undefined;
      const wish = row.patch as unknown as MergeWish;
      const merge =
        row.kind === 'merge' && row.state === 'open'
          ? await deps.mergePreview(tx, actor, wish, language)
          : undefined;
      return {
        ...item,
        ...now,
        ...(merge ? { merge } : {}),
        ...(now ? { fields: titled(deps.deskOf(actor).catalogue, item.entity, now.fields, language) } : {}),
        may: { decide: decides, withdraw: row.user_id === actor.userId && row.state === 'open' },
      };
    });
  }

  async #present(tx: Tx, actor: Actor, row: RequestRow, reached: Reached) {
    const opened = await readRecord(
      tx,
      this.#deps.deskOf(actor).plans,
      actor,
      reached.entity,
      reached.record_id,
    );
    const readable = new Set(readableHere(opened.shape, opened.raw));
    const fields = compare(row, opened.raw.f).filter(field => readable.has(field.path));
    return { version: versionOf(opened.raw), fields };
  }

  /** A decided proposal stays open to whoever could have decided. */
  async #closed(tx: Tx, actor: Actor, row: RequestRow): Promise<Reached | undefined> {
    const options = { state: 'closed', id: row.id, limit: 1 } as const;
    return (await this.#reached(tx, actor, options))[0];
  }

  async #reached(tx: Tx, actor: Actor, options: ReachOptions): Promise<Reached[]> {
    const { catalogue } = this.#deps.deskOf(actor);
    const there = await tx.query<{ kind: RequestRow['kind']; entity: string }>({
      text: `select distinct kind, entity from change_request where $1 or state = 'open'`,
      values: [options.state === 'closed'],
    });
    const found = new Map<string, Reached>();
    for (const kind of KINDS) {
      if (!there.some(one => one.kind === kind)) continue;
      for (const entity of decidingEntities(catalogue, actor, kind)) {
        if (kind === 'card' && !there.some(one => one.kind === kind && one.entity === entity.id)) continue;
        const rows = await tx.query<Reached>(reachStatement(catalogue, actor, entity, kind, options));
        for (const row of rows) if (!found.has(row.id)) found.set(row.id, row);
      }
    }
    return [...found.values()].sort((a, b) => (a.id < b.id ? 1 : -1));
  }

  async #outgoing(
    tx: Tx,
    actor: Actor,
    { state, after, limit }: Pick<ReachOptions, 'state' | 'after' | 'limit'>,
  ): Promise<RequestRow[]> {
    return await tx.query<RequestRow>({
      text: `select ${COLUMNS} from change_request r join organisation o on o.id = r.organisation_id
        where ($1::boolean or r.organisation_id = any ($2::int[])) and (r.user_id = $3 or r.forwarded_by = $3)
          and (r.state = 'open') = $4 and ($5::uuid is null or r.id < $5) order by r.id desc limit $6`,
      values: [actor.everywhere, actor.organisationIds, actor.userId, state === 'open', after ?? null, limit],
    });
  }
}
