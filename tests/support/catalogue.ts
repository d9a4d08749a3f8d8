import { join } from 'node:path';
import { loadCatalogue } from '../../core/catalogue/load.ts';
import type { Catalogue } from '../../core/catalogue/types.ts';
import { projectRoot } from '../../core/config.ts';

export const installedPlugins = join(projectRoot, 'plugins');

let installed: Promise<Catalogue> | undefined;

/** The catalogue of the plugins that come with the system; read once per worker and never changed. */
export function installedCatalogue(): Promise<Catalogue> {
  installed ??= loadCatalogue({ pluginFolders: [installedPlugins] });
  return installed;
}
