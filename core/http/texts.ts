/** Titles of cards in the reader's language. */
import type { Actor } from '../access/actor.ts';
import type { Catalogue, Entity } from '../catalogue/types.ts';
import { captions, type Language } from '../forms/captions.ts';

/**
 * What the actor's type of organisations calls the cards, in Russian: the word `student` for the card `student`,
 * `studyGroups` for several of `study-group`. Titles of cards are written in the words of a school, so only a type
 * that has other words answers.
 */
export function ownWord(
  catalogue: Catalogue,
  actor: Pick<Actor, 'level' | 'organisationTypes'>,
  entity: string,
  number: 'one' | 'many',
  language: Language,
): string | undefined {
  const [type] = actor.organisationTypes;
  if (language !== 'ru' || actor.level !== 'organisation' || type === undefined) return undefined;
  const key =
    entity.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase()) + (number === 'many' ? 's' : '');
  const word = catalogue.organisationTypes.get(type)?.words[key];
  if (!word || word === catalogue.organisationTypes.get('general')?.words[key]) return undefined;
  return word.charAt(0).toUpperCase() + word.slice(1);
}

export const entityTitle = (catalogue: Catalogue, entity: Entity, language: Language) =>
  captions(catalogue, entity.plugin, language)(`entity.${entity.id}`, entity.title);

export const entityPlural = (catalogue: Catalogue, entity: Entity, language: Language) =>
  captions(catalogue, entity.plugin, language)(`plural.${entity.id}`, entity.plural);
