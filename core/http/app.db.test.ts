/** What holds for every answer of the server, whatever was asked. */

import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { anApp, demoPassword, type TestApp, TestClient } from '../../tests/support/app.ts';
import { buildApp } from './app.ts';
import type { ProblemBody } from './problem.ts';

let home: TestApp;
let secretary: TestClient;

beforeAll(async () => {
  home = await anApp({ demo: true });
  secretary = await home.signIn('secretary');
});
afterAll(() => home.close());

type Method = 'GET' | 'POST' | 'PUT';

const API_HEADERS = {
  'content-security-policy':
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
};

test('G2 lists every route that is open without a sign-in', () => {
  const open = home.app
    .publicRoutes()
    .filter(route => !/ \/(assets\/\*|favicon\.\w+|sign-in|o\/\*)?$/.test(route));
  expect(open).toEqual(['GET /api/sign-in-hints', 'GET /healthz', 'GET /readyz', 'POST /api/session']);
});

describe('security headers', () => {
  test.each<[string, Method, string, number]>([
    ['an answer', 'GET', '/api/session', 200],
    ['a refusal', 'POST', '/api/session', 422],
    ['an unknown address', 'GET', '/api/nowhere', 404],
    ['a broken address', 'GET', '/api/%E0%A4%A', 400],
    ['a health probe', 'GET', '/healthz', 200],
    ['an unknown method', 'PUT', '/api/entities', 404],
  ])('HT1 stand on %s', async (_what, method, url, status) => {
    const answer = await secretary.request(method, url, method === 'POST' ? { body: {} } : {});
    expect(answer.status).toBe(status);
    expect(answer.headers).toMatchObject(API_HEADERS);
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    expect(answer.headers.server).toBeUndefined();
    expect(answer.headers['x-powered-by']).toBeUndefined();
  });

  test('HT1 stand on the answer to bytes that are no request', async () => {
    await home.app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = home.app.server.address() as AddressInfo;
    const text = await new Promise<string>((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => socket.write('NONSENSE\r\n\r\n'));
      let read = '';
      socket.on('data', chunk => {
        read += chunk;
      });
      socket.on('close', () => resolve(read));
      socket.on('error', reject);
    });
    expect(text).toMatch(/^HTTP\/1\.1 400/);
    for (const name of Object.keys(API_HEADERS)) expect(text).toContain(`\r\n${name}: `);
    expect(text).toContain('application/problem+json');
  });
});

