/** Signing in and out, who is signed in, and the appointment they act under. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Actor } from '../access/actor.ts';
import { findRights } from '../access/rights.ts';
import type { Catalogue, MenuItem } from '../catalogue/types.ts';
import { captions } from '../forms/captions.ts';
import { mayDesign } from '../forms/design-rights.ts';
import { mayAny } from '../identity/account-rights.ts';
import type { HeldAppointment } from '../identity/appointments.ts';
import { holds } from '../identity/duties.ts';
import { Problem } from '../problems.ts';
import { ScopedQuery } from '../query/scoped-query.ts';
import { cookieName } from './cookies.ts';
import { empty, items, json, ref } from './openapi/note.ts';
import type { Language } from './problem.ts';
import { noQuery, object } from './schemas.ts';
import type { Services } from './services.ts';
import { ownWord } from './texts.ts';

const signInBody = object(
  {
    login: { type: 'string', minLength: 1, maxLength: 200 },
    password: { type: 'string', minLength: 1, maxLength: 200 },
    otp: { type: 'string', minLength: 1, maxLength: 40 },
  },
  ['login', 'password'],
);

export function sessionRoutes(app: FastifyInstance, services: Services): void {
  const cookies = sessionCookies(services);
  signingRoutes(app, services, cookies);
  ownAccountRoutes(app, services, cookies);
}

/** The cookie that carries the session's token. */
interface SessionCookies {
  read(request: FastifyRequest): string | undefined;
  set(reply: FastifyReply, token: string): void;
  clear(reply: FastifyReply): FastifyReply;
}

function sessionCookies({ config }: Services): SessionCookies {
  const name = cookieName(config.secureCookies);
  const options = { path: '/', httpOnly: true, sameSite: 'lax', secure: config.secureCookies } as const;
  return {
    read: request => request.cookies[name],
    set: (reply, token) => void reply.setCookie(name, token, options),
    clear: reply => reply.clearCookie(name, options),
  };
}

function signingRoutes(app: FastifyInstance, services: Services, cookies: SessionCookies): void {
  const { identity } = services;
  app.post<{ Body: { login: string; password: string; otp?: string } }>(
    '/api/session',
    {
      config: {
        access: 'public',
        api: {
          summary: 'Signs in',
          tag: 'session',
          answers: { 200: { description: 'Signed in', schema: ref('Session'), headers: ['Set-Cookie'] } },
        },
      },
      schema: { body: signInBody, querystring: noQuery },
    },
    async (request, reply) => {
      const { token } = await identity.signIn({
        ...request.body,
        address: request.ip,
        agent: request.headers['user-agent'] ?? '',
        replaces: cookies.read(request),
      });
      request.asker = await identity.whoAsks(token, undefined, request.ip);
      cookies.set(reply, token);
      return sessionAnswer(services, request);
    },
  );

  app.get(
    '/api/session',
    {
      config: {
        access: 'session',
        beforePasswordChange: true,
        api: {
          summary: 'Who is signed in, and under which appointment',
          tag: 'session',
          answers: json('Session'),
        },
      },
      schema: { querystring: noQuery },
    },
    async request => sessionAnswer(services, request),
  );

  app.delete(
    '/api/session',
    {
      config: {
        access: 'session',
        withoutAppointment: true,
        beforePasswordChange: true,
        api: { summary: 'Signs out', tag: 'session', answers: empty('Signed out') },
      },
      schema: { querystring: noQuery },
    },
    async (request, reply) => {
      await identity.signOut(cookies.read(request) ?? '', request.asker.userId, request.ip);
      return cookies.clear(reply).code(204).send();
    },
  );

  app.get(
    '/api/sign-in-hints',
    {
      config: {
        access: 'public',
        api: {
          summary: 'Sign-ins of the demo region; none otherwise',
          tag: 'session',
          answers: items('SignInHint'),
        },
      },
      schema: { querystring: noQuery },
    },
    async request => ({
      items: services.signInHints.map(({ role, ...hint }) => ({
        ...hint,
        roleTitle: roleTitle(services.catalogue, role, request.language),
      })),
    }),
  );
}

