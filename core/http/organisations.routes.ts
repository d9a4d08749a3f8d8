/** The tree of organisations in scope, for the switcher and for choices. */
import type { FastifyInstance } from 'fastify';
import { items } from './openapi/note.ts';
import { noQuery } from './schemas.ts';
import type { Services } from './services.ts';

export function organisationRoutes(app: FastifyInstance, services: Services): void {
  app.get(
    '/api/organisations',
    {
      config: {
        access: 'session',
        api: { summary: 'Organisations in scope', tag: 'interface', answers: items('OrganisationNode') },
      },
      schema: { querystring: noQuery },
    },
    async request => ({ items: await services.organisations.list(request.actor) }),
  );
}
