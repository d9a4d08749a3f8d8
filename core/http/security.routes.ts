/** What a user does for the safety of the own account: second factor (ID7), live logins (ID13). */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { requireConfirmed } from './confirmation.ts';
import { cookieName } from './cookies.ts';
import { type ApiNote, empty, items, json } from './openapi/note.ts';
import { noQuery, object } from './schemas.ts';
import type { Services } from './services.ts';

const own = (summary: string, answers: ApiNote['answers']) =>
  ({
    access: 'session',
    withoutAppointment: true,
    beforeSecondFactor: true,
    api: { summary, tag: 'session', answers },
  }) as const;
const otpBody = object({ otp: { type: 'string', minLength: 6, maxLength: 40 } }, ['otp']);
const loginParams = object({ id: { type: 'string', pattern: '^[0-9a-f]{24}$' } }, ['id']);

export function securityRoutes(app: FastifyInstance, services: Services): void {
  const { secondFactor, ownLogins, config } = services;
  const tokenOf = (request: FastifyRequest) => request.cookies[cookieName(config.secureCookies)];
  // Whether it is required depends on the role one acts in.
  const acting = {
    ...own('Whether a second factor is on, or has to be', json('SecondFactor')),
    withoutAppointment: false,
  };

  app.get('/api/session/second-factor', { config: acting, schema: { querystring: noQuery } }, request =>
    secondFactor.state(request.asker),
  );

  app.post(
    '/api/session/second-factor',
    {
      config: own('Begins a second factor: a secret for the own device', json('SecondFactorSecret')),
      schema: { querystring: noQuery },
    },
    async request => {
      await requireConfirmed(services, request);
      return secondFactor.begin(request.asker);
    },
  );

  app.post<{ Body: { otp: string } }>(
    '/api/session/second-factor/confirm',
    {
      config: own('Switches it on by its first code; recovery codes are told once', json('RecoveryCodes')),
      schema: { body: otpBody, querystring: noQuery },
    },
    async request => ({
      codes: await secondFactor.confirm(request.asker, tokenOf(request), request.body.otp, request.ip),
    }),
  );

  app.post<{ Body: { otp: string } }>(
    '/api/session/second-factor/remove',
    {
      config: { ...own('Switches it off', empty('Off')), withoutAppointment: false },
      schema: { body: otpBody, querystring: noQuery },
    },
    async (request, reply) => {
      await requireConfirmed(services, request);
      await secondFactor.remove(request.asker, request.body.otp, request.ip);
      return reply.code(204).send();
    },
  );

  app.get(
    '/api/session/logins',
    { config: own('Own logins that are live', items('OwnLogin')), schema: { querystring: noQuery } },
    async request => ({ items: await ownLogins.list(request.asker, tokenOf(request)) }),
  );

  app.delete<{ Params: { id: string } }>(
    '/api/session/logins/:id',
    {
      config: own('Ends one of the own logins', empty('Ended')),
      schema: { params: loginParams, querystring: noQuery },
    },
    async (request, reply) => {
      await ownLogins.end(request.asker, request.params.id, request.ip);
      return reply.code(204).send();
    },
  );
}
