/** Bulk export of cards: a right of its own, logged with its purpose, stamped (IE4). */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isPersonal } from '../access/personal.ts';
import { rightsOn } from '../access/rights.ts';
import { makeStamp } from '../documents/stamp.ts';
import { catalogueOf } from '../forms/catalogue-of.ts';
import type { ListQuery } from '../storage/gateway.types.ts';
import { exportFields } from '../storage/list.ts';
import { requireConfirmed } from './confirmation.ts';
import { attachment, csvFile, exportColumns, xlsxFile } from './export-file.ts';
import { type AddressQuery, addressProperties, bodyProperties, fromAddress } from './list-query.ts';
import type { ApiNote } from './openapi/note.ts';
import { entityParams, object } from './schemas.ts';
import type { Services } from './services.ts';
import { roleTitle } from './session.routes.ts';
import { entityPlural } from './texts.ts';

interface ExportOptions {
  format: 'csv' | 'xlsx';
  purpose?: string;
}
type OfEntity = { Params: { entity: string } };

const options = {
  format: { type: 'string', enum: ['csv', 'xlsx'] },
  purpose: { type: 'string', maxLength: 500 },
} as const;
const signedIn = { access: 'session', work: 'reports' } as const;
const MEDIA = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
} as const;

const told: ApiNote = {
  summary: 'Exports cards to a file; a right of its own',
  tag: 'cards',
  perCard: true,
  answers: {
    200: { description: 'A stamped file', media: Object.values(MEDIA), headers: ['Content-Disposition'] },
  },
};

export function exportRoutes(app: FastifyInstance, services: Services): void {
  app.post<OfEntity & { Body: ListQuery & ExportOptions }>(
    '/api/records/:entity/export',
    {
      config: { ...signedIn, api: told },
      schema: {
        params: entityParams,
        querystring: object({}),
        body: object({ ...bodyProperties, ...options }, ['format']),
      },
    },
    async (request, reply) => {
      const { format, purpose, ...query } = request.body;
      return sendExport(services, request, reply, query, { format, ...(purpose ? { purpose } : {}) });
    },
  );

  app.get<OfEntity & { Querystring: AddressQuery & ExportOptions }>(
    '/api/records/:entity/export',
    {
      config: { ...signedIn, api: told },
      schema: { params: entityParams, querystring: object({ ...addressProperties, ...options }, ['format']) },
    },
    async (request, reply) => {
      const { format, purpose, ...query } = request.query;
      return sendExport(services, request, reply, fromAddress(query), {
        format,
        ...(purpose ? { purpose } : {}),
      });
    },
  );
}

async function sendExport(
  services: Services,
  request: FastifyRequest<OfEntity>,
  reply: FastifyReply,
  query: ListQuery,
  { format, purpose }: ExportOptions,
): Promise<FastifyReply> {
  const { gateway, clock, config } = services;
  const { actor, language } = request;
  const catalogue = catalogueOf(services.catalogue, actor);
  const { entity } = rightsOn(catalogue, actor, request.params.entity);
  const fields = query.fields?.length ? query.fields : exportFields(catalogue, actor, entity.id);
  const personal = fields.some(path => isPersonal(catalogue, entity, path));
  const admit = async (records: number) => {
    if (personal && records >= config.exportConfirmRecords) await requireConfirmed(services, request);
  };
  const batches = gateway.exportRows(actor, entity.id, { ...query, fields }, admit);
  const columns = exportColumns(catalogue, entity, fields);
  const title = entityPlural(catalogue, entity, language);
  const stamp = makeStamp(actor, title, clock.now(), {
    roleTitle: roleTitle(catalogue, actor.role, 'ru'),
    timeZone: config.timeZone,
    ...(purpose ? { parameters: [`Цель выгрузки: ${purpose}`] } : {}),
  });
  const file =
    format === 'csv'
      ? await csvFile(title, columns, stamp, batches)
      : Buffer.from(await xlsxFile(title, columns, stamp, batches));
  // The gateway has noted the rows; this is what left the system, and what for.
  await services.audit.write({
    action: 'export-file',
    actor,
    address: actor.address,
    entity: entity.id,
    details: { format, fields, ...(purpose ? { purpose } : {}) },
  });
  return reply
    .type(MEDIA[format])
    .header(
      'content-disposition',
      attachment(`${title} ${actor.today}.${format}`, `${entity.id}-${actor.today}.${format}`),
    )
    .send(file);
}
