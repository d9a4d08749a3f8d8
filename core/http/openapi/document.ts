/** The document of the interface (OpenAPI 3.1), put together from the routes and from the catalogue. */
import type { Catalogue, Entity, JsonSchema } from '../../catalogue/types.ts';
import { captions } from '../../forms/captions.ts';
import type { Access } from '../access.ts';
import { cardShapes, shapesOfCards } from './cards.ts';
import { type ApiAnswer, type ApiNote, ref } from './note.ts';
import { SHAPES } from './shapes.ts';

/** One route of the server, as it was declared. */
export interface ApiRoute {
  method: string;
  /** With parameters as `:name`. */
  url: string;
  access: Access;
  note?: ApiNote;
  schema: { params?: unknown; querystring?: unknown; body?: unknown };
}

export interface ApiDocument {
  openapi: string;
  info: Record<string, unknown>;
  tags: { name: string; description?: string }[];
  paths: Record<string, Record<string, JsonSchema>>;
  components: { schemas: Record<string, JsonSchema>; [part: string]: unknown };
}

const WRITES = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/** Whether the route belongs to the interface; the rest are pages and their files. */
export const isApi = (url: string): boolean =>
  url.startsWith('/api/') || url === '/healthz' || url === '/readyz';

export function buildDocument(
  catalogue: Catalogue,
  routes: readonly ApiRoute[],
  version: string,
): ApiDocument {
  const paths: ApiDocument['paths'] = {};
  const add = (url: string, method: string, operation: JsonSchema) => {
    paths[url] = { ...paths[url], [method.toLowerCase()]: operation };
  };
  for (const route of routes.filter(({ url }) => isApi(url)))
    for (const { url, operation } of operationsOf(catalogue, route)) add(url, route.method, operation);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Kartoteka',
      version,
      description:
        'Cards, lists, reports and administration. Texts for people are Russian; `Accept-Language: en` gives English. ' +
        'Every refusal is `application/problem+json`.',
    },
    tags: tagsOf(catalogue, paths),
    paths,
    components: {
      schemas: { ...SHAPES, ...shapesOfCards(catalogue) },
      securitySchemes: {
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: '__Host-kartoteka',
          description: 'Set by POST /api/session; named `kartoteka` where the server is reached without TLS.',
        },
        csrf: { type: 'apiKey', in: 'header', name: 'X-CSRF-Token', description: 'From GET /api/session.' },
      },
    },
  };
}

function operationsOf(catalogue: Catalogue, route: ApiRoute): { url: string; operation: JsonSchema }[] {
  const url = route.url.replace(/:(\w+)/g, '{$1}');
  if (!route.note?.perCard) return [{ url, operation: operationOf(route, url) }];
  return [...catalogue.entities.values()]
    .filter(entity => !entity.builtin || (!url.includes('{id}') && route.note?.body === undefined))
    .map(entity => ({
      url: url.replace('{entity}', entity.id),
      operation: ofCard(catalogue, entity, operationOf(route, url)),
    }));
}

function operationOf({ method, url, access, note, schema }: ApiRoute, shown: string): JsonSchema {
  const body = note?.body ?? modern(schema.body as JsonSchema | undefined);
  const parameters = [
    ...parametersOf('path', schema.params),
    ...parametersOf('query', schema.querystring),
    ...headersOf(note, access),
  ];
  return {
    operationId: `${method.toLowerCase()}${url.replace(/[^A-Za-z0-9]+(.)?/g, (_, next = '') => next.toUpperCase())}`,
    summary: note?.summary ?? `${method} ${shown}`,
    tags: [note?.tag ?? 'other'],
    security: access === 'public' ? [] : [WRITES.has(method) ? { session: [], csrf: [] } : { session: [] }],
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body
      ? {
          requestBody: {
            required: true,
            content: { [note?.bodyMedia ?? 'application/json']: { schema: body } },
          },
        }
      : {}),
    responses: {
      ...Object.fromEntries(
        Object.entries(note?.answers ?? {}).map(([status, answer]) => [status, answerOf(answer)]),
      ),
      default: {
        description: 'Refused: what is wrong, and where',
        content: { 'application/problem+json': { schema: ref('Problem') } },
      },
    },
  };
}

