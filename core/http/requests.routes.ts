/** Proposals to change cards: made from a card, decided in a box of their own (S004-4.5, S004-4.3b, S001-5.3). */
import type { FastifyInstance } from 'fastify';
import type { Decision, RequestsQuery } from '../storage/requests/request.types.ts';
import { empty, json, ref } from './openapi/note.ts';
import { noQuery, object, recordParams } from './schemas.ts';
import type { Services } from './services.ts';

type OfRecord = { Params: { entity: string; id: string } };
type OfRequest = { Params: { id: string } };

const uuid = { type: 'string', format: 'uuid' } as const;
const requestParams = object({ id: uuid }, ['id']);
const comment = { type: 'string', maxLength: 1_000 } as const;
const paths = { type: 'array', maxItems: 500, items: { type: 'string', maxLength: 200 } } as const;
const proposal = object({ patch: { type: 'object' }, reason: comment }, ['patch']);
const decision = object({ comment, version: { type: 'string', maxLength: 40 }, keep: paths, take: paths });
const boxQuery = object({
  box: { type: 'string', enum: ['incoming', 'outgoing'], default: 'incoming' },
  state: { type: 'string', enum: ['open', 'closed'], default: 'open' },
  after: uuid,
});

export function requestRoutes(app: FastifyInstance, services: Services): void {
  readingRoutes(app, services);
  actingRoutes(app, services);
}

function readingRoutes(app: FastifyInstance, { gateway }: Services): void {
  app.get<{ Querystring: RequestsQuery }>(
    '/api/requests',
    {
      config: {
        access: 'session',
        api: {
          summary: 'Proposals that wait for one’s decision, or one’s own; closed: those that are decided',
          tag: 'requests',
          answers: json('RequestPage'),
        },
      },
      schema: { querystring: boxQuery },
    },
    async ({ actor, query, language }) => gateway.requests.list(actor, query, language),
  );

  app.get(
    '/api/requests/count',
    {
      config: {
        access: 'session',
        api: {
          summary: 'How many proposals are open; a hundred stands for more',
          tag: 'requests',
          answers: json('RequestCount'),
        },
      },
      schema: { querystring: noQuery },
    },
    async ({ actor }) => gateway.requests.count(actor),
  );

  app.get<OfRequest>(
    '/api/requests/:id',
    {
      config: {
        access: 'session',
        api: {
          summary: 'One proposal beside the card as it is now',
          tag: 'requests',
          answers: json('RequestDetail'),
        },
      },
      schema: { params: requestParams, querystring: noQuery },
    },
    async ({ actor, params, language }) => gateway.requests.open(actor, params.id, language),
  );
}

function actingRoutes(app: FastifyInstance, { gateway }: Services): void {
  app.post<OfRecord & { Body: { patch: Record<string, unknown>; reason?: string } }>(
    '/api/records/:entity/:id/requests',
    {
      config: {
        access: 'session',
        api: {
          summary:
            'Proposes a change of a card one may not change, or of a person whom other organisations know',
          tag: 'requests',
          answers: { 201: { description: 'Proposed', schema: ref('NewId') } },
        },
      },
      schema: { params: recordParams, querystring: noQuery, body: proposal },
    },
    async ({ actor, params, body }, reply) => {
      const id = await gateway.requests.propose(actor, params.entity, params.id, body);
      return reply.code(201).send({ id });
    },
  );

  app.post<OfRequest & { Body: Decision }>(
    '/api/requests/:id/approve',
    {
      config: {
        access: 'session',
        api: {
          summary: 'Takes a proposal over: the card is changed by the right of whoever decides',
          tag: 'requests',
          answers: empty('Taken over, or agreed to'),
        },
      },
      schema: { params: requestParams, querystring: noQuery, body: decision },
    },
    async ({ actor, params, body }, reply) => {
      await gateway.requests.approve(actor, params.id, body);
      return reply.code(204).send();
    },
  );

  for (const [act, summary] of [
    ['refuse', 'Refuses a proposal; the comment says why'],
    ['withdraw', 'Takes one’s own proposal back'],
  ] as const)
    app.post<OfRequest & { Body: { comment?: string } }>(
      `/api/requests/:id/${act}`,
      {
        config: { access: 'session', api: { summary, tag: 'requests', answers: empty('Done') } },
        schema: { params: requestParams, querystring: noQuery, body: object({ comment }) },
      },
      async ({ actor, params, body }, reply) => {
        if (act === 'refuse') await gateway.requests.refuse(actor, params.id, body.comment ?? '');
        else await gateway.requests.withdraw(actor, params.id, body.comment);
        return reply.code(204).send();
      },
    );
}
