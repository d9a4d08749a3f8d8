import { loadCatalogue } from './load.ts';
import type { Catalogue, Quarantine } from './types.ts';

/**
 * The catalogue of plugins whose tables stand: those that the migration refuses are left out, with whatever
 * requires them, and shown with the reason among the quarantined.
 */
export async function loadInstalled(options: {
  pluginFolders: string[];
  migrate(catalogue: Catalogue): Promise<{ quarantined: Quarantine[] }>;
}): Promise<Catalogue> {
  const { pluginFolders } = options;
  const catalogue = await loadCatalogue({ pluginFolders });
  const { quarantined } = await options.migrate(catalogue);
  return quarantined.length === 0 ? catalogue : loadCatalogue({ pluginFolders, refused: quarantined });
}
