/** Drafts and versions of one level in the database. Everything here runs in a transaction of the caller. */
import { randomUUIDv7 } from 'node:crypto';
import type { Actor } from '../access/actor.ts';
import { Problem } from '../problems.ts';
import type { Tx } from '../storage/database.ts';
import type { DictionaryLayer, FormLayer } from './layers.ts';

export interface Draft {
  /** 0: there is none, and what is published is shown. */
  version: number;
  definition: FormLayer;
  changedBy?: string;
  changedAt?: string;
}

/** What is told of a version. */
export interface VersionHead {
  number: number;
  at: string;
  by: string;
  role?: string;
  note: string;
  restored?: number;
}

export interface Version<D> extends VersionHead {
  definition: D;
}

export type LayerKind = 'form' | 'dictionary';

interface DraftRow {
  version: number;
  definition: FormLayer;
  changed_by: string;
  changed_at: string;
}

/** @param lock  the row is held until the end of the transaction */
export async function readDraft(
  tx: Tx,
  organisationId: number,
  entity: string,
  published: FormLayer,
  lock = false,
): Promise<Draft> {
  const [row] = await tx.query<DraftRow>({
    text: `select version, definition, changed_by, changed_at from form_draft
      where organisation_id = $1 and entity = $2${lock ? ' for update' : ''}`,
    values: [organisationId, entity],
  });
  if (!row) return { version: 0, definition: structuredClone(published) };
  return {
    version: row.version,
    definition: row.definition,
    changedBy: row.changed_by,
    changedAt: row.changed_at,
  };
}

export const readDrafts = (
  tx: Tx,
  organisationId: number,
): Promise<{ entity: string; definition: FormLayer }[]> =>
  tx.query({
    text: 'select entity, definition from form_draft where organisation_id = $1',
    values: [organisationId],
  });

/** Kind of card -> number of the last version. */
export async function publishedNumbers(tx: Tx, organisationId: number): Promise<Map<string, number>> {
  const rows = await tx.query<{ subject: string; number: number }>({
    text: `select subject, max(number) as number from form_version
      where organisation_id = $1 and kind = 'form' group by subject`,
    values: [organisationId],
  });
  return new Map(rows.map(row => [row.subject, row.number]));
}

/** @throws STALE when somebody was faster. @returns the new version */
export async function writeDraft(
  tx: Tx,
  actor: Actor,
  entity: string,
  draft: Draft,
  definition: FormLayer,
): Promise<number> {
  const [row] = await tx.query<{ version: number }>({
    text: `insert into form_draft as d (organisation_id, entity, version, definition, changed_by)
      values ($1, $2, $3 + 1, $4::jsonb, $5)
      on conflict (organisation_id, entity) do update
        set version = d.version + 1, definition = excluded.definition, changed_by = excluded.changed_by, changed_at = now()
        where d.version = $3
      returning version`,
    values: [actor.organisationId, entity, draft.version, JSON.stringify(definition), actor.name],
  });
  if (!row) throw stale(await readDraft(tx, actor.organisationId, entity, definition));
  return row.version;
}

/** @throws PRECONDITION_REQUIRED, STALE */
export function assertDraft(draft: Draft, ifMatch: string | undefined): void {
  assertMatch(ifMatch, draft.version, () => stale(draft));
}

export function assertMatch(ifMatch: string | undefined, version: number, otherwise: () => Problem): void {
  if (ifMatch === undefined)
    throw new Problem(
      'PRECONDITION_REQUIRED',
      428,
      'Нужна версия',
      'Укажите в If-Match версию, которую меняете',
    );
  if (ifMatch !== String(version)) throw otherwise();
}

const stale = (draft: Draft) =>
  staleBy({ version: String(draft.version), changedBy: draft.changedBy, changedAt: draft.changedAt });

export function staleBy(members: {
  version: string;
  changedBy?: string | undefined;
  changedAt?: string | undefined;
}) {
  const who = members.changedBy ? `: ${members.changedBy}` : '';
  return new Problem(
    'STALE',
    412,
    'Уже изменено',
    `Это уже изменил другой человек${who}. Обновите страницу`,
    {
      members: Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)),
    },
  );
}

interface VersionRow<D> {
  number: number;
  published_at: string;
  user_name: string;
  role: string | null;
  note: string;
  restored: number | null;
  definition: D;
}

const versionOf = <D>(row: VersionRow<D>): Version<D> => ({
  number: row.number,
  at: row.published_at,
  by: row.user_name,
  ...(row.role ? { role: row.role } : {}),
  note: row.note,
  ...(row.restored === null ? {} : { restored: row.restored }),
  definition: row.definition,
});

/** Newest first. */
export async function readVersions<D extends FormLayer | DictionaryLayer>(
  tx: Tx,
  organisationId: number,
  kind: LayerKind,
  subject: string,
  options: { number?: number; limit?: number } = {},
): Promise<Version<D>[]> {
  const rows = await tx.query<VersionRow<D> & Record<string, unknown>>({
    text: `select number, published_at, user_name, role, note, restored, definition from form_version
      where organisation_id = $1 and kind = $2 and subject = $3 and ($4::int is null or number = $4)
      order by number desc limit $5`,
    values: [organisationId, kind, subject, options.number ?? null, options.limit ?? 500],
  });
  return rows.map(row => versionOf(row));
}

/** @throws STALE when another publication has taken the number meanwhile */
export async function addVersion(
  tx: Tx,
  actor: Actor,
  version: {
    kind: LayerKind;
    subject: string;
    number: number;
    definition: FormLayer | DictionaryLayer;
    note: string;
    restored?: number;
  },
): Promise<VersionHead> {
  const { kind, subject, number, definition, note, restored } = version;
  const [row] = await tx.query<VersionRow<unknown> & Record<string, unknown>>({
    text: `insert into form_version
        (id, organisation_id, kind, subject, number, definition, note, restored, user_id, user_name, role)
      values ($1, $2, $3, $4, $5, $6::jsonb, $7, $8, $9, $10, $11)
      on conflict (organisation_id, kind, subject, number) do nothing
      returning number, published_at, user_name, role, note, restored, definition`,
    values: [
      randomUUIDv7(),
      actor.organisationId,
      kind,
      subject,
      number,
      JSON.stringify(definition),
      note,
      restored ?? null,
      actor.userId,
      actor.name,
      actor.role,
    ],
  });
  if (!row) throw staleBy({ version: String(number) });
  return headOf(versionOf(row));
}

export function headOf<D>({ definition: _, ...head }: Version<D>): VersionHead {
  return head;
}
