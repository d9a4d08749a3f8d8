/**
 * What somebody has typed into a card and not saved (design: nothing is lost). A draft is its writer's alone, is
 * told only while the card is open to them, and only of fields that they may still read.
 */
import type { Actor } from '../access/actor.ts';
import type { Database, Tx } from './database.ts';
import type { Desk } from './desks.ts';
import { readRecord } from './read.ts';
import { readableHere, sectionsHere } from './record-shape.ts';

/** One field of the form: as it was when the typing began, and as it was left. An absent value is an empty field. */
export interface DraftEdit {
  path: string;
  before?: unknown;
  value?: unknown;
  /** Of a reference: how the card behind it is called. */
  caption?: string;
}
export interface CardDraft {
  /** Of the card it was typed over. */
  version: string;
  edits: DraftEdit[];
  /** ISO instant. */
  changedAt: string;
}

/** The edit as its writer may see it now; of the fields marked «нет» those that may be named. */
function stillOpen(edit: DraftEdit, readable: (path: string) => boolean): DraftEdit[] {
  if (edit.path !== 'absent') return readable(edit.path) ? [edit] : [];
  const named = (paths: unknown) =>
    Array.isArray(paths) ? paths.filter(path => readable(String(path))) : undefined;
  return [{ path: edit.path, before: named(edit.before), value: named(edit.value) }];
}

const KEPT_DAYS = 30;
const YOUNG = `changed_at > clock_timestamp() - interval '${KEPT_DAYS} days'`;
const OWN = 'organisation_id = $1 and user_id = $2 and entity = $3 and record_id = $4';

export class CardDrafts {
  readonly #database: Database;
  readonly #deskOf: (actor: Actor) => Desk;

  constructor(deps: { database: Database; deskOf: (actor: Actor) => Desk }) {
    this.#database = deps.database;
    this.#deskOf = deps.deskOf;
  }

  /** @throws NOT_FOUND, FORBIDDEN as opening the card does */
  async read(actor: Actor, entity: string, id: string): Promise<CardDraft | undefined> {
    return await this.#withCard(actor, entity, id, async (tx, readable) => {
      const [row] = await tx.query<{ version: string; edits: DraftEdit[]; changed_at: string }>({
        text: `select version, edits, changed_at from card_draft where ${OWN} and ${YOUNG}`,
        values: [actor.organisationId, actor.userId, entity, id],
      });
      const edits = row?.edits.flatMap(edit => stillOpen(edit, readable)) ?? [];
      if (!row || edits.length === 0) return undefined;
      return { version: row.version, edits, changedAt: row.changed_at };
    });
  }

  /** Takes the place of the draft before. @throws NOT_FOUND, FORBIDDEN */
  async keep(
    actor: Actor,
    entity: string,
    id: string,
    draft: Pick<CardDraft, 'version' | 'edits'>,
  ): Promise<void> {
    await this.#withCard(actor, entity, id, async tx => {
      await tx.query({
        text: `delete from card_draft where user_id = $1 and not (${YOUNG})`,
        values: [actor.userId],
      });
      await tx.query({
        text: `insert into card_draft (organisation_id, user_id, entity, record_id, version, edits)
          values ($1, $2, $3, $4, $5, $6::jsonb)
          on conflict (organisation_id, user_id, entity, record_id) do update
            set version = excluded.version, edits = excluded.edits, changed_at = clock_timestamp()`,
        values: [actor.organisationId, actor.userId, entity, id, draft.version, JSON.stringify(draft.edits)],
      });
    });
  }

  /** Whether the card is still open to the writer or not. */
  async drop(actor: Actor, entity: string, id: string): Promise<void> {
    await this.#database.scoped(actor, async tx => {
      await tx.query({
        text: `delete from card_draft where ${OWN}`,
        values: [actor.organisationId, actor.userId, entity, id],
      });
    });
  }

  async #withCard<T>(
    actor: Actor,
    entity: string,
    id: string,
    work: (tx: Tx, readable: (path: string) => boolean) => Promise<T>,
  ): Promise<T> {
    const { plans } = this.#deskOf(actor);
    return await this.#database.scoped(actor, async tx => {
      const { shape, raw } = await readRecord(tx, plans, actor, entity, id);
      const open = new Set([...readableHere(shape, raw), ...sectionsHere(shape, raw)]);
      return await work(tx, path => open.has(path));
    });
  }
}
