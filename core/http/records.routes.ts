/** Cards: lists, one card, saving, deleting, history. Everything passes the gateway with the actor (G1). */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { badRequest, Problem } from '../problems.ts';
import type { ListQuery, RecordAnswer } from '../storage/gateway.types.ts';
import { cardDraftRoutes } from './card-drafts.routes.ts';
import { fileRoutes } from './files.routes.ts';
import { sentVersion } from './if-match.ts';
import { type AddressQuery, fromAddress, listAddress, listBody, namesOf } from './list-query.ts';
import { type ApiAnswer, type ApiNote, empty, items, json, ref } from './openapi/note.ts';
import { entityParams, noQuery, object, recordParams } from './schemas.ts';
import type { Services } from './services.ts';

type OfEntity = { Params: { entity: string } };
type OfRecord = { Params: { entity: string; id: string } };

const signedIn = { access: 'session' } as const;
const transitionParams = object(
  { ...recordParams.properties, name: { type: 'string', pattern: '^[a-z][a-zA-Z0-9-]{0,47}$' } },
  ['entity', 'id', 'name'],
);
const reasonBody = object({ reason: { type: 'string', maxLength: 500 } });
const recalled = { access: 'session', recallsActor: true } as const;

const card = (note: Omit<ApiNote, 'tag' | 'perCard'>): ApiNote => ({ ...note, tag: 'cards', perCard: true });
const opened = (description: string, headers: ApiAnswer['headers'] = ['ETag']): ApiAnswer => ({
  description,
  schema: ref('card'),
  headers,
});
const told = {
  list: card({
    summary: 'A list; personal data belong in the body of a query instead',
    answers: json('cardList'),
  }),
  query: card({ summary: 'A list, asked for in the body', answers: json('cardList') }),
  open: card({ summary: 'Opens one card', answers: { 200: opened('The card') } }),
  history: card({ summary: 'Who changed what and when', answers: items('HistoryEntry') }),
  create: card({
    summary: 'Adds a card, with cards of its relations if the body brings them',
    headers: ['Idempotency-Key'],
    body: ref('cardNew'),
    answers: { 201: opened('Added', ['ETag', 'Location']) },
  }),
  change: card({
    summary: 'Changes a card by a merge patch',
    headers: ['If-Match', 'Idempotency-Key'],
    body: ref('cardPatch'),
    answers: { 200: opened('Changed') },
  }),
  transition: card({
    summary: 'An act with a right of its own: `close` and `reopen` of a school year',
    headers: ['If-Match', 'Idempotency-Key'],
    answers: { 200: opened('Done') },
  }),
  remove: card({
    summary: 'Deletes a card',
    headers: ['If-Match', 'Idempotency-Key'],
    answers: empty('Deleted'),
  }),
};

export function recordRoutes(app: FastifyInstance, services: Services): void {
  readingRoutes(app, services);
  writingRoutes(app, services);
  cardDraftRoutes(app, services);
  fileRoutes(app, services);
}

function readingRoutes(app: FastifyInstance, { gateway, config }: Services): void {
  app.get<OfEntity & { Querystring: AddressQuery }>(
    '/api/records/:entity',
    { config: { ...recalled, api: told.list }, schema: { params: entityParams, querystring: listAddress } },
    async request =>
      request.asActor(actor => gateway.list(actor, request.params.entity, fromAddress(request.query))),
  );

  app.post<OfEntity & { Body: ListQuery }>(
    '/api/records/:entity/query',
    {
      config: { ...recalled, api: told.query },
      schema: { params: entityParams, querystring: noQuery, body: listBody },
    },
    async request => request.asActor(actor => gateway.list(actor, request.params.entity, request.body)),
  );

  app.get<OfRecord & { Querystring: { include?: string; asOf?: string } }>(
    '/api/records/:entity/:id',
    {
      config: { ...recalled, api: told.open },
      schema: {
        params: recordParams,
        querystring: object({
          include: { type: 'string', maxLength: 1_000 },
          asOf: { type: 'string', maxLength: 40 },
        }),
      },
    },
    async (request, reply) => {
      const { params, query } = request;
      const include = namesOf(query.include ?? '');
      const { asOf } = query;
      if (asOf !== undefined) {
        if (include.length > 0)
          throw badRequest('ASOF_INVALID', 'asOf показывает одну карточку: без include', [
            { path: '/include', code: 'FORMAT', message: 'Уберите include' },
          ]);
        // No ETag: what was is not to be saved against.
        return request.asActor(actor =>
          gateway.openAsOf(actor, params.entity, params.id, { at: asOf, timeZone: config.timeZone }),
        );
      }
      const record = await request.asActor(actor =>
        gateway.open(actor, params.entity, params.id, { include }),
      );
      return withVersion(reply, record);
    },
  );

  app.get<OfRecord>(
    '/api/records/:entity/:id/history',
    { config: { ...signedIn, api: told.history }, schema: { params: recordParams, querystring: noQuery } },
    async ({ actor, params }) => ({ items: await gateway.history(actor, params.entity, params.id) }),
  );
}

