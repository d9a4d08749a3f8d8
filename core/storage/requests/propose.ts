/** A proposal taken apart and checked like a change, but by the rights of whoever only asks for it. */
import type { Actor } from '../../access/actor.ts';
import { rightsOn } from '../../access/rights.ts';
import { type FieldProblem, fieldUnknown, forbidden, invalid, Problem } from '../../problems.ts';
import { hasOrganisation } from '../../query/frame.ts';
import { auditEntry } from '../audit-entry.ts';
import type { Tx } from '../database.ts';
import type { JsonValue } from '../gateway.types.ts';
import { valueAt } from '../labels.ts';
import { mergeCard, problemsOf } from '../merge.ts';
import { type KnownPerson, readPerson } from '../person.ts';
import { readRecord } from '../read.ts';
import { readableHere, requestableHere, writableHere } from '../record-shape.ts';
import { missingReferences } from '../references.ts';
import { type Body, CardParser, newId, type ParsedCard, pointerOf } from '../save-parse.ts';
import { lockStored, type StoredCard } from '../stored.ts';
import type { RequestDeps } from './change-requests.ts';
import type { RequestKind } from './request.types.ts';
import { insertRequest } from './request-rows.ts';

/** Open proposals of one user: more are not a report of a change. */
const MAX_OPEN = 50;

/**
 * @throws NOT_FOUND, FIELD_UNKNOWN for what the actor may not read here, INVALID, REQUEST_NEEDLESS where they may
 *         make the change themselves, REQUEST_OPEN, REQUESTS_TOO_MANY
 */
export async function propose(
  deps: RequestDeps,
  tx: Tx,
  actor: Actor,
  entityId: string,
  id: string,
  sent: { patch: Body; reason?: string },
): Promise<string> {
  const { catalogue, validators } = deps.deskOf(actor);
  const rights = rightsOn(catalogue, actor, entityId);
  const { entity } = rights;
  const opened = await readRecord(tx, deps.deskOf(actor).plans, actor, entityId, id);
  if (!hasOrganisation(entity)) throw forbidden('Об изменении этих карточек здесь не сообщают');
  const stored = (await lockStored(tx, catalogue, actor, entity, [id])).get(id) as StoredCard;
  const card = new CardParser(catalogue, actor).parse(rights, sent.patch, '/patch', false);
  assertPlain(card, new Set(readableHere(opened.shape, opened.raw)));
  const merged = mergeCard(validators, card, stored);
  const paths = [...merged.changed.keys()];
  if (paths.length === 0) throw invalid([nothing()], 'В предложении ничего не изменено');
  const writable = new Set(writableHere(opened.shape, opened.raw));
  const person = stored.personId === null ? undefined : await readPerson(tx, stored.personId);
  const others = person ? otherOrganisations(person, actor) : [];
  const kind = kindOf(paths, writable, others);
  if (kind === 'card') assertProposable(card, paths, new Set(requestableHere(opened.shape, opened.raw)));
  card.problems.push(...problemsOf(validators, card, merged, stored.absent, stored));
  card.problems.push(...(await lostReferences(deps, tx, actor, card, merged.changed, stored)));
  if (card.problems.length > 0) throw invalid(card.problems);
  await assertFree(tx, actor, id, paths);
  const request = newId();
  const values = (of: (path: string) => unknown) =>
    Object.fromEntries(paths.map(path => [path, (of(path) ?? null) as JsonValue]));
  await insertRequest(tx, {
    organisationId: stored.organisationId as number,
    id: request,
    kind,
    entity: entityId,
    recordId: id,
    personId: stored.personId,
    patch: values(path => merged.changed.get(path)),
    before: values(path => valueAt(stored.fields, path)),
    paths,
    reason: sent.reason?.trim() || null,
    by: actor,
    asked: kind === 'person' ? others : [],
  });
  await tx.query(
    auditEntry(actor, {
      action: 'request-add',
      entity: entityId,
      recordId: id,
      records: 1,
      details: { request, kind, fields: paths },
    }),
  );
  return request;
}

