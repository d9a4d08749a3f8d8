/** Reports over HTTP: what there is, what it can be made of, and a run. */
import type { FastifyInstance } from 'fastify';
import { attachment } from '../http/export-file.ts';
import { noQuery, object } from '../http/schemas.ts';
import type { Services } from '../http/services.ts';
import type { ReportRunRequest } from './dataset.ts';

const signedIn = { access: 'session' } as const;
const reportId = { type: 'string', pattern: '^[a-z][a-z0-9-]{0,63}$' } as const;
const runBody = object({
  report: reportId,
  // Checked by its own meta-schema, with its own pointers.
  definition: { type: 'object' },
  parameters: { type: 'object', maxProperties: 30 },
  asOf: { type: 'string', format: 'date' },
  format: { type: 'string', enum: ['json', 'html', 'xlsx', 'pdf', 'csv'] },
  drill: object({
    group: {
      type: 'object',
      maxProperties: 6,
      additionalProperties: { type: 'string', nullable: true, maxLength: 500 },
    },
    measure: { type: 'string', maxLength: 60 },
  }),
});

export function reportRoutes(app: FastifyInstance, services: Services): void {
  const { reports } = services;

  app.get('/api/report-sources', { config: signedIn, schema: { querystring: noQuery } }, async request => ({
    items: reports.sources(request.actor, request.language),
  }));

  app.get('/api/reports', { config: signedIn, schema: { querystring: noQuery } }, async request => ({
    items: reports.list(request.actor, request.language),
  }));

  app.get<{ Params: { id: string } }>(
    '/api/reports/:id',
    { config: signedIn, schema: { params: object({ id: reportId }, ['id']), querystring: noQuery } },
    async request => reports.describe(request.actor, request.params.id, request.language),
  );

  app.post<{ Body: ReportRunRequest }>(
    '/api/report-runs',
    { config: signedIn, schema: { querystring: noQuery, body: runBody } },
    async (request, reply) => {
      const outcome = await reports.run(request.actor, request.body);
      if (outcome.kind === 'json') return reply.send(outcome.body);
      return reply
        .type(outcome.mediaType)
        .header('content-disposition', attachment(outcome.name, outcome.plainName))
        .send(Buffer.from(outcome.bytes));
    },
  );
}
