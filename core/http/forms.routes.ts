/** The form constructor: drafts, preview, impact, versions of one level; docs/forms.md tells it whole. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Actor } from '../access/actor.ts';
import { catalogueOf } from '../forms/catalogue-of.ts';
import { requireDesign } from '../forms/design-rights.ts';
import { impactOf } from '../forms/impact.ts';
import { designed } from '../forms/level.ts';
import { fieldsOf, formBase, ownerOf, stateOf } from '../forms/shown.ts';
import { sameJson } from '../storage/merge.ts';
import { describeFor } from './entities.routes.ts';
import { sentVersion } from './if-match.ts';
import { type ApiNote, empty, items, json, ref } from './openapi/note.ts';
import { bodyInvalid, type Language } from './problem.ts';
import { entityParams, noQuery, object } from './schemas.ts';
import type { Services } from './services.ts';
import { entityPlural, entityTitle } from './texts.ts';

type OfEntity = { Params: { entity: string } };
type OfField = { Params: { entity: string; id: string } };
type OfVersion = { Params: { entity: string; number: number } };

const ID = { type: 'string', pattern: '^[a-z][a-z0-9-]{0,63}$' } as const;
const fieldParams = object({ entity: ID, id: { type: 'string', pattern: '^cf_[a-z0-9]{10}$' } }, [
  'entity',
  'id',
]);
const versionParams = object(
  { entity: ID, number: { type: 'integer', minimum: 1, maximum: 2_147_483_647 } },
  ['entity', 'number'],
);
const note = { type: 'string', maxLength: 500 } as const;
/** Checked by the meta-schemas of custom fields and overlays, which name the place themselves. */
const anyObject = { type: 'object' } as const;

const told = (summary: string, answers: ApiNote['answers'], more: Partial<ApiNote> = {}) => ({
  access: 'session' as const,
  api: { summary, tag: 'forms', answers, ...more },
});
const versioned = (name: string, status = 200) => ({
  [status]: {
    description: status === 201 ? 'Added' : 'Answered',
    schema: ref(name),
    headers: ['ETag' as const, ...(status === 201 ? (['Location'] as const) : [])],
  },
});

export function formRoutes(app: FastifyInstance, services: Services): void {
  listRoute(app, services);
  fieldRoutes(app, services);
  overlayRoutes(app, services);
  tryingRoutes(app, services);
  versionRoutes(app, services);
}

function withVersion<T extends object>(
  reply: FastifyReply,
  version: number,
  body: T,
): T & { version: string } {
  reply.header('etag', `"${version}"`);
  return { ...body, version: String(version) };
}

function listRoute(app: FastifyInstance, { catalogue: installed, forms }: Services): void {
  app.get(
    '/api/forms',
    {
      config: told('Kinds of cards whose form the actor may design', items('DesignedForm')),
      schema: { querystring: noQuery },
    },
    async ({ actor, language }) => {
      requireDesign(actor, 'form');
      const catalogue = catalogueOf(installed, actor);
      const drafts = await forms.heads(actor);
      return {
        items: designed(catalogue, actor).map(entity => ({
          entity: entity.id,
          title: entityTitle(catalogue, entity, language),
          plural: entityPlural(catalogue, entity, language),
          fields: [...entity.fields.values()].filter(
            one => one.custom?.organisationId === actor.organisationId,
          ).length,
          ...(drafts.published.has(entity.id) ? { published: drafts.published.get(entity.id) } : {}),
          changed: drafts.changed.has(entity.id),
        })),
      };
    },
  );
}

function fieldRoutes(app: FastifyInstance, services: Services): void {
  const { forms } = services;
  app.get<OfEntity>(
    '/api/custom-fields/:entity',
    {
      config: told(
        'Custom fields of the own level, those above, and what a field may be',
        versioned('CustomFields'),
      ),
      schema: { params: entityParams, querystring: noQuery },
    },
    async ({ actor, params, language }, reply) => {
      const { catalogue, entity } = forms.above(actor, params.entity);
      const opened = await forms.open(actor, params.entity);
      const shown = fieldsOf(catalogue, entity, actor, language);
      const own = opened.draft.definition.fields;
      return withVersion(reply, opened.draft.version, {
        entity: params.entity,
        level: actor.level,
        items: own.map(field => ({ ...field, ...stateOf(actor, field, opened.inForce) })),
        ...shown,
        live: own.filter(field => !field.retired).length,
      });
    },
  );

  app.post<OfEntity & { Body: unknown }>(
    '/api/custom-fields/:entity',
    {
      config: told('Adds a custom field to the draft', versioned('CustomField', 201), {
        body: ref('CustomFieldNew'),
      }),
      schema: { params: entityParams, querystring: noQuery, body: anyObject },
    },
    async ({ actor, params, body }, reply) => {
      const { field, version } = await forms.addField(actor, params.entity, body);
      const opened = await forms.open(actor, params.entity);
      reply.code(201).header('location', `/api/custom-fields/${params.entity}/${field.id}`);
      reply.header('etag', `"${version}"`);
      return { ...field, ...stateOf(actor, field, opened.inForce) };
    },
  );

  app.patch<OfField & { Body: Record<string, unknown> }>(
    '/api/custom-fields/:entity/:id',
    {
      config: told('Changes a custom field of the draft by a merge patch', versioned('CustomField'), {
        headers: ['If-Match'],
        body: { type: 'object' },
      }),
      schema: { params: fieldParams, querystring: noQuery, body: anyObject },
    },
    async (request, reply) => {
      const { actor, params, body } = request;
      const { field, version } = await forms.changeField(
        actor,
        params.entity,
        params.id,
        sentVersion(request),
        body,
      );
      const opened = await forms.open(actor, params.entity);
      reply.header('etag', `"${version}"`);
      return { ...field, ...stateOf(actor, field, opened.inForce) };
    },
  );

  app.delete<OfField>(
    '/api/custom-fields/:entity/:id',
    {
      config: told('Drops a custom field that was never published', empty('Dropped'), {
        headers: ['If-Match'],
      }),
      schema: { params: fieldParams, querystring: noQuery },
    },
    async (request, reply) => {
      const { actor, params } = request;
      const version = await forms.dropField(actor, params.entity, params.id, sentVersion(request));
      return reply.code(204).header('etag', `"${version}"`).send();
    },
  );
}

