/**
 * The HTTP server. Every answer, also to a broken request, carries the security headers; every refusal is
 * problem+json; every route declares who may call it.
 */
import { join } from 'node:path';
import cookie from '@fastify/cookie';
import rateLimit from '@fastify/rate-limit';
import Fastify, { type FastifyInstance, type FastifyRequest, LogController } from 'fastify';
import { Problem } from '../problems.ts';
import { reportRoutes } from '../reports/routes.ts';
import { guardRoutes } from './access.ts';
import { accountRoutes } from './accounts.routes.ts';
import { BODY_LIMIT_BYTES, readJsonBodies } from './body.ts';
import { cookieName } from './cookies.ts';
import { dictionaryRoutes } from './dictionaries.routes.ts';
import { entityRoutes } from './entities.routes.ts';
import { exportRoutes } from './export.routes.ts';
import { formRoutes } from './forms.routes.ts';
import { applyHeaders, malformedAnswer, securityHeaders } from './headers.ts';
import { healthRoutes } from './health.routes.ts';
import { homeRoutes } from './home.routes.ts';
import { mergeRoutes } from './merges.routes.ts';
import { moduleRoutes } from './modules.routes.ts';
import { collectRoutes, openApiRoutes } from './openapi/openapi.routes.ts';
import { organisationRoutes } from './organisations.routes.ts';
import { turnAwayWhenBusy } from './overload.ts';
import { peopleRoutes } from './people.routes.ts';
import { addressInvalid, sendProblem } from './problem.ts';
import { recordRoutes } from './records.routes.ts';
import { requestRoutes } from './requests.routes.ts';
import { validateSchemas } from './schemas.ts';
import { searchRoutes } from './search.routes.ts';
import { securityRoutes } from './security.routes.ts';
import type { HttpOptions, Services } from './services.ts';
import { sessionRoutes } from './session.routes.ts';
import { subjectRoutes } from './subject.routes.ts';
import { serveUi } from './ui-files.ts';
import { isUuid } from './uuid.ts';

/**
 * Wires the routes. Nothing listens yet: `listen` or `inject` it.
 *
 * @throws Error when a route declares no access
 */
export async function buildApp(services: Services, options: HttpOptions = {}): Promise<FastifyInstance> {
  const { config } = services;
  const headers = securityHeaders(config.secureCookies);
  const app = createServer(services, headers);

  app.addHook('onRequest', async (_request, reply) => applyHeaders(reply, headers));
  refuseWhileStopping(app);
  turnAwayWhenBusy(app, options.marks, options.loopDelay);
  await app.register(cookie);
  await limitRequests(app, options.requestsPerMinute ?? 6_000);
  readJsonBodies(app);
  validateSchemas(app);
  guardRoutes(app, services, {
    cookieName: cookieName(config.secureCookies),
    allowedOrigins: options.allowedOrigins ?? [],
    tls: config.secureCookies,
  });
  collectRoutes(app);
  app.setErrorHandler(async (error, request, reply) => {
    await recordRefusal(services, request, error);
    return sendProblem(error, request, reply);
  });
  app.setNotFoundHandler((request, reply) => sendProblem(routeUnknown(request), request, reply));
  keepApiAnswersPrivate(app);
  logAnswers(app);

  healthRoutes(app, services);
  sessionRoutes(app, services);
  securityRoutes(app, services);
  entityRoutes(app, services);
  recordRoutes(app, services);
  exportRoutes(app, services);
  dictionaryRoutes(app, services);
  formRoutes(app, services);
  peopleRoutes(app, services);
  subjectRoutes(app, services);
  requestRoutes(app, services);
  mergeRoutes(app, services);
  homeRoutes(app, services);
  searchRoutes(app, services);
  organisationRoutes(app, services);
  moduleRoutes(app, services);
  accountRoutes(app, services);
  reportRoutes(app, services);
  openApiRoutes(app, services);
  await serveUi(app, options.uiFolder ?? join(config.root, 'dist', 'ui'));
  return app;
}

const HEADERS_MS = 15_000;
/** A proxy keeps some hundreds open; what is beyond is closed at once. */
const MAX_CONNECTIONS = 5_000;

