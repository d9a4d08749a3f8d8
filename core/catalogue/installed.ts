import { loadCatalogue } from './load.ts';
import type { Catalogue, Quarantine } from './types.ts';

/** Former versions of plugins, by which they serve while what stands in their folder cannot be taken in. */
export interface FormerPlugins {
  /** Plugin -> folder with the files of the version whose tables stand. */
  read(): Promise<Map<string, string>>;
  /** Remembers what serves from now on. */
  keep(catalogue: Catalogue): Promise<void>;
}

/**
 * The catalogue of plugins whose tables stand. One that the migration refuses is replaced by its former version, or
 * left out with whatever requires it, and shown with the reason among the quarantined.
 */
export async function loadInstalled(options: {
  pluginFolders: string[];
  migrate(catalogue: Catalogue): Promise<{ quarantined: Quarantine[] }>;
  former?: FormerPlugins;
}): Promise<Catalogue> {
  const { pluginFolders } = options;
  const former = (await options.former?.read()) ?? new Map<string, string>();
  const refused: Quarantine[] = [];
  for (;;) {
    const catalogue = await loadCatalogue({ pluginFolders, refused, former });
    const { quarantined } = await options.migrate(catalogue);
    if (quarantined.length === 0) {
      await options.former?.keep(catalogue);
      return catalogue;
    }
    for (const fault of quarantined.filter(one => !waitsForAnother(catalogue, one, quarantined))) {
      const known = catalogue.quarantine.find(entry => entry.plugin === fault.plugin);
      // Refused in its former version too: what is said of the present one stays the fault to mend.
      if (known?.serving !== undefined) former.delete(fault.plugin);
      if (!refused.some(entry => entry.plugin === fault.plugin)) refused.push(known ? bare(known) : fault);
    }
  }
}

/** Refused only because a plugin that it requires was: with a former version of that one it may serve. */
function waitsForAnother(catalogue: Catalogue, { plugin }: Quarantine, all: readonly Quarantine[]): boolean {
  const needs = catalogue.plugins.get(plugin)?.requires ?? {};
  return all.some(other => other.plugin in needs);
}

const bare = ({ serving: _, ...fault }: Quarantine): Quarantine => fault;