function overlayRoutes(app: FastifyInstance, services: Services): void {
  const { forms } = services;
  const answer = async (actor: Actor, entityId: string, language: Language, reply: FastifyReply) => {
    const { catalogue, entity } = forms.above(actor, entityId);
    const { draft, published, inForce } = await forms.open(actor, entityId);
    return withVersion(reply, draft.version, {
      entity: entityId,
      title: entityTitle(catalogue, entity, language),
      level: actor.level,
      owner: ownerOf(actor),
      overlay: draft.definition.overlay,
      fields: draft.definition.fields.map(field => ({ ...field, ...stateOf(actor, field, inForce) })),
      changed: !sameJson(draft.definition, inForce),
      ...(published ? { published } : {}),
      base: formBase(catalogue, entity, actor, language),
    });
  };

  app.get<OfEntity>(
    '/api/forms/:entity/overlay',
    {
      config: told('Draft of the own level, and what stands above it', versioned('FormDraft')),
      schema: { params: entityParams, querystring: noQuery },
    },
    ({ actor, params, language }, reply) => answer(actor, params.entity, language, reply),
  );

  app.put<OfEntity & { Body: unknown }>(
    '/api/forms/:entity/overlay',
    {
      config: told('Saves the overlay of the draft, whole', versioned('FormDraft'), {
        headers: ['If-Match'],
        body: ref('Overlay'),
      }),
      schema: { params: entityParams, querystring: noQuery, body: anyObject },
    },
    async (request, reply) => {
      const { actor, params, body, language } = request;
      await forms.putOverlay(actor, params.entity, sentVersion(request), body);
      return await answer(actor, params.entity, language, reply);
    },
  );
}

function tryingRoutes(app: FastifyInstance, services: Services): void {
  const { forms, catalogue: installed, database } = services;
  app.post<OfEntity & { Body: { role: string; draft?: unknown } }>(
    '/api/forms/:entity/overlay/preview',
    {
      config: told('The card as a role would get it with the draft', json('CardDescription')),
      schema: {
        params: entityParams,
        querystring: noQuery,
        body: object({ role: ID, draft: anyObject }, ['role']),
      },
    },
    async ({ actor, params, body, language }) => {
      const layer = await forms.tried(actor, params.entity, body.draft);
      if (!installed.roles.has(body.role))
        throw bodyInvalid([{ path: '/role', code: 'CHOICE', message: 'Такой роли нет' }]);
      const catalogue = forms.catalogueWith(actor, params.entity, layer);
      return describeFor(catalogue, { ...actor, role: body.role }, params.entity, language);
    },
  );

  app.post<OfEntity & { Body: { draft?: unknown } }>(
    '/api/forms/:entity/overlay/impact',
    {
      config: told('Cards that the draft would make incomplete', json('FormImpact')),
      schema: { params: entityParams, querystring: noQuery, body: object({ draft: anyObject }) },
    },
    async ({ actor, params, body }) => {
      const layer = await forms.tried(actor, params.entity, body.draft);
      const then = forms.catalogueWith(actor, params.entity, layer);
      return await impactOf(database, catalogueOf(installed, actor), then, actor, params.entity);
    },
  );
}

function versionRoutes(app: FastifyInstance, { forms }: Services): void {
  app.post<OfEntity & { Body: { note: string } }>(
    '/api/forms/:entity/overlay/publish',
    {
      config: told('Publishes the draft: it counts at the very next request', json('FormVersion'), {
        headers: ['If-Match'],
      }),
      schema: { params: entityParams, querystring: noQuery, body: object({ note }, ['note']) },
    },
    async request => {
      const { actor, params, body } = request;
      return await forms.publish(actor, params.entity, sentVersion(request), body.note);
    },
  );

  app.get<OfEntity>(
    '/api/forms/:entity/overlay/versions',
    {
      config: told('Versions of the own level, the newest first', items('FormVersionLine')),
      schema: { params: entityParams, querystring: noQuery },
    },
    async ({ actor, params }) => {
      const versions = await forms.versions(actor, params.entity);
      return {
        items: versions.map(({ definition: _, ...head }, index) => ({ ...head, current: index === 0 })),
      };
    },
  );

  app.get<OfVersion>(
    '/api/forms/:entity/overlay/versions/:number',
    {
      config: told('One version with its overlay and fields', json('FormVersionWhole')),
      schema: { params: versionParams, querystring: noQuery },
    },
    async ({ actor, params }) => {
      const { definition, ...head } = await forms.version(actor, params.entity, params.number);
      return { ...head, ...definition };
    },
  );

  app.post<OfVersion & { Body: { note?: string } }>(
    '/api/forms/:entity/overlay/versions/:number/restore',
    {
      config: told('A new version like an older one', json('FormVersion'), { headers: ['If-Match'] }),
      schema: { params: versionParams, querystring: noQuery, body: object({ note }) },
    },
    async request => {
      const { actor, params, body } = request;
      return await forms.restore(actor, params.entity, params.number, sentVersion(request), body.note ?? '');
    },
  );
}
