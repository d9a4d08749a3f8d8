/**
 * The document of the interface and a page to try it, for the signed-in: nobody else learns what is installed.
 *
 * The page runs under the same policy as the rest of the UI: files of our own only, nothing inline. Pictures of
 * the try-out page are `data:` and its text is set by scripts, which the policy allows.
 */
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import { notFound } from '../../problems.ts';
import { contentSecurityPolicy, newNonce } from '../headers.ts';
import { noQuery, object } from '../schemas.ts';
import type { Services } from '../services.ts';
import { type ApiDocument, type ApiRoute, buildDocument, isApi } from './document.ts';

const FILES: Record<string, { path: string; type: string }> = {
  'swagger-ui-bundle.js': { path: packaged('swagger-ui-bundle.js'), type: 'text/javascript; charset=utf-8' },
  'swagger-ui.css': { path: packaged('swagger-ui.css'), type: 'text/css; charset=utf-8' },
  'page.js': { path: join(import.meta.dirname, 'page.js'), type: 'text/javascript; charset=utf-8' },
};

function packaged(name: string): string {
  return join(dirname(fileURLToPath(import.meta.resolve('@fastify/swagger-ui'))), 'static', name);
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Every route of the interface, in the order of declaration. */
    apiRoutes(): ApiRoute[];
  }
}

/** Notes every route that is declared from now on. */
export function collectRoutes(app: FastifyInstance): void {
  const routes: ApiRoute[] = [];
  app.decorate('apiRoutes', () => [...routes]);
  app.addHook('onRoute', ({ method, url, config, schema }) => {
    if (!isApi(url)) return;
    for (const one of [method].flat())
      routes.push({
        method: one,
        url,
        access: config?.access ?? 'session',
        ...(config?.api ? { note: config.api } : {}),
        schema: (schema ?? {}) as ApiRoute['schema'],
      });
  });
}

export function openApiRoutes(app: FastifyInstance, { catalogue, config }: Services): void {
  let made: ApiDocument | undefined;
  const document = () => {
    made ??= buildDocument(catalogue, app.apiRoutes(), config.version);
    return made;
  };

  app.get(
    '/api/openapi.json',
    {
      config: {
        access: 'session',
        api: {
          summary: 'This document',
          tag: 'interface',
          answers: { 200: { description: 'OpenAPI 3.1', schema: { type: 'object' } } },
        },
      },
      schema: { querystring: noQuery },
    },
    async () => document(),
  );

  app.get(
    '/api/docs',
    {
      config: {
        access: 'session',
        api: {
          summary: 'A page to try the interface',
          tag: 'interface',
          answers: { 200: { description: 'A page', media: ['text/html; charset=utf-8'] } },
        },
      },
      schema: { querystring: noQuery },
    },
    async (_request, reply) =>
      reply
        .header('content-security-policy', contentSecurityPolicy(newNonce()))
        .type('text/html; charset=utf-8')
        .send(PAGE),
  );

  app.get<{ Params: { file: string } }>(
    '/api/docs/:file',
    {
      config: {
        access: 'session',
        api: {
          summary: 'Files of that page',
          tag: 'interface',
          answers: {
            200: {
              description: 'A file',
              media: ['text/javascript; charset=utf-8', 'text/css; charset=utf-8'],
            },
          },
        },
      },
      schema: { querystring: noQuery, params: object({ file: { type: 'string', maxLength: 64 } }, ['file']) },
    },
    async ({ params }, reply) => {
      const file = Object.hasOwn(FILES, params.file) ? FILES[params.file] : undefined;
      if (!file) throw notFound('Такого файла нет');
      return reply.type(file.type).send(await readFile(file.path));
    },
  );
}

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Kartoteka: interface</title>
<link rel="stylesheet" href="/api/docs/swagger-ui.css">
</head>
<body>
<main id="interface"></main>
<script src="/api/docs/swagger-ui-bundle.js"></script>
<script type="module" src="/api/docs/page.js"></script>
</body>
</html>
`;
