/** The page of the UI and its assets, served under the content security policy. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sendProblem } from './problem.ts';
import { serveUi } from './ui-files.ts';

let folder: string;
let app: FastifyInstance;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kartoteka-ui-'));
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'index.html'), '<meta name="csp-nonce" content="__NONCE__"><div id="root">');
  await writeFile(join(folder, 'assets', 'index-AbC_1-2.js'), 'export {};');
  await writeFile(join(folder, 'secret.txt'), 'not for the web');
  app = Fastify();
  app.setErrorHandler(sendProblem);
  await serveUi(app, folder);
});
afterAll(async () => {
  await app.close();
  await rm(folder, { recursive: true });
});

test('HT1 gives each page a nonce of its own, named by its policy', async () => {
  const nonces = new Set<string>();
  for (const url of ['/', '/sign-in', '/o/0198/list/student']) {
    const { statusCode, headers, body } = await app.inject(url);
    const nonce = /content="([\w-]{24})"/.exec(body)?.[1] ?? '';
    expect(statusCode).toBe(200);
    expect(headers['content-security-policy']).toContain(`style-src 'self' 'nonce-${nonce}'`);
    expect(headers['content-security-policy']).toContain("script-src 'self';");
    expect(headers['content-security-policy']).not.toMatch(/unsafe/);
    expect(headers['cache-control']).toBe('no-store');
    nonces.add(nonce);
  }
  expect(nonces.size).toBe(3);
});

test('keeps hashed assets in the browser for a year', async () => {
  const { statusCode, headers } = await app.inject('/assets/index-AbC_1-2.js');
  expect(statusCode).toBe(200);
  expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
  expect(headers['content-type']).toMatch(/javascript/);
});

test.each([
  '/assets/../secret.txt',
  '/assets/%2e%2e/secret.txt',
  '/assets/..%2fsecret.txt',
  '/assets/.hidden',
  '/secret.txt',
])('G2 gives nothing outside the assets: %s', async url => {
  const { statusCode, body } = await app.inject(url);
  expect(statusCode).toBe(404);
  expect(body).not.toContain('not for the web');
});
