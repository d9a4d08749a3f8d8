/** Captions in the reader's language: English from the plugin's locale where it exists, else Russian. */
import type { Catalogue, Entity } from '../catalogue/types.ts';
import type { Language } from './problem.ts';

/** `texts('menu.student', 'Обучающиеся')` */
export function textsOf(catalogue: Catalogue, plugin: string, language: Language) {
  const english = language === 'en' ? catalogue.locales.get(plugin) : undefined;
  return (key: string, russian: string): string => english?.[key] ?? russian;
}

export const entityTitle = (catalogue: Catalogue, entity: Entity, language: Language) =>
  textsOf(catalogue, entity.plugin, language)(`entity.${entity.id}`, entity.title);

export const entityPlural = (catalogue: Catalogue, entity: Entity, language: Language) =>
  textsOf(catalogue, entity.plugin, language)(`plural.${entity.id}`, entity.plural);
