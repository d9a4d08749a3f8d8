import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CatalogueFault } from './fault.ts';
import type { JsonSchema } from './types.ts';

/** SC3: a definition larger or deeper than this is refused. */
const MAX_BYTES = 256 * 1024;
const MAX_DEPTH = 24;

/** A JSON file as read: where it stands and what it says. */
export interface JsonFile {
  file: string;
  json: JsonSchema;
}

/** Reads JSON files and remembers their contents for the version of the catalogue. */
export class FileReader {
  readonly #seen = new Map<string, string>();

  /** @throws CatalogueFault if the file cannot be read, is too large, too deep or no JSON object. */
  async read(file: string): Promise<JsonFile> {
    let text: string;
    try {
      if ((await stat(file)).size > MAX_BYTES) throw new CatalogueFault(file, '', 'Файл больше 256 КБ');
      text = await readFile(file, 'utf8');
    } catch (error) {
      if (error instanceof CatalogueFault) throw error;
      throw new CatalogueFault(file, '', 'Файла нет или он не читается');
    }
    this.#seen.set(file, text);
    return { file, json: parseObject(file, text) };
  }

  /** Hash of everything read, and of `more`, independent of the order and of where the project stands. */
  version(root: string, more: string): string {
    const hash = createHash('sha256').update(more);
    for (const [file, text] of [...this.#seen].sort(([a], [b]) => (a < b ? -1 : 1)))
      hash.update(`${file.replace(root, '')}\0${text}\0`);
    return hash.digest('hex').slice(0, 32);
  }
}

function parseObject(file: string, text: string): JsonSchema {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new CatalogueFault(file, '', `Это не JSON: ${placeOf(error, text)}`);
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw new CatalogueFault(file, '', 'Ожидается объект JSON');
  if (depth(json) > MAX_DEPTH) throw new CatalogueFault(file, '', `Вложенность больше ${MAX_DEPTH} уровней`);
  return json as JsonSchema;
}

/** «строка 3, позиция 5» of a syntax error; the engine tells an offset, a line, or nothing. */
function placeOf(error: unknown, text: string): string {
  const message = error instanceof Error ? error.message : '';
  const line = /line (\d+) column (\d+)/.exec(message);
  if (line) return `строка ${line[1]}, позиция ${line[2]}`;
  const offset = /position (\d+)/.exec(message)?.[1];
  const before = text.slice(0, offset === undefined ? text.length : Number(offset)).split('\n');
  return `строка ${before.length}, позиция ${(before.at(-1)?.length ?? 0) + 1}`;
}

function depth(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let deepest = 0;
  for (const part of Object.values(value)) deepest = Math.max(deepest, depth(part));
  return deepest + 1;
}

/** Paths of files in a folder that end so, by name; none if there is no such folder. */
export async function filesIn(folder: string, ending: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names
    .filter(name => name.endsWith(ending))
    .sort()
    .map(name => join(folder, name));
}
