import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';

/** A folder is its own registration: every folder with a plugin.json is a plugin. */
export async function discoverPlugins(folders: readonly string[]): Promise<{ id: string; folder: string }[]> {
  const found: { id: string; folder: string }[] = [];
  for (const parent of folders) {
    const entries = await readdir(parent, { withFileTypes: true }).catch(() => []);
    for (const entry of entries.filter(one => one.isDirectory() || one.isSymbolicLink())) {
      const folder = join(parent, entry.name);
      const manifest = await stat(join(folder, 'plugin.json')).catch(() => undefined);
      if (manifest?.isFile()) found.push({ id: basename(folder), folder });
    }
  }
  return found.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}
