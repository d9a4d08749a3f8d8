import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Catalogue, Entity, JsonSchema } from '../catalogue/types.ts';

const BANNER = '// Made by `npm run gen` from the cards of this plugin. Do not edit.\n';

export interface GeneratedFile {
  file: string;
  /** The file on disk says the same. */
  current: boolean;
}

/**
 * Types of the cards of every plugin that has TypeScript of its own, in `plugins/<id>/types.gen.ts`.
 *
 * @param options.check  only compare, write nothing. Default false
 */
export async function generateTypes(
  catalogue: Catalogue,
  options: { check?: boolean } = {},
): Promise<GeneratedFile[]> {
  const files: GeneratedFile[] = [];
  for (const plugin of catalogue.plugins.values()) {
    if (!(await hasCode(plugin.folder))) continue;
    const file = join(plugin.folder, 'types.gen.ts');
    const text = await typesOf(plugin.entities.map(id => catalogue.entities.get(id)!));
    const before = await readFile(file, 'utf8').catch(() => '');
    if (before !== text && !options.check) await writeFile(file, text);
    files.push({ file, current: before === text });
  }
  return files;
}

/** A folder of JSON and templates needs no types. */
async function hasCode(folder: string): Promise<boolean> {
  const files = await readdir(folder, { recursive: true });
  return files.some(file => /[.]tsx?$/.test(file) && !file.includes('node_modules'));
}

/** TypeScript of the given cards, as records in the API's shape without what the server adds. */
export async function typesOf(entities: readonly Entity[]): Promise<string> {
  const { compile } = await import('json-schema-to-typescript');
  const parts: string[] = [];
  for (const entity of entities) {
    const schema = plain(entity.schema) as JsonSchema;
    const text = await compile({ ...schema, description: entity.description }, pascal(entity.id), {
      bannerComment: '',
      additionalProperties: false,
      ignoreMinAndMaxItems: true,
      format: true,
      style: { singleQuote: true, printWidth: 110 },
    });
    parts.push(text.trim());
  }
  return `${BANNER}\n${parts.join('\n\n')}\n`;
}

const pascal = (id: string): string =>
  id
    .split('-')
    .map(part => part.charAt(0).toUpperCase() + part.slice(1))
    .join('');

const KEPT = new Set([
  'type',
  'properties',
  'required',
  'items',
  'additionalProperties',
  'description',
  'enum',
]);

/**
 * Only what makes a type. Titles go because Cyrillic ones become names like NoName1; codes of dictionaries
 * because regions and organisations change them.
 */
function plain(schema: unknown, inProperties = false): unknown {
  if (typeof schema !== 'object' || schema === null) return schema;
  if (Array.isArray(schema)) return schema;
  const kept = Object.entries(schema).filter(
    ([key]) => inProperties || (KEPT.has(key) && !(key === 'enum' && 'x-dictionary' in schema)),
  );
  return Object.fromEntries(
    kept.map(([key, value]) => [key, plain(value, !inProperties && key === 'properties')]),
  );
}
