/** Probes: the process lives, and is ready for work (RL12). Neither needs a sign-in; results are kept a second. */
import type { FastifyInstance } from 'fastify';
import { type ApiAnswer, json, ref } from './openapi/note.ts';
import { noQuery } from './schemas.ts';
import type { Services } from './services.ts';

const KEPT_MS = 1_000;

export function healthRoutes(app: FastifyInstance, services: Services): void {
  const { database, catalogue } = services;
  let known: { at: number; ready: Promise<boolean> } | undefined;

  const ready = (): Promise<boolean> => {
    const now = performance.now();
    if (!known || now - known.at > KEPT_MS)
      known = {
        at: now,
        ready: database
          .system(tx => tx.query({ text: 'select 1', values: [] }), { timeoutMs: 2_000 })
          .then(
            () => true,
            () => false,
          ),
      };
    return known.ready;
  };

  const options = (summary: string, waiting: Record<number, ApiAnswer> = {}) =>
    ({
      config: {
        access: 'public',
        api: { summary, tag: 'probes', answers: { ...json('Health'), ...waiting } },
      },
      schema: { querystring: noQuery },
    }) as const;
  const waiting = {
    503: { description: 'Not ready', schema: ref('Health'), headers: ['Retry-After'] },
  } as const;
  app.get('/healthz', options('The process lives'), async () => ({ status: 'ok' }));
  app.get('/readyz', options('The server can work', waiting), async (_request, reply) => {
    const up = await ready();
    return reply
      .code(up ? 200 : 503)
      .headers(up ? {} : { 'retry-after': '5' })
      .send({ status: up ? 'ready' : 'waiting', database: up, catalogue: catalogue.version.slice(0, 12) });
  });
}
