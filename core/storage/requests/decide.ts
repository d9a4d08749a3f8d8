/** Deciding about a proposal: taken over through the gateway by the decider's own rights, or refused with a reason. */
import type { Actor } from '../../access/actor.ts';
import { invalid, notFound, Problem } from '../../problems.ts';
import { auditEntry } from '../audit-entry.ts';
import type { EndingTx, Tx } from '../database.ts';
import type { JsonValue } from '../gateway.types.ts';
import { setAt } from '../labels.ts';
import type { MergeWish } from '../people/people.types.ts';
import { readPerson } from '../person.ts';
import { readRecord, versionOf } from '../read.ts';
import { newId } from '../save-parse.ts';
import { assertVersion } from '../version-check.ts';
import type { RequestDeps } from './change-requests.ts';
import { otherOrganisations } from './propose.ts';
import type { Decision, RequestField, RequestRow } from './request.types.ts';
import { closeRequest, findRequest, giveVoice, insertRequest } from './request-rows.ts';
import { compare } from './request-view.ts';
import { decidingEntities, type Reached, reachStatement } from './targets.ts';

/** The actor's card through which they may decide about an open proposal. */
export async function reachOf(
  deps: RequestDeps,
  tx: Tx,
  actor: Actor,
  row: RequestRow,
): Promise<Reached | undefined> {
  if (row.state !== 'open') return undefined;
  for (const entity of decidingEntities(deps.deskOf(actor).catalogue, actor, row.kind)) {
    if (row.kind === 'card' && entity.id !== row.entity) continue;
    const options = { state: 'open', id: row.id, limit: 1 } as const;
    const [reached] = await tx.query<Reached>(
      reachStatement(deps.deskOf(actor).catalogue, actor, entity, row.kind, options),
    );
    if (reached) return reached;
  }
  return undefined;
}

/**
 * @throws NOT_FOUND for whoever may not decide, REQUEST_CLOSED, STALE, REQUEST_CONFLICT naming the fields that have
 *         become something else meanwhile, and whatever the change itself is refused for
 */
export async function approve(
  deps: RequestDeps,
  tx: EndingTx,
  actor: Actor,
  id: string,
  decision: Decision,
): Promise<void> {
  const { row, reached } = await openRequest(deps, tx, actor, id);
  if (row.kind === 'merge') return await agreeToMerge(deps, tx, actor, row, reached, decision.comment);
  const opened = await readRecord(tx, deps.deskOf(actor).plans, actor, reached.entity, reached.record_id);
  if (decision.version !== undefined) await assertVersion(tx, opened, decision.version);
  const fields = compare(row, opened.raw.f);
  const taken = takenOf(row, fields, decision);
  const apply = (paths: string[]) => {
    const patch: Record<string, unknown> = {};
    for (const path of paths) setAt(patch, path, row.patch[path] ?? null);
    return deps.patchIn(tx, actor, reached.entity, reached.record_id, versionOf(opened.raw), patch, {
      reason: reasonOf(row),
      sharedConfirmed: row.kind === 'person',
    });
  };
  if (row.kind === 'person') {
    const voice = { state: 'approved', comment: decision.comment } as const;
    if ((await giveVoice(tx, actor, id, [reached.organisation_id], voice)) === 0) {
      await apply(taken);
      await closeRequest(tx, actor, row, { state: 'approved', comment: decision.comment });
    }
  } else {
    const passed = await passOn(tx, actor, row, taken);
    const own = taken.filter(path => !passed.includes(path));
    if (own.length > 0) await apply(own);
    const kept = row.paths.filter(path => !taken.includes(path));
    await closeRequest(tx, actor, row, { state: 'approved', comment: decision.comment, kept });
  }
  await note(tx, actor, 'request-approve', row);
}

/** The last organisation to agree joins the two entries. @throws those of `planMerge` and `assertPossible` */
async function agreeToMerge(
  deps: RequestDeps,
  tx: Tx,
  actor: Actor,
  row: RequestRow,
  reached: Reached,
  comment: string | undefined,
): Promise<void> {
  const left = await giveVoice(tx, actor, row.id, [reached.organisation_id], { state: 'approved', comment });
  if (left === 0) {
    await closeRequest(tx, actor, row, { state: 'approved', comment });
    await deps.mergeAgreed(tx, actor, row.patch as unknown as MergeWish, reasonOf(row));
  }
  await note(tx, actor, 'request-approve', row);
}