function createServer(services: Services, headers: Record<string, string>): FastifyInstance {
  const malformed = malformedAnswer(headers);
  const app = Fastify({
    loggerInstance: services.log,
    logController: new LogController({ disableRequestLogging: true }),
    exposeHeadRoutes: false,
    trustProxy: services.config.trustedProxies.length > 0 ? services.config.trustedProxies : false,
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: 30_000,
    connectionTimeout: 60_000,
    keepAliveTimeout: 65_000,
    // `refuseWhileStopping` says it as a problem with the time to come again.
    return503OnClosing: false,
    routerOptions: { maxParamLength: 200 },
    frameworkErrors: (error, request, reply) => {
      applyHeaders(reply, headers);
      sendProblem(error.code === 'FST_ERR_BAD_URL' ? addressInvalid() : error, request, reply);
    },
    clientErrorHandler: (_error, socket) => {
      if (socket.writable) socket.end(malformed);
      else socket.destroy();
    },
  }) as unknown as FastifyInstance;
  // Who sends a header letter by letter holds a connection and nothing else (HT2).
  app.server.headersTimeout = HEADERS_MS;
  app.server.maxConnections = MAX_CONNECTIONS;
  app.server.maxHeadersCount = 100;
  return app;
}

/** New requests over connections that are still open; those begun before are finished (RL8). */
function refuseWhileStopping(app: FastifyInstance): void {
  let stopping = false;
  app.addHook('preClose', async () => {
    stopping = true;
  });
  app.addHook('onRequest', async () => {
    if (!stopping) return;
    throw new Problem(
      'STOPPING',
      503,
      'Сервис временно недоступен',
      'Сервер перезапускается. Повторите через несколько секунд',
      { members: { retryAfter: 5 } },
    );
  });
}

/** Retry-After alone; how near the limit is, is nobody's business. */
const NO_LIMIT_HEADERS = {
  'x-ratelimit-limit': false,
  'x-ratelimit-remaining': false,
  'x-ratelimit-reset': false,
  'retry-after': false,
};

async function limitRequests(app: FastifyInstance, max: number): Promise<void> {
  await app.register(rateLimit, {
    global: true,
    addHeaders: NO_LIMIT_HEADERS,
    addHeadersOnExceeding: NO_LIMIT_HEADERS,
    max,
    timeWindow: 60_000,
    // By the true peer address only: whatever else a client sends, it can change at will (ID3).
    keyGenerator: request => request.ip,
    allowList: request => request.url === '/healthz' || request.url === '/readyz',
    errorResponseBuilder: (_request, context) =>
      new Problem('RATE_LIMITED', 429, 'Слишком много запросов', 'Подождите немного и повторите', {
        members: { retryAfter: Math.ceil(context.ttl / 1000) },
      }),
  });
}

const routeUnknown = (request: FastifyRequest) =>
  new Problem(
    'ROUTE_UNKNOWN',
    404,
    'Не найдено',
    request.url.startsWith('/api/') ? 'Такого адреса в программном интерфейсе нет' : 'Такой страницы нет',
  );

/** Who was refused what is kept (AU1): the role and the route, never what was sent. */
async function recordRefusal({ audit }: Services, request: FastifyRequest, error: unknown): Promise<void> {
  if (!(error instanceof Problem) || error.status !== 403 || !request.actor) return;
  const { entity, id } = request.params as { entity?: string; id?: string };
  await audit.write({
    action: 'access-refused',
    actor: request.actor,
    address: request.ip,
    ...(entity ? { entity } : {}),
    ...(id && isUuid(id) ? { recordId: id } : {}),
    result: 'refused',
    details: { method: request.method, route: request.routeOptions.url, code: error.code },
  });
}

/** Nothing of the API stays in a shared or a browser cache (AU8). */
function keepApiAnswersPrivate(app: FastifyInstance): void {
  app.addHook('onSend', async (_request, reply) => {
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
  });
}

/** One line per answer, by route and ids: an address may hold personal data and is never written (AU8). */
function logAnswers(app: FastifyInstance): void {
  app.addHook('onResponse', async (request, reply) => {
    request.log.info(
      {
        method: request.method,
        route: request.routeOptions.url ?? null,
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
        user: request.asker?.userId,
        appointment: request.actor?.appointmentId,
      },
      'answered',
    );
  });
}