/** Only fields of the card itself; what may not be read in this very row does not exist (G3). */
function assertPlain(card: ParsedCard, readable: ReadonlySet<string>): void {
  for (const path of [...card.values.keys(), ...card.nested.map(one => one.field.path)])
    if (!readable.has(path)) throw fieldUnknown(path, pointerOf(card.at, path));
  const unknown = card.problems.find(one => one.code === 'FIELD_UNKNOWN');
  if (unknown)
    throw new Problem('FIELD_UNKNOWN', 400, 'Неизвестное поле', unknown.message, { errors: [unknown] });
  const refuse = (path: string) =>
    card.problems.push({ path, code: 'READONLY', message: 'Предлагаются только поля самой карточки' });
  for (const { at } of card.nested) refuse(at);
  for (const { relation } of card.children) refuse(pointerOf(card.at, relation.name));
  if (card.absent) refuse(`${card.at}/absent`);
  if (card.person && (card.person.id !== undefined || card.person.isNew)) refuse(`${card.at}/person`);
  if (card.problems.length > 0) throw invalid(card.problems);
}

/** @throws REQUEST_NEEDLESS */
function kindOf(paths: string[], writable: ReadonlySet<string>, others: readonly number[]): RequestKind {
  if (!paths.every(path => writable.has(path))) return 'card';
  if (others.length > 0 && paths.every(path => path.startsWith('person.'))) return 'person';
  throw new Problem(
    'REQUEST_NEEDLESS',
    409,
    'Запрос не нужен',
    'Эти поля вы можете изменить сами: сохраните карточку',
  );
}

function assertProposable(card: ParsedCard, paths: string[], proposable: ReadonlySet<string>): void {
  for (const path of paths)
    if (!proposable.has(path))
      card.problems.push({
        path: pointerOf(card.at, path),
        code: 'READONLY',
        message: `${card.entity.fields.get(path)?.title ?? path}: об изменении этого поля здесь не сообщают`,
      });
  if (card.problems.length > 0) throw invalid(card.problems);
}

async function lostReferences(
  deps: RequestDeps,
  tx: Tx,
  actor: Actor,
  card: ParsedCard,
  changed: ReadonlyMap<string, unknown>,
  stored: StoredCard,
): Promise<FieldProblem[]> {
  const references = [...changed].flatMap(([path, value]) => {
    const field = card.entity.fields.get(path);
    return field?.kind === 'ref' && value !== null
      ? [
          {
            entityId: field.ref as string,
            id: String(value),
            at: pointerOf(card.at, path),
            title: field.title,
            organisationId: stored.organisationId,
          },
        ]
      : [];
  });
  return await missingReferences(tx, deps.deskOf(actor).catalogue, actor, references);
}

/** One open proposal of a user for one field; and not more in all than can be meant. */
async function assertFree(tx: Tx, actor: Actor, recordId: string, paths: string[]): Promise<void> {
  const open = await tx.query<{ record_id: string; paths: string[] }>({
    text: `select record_id, paths from change_request where user_id = $1 and state = 'open' limit ${MAX_OPEN}`,
    values: [actor.userId],
  });
  if (open.some(one => one.record_id === recordId && one.paths.some(path => paths.includes(path))))
    throw new Problem(
      'REQUEST_OPEN',
      409,
      'Об этом уже сообщено',
      'Вы уже предложили изменить это поле: дождитесь решения или отзовите прежний запрос',
    );
  if (open.length >= MAX_OPEN)
    throw new Problem(
      'REQUESTS_TOO_MANY',
      409,
      'Слишком много запросов',
      `Решения ждут уже ${MAX_OPEN} ваших запросов: дождитесь ответа`,
    );
}

const nothing = (): FieldProblem => ({
  path: '/patch',
  code: 'REQUIRED',
  message: 'Укажите, что изменить',
});

/** Organisations outside the actor's scope that know the person. */
export const otherOrganisations = (person: KnownPerson, actor: Actor): number[] =>
  actor.everywhere
    ? []
    : [...new Set(person.facets.map(facet => facet.organisationId))].filter(
        id => !actor.organisationIds.includes(id),
      );
