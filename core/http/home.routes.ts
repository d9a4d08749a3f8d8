/** The home screen «Обзор»: what to do first in this role, debts of cards, latest changes, ready reports. */
import type { FastifyInstance } from 'fastify';
import type { Actor } from '../access/actor.ts';
import type { Catalogue } from '../catalogue/types.ts';
import { captions } from '../forms/captions.ts';
import { changesOf, debtsOf } from './home-blocks.ts';
import { json } from './openapi/note.ts';
import { faultOf, type Language } from './problem.ts';
import { noQuery } from './schemas.ts';
import type { Services } from './services.ts';

export function homeRoutes(app: FastifyInstance, services: Services): void {
  const { catalogue, reports } = services;
  app.get(
    '/api/home',
    {
      config: {
        access: 'session',
        api: {
          summary: 'First steps, debts of cards, latest changes and reports',
          tag: 'interface',
          answers: json('Home'),
        },
      },
      schema: { querystring: noQuery },
    },
    async ({ actor, language, log }) => {
      // A slow count must not keep the reader from the rest of the screen.
      const late = (error: unknown) => {
        log.warn({ fault: faultOf(error) }, 'home block left out');
        return [];
      };
      const [notices, debts, changes] = await Promise.all([
        reports.notices(actor, language).catch(late),
        debtsOf(services, actor, language).catch(late),
        changesOf(services, actor, language).catch(late),
      ]);
      return {
        guide: guideOf(catalogue, actor, language),
        notices,
        debts,
        changes,
        reports: reports.list(actor, language),
      };
    },
  );
}

/** First steps of the actor's role, from the switched-on modules. */
export function guideOf(catalogue: Catalogue, actor: Pick<Actor, 'role' | 'plugins'>, language: Language) {
  return [...catalogue.plugins.values()]
    .filter(plugin => actor.plugins.has(plugin.id))
    .flatMap(plugin => {
      const text = captions(catalogue, plugin.id, language);
      return plugin.guide.map((step, index) => ({
        role: step.role,
        title: text(`guide.${index}.title`, step.title),
        text: text(`guide.${index}.text`, step.text),
        to: step.to,
      }));
    })
    .filter(step => step.role === actor.role)
    .map(({ title, text, to }) => ({ title, text, to }));
}
