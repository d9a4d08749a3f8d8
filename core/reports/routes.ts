/** Reports over HTTP: what there is, what it can be made of, and a run. */
import type { FastifyInstance } from 'fastify';
import { requireConfirmed } from '../http/confirmation.ts';
import { attachment } from '../http/export-file.ts';
import { type ApiNote, items, json, ref } from '../http/openapi/note.ts';
import { noQuery, object } from '../http/schemas.ts';
import type { Services } from '../http/services.ts';
import type { ReportRunRequest } from './dataset.ts';
import { MEDIA } from './reports.ts';

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

const runNote: ApiNote = {
  summary: 'Runs a report, or opens the cards behind a figure',
  tag: 'reports',
  answers: {
    200: {
      description: 'Figures, a page, a file or cards, by `format` and `drill`',
      schema: { anyOf: [ref('ReportDataset'), ref('ReportDocument'), ref('ReportDrill')] },
      media: ['application/json', ...Object.values(MEDIA)],
    },
  },
};

export function reportRoutes(app: FastifyInstance, services: Services): void {
  const { reports } = services;

  app.get(
    '/api/report-sources',
    {
      config: {
        ...signedIn,
        api: { summary: 'What reports can be made of', tag: 'reports', answers: items('ReportSource') },
      },
      schema: { querystring: noQuery },
    },
    async request => ({
      items: reports.sources(request.actor, request.language),
    }),
  );

  app.get(
    '/api/reports',
    {
      config: {
        ...signedIn,
        api: { summary: 'Reports offered to the reader', tag: 'reports', answers: items('ReportSummary') },
      },
      schema: { querystring: noQuery },
    },
    async request => ({
      items: reports.list(request.actor, request.language),
    }),
  );

  app.get<{ Params: { id: string } }>(
    '/api/reports/:id',
    {
      config: {
        ...signedIn,
        api: { summary: 'One report with its definition', tag: 'reports', answers: json('Report') },
      },
      schema: { params: object({ id: reportId }, ['id']), querystring: noQuery },
    },
    async request => reports.describe(request.actor, request.params.id, request.language),
  );

  app.post<{ Body: ReportRunRequest }>(
    '/api/report-runs',
    {
      config: { ...signedIn, work: 'reports', api: runNote },
      schema: { querystring: noQuery, body: runBody },
    },
    async (request, reply) => {
      const outcome = await reports.run(request.actor, request.body, request.language, async records => {
        if (records >= services.config.exportConfirmRecords) await requireConfirmed(services, request);
      });
      if (outcome.kind === 'json') return reply.send(outcome.body);
      return reply
        .type(outcome.mediaType)
        .header('content-disposition', attachment(outcome.name, outcome.plainName))
        .send(Buffer.from(outcome.bytes));
    },
  );
}
