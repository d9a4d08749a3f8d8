import { basename, join } from 'node:path';
import { CatalogueFault, refuseIn } from './fault.ts';
import { type FileReader, filesIn, type JsonFile } from './files.ts';
import type { FileKind, MetaSchemas } from './meta.ts';
import type { GuideStep, JsonSchema, MenuItem } from './types.ts';

/** plugin.json as checked by its meta-schema. */
export interface Manifest {
  id: string;
  version: string;
  core: string;
  title: string;
  requires?: Record<string, string>;
  organisationTypes?: (
    | string
    | { id: string; title: string; titleEn?: string; words?: Record<string, string> }
  )[];
  roles?: { id: string; title: string; titleEn?: string }[];
  entities: string[];
  extends?: { entity: string; tab: string; title?: string; list: string }[];
  menu?: Omit<MenuItem, 'plugin'>[];
  guide?: GuideStep[];
}

/** All files of one plugin, each well formed by itself. */
export interface PluginFiles {
  folder: string;
  manifest: Manifest;
  manifestFile: JsonFile;
  cards: JsonFile[];
  forms: JsonFile[];
  dictionaries: JsonFile[];
  workflows: JsonFile[];
  reports: JsonFile[];
  migrations: JsonFile[];
  grants?: JsonFile;
  locale: Record<string, string>;
}

/** Reads and checks the manifest only. @throws CatalogueFault */
export async function readManifest(
  folder: string,
  reader: FileReader,
  meta: MetaSchemas,
): Promise<{ manifest: Manifest; file: JsonFile }> {
  const file = await checked(join(folder, 'plugin.json'), 'plugin', reader, meta);
  const manifest = file.json as unknown as Manifest;
  if (manifest.id !== basename(folder))
    throw new CatalogueFault(
      file.file,
      '/id',
      `Папка называется «${basename(folder)}», а модуль «${manifest.id}»`,
    );
  return { manifest, file };
}

/** Reads and checks everything else. @throws CatalogueFault of the first faulty file */
export async function readPluginFiles(
  folder: string,
  own: { manifest: Manifest; file: JsonFile },
  reader: FileReader,
  meta: MetaSchemas,
): Promise<PluginFiles> {
  const all = async (part: string, ending: string, kind?: FileKind) => {
    const files: JsonFile[] = [];
    for (const path of await filesIn(join(folder, part), ending))
      files.push(await checked(path, kind, reader, meta));
    return files;
  };
  const [grants] = (await filesIn(folder, 'grants.json')).filter(path => basename(path) === 'grants.json');
  // Checked here, so that a fault is known before a demo region is made; used by core/demo alone.
  await all('demo', 'demo.json', 'demo');
  const files: PluginFiles = {
    folder,
    manifest: own.manifest,
    manifestFile: own.file,
    dictionaries: await all('dictionaries', '.json', 'dictionary'),
    cards: await all('schemas', '.schema.json', 'card'),
    forms: await all('forms', '.form.json', 'form'),
    workflows: await all('workflows', '.workflow.json', 'workflow'),
    reports: await all('reports', '.report.json', 'report'),
    migrations: await all('migrations', '.json', 'migration'),
    ...(grants ? { grants: await checked(grants, 'grants', reader, meta) } : {}),
    locale: await readLocale(folder, reader),
  };
  checkNames(files);
  return files;
}

async function checked(
  path: string,
  kind: FileKind | undefined,
  reader: FileReader,
  meta: MetaSchemas,
): Promise<JsonFile> {
  const file = await reader.read(path);
  const flaw = kind ? meta.check(kind, file.json)[0] : undefined;
  if (flaw) throw new CatalogueFault(path, flaw.pointer, flaw.reason);
  return file;
}

async function readLocale(folder: string, reader: FileReader): Promise<Record<string, string>> {
  const [path] = (await filesIn(join(folder, 'locales'), 'en.json')).filter(
    name => basename(name) === 'en.json',
  );
  if (!path) return {};
  const { json } = await reader.read(path);
  for (const [key, value] of Object.entries(json))
    if (typeof value !== 'string') throw new CatalogueFault(path, `/${key}`, 'Ожидается строка');
  return json as Record<string, string>;
}

/** Each card is named in the manifest, each named card has a file, and files are called after what they hold. */
function checkNames(files: PluginFiles): void {
  const refuse = refuseIn(files.manifestFile.file);
  const byName = (list: JsonFile[], ending: string, id: (json: JsonSchema) => unknown, pointer: string) => {
    for (const { file, json } of list)
      if (basename(file) !== `${id(json)}${ending}`)
        throw new CatalogueFault(file, pointer, `Файл должен называться ${id(json)}${ending}`);
  };
  byName(files.cards, '.schema.json', json => json.$id, '/$id');
  byName(files.dictionaries, '.json', json => json.id, '/id');
  byName(files.reports, '.report.json', json => json.id, '/id');
  const ids = files.cards.map(card => String(card.json.$id));
  for (const [index, id] of files.manifest.entities.entries())
    if (!ids.includes(id)) refuse(`/entities/${index}`, `Нет файла schemas/${id}.schema.json`);
  for (const id of ids)
    if (!files.manifest.entities.includes(id))
      refuse('/entities', `Карточка «${id}» есть в schemas, но не названа`);
}