function writingRoutes(app: FastifyInstance, { gateway }: Services): void {
  app.post<OfEntity & { Body: unknown }>(
    '/api/records/:entity',
    { config: { ...recalled, api: told.create }, schema: { params: entityParams, querystring: noQuery } },
    async (request, reply) => {
      const { params } = request;
      const record = await request.asActor(actor =>
        gateway.create(actor, params.entity, bodyOf(request), saveOptions(request)),
      );
      reply.code(201).header('location', `/api/records/${params.entity}/${record.id}`);
      return withVersion(reply, record);
    },
  );

  app.patch<OfRecord & { Body: unknown }>(
    '/api/records/:entity/:id',
    { config: { ...recalled, api: told.change }, schema: { params: recordParams, querystring: noQuery } },
    async (request, reply) => {
      const { entity, id } = request.params;
      const record = await request.asActor(actor =>
        gateway.patch(actor, entity, id, ifMatch(request), bodyOf(request), saveOptions(request)),
      );
      return withVersion(reply, record);
    },
  );

  app.post<{ Params: OfRecord['Params'] & { name: string }; Body: { reason?: string } }>(
    '/api/records/:entity/:id/transitions/:name',
    {
      config: { ...signedIn, api: told.transition },
      schema: { params: transitionParams, querystring: noQuery, body: reasonBody },
    },
    async (request, reply) => {
      const { actor, params, body } = request;
      const options = { ...saveOptions(request), ...(body.reason ? { reason: body.reason } : {}) };
      const record = await gateway.transition(
        actor,
        params.entity,
        params.id,
        params.name,
        ifMatch(request),
        options,
      );
      return withVersion(reply, record);
    },
  );

  app.delete<OfRecord>(
    '/api/records/:entity/:id',
    { config: { ...signedIn, api: told.remove }, schema: { params: recordParams, querystring: noQuery } },
    async (request, reply) => {
      const { actor, params } = request;
      await gateway.remove(actor, params.entity, params.id, ifMatch(request), saveOptions(request));
      return reply.code(204).send();
    },
  );
}

function withVersion(reply: FastifyReply, record: RecordAnswer): RecordAnswer {
  reply.header('etag', `"${record.version}"`);
  return record;
}

/** A card is sent as an object; anything else has no place to name. */
function bodyOf(request: FastifyRequest): Record<string, unknown> {
  const { body } = request;
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw badRequest('BODY_INVALID', 'Ожидается объект с полями карточки', [
      { path: '', code: 'TYPE', message: 'Ожидается объект' },
    ]);
  return body as Record<string, unknown>;
}

/**
 * Version the client has seen. A weak tag or a star matches no version and is answered STALE.
 *
 * @throws Problem PRECONDITION_REQUIRED (428)
 */
function ifMatch(request: FastifyRequest): string {
  const given = sentVersion(request);
  if (given === undefined)
    throw new Problem(
      'PRECONDITION_REQUIRED',
      428,
      'Нужна версия карточки',
      'Укажите в If-Match версию карточки, которую меняете',
    );
  return given;
}

function saveOptions(request: FastifyRequest): { idempotencyKey?: string; reason?: string } {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return {};
  if (typeof key !== 'string' || !/^[\w.:-]{8,100}$/.test(key))
    throw badRequest('IDEMPOTENCY_KEY', 'Idempotency-Key: от 8 до 100 знаков: буквы, цифры, точка, дефис', [
      { path: '/Idempotency-Key', code: 'FORMAT', message: 'Значение записано неверно' },
    ]);
  return { idempotencyKey: key };
}
