import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildPage, readIds } from './map.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** Every clause id that a schema, grant or report of a plugin cites. */
async function citedClauses(): Promise<Map<string, string>> {
  const cited = new Map<string, string>();
  const entries = await readdir(join(ROOT, 'plugins'), { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    if (!entry.isFile() || !entry.name.endsWith('.json')) continue;
    const text = await readFile(join(entry.parentPath, entry.name), 'utf8');
    for (const [, id] of text.matchAll(/"(S00\d-[^"]+)"/g))
      cited.set(id ?? '', join(entry.parentPath, entry.name));
  }
  return cited;
}

describe('the requirements map', () => {
  it('is current', async () => {
    await expect(await buildPage()).toMatchFileSnapshot('../requirements.md');
  });

  it('knows every clause that a plugin cites, up to a finer letter of ours', async () => {
    const { regulations } = await readIds();
    const unknown = [...(await citedClauses())].filter(
      ([id]) => !regulations.some(known => known === id || known.startsWith(id) || id.startsWith(known)),
    );
    expect(unknown).toEqual([]);
  });
});
