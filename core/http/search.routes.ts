/** Search of the command palette: the best few of each kind of card the actor may read. */
import type { FastifyInstance } from 'fastify';
import type { Actor } from '../access/actor.ts';
import { findRights, type Rights } from '../access/rights.ts';
import type { Field } from '../catalogue/types.ts';
import { showDay } from '../documents/values.ts';
import { catalogueOf } from '../forms/catalogue-of.ts';
import { otherLayout } from './keyboard-layout.ts';
import { json } from './openapi/note.ts';
import type { Language } from './problem.ts';
import { noQuery, object } from './schemas.ts';
import type { Services } from './services.ts';
import { entityTitle } from './texts.ts';

export interface FoundItem {
  entity: string;
  entityTitle: string;
  id: string;
  label: string;
  detail: string;
}

const EACH = 5;
const MOST = 20;
const AT_ONCE = 3;

export function searchRoutes(app: FastifyInstance, services: Services): void {
  app.post<{ Body: { q: string } }>(
    '/api/search',
    {
      config: {
        access: 'session',
        api: { summary: 'The best few cards of every kind', tag: 'interface', answers: json('SearchAnswer') },
      },
      schema: {
        body: object({ q: { type: 'string', minLength: 1, maxLength: 200 } }, ['q']),
        querystring: noQuery,
      },
    },
    async ({ actor, body, language }) => {
      const asTyped = await findCards(services, actor, body.q.trim(), language);
      if (asTyped.length > 0) return { items: asTyped };
      const other = otherLayout(body.q.trim());
      return { items: await findCards(services, actor, other, language), layout: other };
    },
  );
}

async function findCards(
  services: Services,
  actor: Actor,
  q: string,
  language: Language,
): Promise<FoundItem[]> {
  if (q.length < 2) return [];
  const catalogue = catalogueOf(services.catalogue, actor);
  const searched = [...catalogue.entities.values()]
    .map(entity => findRights(catalogue, actor, entity.id))
    .filter(rights => rights !== undefined)
    .filter(rights => rights.can('read') && rights.entity.search.some(path => rights.readable(path)));
  const found: FoundItem[][] = [];
  // A few at a time: one palette must not take the whole pool.
  for (let from = 0; from < searched.length; from += AT_ONCE)
    found.push(
      ...(await Promise.all(
        searched.slice(from, from + AT_ONCE).map(rights => findIn(services, actor, rights, q, language)),
      )),
    );
  return found.flat().slice(0, MOST);
}

async function findIn(
  services: Services,
  actor: Actor,
  rights: Rights,
  q: string,
  language: Language,
): Promise<FoundItem[]> {
  const { entity } = rights;
  const fields = detailFields(rights);
  const { items } = await services.gateway.list(actor, entity.id, {
    q,
    limit: EACH,
    fields: fields.map(({ path }) => path),
  });
  return items.map(item => {
    const label = String(item.label ?? '');
    const details = fields.map(field => captionAt(item, field)).filter(text => text && !label.includes(text));
    return {
      entity: entity.id,
      entityTitle: entityTitle(services.catalogue, entity, language),
      id: String(item.id),
      label,
      detail: details.join(' · '),
    };
  });
}

/** What tells namesakes apart: the first columns of the list that are not the name, open ones only. */
function detailFields({ entity, readable }: Rights): Field[] {
  return entity.list.columns
    .flatMap(path => {
      const field = entity.fields.get(path);
      const shown =
        field &&
        field.class === 'open' &&
        field.owner === 'record' &&
        field.kind !== 'rows' &&
        readable(path);
      return shown ? [field] : [];
    })
    .slice(0, 2);
}

/** A reference to a card that the reader does not see has no caption, and its id tells people nothing. */
function captionAt(item: Record<string, unknown>, { path, kind }: Field): string {
  const label = (item.labels as Record<string, string> | undefined)?.[path];
  if (label || kind === 'ref') return label ?? '';
  let value: unknown = item;
  for (const step of path.split('.')) value = (value as Record<string, unknown> | undefined)?.[step];
  return typeof value === 'string' || typeof value === 'number' ? showDay(String(value)) : '';
}
