/** A client of a listening server that sees what the network does: a broken connection is an error, never hidden. */
import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { DEMO_PASSWORD } from '../../../core/demo/sign-ins.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface Answer<T = Record<string, unknown>> {
  status: number;
  headers: Record<string, string | string[] | number | undefined>;
  body: T;
}

/** What a fault needs of a client, over a socket or not. */
export interface Asking {
  request<T = Record<string, unknown>>(
    method: Method,
    url: string,
    options: { body?: unknown; headers?: Record<string, string> },
  ): Promise<Answer<T>>;
}

interface Session {
  user: { id: string; name: string };
  active: { id: string; organisation: { id: number } };
  csrf: string;
}

const TIMEOUT_MS = 40_000;

export class SocketClient implements Asking {
  readonly #base: () => string;
  readonly #agent: Agent;
  readonly #headers: Record<string, string>;
  readonly session: Session | undefined;

  /** @param from  last number of the loopback address to come from: the limit of requests is by address */
  constructor(base: () => string, from?: number, headers: Record<string, string> = {}, session?: Session) {
    this.#base = base;
    this.#headers = headers;
    this.session = session;
    const own = from !== undefined && process.platform === 'linux';
    this.#agent = new Agent({ keepAlive: true, ...(own ? { localAddress: `127.0.0.${from}` } : {}) });
  }

  async signedIn(login: string): Promise<SocketClient> {
    const answer = await this.request<Session>('POST', '/api/session', {
      body: { login, password: DEMO_PASSWORD },
    });
    if (answer.status !== 200) throw new Error(`sign-in of ${login}: ${answer.status}`);
    const cookie = String([answer.headers['set-cookie']].flat()[0]).split(';')[0] ?? '';
    const { csrf, active } = answer.body;
    const headers = { cookie, 'x-csrf-token': csrf, 'kartoteka-appointment': active.id };
    return new SocketClient(this.#base, undefined, headers, answer.body);
  }

  /** The same session from another address of this machine, over connections of its own. */
  from(address: number): SocketClient {
    return new SocketClient(this.#base, address, this.#headers, this.session);
  }

  /** The session of another client, over one's own address. */
  like(other: SocketClient): SocketClient {
    return new SocketClient(this.#base, undefined, other.#headers, other.session);
  }

  request<T>(
    method: Method,
    url: string,
    { body, headers = {} }: { body?: unknown; headers?: Record<string, string> } = {},
  ): Promise<Answer<T>> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const sending = request(
        new URL(url, this.#base()),
        {
          method,
          agent: this.#agent,
          headers: {
            ...this.#headers,
            ...headers,
            ...(text === undefined
              ? {}
              : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
          },
          timeout: TIMEOUT_MS,
        },
        answer => {
          const parts: Buffer[] = [];
          answer.on('data', part => parts.push(part));
          answer.on('error', reject);
          answer.on('close', () => {
            if (!answer.complete) reject(new Error('the answer was cut off'));
          });
          answer.on('end', () => {
            try {
              resolve(answerOf<T>(answer.statusCode ?? 0, answer.headers, Buffer.concat(parts).toString()));
            } catch (error) {
              reject(error);
            }
          });
        },
      );
      sending.on('timeout', () => sending.destroy(new Error('no answer in time')));
      sending.on('error', reject);
      sending.end(text);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

function answerOf<T>(status: number, headers: IncomingHttpHeaders, text: string): Answer<T> {
  const isJson = /\bjson\b/.test(headers['content-type'] ?? '');
  return { status, headers, body: (isJson && text !== '' ? JSON.parse(text) : undefined) as T };
}
