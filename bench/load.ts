/** Requests from a number of callers at once, each sending its next one when the last is answered. */
import { Agent, request } from 'node:http';

export interface Call {
  method: string;
  path: string;
  headers?: Record<string, string>;
  body?: unknown;
  /** Gets the answer of a call that succeeded. */
  succeeded?(answer: Answer): void;
}

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

export interface Load {
  count: number;
  seconds: number;
  /** Milliseconds of each call. */
  latencies: number[];
}

export class Caller {
  readonly #base: URL;
  readonly #agent: Agent;

  constructor(url: string, callers: number) {
    this.#base = new URL(url);
    this.#agent = new Agent({ keepAlive: true, maxSockets: callers });
  }

  /** @throws Error naming an answer that is no success */
  async call({ method, path, headers = {}, body, succeeded }: Call): Promise<Answer> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const answer = await this.#send(method, path, headers, text);
    if (answer.status >= 300)
      throw new Error(`${method} ${path}: ${answer.status} ${answer.body.slice(0, 600)}`);
    succeeded?.(answer);
    return answer;
  }

  #send(
    method: string,
    path: string,
    headers: Record<string, string>,
    text: string | undefined,
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const sent =
        text === undefined
          ? headers
          : { ...headers, 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
      const asked = request(
        {
          agent: this.#agent,
          host: this.#base.hostname,
          port: this.#base.port,
          method,
          path,
          headers: sent,
        },
        response => {
          const parts: Buffer[] = [];
          response.on('data', (part: Buffer) => parts.push(part));
          response.on('error', reject);
          response.on('end', () =>
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              body: Buffer.concat(parts).toString('utf8'),
            }),
          );
        },
      );
      asked.on('error', reject);
      asked.end(text);
    });
  }

  /** Goes on for the given time with `callers` at once; at least one call each. */
  async run(next: () => Call, callers: number, seconds: number): Promise<Load> {
    const latencies: number[] = [];
    const start = performance.now();
    const until = start + seconds * 1_000;
    const caller = async () => {
      do {
        const begun = performance.now();
        await this.call(next());
        latencies.push(performance.now() - begun);
      } while (performance.now() < until);
    };
    await Promise.all(Array.from({ length: callers }, caller));
    return { count: latencies.length, seconds: (performance.now() - start) / 1_000, latencies };
  }

  close(): void {
    this.#agent.destroy();
  }
}
