import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ConfigError, readConfig } from './config.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kartoteka-config-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const read = (environment: Record<string, string>, argv: string[] = []) =>
  readConfig(argv, { KARTOTEKA_DATA: folder, ...environment });

const s3Keys = { KARTOTEKA_S3_KEY: 'key', KARTOTEKA_S3_SECRET: 'word' };

describe('settings', () => {
  test('have defaults for someone who sets nothing', () => {
    expect(read({})).toMatchObject({
      host: '127.0.0.1',
      port: 8080,
      production: false,
      demo: true,
      secureCookies: false,
      session: { idleMinutes: 30, absoluteHours: 12, confirmMinutes: 10 },
      secondFactorRoles: [],
      exportConfirmRecords: 100,
    });
    expect(read({})).not.toHaveProperty('databaseUrl');
  });

  test('keep a secret of their own, closed to others, the same at every start', () => {
    const { secret } = read({});
    expect(secret.length).toBeGreaterThanOrEqual(32);
    expect(read({}).secret).toBe(secret);
    expect(readFileSync(join(folder, 'secret'), 'utf8').trim()).toBe(secret);
    expect(statSync(join(folder, 'secret')).mode & 0o077).toBe(0);
  });

  test('name a bucket of an object store', () => {
    expect(read({ KARTOTEKA_S3: 'https://store.example:9000/files', ...s3Keys }).objectStore).toEqual({
      endpoint: 'https://store.example:9000',
      bucket: 'files',
      region: 'us-east-1',
      key: 'key',
      secret: 'word',
    });
    expect(read({ KARTOTEKA_S3: 'http://127.0.0.1:9000/files', ...s3Keys }).objectStore?.bucket).toBe(
      'files',
    );
    expect(read(s3Keys)).not.toHaveProperty('objectStore');
  });

  test('take no demo data with --empty or in production', () => {
    expect(read({}, ['--empty']).demo).toBe(false);
    expect(read({ NODE_ENV: 'production', KARTOTEKA_SECRET: 'x'.repeat(32) }).demo).toBe(false);
  });

  test.each([
    ['PORT', { PORT: '80a' }],
    ['PORT', { PORT: '70000' }],
    ['KARTOTEKA_SESSION_IDLE_MINUTES', { KARTOTEKA_SESSION_IDLE_MINUTES: '0' }],
    ['NODE_ENV', { NODE_ENV: 'prod' }],
    ['KARTOTEKA_LOG', { KARTOTEKA_LOG: 'loud' }],
    ['DATABASE_URL', { DATABASE_URL: 'mysql://user:word@host/base' }],
    ['DATABASE_URL', { DATABASE_URL: 'postgres://user:word@host/' }],
    ['KARTOTEKA_SECRET', { KARTOTEKA_SECRET: 'short' }],
    ['KARTOTEKA_SECRET', { NODE_ENV: 'production' }],
    ['KARTOTEKA_PROXY', { KARTOTEKA_PROXY: 'proxy.example' }],
    ['KARTOTEKA_TIME_ZONE', { KARTOTEKA_TIME_ZONE: 'Moscow' }],
    ['HOST', { HOST: '0.0.0.0' }],
    ['KARTOTEKA_S3', { KARTOTEKA_S3: 'http://store.example/bucket', ...s3Keys }],
    ['KARTOTEKA_S3', { KARTOTEKA_S3: 'https://store.example', ...s3Keys }],
    ['KARTOTEKA_S3', { KARTOTEKA_S3: 'https://key:word@store.example/bucket', ...s3Keys }],
    ['KARTOTEKA_S3_KEY', { KARTOTEKA_S3: 'https://store.example/bucket', KARTOTEKA_S3_SECRET: 'word' }],
    ['KARTOTEKA_S3_SECRET', { KARTOTEKA_S3: 'https://store.example/bucket', KARTOTEKA_S3_KEY: 'key' }],
  ])('refuse a wrong %s in one line that names it: %j', (name, environment) => {
    const message = refusal(() => read(environment));
    expect(message).toContain(name);
    expect(message).not.toContain('\n');
  });

  test('never repeat the password of a wrong DATABASE_URL', () => {
    expect(refusal(() => read({ DATABASE_URL: 'mysql://user:word@host/base' }))).not.toContain('word');
  });

  test('refuse an unknown argument', () => {
    expect(refusal(() => read({}, ['--emty']))).toContain('--emty');
  });

  test('listen beyond this machine only behind a proxy with TLS', () => {
    expect(read({ HOST: '0.0.0.0', KARTOTEKA_PROXY: '10.0.0.1' })).toMatchObject({
      host: '0.0.0.0',
      secureCookies: true,
      trustedProxies: ['10.0.0.1'],
    });
  });
});

function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error('not refused');
}
