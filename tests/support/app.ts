/** The whole server without a socket: the real wiring over a database of its own. */
import type { FastifyInstance, InjectOptions } from 'fastify';
import { loadInstalled } from '../../core/catalogue/installed.ts';
import type { Config } from '../../core/config.ts';
import { buildApp } from '../../core/http/app.ts';
import { cookieName } from '../../core/http/cookies.ts';
import type { Services } from '../../core/http/services.ts';
import { keptPlugins } from '../../core/plugins/kept.ts';
import { migrate } from '../../core/storage/migrate.ts';
import { wireServices } from '../../core/wiring.ts';
import { installedCatalogue, installedPlugins } from './catalogue.ts';
import { aClock, aConfig } from './config.ts';
import { aDatabase, type DatabaseKind, demoDay, type TestDatabase, testSecret } from './database.ts';

/** Of every sign-in of the demo region. */
export const demoPassword = 'kartoteka-demo';

export interface AppOptions extends DatabaseKind {
  /** Of another test app, for a second instance or a later start on the same data; stays open at the close. */
  db?: TestDatabase;
  /** Absolute folder of the files of cards. */
  dataFolder?: string;
  /** Folders of plugins beside those installed. */
  pluginFolders?: string[];
  /** ISO day the server takes for today, or what tells it at every request. Default: the day of the demo region. */
  today?: string | (() => string);
  /** Settings other than those of tests. */
  config?: Partial<Config>;
}

export interface TestApp {
  app: FastifyInstance;
  services: Services;
  db: TestDatabase;
  /** Signs in under a demo name; the appointment is the one last used. */
  signIn(login: string, password?: string): Promise<TestClient>;
  /** Without any session. */
  stranger: TestClient;
  close(): Promise<void>;
}

export async function anApp(options: AppOptions = {}): Promise<TestApp> {
  const db = options.db ?? (await aDatabase(options));
  const pluginFolders = [installedPlugins, ...(options.pluginFolders ?? [])];
  const config = aConfig({
    pluginFolders,
    demo: options.demo === true,
    secret: testSecret,
    ...(options.dataFolder ? { dataFolder: options.dataFolder } : {}),
    ...options.config,
  });
  const catalogue = options.pluginFolders
    ? await loadInstalled({
        pluginFolders,
        migrate: loaded => migrate(db.ownerUrl, loaded, { secret: testSecret }),
        former: keptPlugins(db.ownerUrl, config.dataFolder),
      })
    : await installedCatalogue();
  const wired = await wireServices({
    config,
    ownerUrl: db.ownerUrl,
    catalogue,
    clock: aClock(options.today ?? demoDay),
    poolSize: 4,
  });
  const app = await buildApp(wired.services, { requestsPerMinute: 100_000 });
  await app.ready();
  return {
    app,
    services: wired.services,
    db,
    stranger: new TestClient(app),
    signIn: async (login, password = demoPassword) => {
      const client = new TestClient(app);
      await client.signIn(login, password);
      return client;
    },
    close: async () => {
      await app.close();
      await wired.close();
      if (!options.db) await db.close();
    },
  };
}

export interface TestAnswer<T> {
  status: number;
  headers: Record<string, string | string[] | number | undefined>;
  /** Parsed JSON; undefined for an empty answer or another type. */
  body: T;
  text: string;
  bytes: Buffer;
}

export interface RequestOptions {
  body?: unknown;
  headers?: Record<string, string>;
}

/** The few members of `GET /api/session` that tests ask for. */
export interface SessionBody {
  user: { id: string; login: string; name: string };
  appointments: { id: string; role: string; organisation: { id: number; name: string } }[];
  active: { id: string; role: string; organisation: { id: number; name: string } };
  csrf: string;
}

/** A browser's part in short: keeps the cookie, the token against forged requests and the appointment. */
export class TestClient {
  readonly #app: FastifyInstance;
  #headers: Record<string, string> = {};
  #session: SessionBody | undefined;

  constructor(app: FastifyInstance) {
    this.#app = app;
  }

  /** What the sign-in answered. */
  get session(): SessionBody {
    if (!this.#session) throw new Error('nobody is signed in');
    return this.#session;
  }

  async signIn(login: string, password: string): Promise<void> {
    const answer = await this.post<SessionBody>('/api/session', { login, password });
    if (answer.status !== 200) throw new Error(`sign-in of ${login}: ${answer.status} ${answer.text}`);
    const name = cookieName(false);
    const cookie = [answer.headers['set-cookie']].flat().find(value => String(value).startsWith(`${name}=`));
    this.#session = answer.body;
    this.#headers = { cookie: String(cookie).split(';')[0] ?? '', 'x-csrf-token': answer.body.csrf };
    this.actUnder(answer.body.active.id);
  }

  /** Names another appointment of the same user in all further requests. */
  actUnder(appointment: string): void {
    this.#headers['kartoteka-appointment'] = appointment;
  }

  get<T = Record<string, unknown>>(url: string, options: RequestOptions = {}) {
    return this.request<T>('GET', url, options);
  }

  post<T = Record<string, unknown>>(url: string, body?: unknown, options: RequestOptions = {}) {
    return this.request<T>('POST', url, { body, ...options });
  }

  put<T = Record<string, unknown>>(url: string, body?: unknown, options: RequestOptions = {}) {
    return this.request<T>('PUT', url, { body, ...options });
  }

  /** @param version  of the record, sent as `If-Match` */
  patch<T = Record<string, unknown>>(
    url: string,
    body: unknown,
    version?: string,
    options: RequestOptions = {},
  ) {
    return this.request<T>('PATCH', url, { body, ...withVersion(version, options) });
  }

  delete<T = Record<string, unknown>>(url: string, version?: string, options: RequestOptions = {}) {
    return this.request<T>('DELETE', url, withVersion(version, options));
  }

  async request<T>(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    url: string,
    { body, headers }: RequestOptions,
  ): Promise<TestAnswer<T>> {
    const sent: InjectOptions = { method, url, headers: { ...this.#headers, ...headers } };
    if (body !== undefined) {
      sent.payload = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
      sent.headers = { 'content-type': 'application/json', ...sent.headers };
    }
    const answer = await this.#app.inject(sent);
    const isJson = /\bjson\b/.test(String(answer.headers['content-type'] ?? ''));
    return {
      status: answer.statusCode,
      headers: answer.headers,
      body: (isJson && answer.payload !== '' ? JSON.parse(answer.payload) : undefined) as T,
      text: answer.payload,
      bytes: answer.rawPayload,
    };
  }
}

const withVersion = (version: string | undefined, options: RequestOptions): RequestOptions =>
  version === undefined
    ? options
    : { ...options, headers: { 'if-match': `"${version.replaceAll('"', '')}"`, ...options.headers } };