describe('bad requests', () => {
  const query = '/api/records/student/query';
  test.each<[string, Method, string, { body?: string; headers?: Record<string, string> }, number, string]>([
    ['broken JSON', 'POST', query, { body: '{"q": "Иван", }' }, 400, 'JSON_BROKEN'],
    ['200,000 nested arrays', 'POST', query, { body: '['.repeat(200_000) }, 400, 'JSON_TOO_DEEP'],
    ['a duplicate key', 'POST', query, { body: '{"q":"a","q":"b"}' }, 400, 'JSON_DUPLICATE_KEY'],
    ['a prototype word', 'POST', query, { body: '{"__proto__":{}}' }, 400, 'JSON_FORBIDDEN_KEY'],
    ['an empty body', 'POST', query, { body: '', headers: { 'content-length': '0' } }, 400, 'BODY_EMPTY'],
    [
      'another kind of data',
      'POST',
      query,
      { body: 'q=1', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      415,
      'MEDIA_TYPE',
    ],
    [
      'a form as text',
      'POST',
      query,
      { body: '{}', headers: { 'content-type': 'text/plain' } },
      415,
      'MEDIA_TYPE',
    ],
    [
      'a compressed body',
      'POST',
      query,
      { body: '{}', headers: { 'content-encoding': 'gzip' } },
      415,
      'BODY_ENCODING',
    ],
    [
      'a body above 1 MiB',
      'POST',
      query,
      { body: `{"q":"${'x'.repeat(1_048_576)}"}` },
      413,
      'BODY_TOO_LARGE',
    ],
    ['NUL in the path', 'GET', '/api/records/student%00', {}, 400, 'ADDRESS_INVALID'],
    ['NUL in a parameter', 'GET', '/api/records/student?q=%00', {}, 400, 'ADDRESS_INVALID'],
    ['a broken escape in the path', 'GET', '/api/records/%zz', {}, 400, 'ADDRESS_INVALID'],
    ['a broken escape in a parameter', 'GET', '/api/records/student?q=%E0%A4', {}, 400, 'ADDRESS_INVALID'],
    ['an unknown parameter', 'GET', '/api/records/student?sortBy=name', {}, 400, 'QUERY_INVALID'],
    ['a page of a wrong size', 'GET', '/api/records/student?limit=100000', {}, 400, 'QUERY_INVALID'],
    ['a page size that is no number', 'GET', '/api/records/student?limit=many', {}, 400, 'QUERY_INVALID'],
    ['a filter that is no JSON', 'GET', '/api/records/student?filter=%7B', {}, 400, 'QUERY_INVALID'],
    ['an id that is no id', 'GET', '/api/records/student/1%20or%201=1', {}, 400, 'QUERY_INVALID'],
    ['a kind of card with strange letters', 'GET', '/api/records/Student;drop', {}, 400, 'QUERY_INVALID'],
    ['a kind of card nobody knows', 'GET', '/api/records/unicorn', {}, 404, 'NOT_FOUND'],
    ['an unknown member of a list question', 'POST', query, { body: '{"where":1}' }, 422, 'BODY_INVALID'],
    ['a forged page mark', 'POST', query, { body: '{"after":"bm90IGEgY3Vyc29y"}' }, 400, 'CURSOR_INVALID'],
  ])('G5 answers %s with a clear refusal', async (_what, method, url, sending, status, code) => {
    const start = performance.now();
    const answer = await secretary.request(method, url, sending);
    expect(answer.body).toMatchObject({
      status,
      code,
      title: expect.any(String),
      detail: expect.any(String),
    });
    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(performance.now() - start).toBeLessThan(1_000);
  });

  test('G5 refuses a body that is no UTF-8', async () => {
    const answer = await home.app.inject({
      method: 'POST',
      url: '/api/session',
      headers: { 'content-type': 'application/json' },
      payload: Buffer.from([0x22, 0xff, 0x22]),
    });
    expect(answer.json()).toMatchObject({ status: 400, code: 'BODY_ENCODING' });
  });

  test('G5 names the parameter that it does not know', async () => {
    const { body } = await secretary.get<ProblemBody>('/api/records/student?sortBy=name&limt=5');
    expect(body.errors?.map(place => place.path)).toEqual(['/sortBy', '/limt']);
    expect(body.detail).toContain('sortBy');
  });

  test('G5 answers 200,000 nested arrays in under 100 ms', async () => {
    const raw = '['.repeat(200_000);
    const start = performance.now();
    expect((await secretary.post(query, raw)).status).toBe(400);
    expect(performance.now() - start).toBeLessThan(100);
  });

  test('G5 keeps inner text to itself', async () => {
    for (const url of [
      '/api/records/student/00000000-0000-7000-8000-000000000000',
      '/api/nowhere',
      '/api/%zz',
    ]) {
      const { text } = await secretary.get(url);
      expect(text).not.toMatch(/select |stack|node_modules|\.ts\b|fastify|postgres/i);
    }
  });

  test('answers in English when asked to', async () => {
    const { body } = await secretary.get('/api/nowhere', {
      headers: { 'accept-language': 'en-GB,en;q=0.9,ru;q=0.5' },
    });
    expect(body.title).toBe('Not found');
    const russian = await secretary.get('/api/nowhere', { headers: { 'accept-language': 'ru,en;q=0.5' } });
    expect(russian.body.title).toBe('Не найдено');
  });
});

describe('health', () => {
  test('RL12 needs no sign-in', async () => {
    expect(await home.stranger.get('/healthz')).toMatchObject({ status: 200, body: { status: 'ok' } });
    expect(await home.stranger.get('/readyz')).toMatchObject({ status: 200, body: { status: 'ready' } });
  });
});

test('HT3 asks a flood of requests from one address to wait', async () => {
  const app = await buildApp(home.services, { requestsPerMinute: 3 });
  const ask = () => app.inject({ url: '/api/sign-in-hints' });
  const answers = [await ask(), await ask(), await ask(), await ask()];
  expect(answers.map(answer => answer.statusCode)).toEqual([200, 200, 200, 429]);
  expect(answers[3]?.json()).toMatchObject({ code: 'RATE_LIMITED' });
  expect(Number(answers[3]?.headers['retry-after'])).toBeGreaterThan(0);
  expect((await app.inject({ url: '/healthz' })).statusCode).toBe(200);
  await app.close();
});

test('AU8 writes neither addresses with their questions nor bodies to the log', async () => {
  const lines: string[] = [];
  const log = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) });
  const app = await buildApp({ ...home.services, log });
  const client = new TestClient(app);
  await client.signIn('secretary', demoPassword);
  await client.get('/api/records/student?q=Загадочная');
  await client.post('/api/people/search', {
    lastName: 'Загадочная',
    firstName: 'Анна',
    snils: '112-233-445 95',
  });
  await client.post('/api/records/student', { person: { lastName: 'Загадочная' } });
  await client.get('/api/records/unicorn?q=Загадочная');
  await app.close();
  const text = decodeURIComponent(lines.join('\n'));
  expect(lines.length).toBeGreaterThan(4);
  expect(text).toContain('/api/records/:entity');
  expect(text).not.toMatch(/Загадочная|445 95|kartoteka-demo|kartoteka=/);
});
