/** Titles of cards in the reader's language. */
import type { Catalogue, Entity } from '../catalogue/types.ts';
import { captions, type Language } from '../forms/captions.ts';

export const entityTitle = (catalogue: Catalogue, entity: Entity, language: Language) =>
  captions(catalogue, entity.plugin, language)(`entity.${entity.id}`, entity.title);

export const entityPlural = (catalogue: Catalogue, entity: Entity, language: Language) =>
  captions(catalogue, entity.plugin, language)(`plural.${entity.id}`, entity.plural);
