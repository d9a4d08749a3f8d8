import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Problem } from '../problems.ts';

const ID = /^[a-z][a-z0-9-]{1,47}$/;

/**
 * Writes the smallest plugin: a manifest and one card. List, form, rights of the organisation's administrator,
 * report source and API derive from it at the next start.
 *
 * @param folder   where plugins stand
 * @param version  version of the core it is made for
 * @returns        paths of the two files
 * @throws         PLUGIN_ID if the id is no name of lower-case Latin letters, digits and hyphens; PLUGIN_EXISTS
 */
export async function createPlugin(folder: string, id: string, version: string): Promise<string[]> {
  if (!ID.test(id))
    throw new Problem(
      'PLUGIN_ID',
      400,
      'Имя модуля',
      `«${id}»: имя состоит из строчных латинских букв, цифр и дефисов и начинается с буквы`,
    );
  const home = join(folder, id);
  if (await stat(home).catch(() => undefined))
    throw new Problem('PLUGIN_EXISTS', 409, 'Модуль уже есть', `Папка ${home} уже есть`);
  const entity = `${id}-item`;
  const files: [string, object][] = [
    [join(home, 'plugin.json'), manifestOf(id, entity, version)],
    [join(home, 'schemas', `${entity}.schema.json`), cardOf(entity)],
  ];
  await mkdir(join(home, 'schemas'), { recursive: true });
  for (const [file, json] of files) await writeFile(file, `${JSON.stringify(json, null, 2)}\n`);
  return files.map(([file]) => file);
}

const manifestOf = (id: string, entity: string, version: string) => ({
  $schema: 'kartoteka/plugin/1',
  id,
  version: '0.1.0',
  core: `^${version.split('.').slice(0, 2).join('.')}`,
  title: 'Новый модуль',
  entities: [entity],
});

const cardOf = (entity: string) => ({
  $schema: 'kartoteka/card/1',
  $id: entity,
  title: 'Новая карточка',
  description: 'A card to start from: change its fields to what you keep.',
  type: 'object',
  required: ['name'],
  properties: {
    name: { title: 'Название', type: 'string', maxLength: 200 },
    startsOn: { title: 'Дата начала', type: 'string', format: 'date' },
    note: { title: 'Примечание', type: 'string', maxLength: 2000, 'x-multiline': true, 'x-counts': false },
  },
});
