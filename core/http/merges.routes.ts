/** Entries that may be one person, joining them and taking them apart (S001-5.3, S003-6.2.3). */
import type { FastifyInstance } from 'fastify';
import type { IdentityName, MergeWish } from '../storage/people/people.types.ts';
import { empty, items, json, ref } from './openapi/note.ts';
import { noQuery, object, recordParams } from './schemas.ts';
import type { Services } from './services.ts';

const uuid = { type: 'string', format: 'uuid' } as const;
const side = { type: 'string', enum: ['keep', 'drop'] } as const;
const version = { type: 'integer', minimum: 1, maximum: 2_147_483_647 } as const;
const NAMES: IdentityName[] = ['lastName', 'firstName', 'middleName', 'birthDate', 'sex', 'snils'];
const wish = object(
  {
    keep: uuid,
    drop: uuid,
    values: object(Object.fromEntries(NAMES.map(name => [name, side]))),
    versions: object({ keep: version, drop: version }, ['keep', 'drop']),
    reason: { type: 'string', maxLength: 1_000 },
    ask: { type: 'boolean' },
  },
  ['keep', 'drop'],
);

export function mergeRoutes(app: FastifyInstance, services: Services): void {
  readingRoutes(app, services);
  const { people } = services.gateway;
  app.post<{ Body: MergeWish; Querystring: { preview?: boolean } }>(
    '/api/people/merge',
    {
      config: {
        access: 'session',
        api: {
          summary:
            'Joins two entries of one person, or asks the other organisations that know them; a preview changes nothing',
          tag: 'people',
          answers: {
            200: {
              description: 'What it would do, or what was done',
              schema: { anyOf: [ref('MergePreview'), ref('MergeOutcome')] },
            },
          },
        },
      },
      schema: { body: wish, querystring: object({ preview: { type: 'boolean' } }) },
    },
    async ({ actor, body, query, language }) =>
      query.preview === true ? people.preview(actor, body, language) : people.merge(actor, body, language),
  );

  app.post<{ Params: { id: string } }>(
    '/api/people/merges/:id/undo',
    {
      config: {
        access: 'session',
        api: {
          summary: 'Takes two entries apart again, exactly as they were',
          tag: 'people',
          answers: empty('Taken apart'),
        },
      },
      schema: { params: object({ id: uuid }, ['id']), querystring: noQuery },
    },
    async ({ actor, params, language }, reply) => {
      await people.undo(actor, params.id, language);
      return reply.code(204).send();
    },
  );
}

function readingRoutes(app: FastifyInstance, { gateway }: Services): void {
  app.get<{ Querystring: { after?: string } }>(
    '/api/people/duplicates',
    {
      config: {
        access: 'session',
        api: {
          summary: 'Entries that may be one person, for whoever may join them',
          tag: 'people',
          answers: json('DuplicatePage'),
        },
      },
      schema: { querystring: object({ after: uuid }) },
    },
    async ({ actor, query, language }) => gateway.people.duplicates(actor, query.after, language),
  );

  app.get(
    '/api/people/merges',
    {
      config: {
        access: 'session',
        api: { summary: 'What was joined, newest first', tag: 'people', answers: items('MergeItem') },
      },
      schema: { querystring: noQuery },
    },
    async ({ actor, language }) => ({ items: await gateway.people.merges(actor, language) }),
  );

  app.get<{ Params: { entity: string; id: string } }>(
    '/api/records/:entity/:id/names',
    {
      config: {
        access: 'session',
        api: { summary: 'Former names of the person of a card', tag: 'people', answers: items('FormerName') },
      },
      schema: { params: recordParams, querystring: noQuery },
    },
    async ({ actor, params }) => ({
      items: await gateway.people.formerNames(actor, params.entity, params.id),
    }),
  );
}
