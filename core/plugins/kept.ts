/**
 * The files of each plugin as they last served, kept in the database beside the tables that they describe. A new
 * version with a fault then leaves its predecessor serving, on every instance, until the fault is mended (PL3).
 */
import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import pg from 'pg';
import type { FormerPlugins } from '../catalogue/installed.ts';
import type { Catalogue } from '../catalogue/types.ts';

/** Demo data are made once and code is not data; neither is needed to serve. */
const LEFT_OUT = new Set(['demo', 'node_modules']);
const ENDINGS = /\.(json|hbs)$/;

type Files = Record<string, string>;

interface Kept {
  plugin: string;
  hash: string;
  files: Files;
}

/**
 * @param ownerUrl    of the migrated database, or one that is about to be
 * @param dataFolder  where the files are laid out for the loader, under their hash
 */
export function keptPlugins(ownerUrl: string, dataFolder: string): FormerPlugins {
  return {
    read: () =>
      withOwner(ownerUrl, async client => {
        if (!(await isThere(client))) return new Map();
        const { rows } = await client.query<Kept>('select plugin, hash, files from plugin_kept');
        const folders = new Map<string, string>();
        for (const kept of rows)
          folders.set(kept.plugin, await laidOut(kept, join(dataFolder, 'kept-plugins')));
        return folders;
      }),
    keep: catalogue => withOwner(ownerUrl, client => keep(client, catalogue)),
  };
}

async function isThere(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ there: boolean }>(
    `select to_regclass('public.plugin_kept') is not null as there`,
  );
  return rows[0]?.there === true;
}

async function keep(client: pg.Client, catalogue: Catalogue): Promise<void> {
  const { rows } = await client.query<{ plugin: string; hash: string }>(
    'select plugin, hash from plugin_kept',
  );
  const known = new Map(rows.map(({ plugin, hash }) => [plugin, hash]));
  for (const { id, version, folder } of catalogue.plugins.values()) {
    if (catalogue.quarantine.some(entry => entry.plugin === id)) continue;
    const files = await filesOf(folder);
    const hash = hashOf(files);
    if (known.get(id) === hash) continue;
    await client.query(
      `insert into plugin_kept (plugin, version, hash, files) values ($1, $2, $3, $4)
       on conflict (plugin) do update
         set version = excluded.version, hash = excluded.hash, files = excluded.files, kept_at = now()`,
      [id, version, hash, JSON.stringify(files)],
    );
  }
}

async function filesOf(folder: string): Promise<Files> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files: Files = {};
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name)
      .slice(folder.length + 1)
      .replaceAll(sep, '/');
    if (!entry.isFile() || !ENDINGS.test(path) || LEFT_OUT.has(path.split('/')[0] ?? '')) continue;
    files[path] = await readFile(join(folder, path), 'utf8');
  }
  return Object.fromEntries(Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1)));
}

const hashOf = (files: Files) =>
  createHash('sha256')
    .update(JSON.stringify(Object.entries(files)))
    .digest('hex');

/** Written beside and moved in whole: a folder that is there is complete. */
async function laidOut({ plugin, hash, files }: Kept, parent: string): Promise<string> {
  const place = join(parent, hash.slice(0, 16));
  const folder = join(place, plugin);
  if (existsSync(folder)) return folder;
  const unfinished = join(parent, `${randomBytes(6).toString('hex')}.new`);
  for (const [path, text] of Object.entries(files)) {
    if (path.split('/').includes('..')) throw new RangeError(`kept file outside its plugin: ${path}`);
    const file = join(unfinished, plugin, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  await rename(unfinished, place).catch(async error => {
    await rm(unfinished, { recursive: true, force: true });
    // Another instance on this folder was quicker.
    if (!existsSync(folder)) throw error;
  });
  return folder;
}

async function withOwner<T>(ownerUrl: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: ownerUrl, application_name: 'kartoteka start' });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
