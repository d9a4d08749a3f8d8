/** What the actor has typed into a card and not saved; nobody else ever sees it. */
import type { FastifyInstance } from 'fastify';
import type { CardDraft } from '../storage/card-drafts.ts';
import { empty } from './openapi/note.ts';
import { noQuery, object, recordParams } from './schemas.ts';
import type { Services } from './services.ts';

type OfRecord = { Params: { entity: string; id: string } };

const MAX_EDITS = 500;
const BODY_BYTES = 512 * 1024;
const version = { type: 'string', pattern: '^\\d{1,10}(-\\d{1,10})?$' } as const;
const edits = {
  type: 'array',
  maxItems: MAX_EDITS,
  items: object(
    {
      path: { type: 'string', minLength: 1, maxLength: 200 },
      before: {},
      value: {},
      caption: { type: 'string', maxLength: 500 },
    },
    ['path'],
  ),
} as const;
const body = object({ version, edits }, ['version', 'edits']);
const answer = object({
  draft: object({ version, edits, changedAt: { type: 'string', format: 'date-time' } }, [
    'version',
    'edits',
    'changedAt',
  ]),
});

const told = {
  open: {
    tag: 'cards',
    summary: 'What the actor has typed into this card and not saved',
    answers: { 200: { description: 'Answered; without `draft` when there is none', schema: answer } },
  },
  keep: { tag: 'cards', summary: 'Keeps what is typed, in place of what was kept', answers: empty('Kept') },
  drop: { tag: 'cards', summary: 'Throws the draft away', answers: empty('Thrown away') },
} as const;

export function cardDraftRoutes(app: FastifyInstance, { gateway }: Services): void {
  const { drafts } = gateway;
  const signedIn = { access: 'session' } as const;
  const address = '/api/records/:entity/:id/draft';

  app.get<OfRecord>(
    address,
    { config: { ...signedIn, api: told.open }, schema: { params: recordParams, querystring: noQuery } },
    async ({ actor, params }) => {
      const draft = await drafts.read(actor, params.entity, params.id);
      return draft ? { draft } : {};
    },
  );

  app.put<OfRecord & { Body: Pick<CardDraft, 'version' | 'edits'> }>(
    address,
    {
      bodyLimit: BODY_BYTES,
      config: { ...signedIn, api: told.keep },
      schema: { params: recordParams, querystring: noQuery, body },
    },
    async ({ actor, params, body: draft }, reply) => {
      await drafts.keep(actor, params.entity, params.id, draft);
      return reply.code(204).send();
    },
  );

  app.delete<OfRecord>(
    address,
    { config: { ...signedIn, api: told.drop }, schema: { params: recordParams, querystring: noQuery } },
    async ({ actor, params }, reply) => {
      await drafts.drop(actor, params.entity, params.id);
      return reply.code(204).send();
    },
  );
}
