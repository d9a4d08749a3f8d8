/** Looking for a person in the region before a card is added, so that nobody is entered twice (S003-6.2.3). */
import type { FastifyInstance } from 'fastify';
import { findRights } from '../access/rights.ts';
import { forbidden } from '../problems.ts';
import { items } from './openapi/note.ts';
import { bodyInvalid } from './problem.ts';
import { noQuery, object } from './schemas.ts';
import type { Services } from './services.ts';

interface Criteria {
  lastName?: string;
  firstName?: string;
  middleName?: string;
  birthDate?: string;
  snils?: string;
}

const name = { type: 'string', maxLength: 100 } as const;
const criteria = object({
  lastName: name,
  firstName: name,
  middleName: name,
  birthDate: { type: 'string', format: 'date' },
  snils: { type: 'string', maxLength: 20 },
});

export function peopleRoutes(app: FastifyInstance, services: Services): void {
  const { catalogue, gateway } = services;
  app.post<{ Body: Criteria }>(
    '/api/people/search',
    {
      config: {
        access: 'session',
        api: {
          summary: 'Looks for a person across the region before a card is added',
          tag: 'people',
          answers: items('PersonMatch'),
        },
      },
      schema: { body: criteria, querystring: noQuery },
    },
    async ({ actor, body }) => {
      const mayAdd = [...catalogue.entities.values()].some(
        entity => entity.person && findRights(catalogue, actor, entity.id)?.can('create'),
      );
      if (!mayAdd) throw forbidden('Искать людей по региону может тот, кто заводит карточки');
      if (!body.snils?.trim() && !body.lastName?.trim())
        throw bodyInvalid([{ path: '/lastName', code: 'REQUIRED', message: 'Укажите фамилию или СНИЛС' }]);
      return { items: await gateway.searchPeople(actor, body) };
    },
  );
}
