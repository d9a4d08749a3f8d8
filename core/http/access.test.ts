import Fastify from 'fastify';
import { expect, test } from 'vitest';
import { guardRoutes } from './access.ts';
import type { Services } from './services.ts';

const guarded = () => {
  const app = Fastify();
  guardRoutes(app, {} as Services, { cookieName: 'kartoteka', allowedOrigins: [], tls: false });
  return app;
};

test('G2 does not start with a route that declares no access', () => {
  expect(() => guarded().get('/api/forgotten', async () => 'open to everyone')).toThrow(/declares no access/);
});

test('G2 knows which routes are open', () => {
  const app = guarded();
  app.get('/open', { config: { access: 'public' } }, async () => 'hello');
  app.get('/closed', { config: { access: 'session' } }, async () => 'hello');
  expect(app.publicRoutes().filter(route => route.startsWith('GET'))).toEqual(['GET /open']);
});
