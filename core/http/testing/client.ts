/** A signed-in browser for tests: keeps its cookie and its CSRF token, speaks to the app without a socket. */
import type { FastifyInstance, InjectOptions } from 'fastify';

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | number | undefined>;
  // biome-ignore lint/suspicious/noExplicitAny: answers of every shape are looked into by tests
  body: any;
  text: string;
  bytes: Buffer;
}

export const DEMO_PASSWORD = 'kartoteka-demo';
const ORIGIN = 'http://localhost:80';

/** `headers: { name: undefined }` leaves a header out. */
export interface Sending {
  body?: unknown;
  /** Sent as it is, not as JSON. */
  raw?: string | Buffer;
  headers?: Record<string, string | undefined>;
}

export class Client {
  readonly app: FastifyInstance;
  cookie = '';
  csrf = '';
  /** Answer of the last sign-in. */
  session: Answer['body'];

  constructor(app: FastifyInstance) {
    this.app = app;
  }

  async send(method: string, url: string, { body, raw, headers = {} }: Sending = {}): Promise<Answer> {
    const all: Record<string, string | undefined> = {
      host: 'localhost:80',
      ...(this.cookie ? { cookie: this.cookie } : {}),
      ...(method === 'GET' ? {} : { origin: ORIGIN, 'x-csrf-token': this.csrf || undefined }),
      ...(body === undefined && raw === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    };
    const given = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
    const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const response = await this.app.inject({
      method,
      url,
      headers: given,
      ...(payload === undefined ? {} : { payload }),
    } as InjectOptions);
    const kept = response.cookies.find(cookie => cookie.name.endsWith('kartoteka'));
    if (kept) this.cookie = kept.value ? `${kept.name}=${kept.value}` : '';
    const isJson = String(response.headers['content-type']).includes('json');
    return {
      status: response.statusCode,
      headers: response.headers,
      body: isJson && response.body ? JSON.parse(response.body) : undefined,
      text: response.body,
      bytes: response.rawPayload,
    };
  }

  get = (url: string, sending?: Sending) => this.send('GET', url, sending);
  post = (url: string, body?: unknown, sending?: Sending) => this.send('POST', url, { ...sending, body });
  put = (url: string, body?: unknown, sending?: Sending) => this.send('PUT', url, { ...sending, body });
  patch = (url: string, body: unknown, version: string | undefined, sending?: Sending) =>
    this.send('PATCH', url, {
      ...sending,
      body,
      headers: { ...(version === undefined ? {} : { 'if-match': `"${version}"` }), ...sending?.headers },
    });
  delete = (url: string, sending?: Sending) => this.send('DELETE', url, sending);

  async signIn(login: string, password = DEMO_PASSWORD): Promise<Answer> {
    const answer = await this.post('/api/session', { login, password });
    this.session = answer.body;
    this.csrf = answer.body?.csrf ?? '';
    return answer;
  }
}

export async function signedIn(app: FastifyInstance, login: string): Promise<Client> {
  const client = new Client(app);
  const answer = await client.signIn(login);
  if (answer.status !== 200) throw new Error(`sign-in of ${login}: ${answer.status} ${answer.text}`);
  return client;
}
