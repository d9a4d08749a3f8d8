import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');
/** Everything a module names: `import … from`, `export … from`, `import()`; type-only ones apart. */
const IMPORT =
  /\b(import|export)\s+(type\s)?[^'";]*?from\s+'([^']+)'|\bimport\(\s*'([^']+)'\s*\)|^import\s+'([^']+)'/gm;

interface Use {
  file: string;
  target: string;
  typeOnly: boolean;
}

async function sourcesOf(folder: string): Promise<string[]> {
  const entries = await readdir(join(ROOT, folder), { recursive: true, withFileTypes: true });
  return entries
    .filter(entry => entry.isFile() && /\.tsx?$/.test(entry.name) && !/\.test\.tsx?$/.test(entry.name))
    .map(entry => join(entry.parentPath, entry.name))
    .filter(file => !file.split(sep).includes('testing'));
}

/** Own files are given by their path in the project, others by the name they are imported by. */
async function usesOf(folder: string): Promise<Use[]> {
  const uses: Use[] = [];
  for (const file of await sourcesOf(folder)) {
    const text = await readFile(file, 'utf8');
    for (const [, , type, named, dynamic, bare] of text.matchAll(IMPORT)) {
      const target = named ?? dynamic ?? bare ?? '';
      uses.push({
        file: relative(ROOT, file),
        target: target.startsWith('.') ? relative(ROOT, resolve(dirname(file), target)) : target,
        typeOnly: type !== undefined,
      });
    }
  }
  return uses;
}

const text = (uses: Use[]) => uses.map(({ file, target }) => `${file} -> ${target}`);

describe('boundaries between the folders', () => {
  it('the core imports neither plugins nor pages', async () => {
    const uses = await usesOf('core');
    expect(uses.length).toBeGreaterThan(100);
    expect(text(uses.filter(({ target }) => /^(plugins|admin-ui|tests)\//.test(target)))).toEqual([]);
  });

  it('the core never names a plugin', async () => {
    const ids = (await readdir(join(ROOT, 'plugins'), { withFileTypes: true }))
      .filter(entry => entry.isDirectory())
      .map(entry => entry.name);
    const named: string[] = [];
    for (const file of await sourcesOf('core')) {
      const source = await readFile(file, 'utf8');
      for (const id of ids) if (source.includes(id)) named.push(`${relative(ROOT, file)}: ${id}`);
    }
    expect(ids.length).toBeGreaterThan(0);
    expect(named).toEqual([]);
  });

  it('PL2 a plugin imports the SDK, packages and its own folder, nothing else', async () => {
    const uses = await usesOf('plugins');
    expect(uses.length).toBeGreaterThan(0);
    const astray = uses.filter(({ file, target }) => {
      if (target === '#sdk') return false;
      const own = file.split(sep).slice(0, 2).join(sep);
      return (
        target.startsWith('#') ||
        (/^(core|plugins|admin-ui|tests)\//.test(target) && !target.startsWith(own + sep))
      );
    });
    expect(text(astray)).toEqual([]);
  });

  it('the SDK re-exports and holds no logic', async () => {
    const source = await readFile(join(ROOT, 'core', 'sdk', 'index.ts'), 'utf8');
    const code = source
      .replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
      .replace(/export\s+(type\s+)?(\*|\{[^}]*\})\s+from\s+'[^']+';/g, '');
    expect(code.trim()).toBe('');
  });

  it('pages take types from the core, and code only from its pure folders', async () => {
    const uses = await usesOf('admin-ui');
    const astray = uses.filter(
      ({ target, typeOnly }) =>
        target.startsWith('core/') && !typeOnly && !/^core\/(formats|expressions)\//.test(target),
    );
    expect(text(astray)).toEqual([]);
  });

  it('the pure folders reach neither the server nor Node', async () => {
    const uses = [...(await usesOf('core/formats')), ...(await usesOf('core/expressions'))];
    const astray = uses.filter(
      ({ target, typeOnly }) =>
        !typeOnly &&
        (target.startsWith('node:') ||
          (target.startsWith('core/') && !/^core\/(formats|expressions|problems)/.test(target))),
    );
    expect(text(astray)).toEqual([]);
  });
});