function ownAccountRoutes(app: FastifyInstance, services: Services, cookies: SessionCookies): void {
  const { identity } = services;
  app.put<{ Body: { appointment: string } }>(
    '/api/session/active',
    {
      config: {
        access: 'session',
        withoutAppointment: true,
        beforePasswordChange: true,
        api: { summary: 'Switches to another appointment', tag: 'session', answers: json('Session') },
      },
      schema: {
        body: object({ appointment: { type: 'string', format: 'uuid' } }, ['appointment']),
        querystring: noQuery,
      },
    },
    async request => {
      const { appointment } = request.body;
      await identity.switchAppointment(cookies.read(request) ?? '', appointment, request.ip);
      request.asker = await identity.whoAsks(cookies.read(request) ?? '', appointment, request.ip);
      return sessionAnswer(services, request);
    },
  );

  app.post<{ Body: { password: string } }>(
    '/api/session/confirm',
    {
      config: {
        access: 'session',
        withoutAppointment: true,
        beforeSecondFactor: true,
        api: {
          summary: 'Types the own password again, before what asks for it (`CONFIRM_REQUIRED`)',
          tag: 'session',
          answers: empty('Confirmed'),
        },
      },
      schema: {
        body: object({ password: { type: 'string', minLength: 1, maxLength: 200 } }, ['password']),
        querystring: noQuery,
      },
    },
    async (request, reply) => {
      const token = cookies.read(request);
      await services.confirmation.confirm(request.asker, token, request.body.password, request.ip);
      return reply.code(204).send();
    },
  );

  app.put<{ Body: { present: string; wanted: string } }>(
    '/api/session/password',
    {
      config: {
        access: 'session',
        withoutAppointment: true,
        beforePasswordChange: true,
        api: {
          summary: 'Changes the own password and ends all sessions',
          tag: 'session',
          answers: empty('Changed'),
        },
      },
      schema: {
        body: object(
          { present: { type: 'string', maxLength: 200 }, wanted: { type: 'string', maxLength: 200 } },
          ['present', 'wanted'],
        ),
        querystring: noQuery,
      },
    },
    async (request, reply) => {
      const { present, wanted } = request.body;
      await identity.changePassword(request.asker, present, wanted, request.ip);
      return cookies.clear(reply).code(204).send();
    },
  );
}

async function sessionAnswer(services: Services, request: FastifyRequest) {
  const { catalogue, identity, config } = services;
  const { asker, language } = request;
  const { actor } = asker;
  if (!actor)
    throw new Problem(
      'NO_APPOINTMENT',
      403,
      'Нет назначения',
      'На сегодня у вас нет действующего назначения',
    );
  const held = await identity.appointments(asker.userId);
  const appointments = held.map(one => ({ ...one, roleTitle: roleTitle(catalogue, one.role, language) }));
  return {
    user: { id: asker.userId, login: asker.login, name: asker.name },
    appointments,
    active: await activeAnswer(services, actor, held, language),
    csrf: asker.csrf,
    menu: menuOf(catalogue, actor, language),
    can: {
      modules: holds(actor, 'modules:read'),
      people: mayAny(actor, 'read'),
      slips: mayAny(actor, 'slips'),
      forms: mayDesign(actor, 'form'),
      requests: services.gateway.requests.concern(actor),
      merge: services.gateway.people.mayMerge(actor),
    },
    language,
    demo: config.demo && services.signInHints.length > 0,
    mustChangePassword: asker.mustChangePassword,
    mustEnrol: asker.mustEnrol,
    lastSignIn: await services.ownLogins.news(request.cookies[cookieName(config.secureCookies)]),
  };
}

async function activeAnswer(services: Services, actor: Actor, held: HeldAppointment[], language: Language) {
  const { catalogue } = services;
  const organisation = held.find(one => one.id === actor.appointmentId)?.organisation;
  return {
    id: actor.appointmentId,
    role: actor.role,
    roleTitle: roleTitle(catalogue, actor.role, language),
    organisation: { ...organisation, types: actor.organisationTypes },
    words: wordsOf(catalogue, actor.organisationTypes),
    scope: { organisations: await services.organisations.countInScope(actor) },
    readOnly: isReadOnly(catalogue, actor),
  };
}

export function roleTitle(catalogue: Catalogue, role: string, language: Language): string {
  const found = catalogue.roles.get(role);
  return (language === 'en' ? found?.titleEn : found?.title) ?? found?.title ?? role;
}

/** Words of the organisation's types; with several types the first one wins. */
export function wordsOf(catalogue: Catalogue, types: readonly string[]): Record<string, string> {
  return Object.assign(
    {},
    ...types.toReversed().map(type => catalogue.organisationTypes.get(type)?.words ?? {}),
  );
}

/** True when the role may only look, whatever the card. */
function isReadOnly(catalogue: Catalogue, actor: Actor): boolean {
  return ![...catalogue.entities.keys()].some(id => {
    const rights = findRights(catalogue, actor, id);
    return ['create', 'update', 'delete'].some(action => rights?.can(action));
  });
}

/** Lists of the switched-on modules that the role may read. */
function menuOf(catalogue: Catalogue, actor: Actor, language: Language) {
  return [...catalogue.plugins.values()]
    .filter(plugin => actor.plugins.has(plugin.id))
    .flatMap(plugin => plugin.menu)
    .filter(item => findRights(catalogue, actor, item.list)?.can('read') && isOpen(catalogue, actor, item))
    .map(item => {
      const text = captions(catalogue, item.plugin, language);
      const title = item.view
        ? text(`menu.${item.list}.${item.view}`, item.title)
        : (ownWord(catalogue, actor, item.list, 'many', language) ?? text(`menu.${item.list}`, item.title));
      return { ...item, title };
    });
}

/** A part of a list is there for whoever may ask for what it is made by. */
function isOpen(catalogue: Catalogue, actor: Actor, item: MenuItem): boolean {
  if (item.filter === undefined) return true;
  try {
    new ScopedQuery(catalogue, actor, item.list).where(item.filter);
    return true;
  } catch (error) {
    if (error instanceof Problem) return false;
    throw error;
  }
}