/** @throws NOT_FOUND, REQUEST_CLOSED, INVALID without a comment */
export async function refuse(
  deps: RequestDeps,
  tx: Tx,
  actor: Actor,
  id: string,
  comment: string,
): Promise<void> {
  if (comment.trim() === '')
    throw invalid([
      { path: '/comment', code: 'REQUIRED', message: 'Напишите, почему предложение не принято' },
    ]);
  const { row, reached } = await openRequest(deps, tx, actor, id);
  if (row.kind !== 'card')
    await giveVoice(tx, actor, id, [reached.organisation_id], { state: 'refused', comment });
  await closeRequest(tx, actor, row, { state: 'refused', comment });
  await note(tx, actor, 'request-refuse', row);
}

/** By whoever proposed it. @throws NOT_FOUND, REQUEST_CLOSED */
export async function withdraw(tx: Tx, actor: Actor, id: string, comment?: string): Promise<void> {
  const row = await findRequest(tx, actor, id, true);
  if (row.user_id !== actor.userId) throw notFound('Такого запроса нет или он вам недоступен');
  assertOpen(row);
  await closeRequest(tx, actor, row, { state: 'withdrawn', comment });
  await note(tx, actor, 'request-withdraw', row);
}

/** The proposal locked, and the card through which the actor decides. */
async function openRequest(deps: RequestDeps, tx: Tx, actor: Actor, id: string) {
  const row = await findRequest(tx, actor, id, true);
  const reached = await reachOf(deps, tx, actor, row);
  if (reached) return { row, reached };
  // Whoever could have decided learns that somebody else did.
  if (row.state !== 'open' && decidingEntities(deps.deskOf(actor).catalogue, actor, row.kind).length > 0)
    assertOpen(row);
  throw notFound('Такого запроса нет или он вам недоступен');
}

function assertOpen(row: RequestRow): void {
  if (row.state === 'open') return;
  const how = { approved: 'принят', refused: 'отклонён', withdrawn: 'отозван' }[row.state];
  const by = row.decider_name && row.state !== 'withdrawn' ? `: ${row.decider_name}` : '';
  throw new Problem('REQUEST_CLOSED', 409, 'Решение уже принято', `Запрос уже ${how}${by}`, {
    members: { state: row.state },
  });
}

function takenOf(row: RequestRow, fields: RequestField[], { keep = [], take = [] }: Decision): string[] {
  const strange = [...keep, ...take].find(path => !row.paths.includes(path));
  if (strange !== undefined)
    throw invalid([{ path: '/keep', code: 'CHOICE', message: 'Такого поля в запросе нет' }]);
  const open = fields.filter(
    field => field.conflict && !keep.includes(field.path) && !take.includes(field.path),
  );
  if (open.length > 0)
    throw new Problem(
      'REQUEST_CONFLICT',
      409,
      'Карточку изменили',
      'С тех пор как об изменении сообщили, эти поля стали другими: решите о каждом',
      { members: { fields: open } },
    );
  const taken = row.paths.filter(path => !keep.includes(path));
  if (taken.length === 0)
    throw invalid([
      { path: '/keep', code: 'REQUIRED', message: 'Не взято ни одно поле: отклоните запрос с пояснением' },
    ]);
  if (row.kind === 'person' && taken.length < row.paths.length)
    throw invalid([
      { path: '/keep', code: 'CHOICE', message: 'Этот запрос принимают или отклоняют целиком' },
    ]);
  return taken;
}

/**
 * What a proposal changes in a person whom other organisations know goes on to them as a proposal of its own, in
 * which nothing else of the card stands.
 */
async function passOn(tx: Tx, actor: Actor, row: RequestRow, taken: string[]): Promise<string[]> {
  const paths = taken.filter(path => path.startsWith('person.'));
  if (paths.length === 0 || row.person_id === null) return [];
  const person = await readPerson(tx, row.person_id);
  const asked = person ? otherOrganisations(person, actor) : [];
  if (asked.length === 0) return [];
  const part = (values: Record<string, JsonValue>) =>
    Object.fromEntries(paths.map(path => [path, values[path] ?? null]));
  await insertRequest(tx, {
    organisationId: row.organisation_id,
    id: newId(),
    kind: 'person',
    entity: row.entity,
    recordId: row.record_id,
    personId: row.person_id,
    patch: part(row.patch),
    before: part(row.before),
    paths,
    reason: row.reason,
    by: { userId: row.user_id, name: row.user_name, role: row.role },
    forwardedBy: actor.userId,
    asked,
  });
  return paths;
}

const reasonOf = (row: RequestRow): string =>
  [`По предложению: ${row.user_name}, ${row.organisation}`, row.reason].filter(Boolean).join('. ');

async function note(
  tx: Tx,
  actor: Actor,
  action: 'request-approve' | 'request-refuse' | 'request-withdraw',
  row: RequestRow,
): Promise<void> {
  const { entity, record_id: recordId, id: request, kind, paths: fields } = row;
  await tx.query(
    auditEntry(actor, { action, entity, recordId, records: 1, details: { request, kind, fields } }),
  );
}
