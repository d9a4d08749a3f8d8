/**
 * The built UI: hashed assets kept by the browser for ever, one page for every address of the UI. The page carries
 * the nonce that the policy of the same answer names, so it is never kept.
 */
import { readFileSync } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import staticFiles from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { notFound } from '../problems.ts';
import { contentSecurityPolicy, newNonce } from './headers.ts';

const YEAR_SECONDS = 31_536_000;

/** Addresses that belong to the UI's router: everything that is no API, no file and no probe. */
export const UI_ROUTES = ['/', '/sign-in', '/o/*'] as const;

export async function serveUi(app: FastifyInstance, folder: string): Promise<void> {
  const built = await access(join(folder, 'index.html')).then(
    () => true,
    () => false,
  );
  if (!built) return;
  const page = readFileSync(join(folder, 'index.html'), 'utf8');
  await app.register(staticFiles, { root: folder, serve: false, index: false, dotfiles: 'deny' });

  const sendPage = async (_request: FastifyRequest, reply: FastifyReply) => {
    const nonce = newNonce();
    return reply
      .header('content-security-policy', contentSecurityPolicy(nonce))
      .header('cache-control', 'no-store')
      .type('text/html; charset=utf-8')
      .send(page.replaceAll('__NONCE__', nonce));
  };
  for (const url of UI_ROUTES) app.get(url, { config: { access: 'public' } }, sendPage);

  app.get<{ Params: { '*': string } }>(
    '/assets/*',
    { config: { access: 'public' } },
    async (request, reply) => {
      const name = request.params['*'];
      if (!/^[\w.-]+$/.test(name) || name.startsWith('.')) throw notFound('Такого файла нет');
      return reply.sendFile(`assets/${name}`, { maxAge: YEAR_SECONDS * 1000, immutable: true });
    },
  );
  for (const name of ['favicon.svg', 'favicon.ico'])
    app.get(`/${name}`, { config: { access: 'public' } }, async (_request, reply) =>
      reply.sendFile(name, { maxAge: 86_400_000 }),
    );
}
