/**
 * The requirements map: which clause of the regulations, security promise or fault is proved by which test.
 *
 * A test proves a clause by naming its id in its title (`it('S001-4.5 …')`). The map is made from the titles,
 * so it cannot claim what no test says; `map.test.ts` keeps the committed page current.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');
const FOLDERS = ['core', 'plugins', 'tests', 'admin-ui', 'schemas', 'report-templates'];
const TITLE = /\b(?:it|test|describe)(?:\.\w+)?(?:\([^)]*\))?\(\s*(['"`])((?:\\.|(?!\1).)*)\1/g;

export interface RequirementIds {
  regulations: string[];
  promises: string[];
  faults: string[];
}

export async function readIds(): Promise<RequirementIds> {
  return JSON.parse(await readFile(join(import.meta.dirname, 'ids.json'), 'utf8')) as RequirementIds;
}

/** Titles of all tests by file, paths relative to the project. */
async function readTitles(): Promise<Map<string, string[]>> {
  const titles = new Map<string, string[]>();
  for (const folder of FOLDERS) {
    const entries = await readdir(join(ROOT, folder), { recursive: true, withFileTypes: true });
    for (const entry of entries) {
      if (!entry.isFile() || !/\.test\.tsx?$/.test(entry.name)) continue;
      const file = join(entry.parentPath, entry.name);
      const text = await readFile(file, 'utf8');
      titles.set(
        relative(ROOT, file),
        [...text.matchAll(TITLE)].map(match => match[2] ?? ''),
      );
    }
  }
  return titles;
}

/** Id -> files whose test titles name it; an id counts only as a whole word. */
export async function findProofs(ids: string[]): Promise<Map<string, string[]>> {
  const titles = await readTitles();
  const proofs = new Map<string, string[]>();
  for (const id of ids) {
    const pattern = new RegExp(`(^|[\\s,;:(])${id.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?=$|[\\s,;:)])`);
    const files = [...titles]
      .filter(([, all]) => all.some(title => pattern.test(title)))
      .map(([file]) => file);
    proofs.set(id, files.sort());
  }
  return proofs;
}

export async function buildPage(): Promise<string> {
  const ids = await readIds();
  const sections: [string, string[]][] = [
    ['Clauses of the regulations', ids.regulations],
    ['Security and reliability promises', ids.promises],
    ['Faults', ids.faults],
  ];
  const proofs = await findProofs(Object.values(ids).flat() as string[]);
  const lines = [
    '# Requirements map',
    '',
    'Made from the titles of the tests by `npm test -- tests/requirements -u`. A clause is *tested* when at least one test names',
    'its id, which does not yet say that every word of the clause is built; *open* ones wait for their area.',
    'The documents behind the ids stand in `schemas/sources.json`.',
  ];
  for (const [title, list] of sections) {
    const tested = list.filter(id => proofs.get(id)?.length).length;
    lines.push(
      '',
      `## ${title}: ${tested} of ${list.length} tested`,
      '',
      '| Id | State | Tests |',
      '| --- | --- | --- |',
    );
    for (const id of list) {
      const files = proofs.get(id) ?? [];
      lines.push(
        `| ${id} | ${files.length ? 'tested' : 'open'} | ${files.map(file => `\`${file}\``).join(', ')} |`,
      );
    }
  }
  return `${lines.join('\n')}\n`;
}
