/** What a person may ask of the data held of them: who saw a card (R12), and all of it as an extract (R7). */
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Actor } from '../access/actor.ts';
import { makeStamp } from '../documents/stamp.ts';
import { accessLog } from '../subject/access-log.ts';
import { type Extract, extractOf } from '../subject/extract.ts';
import { extractDocument } from '../subject/extract-document.ts';
import { attachment } from './export-file.ts';
import { json, ref } from './openapi/note.ts';
import { object, recordParams } from './schemas.ts';
import type { Services } from './services.ts';
import { roleTitle } from './session.routes.ts';

const personParams = object({ id: { type: 'string', format: 'uuid' } }, ['id']);

export function subjectRoutes(app: FastifyInstance, services: Services): void {
  app.get<{ Params: { entity: string; id: string }; Querystring: { after?: string } }>(
    '/api/records/:entity/:id/access-log',
    {
      config: {
        access: 'session',
        api: {
          summary: 'Who saw and changed the card, the newest first',
          tag: 'cards',
          answers: json('AccessLog'),
        },
      },
      schema: { params: recordParams, querystring: object({ after: { type: 'string', maxLength: 20 } }) },
    },
    async ({ actor, params, query }) => accessLog(services, actor, params.entity, params.id, query.after),
  );

  app.get<{ Params: { id: string }; Querystring: { format: 'json' | 'pdf' } }>(
    '/api/people/:id/extract',
    {
      config: {
        access: 'session',
        api: {
          summary: 'Everything the organisation holds of one person',
          tag: 'people',
          answers: {
            200: {
              description: 'The extract; as `pdf` an official paper',
              schema: ref('Extract'),
              media: ['application/json', 'application/pdf'],
            },
          },
        },
      },
      schema: {
        params: personParams,
        querystring: object({ format: { type: 'string', enum: ['json', 'pdf'], default: 'json' } }),
      },
    },
    async (request, reply) => {
      const extract = await extractOf(services, request.actor, request.params.id);
      return request.query.format === 'pdf' ? sendPaper(services, request.actor, reply, extract) : extract;
    },
  );
}

async function sendPaper(
  { clock, config, catalogue, accounts }: Services,
  actor: Actor,
  reply: FastifyReply,
  extract: Extract,
): Promise<FastifyReply> {
  const now = clock.now();
  const stamp = makeStamp(actor, 'Персональные данные', now, {
    roleTitle: roleTitle(catalogue, actor.role, 'ru'),
    timeZone: config.timeZone,
  });
  const tree = extractDocument(catalogue, extract, config.timeZone);
  const file = await accounts.pdf.makePdf(tree, stamp, now);
  return reply
    .type('application/pdf')
    .header('content-disposition', attachment('Выписка о персональных данных.pdf', 'extract.pdf'))
    .send(Buffer.from(file));
}
