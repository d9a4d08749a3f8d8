/** Databases of tests: each file gets its own, cloned from a template that is built once per run. */
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import type { Catalogue } from '../../core/catalogue/types.ts';
import { Database, type Statement } from '../../core/storage/database.ts';
import { appUrl, migrate } from '../../core/storage/migrate.ts';

/** The day the demo region was made up for, taken for today by test servers. */
export const demoDay = '2026-11-22';

/** The login role belongs to the server, so its password is one for all databases of a run. */
export const testSecret = 'the secret of the test run, long enough to be accepted';

export interface TestDatabase {
  /** The owner's connection: sees every row, makes tables. */
  ownerUrl: string;
  /** What the server works with: the login role, on the scoped roles' rights. */
  database: Database;
  /** A statement as the owner, for arranging and looking. */
  owner<R extends pg.QueryResultRow = Record<string, unknown>>(
    text: string,
    values?: unknown[],
  ): Promise<R[]>;
  close(): Promise<void>;
}

export interface DatabaseKind {
  /** With the demo region. Default: the tables alone. */
  demo?: boolean;
  /** Nothing at all in it, for tests of the migration itself. */
  empty?: boolean;
}

/** A database of its own for a file: call in `beforeAll`, close in `afterAll`. */
export async function aDatabase(kind: DatabaseKind = {}): Promise<TestDatabase> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  const template = kind.empty ? undefined : await templateOf(kind.demo === true);
  await asServerOwner(server => server.query(`create database ${name} ${template ? cloneOf(template) : ''}`));
  const ownerUrl = urlOf(name);
  const ownerPool = new pg.Pool({ connectionString: ownerUrl, max: 2 });
  // Dropping the database may cut a connection that is still saying goodbye.
  ownerPool.on('connect', client => client.on('error', () => undefined));
  ownerPool.on('error', () => undefined);
  const database = new Database({ connectionString: appUrl(ownerUrl, testSecret), max: 4 });
  return {
    ownerUrl,
    database,
    owner: async (text, values = []) => (await ownerPool.query(text, values)).rows,
    close: async () => {
      await Promise.all([database.close(), ownerPool.end()]);
      await asServerOwner(server => server.query(`drop database if exists ${name} with (force)`));
    },
  };
}

export const statement = (text: string, ...values: unknown[]): Statement => ({ text, values });

const cloneOf = (template: string) => `template ${template} strategy file_copy`;

/** Built by whoever asks first; the others wait at the lock. */
async function templateOf(demo: boolean): Promise<string> {
  const { installedCatalogue } = await import('./catalogue.ts');
  const catalogue = await installedCatalogue();
  const name = `template_${demo ? 'demo' : 'migrated'}_${catalogue.version.replace(/\W/g, '').slice(0, 12)}`;
  if (demo) await templateOf(false);
  return asServerOwner(async server => {
    await server.query('select pg_advisory_lock($1)', [demo ? 71_001 : 71_002]);
    const found = await server.query('select 1 from pg_database where datname = $1', [name]);
    if (found.rowCount === 0) await build(server, name, demo, catalogue);
    return name;
  });
}

async function build(server: pg.Client, name: string, demo: boolean, catalogue: Catalogue) {
  const unfinished = `${name}_unfinished`;
  await server.query(`drop database if exists ${unfinished} with (force)`);
  await server.query(
    `create database ${unfinished} ${demo ? cloneOf(name.replace('_demo_', '_migrated_')) : ''}`,
  );
  if (demo) await fillWithDemo(urlOf(unfinished), catalogue);
  else await migrate(urlOf(unfinished), catalogue, { secret: testSecret });
  await server.query(`alter database ${unfinished} rename to ${name}`);
}

async function fillWithDemo(ownerUrl: string, catalogue: Catalogue) {
  const { loadDemo } = await import('../../core/demo/load.ts');
  await loadDemo(ownerUrl, catalogue, { today: demoDay });
}

async function asServerOwner<T>(work: (server: pg.Client) => Promise<T>): Promise<T> {
  const server = new pg.Client({ connectionString: inject('postgresUrl') });
  await server.connect();
  try {
    return await work(server);
  } finally {
    await server.end();
  }
}

function urlOf(database: string): string {
  const url = new URL(inject('postgresUrl'));
  url.pathname = `/${database}`;
  return url.href;
}
