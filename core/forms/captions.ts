/** Captions of one kind of card in the reader's language: English from the plugin's locale, else Russian. */
import type { Catalogue, Entity, Relation } from '../catalogue/types.ts';

export type Language = 'ru' | 'en';

/** `captions(catalogue, 'club', 'en')('field.member.shift', 'Смена')` -> `Shift`. */
export function captions(
  catalogue: Catalogue,
  plugin: string,
  lang: Language,
): (key: string, russian: string) => string {
  const english = lang === 'en' ? catalogue.locales.get(plugin) : undefined;
  return (key, russian) => (english && Object.hasOwn(english, key) ? english[key]! : russian);
}

/** Title of a relation: of its field, of the way back, or the plural of the card it leads to. */
export function relationTitle(
  catalogue: Catalogue,
  entity: Entity,
  relation: Relation,
  lang: Language,
): string {
  const target = catalogue.entities.get(relation.entity);
  if (lang === 'ru' || !target) return relation.title;
  if (relation.kind === 'one') {
    const field = captions(catalogue, entity.plugin, lang)(`field.${entity.id}.${relation.via}`, '');
    return field || captions(catalogue, target.plugin, lang)(`entity.${target.id}`, relation.title);
  }
  const own = captions(catalogue, target.plugin, lang);
  const inverse = relation.join === 'inverse' ? own(`inverse.${target.id}.${relation.via}`, '') : '';
  return inverse || own(`plural.${target.id}`, relation.title);
}
