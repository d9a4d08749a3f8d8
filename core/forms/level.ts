/** The place of one level in the chain: what stands above it, what is its own, what of it an actor may know. */
import type { Actor } from '../access/actor.ts';
import { findRights } from '../access/rights.ts';
import type { Catalogue, Entity } from '../catalogue/types.ts';
import { notFound } from '../problems.ts';
import { catalogueOf } from './catalogue-of.ts';
import { deriveCatalogue } from './derive.ts';
import {
  type DictionaryLayer,
  emptyDictionary,
  emptyForm,
  type FormLayer,
  type PublishedLayer,
} from './layers.ts';

const isOwnForm = (actor: Actor, entityId: string) => (layer: PublishedLayer) =>
  layer.kind === 'form' && layer.organisationId === actor.organisationId && layer.subject === entityId;

export function publishedForm(actor: Actor, entityId: string): FormLayer {
  const own = actor.forms?.find(isOwnForm(actor, entityId));
  return own?.kind === 'form' ? own.definition : emptyForm();
}

export function publishedDictionary(actor: Actor, id: string): DictionaryLayer {
  const own = actor.forms?.find(
    layer =>
      layer.kind === 'dictionary' && layer.organisationId === actor.organisationId && layer.subject === id,
  );
  return own?.kind === 'dictionary' ? own.definition : emptyDictionary();
}

/** Publications of the chain without the own form of the card. */
const withoutOwnForm = (actor: Actor, entityId: string): PublishedLayer[] => {
  const own = isOwnForm(actor, entityId);
  return (actor.forms ?? []).filter(layer => !own(layer));
};

export function withoutOwnDictionary(actor: Actor, id: string): PublishedLayer[] {
  return (actor.forms ?? []).filter(
    layer =>
      !(layer.kind === 'dictionary' && layer.organisationId === actor.organisationId && layer.subject === id),
  );
}

/** The own changes of a dictionary as a layer of the chain; of this request alone. */
export const dictionaryLayer = (actor: Actor, id: string, definition: DictionaryLayer): PublishedLayer => ({
  id: 'draft',
  organisationId: actor.organisationId,
  level: actor.level,
  subject: id,
  kind: 'dictionary',
  definition,
});

/** @throws NOT_FOUND for a card that there is not, that is off, or that the actor does not read */
export function aboveOf(
  installed: Catalogue,
  actor: Actor,
  entityId: string,
): { catalogue: Catalogue; entity: Entity } {
  const catalogue = catalogueOf(installed, { forms: withoutOwnForm(actor, entityId) });
  const rights = findRights(catalogue, actor, entityId);
  if (!rights?.can('read') || rights.entity.builtin) throw notFound('Такого вида карточек нет');
  return { catalogue, entity: rights.entity };
}

/** Kinds of cards the actor may design. */
export const designed = (catalogue: Catalogue, actor: Actor): Entity[] =>
  [...catalogue.entities.values()].filter(
    entity => !entity.builtin && findRights(catalogue, actor, entity.id)?.can('read'),
  );

/** The chain's catalogue as if the layer were the own one; of this request alone, so it is not kept. */
export function withLayer(installed: Catalogue, actor: Actor, entityId: string, layer: FormLayer): Catalogue {
  const own: PublishedLayer = {
    id: 'draft',
    organisationId: actor.organisationId,
    level: actor.level,
    subject: entityId,
    kind: 'form',
    definition: layer,
  };
  return deriveCatalogue(installed, [...withoutOwnForm(actor, entityId), own]);
}

/** Custom fields of levels above that the actor may not read; those of the own level its designers know. */
export function closedFields(catalogue: Catalogue, actor: Actor, entityId: string): Set<string> {
  const rights = findRights(catalogue, actor, entityId);
  const fields = [...(rights?.entity.fields.values() ?? [])];
  return new Set(
    fields
      .filter(
        field =>
          field.custom &&
          field.custom.organisationId !== actor.organisationId &&
          !rights?.readable(field.path),
      )
      .map(field => field.path),
  );
}
