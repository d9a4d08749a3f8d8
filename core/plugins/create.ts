/** The smallest plugin: a manifest and one card. Everything else derives from them until it is written. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from '../config.ts';

/**
 * @param core  version of the running core
 * @returns the files written
 * @throws ConfigError for an unusable id or a folder that is there already
 */
export async function createPlugin(folder: string, id: string, core: string): Promise<string[]> {
  if (!/^[a-z][a-z0-9-]{0,40}$/.test(id)) {
    throw new ConfigError(`«${id}»: имя модуля состоит из строчных латинских букв, цифр и дефисов.`);
  }
  const own = join(folder, id);
  const entity = `${id}-record`;
  const files: [string, unknown][] = [
    [join(own, 'plugin.json'), manifest(id, entity, core)],
    [join(own, 'schemas', `${entity}.schema.json`), card(id, entity)],
  ];
  try {
    await mkdir(own);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw new ConfigError(`Папка ${own} уже есть.`);
    throw error;
  }
  await mkdir(join(own, 'schemas'));
  for (const [file, content] of files) await writeFile(file, `${JSON.stringify(content, null, 2)}\n`);
  return files.map(([file]) => file);
}

const manifest = (id: string, entity: string, core: string) => ({
  $schema: 'kartoteka/plugin/1',
  id,
  version: '0.1.0',
  core: `^${core.split('.').slice(0, 2).join('.')}`,
  title: `Модуль ${id}`,
  organisationTypes: ['general'],
  entities: [entity],
  menu: [{ title: `Записи ${id}`, icon: 'file-text', list: entity }],
});

const card = (id: string, entity: string) => ({
  $schema: 'kartoteka/card/1',
  $id: entity,
  title: `Запись ${id}`,
  description: `A record of ${id}.`,
  type: 'object',
  'x-entity': { plural: `Записи ${id}`, help: `Записи модуля ${id}.`, label: '{name}', search: ['name'] },
  required: ['name'],
  properties: {
    name: { title: 'Название', type: 'string', maxLength: 200 },
    startsOn: { title: 'Начало', type: 'string', format: 'date' },
    note: { title: 'Примечание', type: 'string', maxLength: 2000, 'x-multiline': true },
  },
});
