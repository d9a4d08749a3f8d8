import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadCatalogue } from '../catalogue/load.ts';
import { createPlugin } from './create.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kartoteka-plugin-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('a new plugin is two files that are taken in as they are', async () => {
  const files = await createPlugin(folder, 'music-school', '0.1.0');
  expect(files).toHaveLength(2);
  expect(
    (await readdir(join(folder, 'music-school'), { recursive: true, withFileTypes: true })).filter(e =>
      e.isFile(),
    ),
  ).toHaveLength(2);

  const catalogue = await loadCatalogue({ pluginFolders: [folder] });
  expect(catalogue.quarantine).toEqual([]);
  expect(catalogue.entities.get('music-school-record')?.fields.has('name')).toBe(true);
});

test('refuses a name that is no folder name, and never writes over a plugin', async () => {
  await expect(createPlugin(folder, '../x', '0.1.0')).rejects.toThrow('../x');
  await createPlugin(folder, 'chess', '0.1.0');
  await expect(createPlugin(folder, 'chess', '0.1.0')).rejects.toThrow('уже есть');
});
