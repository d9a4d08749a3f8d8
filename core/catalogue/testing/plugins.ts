/** Plugins of tests, in folders of their own that go away with the test. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { loadCatalogue } from '../load.ts';
import type { Catalogue } from '../types.ts';

/** Path inside the plugin -> JSON, or text as it stands. */
export type PluginFilesOf = Record<string, unknown>;

/** Loads a catalogue of just these plugins: id -> files. */
export async function catalogueOf(plugins: Record<string, PluginFilesOf>): Promise<Catalogue> {
  const folder = await mkdtemp(join(tmpdir(), 'kartoteka-catalogue-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [id, files] of Object.entries(plugins))
    for (const [name, content] of Object.entries(files)) {
      const file = join(folder, id, name);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
    }
  return loadCatalogue({ pluginFolders: [folder] });
}

export const aManifest = (id: string, more: object = {}) => ({
  $schema: 'kartoteka/plugin/1',
  id,
  version: '1.0.0',
  core: '*',
  title: 'Музыкальная школа',
  entities: [],
  ...more,
});

export const aCard = (id: string, properties: object, more: object = {}) => ({
  $schema: 'kartoteka/card/1',
  $id: id,
  title: 'Инструмент',
  type: 'object',
  properties,
  ...more,
});

/** A plugin of one card called `<id>-card`. */
export const aPlugin = (
  id: string,
  properties: object = { name: { title: 'Название', type: 'string' } },
  more: { manifest?: object; card?: object } = {},
): PluginFilesOf => ({
  'plugin.json': aManifest(id, { entities: [`${id}-card`], ...more.manifest }),
  [`schemas/${id}-card.schema.json`]: aCard(`${id}-card`, properties, more.card),
});
