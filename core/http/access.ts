/**
 * Who may call a route. Every route declares `config.access`; one that does not stops the start (G2).
 *
 * Order for a request: address checked -> origin (writes) -> session and appointment -> CSRF token (writes) -> body
 * read. A route for the signed-in has `request.actor` afterwards, always.
 */
import { timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Actor } from '../access/actor.ts';
import type { Asker } from '../identity/identity.ts';
import { factorRequired } from '../identity/second-factor.ts';
import { Problem } from '../problems.ts';
import { addressInvalid, type Language, languageOf } from './problem.ts';
import type { Services } from './services.ts';
import { isUuid } from './uuid.ts';

export type Access = 'public' | 'session';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may call the route; `session`: signed in, with an appointment. */
    access?: Access;
    /** Signed in is enough, a valid appointment is not asked: signing out. */
    withoutAppointment?: boolean;
    /** Open to those who still have a password that somebody handed them; all else is not. */
    beforePasswordChange?: boolean;
    /** Open to administrators who have no second factor yet; all else is not. */
    beforeSecondFactor?: boolean;
    /** The handler works by `request.asActor`: who asked a moment ago is taken to ask again until the database objects. */
    recallsActor?: boolean;
  }
  interface FastifyRequest {
    actor: Actor;
    asker: Asker;
    language: Language;
    /**
     * Work by the actor. One that is remembered has been confirmed by the database before the result counts; otherwise
     * the result is thrown away, who asks is found out, and the work is done by them. A refusal counts no sooner.
     */
    asActor<T>(work: (actor: Actor) => Promise<T>): Promise<T>;
  }
  interface FastifyInstance {
    /** `METHOD /path` of every route open to everyone, sorted. */
    publicRoutes(): string[];
  }
}

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

export interface AccessOptions {
  cookieName: string;
  allowedOrigins: readonly string[];
  /** A proxy ends TLS before us, whether or not it says so in its headers. */
  tls: boolean;
}

export function guardRoutes(app: FastifyInstance, services: Services, options: AccessOptions): void {
  const open = new Set<string>();
  app.decorate('publicRoutes', () => [...open].sort());
  app.decorateRequest('actor', null as unknown as Actor);
  app.decorateRequest('asker', null as unknown as Asker);
  app.decorateRequest('language', 'ru');
  app.decorateRequest('asActor', async function <
    T,
  >(this: FastifyRequest, work: (actor: Actor) => Promise<T>): Promise<T> {
    const { proof } = this.actor;
    if (!proof) return await work(this.actor);
    try {
      const result = await work(this.actor);
      if (proof.confirmed) return result;
    } catch (error) {
      // What became of a write whose connection was lost is not known: it must not be done twice.
      if (proof.confirmed || (error instanceof Problem && error.status >= 500)) throw error;
    }
    await identify(this, services, options, false);
    return await work(this.actor);
  });

  app.addHook('onRoute', route => {
    const access = route.config?.access;
    if (access === undefined)
      throw new Error(`route ${String(route.method)} ${route.url} declares no access`);
    if (access === 'public') for (const method of [route.method].flat()) open.add(`${method} ${route.url}`);
  });

  app.addHook('onRequest', async request => {
    request.language = languageOf(request.headers['accept-language']);
    checkAddress(request);
    if (!SAFE.has(request.method)) checkOrigin(request, options);
    if (request.routeOptions.config.access === 'session')
      await identify(request, services, options, request.routeOptions.config.recallsActor === true);
  });
}

/** NUL and broken escapes stop here, before any handler sees a decoded parameter (HT2). */
function checkAddress(request: FastifyRequest): void {
  const { url = '' } = request.raw;
  if (/%00|\0/.test(url)) throw addressInvalid();
  if (!url.includes('%')) return;
  try {
    if (!decodeURIComponent(url.replaceAll('+', ' ')).isWellFormed()) throw addressInvalid();
  } catch {
    throw addressInvalid();
  }
}

/** A write comes from a page of ours: Fetch metadata where the browser sends it, and the Origin (ID6). */
function checkOrigin(request: FastifyRequest, { tls, allowedOrigins: allowed }: AccessOptions): void {
  const site = request.headers['sec-fetch-site'];
  const { origin } = request.headers;
  const own = `${tls ? 'https' : request.protocol}://${request.host}`;
  const foreignSite = site !== undefined && site !== 'same-origin' && site !== 'none';
  const foreignOrigin = origin !== undefined && origin !== own && !allowed.includes(origin);
  if (foreignOrigin || (foreignSite && !(origin !== undefined && allowed.includes(origin))))
    throw new Problem('ORIGIN', 403, 'Запрос отклонён', 'Запрос пришёл с другого сайта');
}

async function identify(
  request: FastifyRequest,
  services: Services,
  options: AccessOptions,
  recalls: boolean,
): Promise<void> {
  const named = request.headers['kartoteka-appointment'];
  if (named !== undefined && (typeof named !== 'string' || !isUuid(named)))
    throw new Problem(
      'APPOINTMENT_REFUSED',
      403,
      'Нет права',
      'Это назначение не ваше или сегодня не действует',
    );
  const config = request.routeOptions.config;
  const token = request.cookies[options.cookieName];
  const { identity } = services;
  const asker =
    (recalls ? identity.recall(token, named, request.ip) : undefined) ??
    (await identity.whoAsks(token, config.withoutAppointment ? undefined : named, request.ip));
  request.asker = asker;
  if (!SAFE.has(request.method)) checkCsrf(request, asker.csrf);
  if (asker.mustChangePassword && !config.beforePasswordChange)
    throw new Problem(
      'PASSWORD_CHANGE_REQUIRED',
      403,
      'Смените пароль',
      'Пароль выдан на один раз: придумайте свой, и работа откроется',
    );
  if (asker.mustEnrol && !(config.beforeSecondFactor || config.beforePasswordChange)) throw factorRequired();
  if (asker.actor) request.actor = asker.actor;
  else if (!config.withoutAppointment)
    throw new Problem(
      'NO_APPOINTMENT',
      403,
      'Нет назначения',
      'На сегодня у вас нет действующего назначения',
    );
}

function checkCsrf(request: FastifyRequest, expected: string): void {
  const given = request.headers['x-csrf-token'];
  const right = Buffer.from(expected);
  const sent = Buffer.from(typeof given === 'string' ? given : '');
  if (sent.length !== right.length || !timingSafeEqual(sent, right))
    throw new Problem('CSRF', 403, 'Запрос отклонён', 'Запрос не подтверждён страницей. Обновите страницу');
}