function parametersOf(place: 'path' | 'query', schema: unknown): JsonSchema[] {
  const { properties = {}, required = [] } = (schema ?? {}) as {
    properties?: Record<string, JsonSchema>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, value]) => ({
    name,
    in: place,
    required: required.includes(name),
    schema: modern(value),
  }));
}

/** `nullable` is of older versions. */
const modern = <T>(schema: T): T =>
  schema &&
  (JSON.parse(
    JSON.stringify(schema, (_, value: unknown) => {
      if (typeof value !== 'object' || value === null || !('nullable' in value)) return value;
      const { nullable, ...rest } = value as { nullable: unknown; type?: unknown };
      return nullable === true ? { ...rest, type: [rest.type, 'null'] } : rest;
    }),
  ) as T);

const HEADERS = {
  'If-Match': { required: true, description: 'Version of the card as in its ETag, with the quotes.' },
  'Idempotency-Key': {
    required: false,
    description: 'A request repeated under the same key is done once and answered alike.',
  },
};

function headersOf(note: ApiNote | undefined, access: Access): JsonSchema[] {
  const own = (note?.headers ?? []).map(name => ({
    name,
    in: 'header',
    ...HEADERS[name],
    schema: { type: 'string' },
  }));
  if (access === 'public') return own;
  return [
    ...own,
    {
      name: 'Kartoteka-Appointment',
      in: 'header',
      required: false,
      description: 'Under which appointment; default: the one last used.',
      schema: { type: 'string', format: 'uuid' },
    },
  ];
}

function answerOf({ description, schema, media, headers }: ApiAnswer): JsonSchema {
  const types = media ?? (schema ? ['application/json'] : []);
  const named = (headers ?? []).map(name => [name, { required: true, schema: { type: 'string' } }]);
  return {
    description,
    ...(named.length > 0 ? { headers: Object.fromEntries(named) } : {}),
    ...(types.length > 0
      ? { content: Object.fromEntries(types.map(type => [type, schema ? { schema } : {}])) }
      : {}),
  };
}

/** The operation with the shapes of one kind of card, under its title. */
function ofCard(catalogue: Catalogue, entity: Entity, operation: JsonSchema): JsonSchema {
  const names: Record<string, string> = cardShapes(entity.id);
  const replaced = JSON.parse(
    JSON.stringify(operation).replace(
      /"#\/components\/schemas\/(card\w*)"/g,
      (_, name: string) => `"#/components/schemas/${names[name] ?? name}"`,
    ),
  ) as JsonSchema;
  const parameters = (replaced.parameters as { name: string }[]).filter(({ name }) => name !== 'entity');
  return {
    ...replaced,
    operationId: `${String(replaced.operationId)}Of${pascal(entity.id)}`,
    tags: [tagOf(catalogue, entity)],
    parameters,
  };
}

const pascal = (id: string) => id.replace(/(?:^|-)(.)/g, (_, letter: string) => letter.toUpperCase());

const tagOf = (catalogue: Catalogue, entity: Entity): string =>
  `card: ${captions(catalogue, entity.plugin, 'en')(`entity.${entity.id}`, entity.id)}`;

function tagsOf(catalogue: Catalogue, paths: ApiDocument['paths']): ApiDocument['tags'] {
  const used = new Set(
    Object.values(paths).flatMap(path => Object.values(path).flatMap(({ tags }) => tags as string[])),
  );
  const described = new Map(
    [...catalogue.entities.values()].map(entity => [tagOf(catalogue, entity), entity.description]),
  );
  return [...used].sort().map(name => {
    const description = described.get(name);
    return description ? { name, description } : { name };
  });
}
