/** Closed lists of values, with captions in the reader's language, and what each level changes of them. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Actor } from '../access/actor.ts';
import { catalogueOf } from '../forms/catalogue-of.ts';
import { mayDesign } from '../forms/design-rights.ts';
import type { DictionaryView } from '../forms/dictionary-constructor.ts';
import { notFound } from '../problems.ts';
import { sentVersion } from './if-match.ts';
import { items, json, ref } from './openapi/note.ts';
import { noQuery, object } from './schemas.ts';
import type { Services } from './services.ts';

const idParams = object({ id: { type: 'string', maxLength: 64 } }, ['id']);
/** Checked by the meta-schema of a dictionary's layer, which names the place itself. */
const anyObject = { type: 'object' } as const;
type OfOne = { Params: { id: string } };

export function dictionaryRoutes(app: FastifyInstance, services: Services): void {
  readingRoutes(app, services);
  levelRoutes(app, services);
}

function readingRoutes(app: FastifyInstance, { catalogue: installed }: Services): void {
  app.get(
    '/api/dictionaries',
    {
      config: {
        access: 'session',
        api: { summary: 'Dictionaries', tag: 'interface', answers: items('DictionarySummary') },
      },
      schema: { querystring: noQuery },
    },
    async ({ actor }) => ({
      items: [...catalogueOf(installed, actor).dictionaries.values()].map(({ id, title, items, closed }) => ({
        id,
        title,
        count: items.length,
        ...(mayDesign(actor, 'dictionary')
          ? { closed: closed === true, own: !installed.dictionaries.has(id) }
          : {}),
      })),
    }),
  );

  app.get<OfOne>(
    '/api/dictionaries/:id',
    {
      config: {
        access: 'session',
        api: {
          summary: 'Codes of one dictionary with their captions',
          tag: 'interface',
          answers: json('Dictionary'),
        },
      },
      schema: { querystring: noQuery, params: idParams },
    },
    async ({ actor, params, language }) => {
      const dictionary = catalogueOf(installed, actor).dictionaries.get(params.id);
      if (!dictionary) throw notFound('Такого справочника нет');
      const { id, title, items } = dictionary;
      return {
        id,
        title,
        items: items.map(item => ({
          code: item.code,
          text: language === 'en' ? item.en || item.ru : item.ru,
          ...(Object.keys(item.extra).length > 0 ? { extra: item.extra } : {}),
          ...(item.retired ? { retired: true } : {}),
        })),
      };
    },
  );
}

function levelRoutes(app: FastifyInstance, services: Services): void {
  const { dictionaries, catalogue: installed } = services;
  const told = (summary: string, answers: object, more: object = {}) => ({
    access: 'session' as const,
    api: { summary, tag: 'forms', answers: answers as ReturnType<typeof json>, ...more },
  });
  const whole = {
    200: { description: 'Answered', schema: ref('DictionaryItems'), headers: ['ETag' as const] },
  };

  app.post<{ Body: unknown }>(
    '/api/dictionaries',
    {
      config: told(
        'A dictionary of the own level, for custom fields',
        {
          201: {
            description: 'Made',
            schema: object({ id: { type: 'string' } }, ['id']),
            headers: ['Location'],
          },
        },
        { body: ref('DictionaryNew') },
      ),
      schema: { querystring: noQuery, body: anyObject },
    },
    async ({ actor, body }, reply) => {
      const { items: add, ...rest } = body as { items?: unknown };
      const id = await dictionaries.create(actor, { ...rest, ...(add === undefined ? {} : { add }) });
      return reply.code(201).header('location', `/api/dictionaries/${id}/items`).send({ id });
    },
  );

  app.get<OfOne>(
    '/api/dictionaries/:id/items',
    {
      config: told('Items with the level they come from, and the changes of the own level', whole),
      schema: { querystring: noQuery, params: idParams },
    },
    async ({ actor, params }, reply) =>
      shown(installed, actor, await dictionaries.open(actor, params.id), reply),
  );

  app.put<OfOne & { Body: unknown }>(
    '/api/dictionaries/:id/items',
    {
      config: told('Changes of the own level, whole; they count at once', whole, {
        headers: ['If-Match'],
        body: ref('DictionaryLayer'),
      }),
      schema: { querystring: noQuery, params: idParams, body: anyObject },
    },
    async (request, reply) => {
      const { actor, params, body } = request;
      const view = await dictionaries.change(actor, params.id, sentVersion(request), body);
      return shown(installed, actor, view, reply);
    },
  );
}

function shown(
  installed: Services['catalogue'],
  actor: Actor,
  { dictionary, above, own, version, layers }: DictionaryView,
  reply: FastifyReply,
) {
  reply.header('etag', `"${version}"`);
  const start = installed.dictionaries.get(dictionary.id);
  const levelOf = (code: string) => {
    if (start?.items.some(item => item.code === code)) return 'installed';
    const layer = layers.find(
      one =>
        one.kind === 'dictionary' &&
        one.subject === dictionary.id &&
        one.definition.add.some(item => item.code === code),
    );
    return layer?.level ?? actor.level;
  };
  const isOwn = new Set(own.add.map(item => item.code));
  return {
    id: dictionary.id,
    title: dictionary.title,
    level: actor.level,
    version: String(version),
    closed: above?.closed === true,
    items: dictionary.items.map(item => ({
      code: item.code,
      ru: item.ru,
      en: item.en,
      level: levelOf(item.code),
      own: isOwn.has(item.code),
      state: item.retired ? (isOwn.has(item.code) ? 'retired' : 'hidden') : 'active',
    })),
    own,
  };
}
