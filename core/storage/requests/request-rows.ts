/** Rows of proposals: read in scope, written with their voices. */
import type { Actor } from '../../access/actor.ts';
import { notFound } from '../../problems.ts';
import type { Tx } from '../database.ts';
import type { JsonValue } from '../gateway.types.ts';
import type { RequestKind, RequestRow, RequestState, RequestVoice } from './request.types.ts';

export const COLUMNS = `r.organisation_id, o.name as organisation, r.id, r.kind, r.entity, r.record_id, r.person_id,
  r.patch, r.before, r.paths, r.reason, r.state, r.created_at, r.user_id, r.user_name, r.role, r.forwarded_by,
  r.decided_at, r.decider_name, r.comment, r.kept`;

/** Within the actor's organisations: as the one where the card stands, or as one that is asked. */
export const IN_SCOPE = `($1::boolean or r.organisation_id = any ($2::int[]) or exists (
  select 1 from change_request_voice v where v.request_id = r.id and v.organisation_id = any ($2::int[])))`;

/** @throws NOT_FOUND outside the actor's organisations */
export async function findRequest(tx: Tx, actor: Actor, id: string, lock: boolean): Promise<RequestRow> {
  const [row] = await tx.query<RequestRow>({
    text: `select ${COLUMNS} from change_request r join organisation o on o.id = r.organisation_id
      where ${IN_SCOPE} and r.id = $3::uuid ${lock ? 'for update of r' : ''}`,
    values: [actor.everywhere, actor.organisationIds, id],
  });
  if (!row) throw notFound('Такого запроса нет или он вам недоступен');
  return row;
}

/** Rows that have been found open to the actor already, newest first. */
export async function rowsOf(tx: Tx, found: readonly { id: string }[]): Promise<RequestRow[]> {
  if (found.length === 0) return [];
  return await tx.query<RequestRow>({
    text: `select ${COLUMNS} from change_request r join organisation o on o.id = r.organisation_id
      where r.id = any ($1::uuid[]) order by r.id desc`,
    values: [found.map(one => one.id)],
  });
}

export interface NewRequest {
  organisationId: number;
  id: string;
  kind: RequestKind;
  entity: string;
  recordId: string;
  personId: string | null;
  patch: Record<string, JsonValue>;
  before: Record<string, JsonValue>;
  paths: string[];
  reason: string | null;
  by: { userId: string; name: string; role: string | null };
  forwardedBy?: string;
  /** Organisations that are asked; none: whoever may change the card decides. */
  asked: readonly number[];
}

export async function insertRequest(tx: Tx, request: NewRequest): Promise<void> {
  await tx.query({
    text: `insert into change_request (organisation_id, id, kind, entity, record_id, person_id, patch, before, paths,
        reason, user_id, user_name, role, forwarded_by)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
    values: [
      request.organisationId,
      request.id,
      request.kind,
      request.entity,
      request.recordId,
      request.personId,
      JSON.stringify(request.patch),
      JSON.stringify(request.before),
      request.paths,
      request.reason,
      request.by.userId,
      request.by.name,
      request.by.role,
      request.forwardedBy ?? null,
    ],
  });
  if (request.asked.length > 0)
    await tx.query({
      text: `insert into change_request_voice (organisation_id, request_id, asking_organisation_id)
        select unnest($1::int[]), $2, $3`,
      values: [request.asked, request.id, request.organisationId],
    });
}

/** What was decided about the whole. A proposal that is withdrawn has no decider. */
export async function closeRequest(
  tx: Tx,
  actor: Actor,
  row: Pick<RequestRow, 'organisation_id' | 'id'>,
  end: { state: RequestState; comment?: string | undefined; kept?: readonly string[] },
): Promise<void> {
  const decider = end.state === 'withdrawn' ? undefined : actor;
  await tx.query({
    text: `update change_request set state = $3, decided_at = now(), decider_id = $4, decider_name = $5, comment = $6,
        kept = $7 where organisation_id = $1 and id = $2`,
    values: [
      row.organisation_id,
      row.id,
      end.state,
      decider?.userId ?? null,
      decider?.name ?? null,
      end.comment ?? null,
      end.kept ?? [],
    ],
  });
}

/** @returns the number of organisations that are still asked */
export async function giveVoice(
  tx: Tx,
  actor: Actor,
  requestId: string,
  organisationIds: readonly number[],
  voice: { state: 'approved' | 'refused'; comment?: string | undefined },
): Promise<number> {
  await tx.query({
    text: `update change_request_voice set state = $3, decided_at = now(), user_id = $4, user_name = $5, comment = $6
      where organisation_id = any ($1::int[]) and request_id = $2 and state = 'open'`,
    values: [organisationIds, requestId, voice.state, actor.userId, actor.name, voice.comment ?? null],
  });
  const [left] = await tx.query<{ count: number }>({
    text: 'select open_voices($1) as count',
    values: [requestId],
  });
  return left?.count ?? 0;
}

export async function voicesOf(tx: Tx, ids: readonly string[]): Promise<Map<string, RequestVoice[]>> {
  const found = new Map<string, RequestVoice[]>();
  if (ids.length === 0) return found;
  const rows = await tx.query<{
    request_id: string;
    name: string;
    state: RequestVoice['state'];
    user_name: string | null;
    decided_at: string | null;
    comment: string | null;
  }>({
    text: `select v.request_id, o.name, v.state, v.user_name, v.decided_at, v.comment
      from change_request_voice v join organisation o on o.id = v.organisation_id
      where v.request_id = any ($1::uuid[]) order by o.name, o.id`,
    values: [ids],
  });
  for (const row of rows)
    found.set(row.request_id, [
      ...(found.get(row.request_id) ?? []),
      {
        organisation: row.name,
        state: row.state,
        ...(row.user_name ? { by: row.user_name } : {}),
        ...(row.decided_at ? { at: row.decided_at } : {}),
        ...(row.comment ? { comment: row.comment } : {}),
      },
    ]);
  return found;
}
