import { fileURLToPath } from 'node:url';
import { refuseIn } from './fault.ts';
import { type FileReader, filesIn, type JsonFile } from './files.ts';
import type { MetaSchemas } from './meta.ts';
import type { Catalogue, Dictionary, DictionaryItem, OrganisationType } from './types.ts';

const folder = fileURLToPath(new URL('../../schemas/dictionaries/', import.meta.url));

/** A dictionary file checked by its meta-schema -> the dictionary; items keep their order. */
export function compileDictionary(file: JsonFile, plugin: string): Dictionary {
  const refuse = refuseIn(file.file);
  const json = file.json as {
    id: string;
    title: string;
    source: string;
    closed?: boolean;
    items: Record<string, unknown>[];
  };
  const codes = new Set<string>();
  const items = json.items.map((raw, index): DictionaryItem => {
    const { code, ru, en, ...extra } = raw as { code: string; ru: string; en: string };
    if (codes.has(code)) refuse(`/items/${index}/code`, `Код «${code}» в справочнике уже есть`);
    codes.add(code);
    return { code, ru, en, extra };
  });
  const { id, title, source, closed } = json;
  return { id, title, source, plugin, items, ...(closed ? { closed } : {}) };
}

/** The core's own dictionaries. @throws CatalogueFault: without them nothing can run */
export async function readCoreDictionaries(
  reader: FileReader,
  meta: MetaSchemas,
): Promise<Catalogue['dictionaries']> {
  const found: Catalogue['dictionaries'] = new Map();
  for (const path of await filesIn(folder, '.json')) {
    const file = await reader.read(path);
    const [flaw] = meta.check('dictionary', file.json);
    if (flaw) refuseIn(path)(flaw.pointer, flaw.reason);
    const dictionary = compileDictionary(file, 'core');
    found.set(dictionary.id, dictionary);
  }
  return found;
}

/** Roles of the regulations from the dictionary `system-roles`. */
export const rolesOf = (dictionaries: Catalogue['dictionaries']): Catalogue['roles'] =>
  new Map(
    (dictionaries.get('system-roles')?.items ?? []).map(item => [
      item.code,
      { id: item.code, title: item.ru, titleEn: item.en },
    ]),
  );

/**
 * Adds a type of organisations that a plugin declares to the types and to their dictionary.
 *
 * @returns false if the type is there and is not this plugin's
 */
export function declareType(
  catalogue: Pick<Catalogue, 'organisationTypes' | 'dictionaries'>,
  plugin: string,
  type: { id: string; title: string; titleEn?: string; words?: Record<string, string> },
): boolean {
  const types = catalogue.dictionaries.get('org-types');
  if (catalogue.organisationTypes.has(type.id))
    return types?.items.find(item => item.code === type.id)?.extra.plugin === plugin;
  const school = catalogue.organisationTypes.get('general')?.words ?? {};
  const words = { ...school, ...type.words };
  catalogue.organisationTypes.set(type.id, { id: type.id, title: type.title, words });
  const item = { code: type.id, ru: type.title, en: type.titleEn ?? type.title, extra: { plugin } };
  if (types) catalogue.dictionaries.set('org-types', { ...types, items: [...types.items, item] });
  return true;
}

/** Types of organisations from `org-types`, each with its words; a word it lacks is that of the school. */
export function organisationTypesOf(dictionaries: Catalogue['dictionaries']): Map<string, OrganisationType> {
  const items = dictionaries.get('org-types')?.items ?? [];
  const words = (item: DictionaryItem | undefined) => (item?.extra.words ?? {}) as Record<string, string>;
  const school = words(items.find(item => item.code === 'general'));
  return new Map(
    items.map(item => [item.code, { id: item.code, title: item.ru, words: { ...school, ...words(item) } }]),
  );
}
