/** Closed lists of values, with captions in the reader's language. */
import type { FastifyInstance } from 'fastify';
import { notFound } from '../problems.ts';
import { items, json } from './openapi/note.ts';
import { noQuery, object } from './schemas.ts';
import type { Services } from './services.ts';

export function dictionaryRoutes(app: FastifyInstance, services: Services): void {
  const { catalogue } = services;

  app.get(
    '/api/dictionaries',
    {
      config: {
        access: 'session',
        api: { summary: 'Dictionaries', tag: 'interface', answers: items('DictionarySummary') },
      },
      schema: { querystring: noQuery },
    },
    async () => ({
      items: [...catalogue.dictionaries.values()].map(({ id, title, items }) => ({
        id,
        title,
        count: items.length,
      })),
    }),
  );

  app.get<{ Params: { id: string } }>(
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
      schema: { querystring: noQuery, params: object({ id: { type: 'string', maxLength: 64 } }, ['id']) },
    },
    async request => {
      const dictionary = catalogue.dictionaries.get(request.params.id);
      if (!dictionary) throw notFound('Такого справочника нет');
      const { id, title, items } = dictionary;
      const text = (item: { ru: string; en: string }) =>
        request.language === 'en' ? item.en || item.ru : item.ru;
      return {
        id,
        title,
        items: items.map(item => ({
          code: item.code,
          text: text(item),
          ...(Object.keys(item.extra).length > 0 ? { extra: item.extra } : {}),
        })),
      };
    },
  );
}
