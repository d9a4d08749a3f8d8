/** What kinds of cards there are for the actor, and what a screen needs to know of one. */
import type { FastifyInstance } from 'fastify';
import type { Actor } from '../access/actor.ts';
import { findRights, rightsOn } from '../access/rights.ts';
import type { Catalogue } from '../catalogue/types.ts';
import type { Language } from '../forms/captions.ts';
import { catalogueOf } from '../forms/catalogue-of.ts';
import type { EntityDescription } from '../forms/description.types.ts';
import { describeEntity } from '../forms/effective.ts';
import { forbidden } from '../problems.ts';
import { items, json } from './openapi/note.ts';
import { entityParams, noQuery } from './schemas.ts';
import type { Services } from './services.ts';
import { entityPlural, entityTitle, ownWord } from './texts.ts';

export function entityRoutes(app: FastifyInstance, services: Services): void {
  const { catalogue: installed } = services;

  app.get(
    '/api/entities',
    {
      config: {
        access: 'session',
        api: { summary: 'Kinds of cards the reader may see', tag: 'interface', answers: items('CardKind') },
      },
      schema: { querystring: noQuery },
    },
    async ({ actor, language }) => ({
      items: [...installed.entities.values()]
        .filter(entity => findRights(installed, actor, entity.id)?.can('read'))
        .map(entity => ({
          id: entity.id,
          plugin: entity.plugin,
          title:
            ownWord(installed, actor, entity.id, 'one', language) ?? entityTitle(installed, entity, language),
          plural:
            ownWord(installed, actor, entity.id, 'many', language) ??
            entityPlural(installed, entity, language),
          single: entity.single,
          facet: entity.person !== undefined,
          ...(entity.childOf ? { childOf: entity.childOf.entity } : {}),
        })),
    }),
  );

  app.get<{ Params: { entity: string } }>(
    '/api/entities/:entity',
    {
      config: {
        access: 'session',
        api: {
          summary: 'One kind of card: schema, form, list and rights of the reader',
          tag: 'interface',
          answers: json('CardDescription'),
        },
      },
      schema: { params: entityParams, querystring: noQuery },
    },
    async ({ actor, params, language }) =>
      describeFor(catalogueOf(installed, actor), actor, params.entity, language),
  );
}

/**
 * The card as one who acts so gets it.
 *
 * @throws NOT_FOUND, FORBIDDEN
 */
export function describeFor(
  catalogue: Catalogue,
  actor: Pick<Actor, 'role' | 'plugins' | 'level' | 'organisationTypes'>,
  entityId: string,
  language: Language,
): EntityDescription {
  const rights = rightsOn(catalogue, actor, entityId);
  if (!['read', 'create'].some(rights.can))
    throw forbidden(`Нет права на карточки «${rights.entity.plural}»`);
  const description = describeEntity(catalogue, rights, entityId, language, id =>
    findRights(catalogue, actor, id),
  );
  const title = ownWord(catalogue, actor, entityId, 'one', language) ?? description.title;
  const plural = ownWord(catalogue, actor, entityId, 'many', language) ?? description.plural;
  const worded = { ...description, title, plural };
  return actor.level === 'organisation' ? worded : withOrganisation(worded);
}

/** Who looks at many organisations sees by default which one a card stands in. */
function withOrganisation(description: EntityDescription): EntityDescription {
  const path = 'organisation.name';
  if (description.single || !description.columns.some(column => column.path === path)) return description;
  const [first = path, ...rest] = description.list.columns;
  return { ...description, list: { ...description.list, columns: [...new Set([first, path, ...rest])] } };
}
