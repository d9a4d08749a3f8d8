/** Files of a card. Uploads are the one place that takes a body that is no JSON, in a scope of its own. */
import multipart from '@fastify/multipart';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { MAX_FILE_BYTES, tooLarge } from '../files/card-files.ts';
import { MEDIA } from '../files/kinds.ts';
import { contentDisposition } from '../files/names.ts';
import { badRequest } from '../problems.ts';
import { type ApiNote, empty } from './openapi/note.ts';
import { noQuery, object, recordParams } from './schemas.ts';
import type { Services } from './services.ts';

type OfRecord = { Params: { entity: string; id: string } };
type OfFile = { Params: { entity: string; id: string; file: string } };

const fileParams = object({ ...recordParams.properties, file: { type: 'string', format: 'uuid' } }, [
  'entity',
  'id',
  'file',
]);

/** Nothing in a file may run or load anything, whatever a browser makes of it. */
const FILE_POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'";

const entry = {
  type: 'object',
  additionalProperties: false,
  required: ['id', 'name', 'kind', 'size', 'by', 'at'],
  properties: {
    id: { type: 'string', format: 'uuid' },
    name: { type: 'string' },
    kind: { type: 'string', enum: ['pdf', 'png', 'jpeg', 'docx', 'xlsx', 'txt'] },
    size: { type: 'integer' },
    by: { type: 'string' },
    at: { type: 'string', format: 'date-time' },
  },
};
const list = {
  type: 'object',
  additionalProperties: false,
  required: ['items'],
  properties: { items: { type: 'array', items: entry } },
};
const note = (summary: string, answers: ApiNote['answers']): ApiNote => ({ summary, tag: 'files', answers });
const told = {
  list: note('Files of a card', { 200: { description: 'Answered', schema: list } }),
  add: {
    ...note('Adds a file to a card; its kind is found in its content', {
      201: { description: 'Added, or there already', schema: entry },
    }),
    bodyMedia: 'multipart/form-data',
    body: object({ file: { type: 'string', contentMediaType: 'application/octet-stream' } }, ['file']),
  },
  open: note('A file, always to be saved', {
    200: { description: 'The bytes', media: MEDIA, headers: ['Content-Disposition'] },
  }),
  remove: note('Deletes a file', empty('Deleted')),
};

export function fileRoutes(app: FastifyInstance, { files }: Services): void {
  const signedIn = { access: 'session' } as const;

  app.get<OfRecord>(
    '/api/records/:entity/:id/files',
    { config: { ...signedIn, api: told.list }, schema: { params: recordParams, querystring: noQuery } },
    async ({ actor, params }) => ({ items: await files.list(actor, params) }),
  );

  app.get<OfFile>(
    '/api/records/:entity/:id/files/:file',
    { config: { ...signedIn, api: told.open }, schema: { params: fileParams, querystring: noQuery } },
    async ({ actor, params }, reply) => {
      const { entry: found, media, bytes } = await files.open(actor, params, params.file);
      return reply
        .headers({
          'content-type': media,
          'content-length': found.size,
          'content-disposition': contentDisposition(found.name),
          'content-security-policy': FILE_POLICY,
        })
        .send(bytes);
    },
  );

  app.delete<OfFile>(
    '/api/records/:entity/:id/files/:file',
    { config: { ...signedIn, api: told.remove }, schema: { params: fileParams, querystring: noQuery } },
    async ({ actor, params }, reply) => {
      await files.remove(actor, params, params.file);
      return reply.code(204).send();
    },
  );

  app.register(async scope => {
    await scope.register(multipart, {
      limits: { files: 1, fields: 0, parts: 2, fileSize: MAX_FILE_BYTES, headerPairs: 20 },
      throwFileSizeLimit: false,
    });
    scope.post<OfRecord>(
      '/api/records/:entity/:id/files',
      { config: { ...signedIn, api: told.add }, schema: { params: recordParams, querystring: noQuery } },
      async (request, reply) => {
        const { actor, params } = request;
        // Whether this is allowed is known before the first byte is written.
        await files.assertMayAdd(actor, params);
        const { filename, file } = await fileIn(request);
        const added = await files.add(actor, params, {
          name: filename,
          bytes: file,
          cut: () => file.truncated,
        });
        return reply.code(201).send(added);
      },
    );
  });
}

async function fileIn(request: FastifyRequest) {
  if (!request.isMultipart()) throw missing();
  if (Number(request.headers['content-length'] ?? 0) > MAX_FILE_BYTES + 10_000) throw tooLarge();
  const sent = await request.file();
  if (!sent) throw missing();
  return sent;
}

const missing = () =>
  badRequest('FILE_MISSING', 'Отправьте один файл как multipart/form-data', [
    { path: '/file', code: 'REQUIRED', message: 'Нет файла' },
  ]);
