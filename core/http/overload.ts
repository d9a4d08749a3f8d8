/**
 * Too much at once: new work is turned away at the door, with 503 and Retry-After, before it takes anything (HT3).
 * Probes and pages always pass; reports give way first, then reading, sign-in and saving last.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Problem } from '../problems.ts';

export type Work = 'saving' | 'reading' | 'reports';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What gives way when there is too much. Default: reading for what reads, saving for everything else. */
    work?: Work;
  }
}

export interface Mark {
  /** Requests being worked on, of all kinds, from which on one more of this kind is turned away. */
  inFlight: number;
  /** Delay of the event loop that has lasted for half a second, ms. */
  lagMs: number;
}
export type Marks = Record<Work, Mark>;

/** The pool has ten connections: what waits longer than this line is long is better told so. */
export const MARKS: Marks = {
  reports: { inFlight: 60, lagMs: 1_000 },
  reading: { inFlight: 250, lagMs: 3_000 },
  saving: { inFlight: 500, lagMs: 6_000 },
};

const EVERY_MS = 100;
const KEPT = 5;

/** How late the event loop is, over the last half second: the median, so that one long task is no alarm. */
export class LoopDelay {
  readonly #late: number[] = [];
  readonly #timer: NodeJS.Timeout;
  #due = performance.now() + EVERY_MS;

  constructor() {
    this.#timer = setInterval(() => this.#look(), EVERY_MS);
    this.#timer.unref();
  }

  get ms(): number {
    const sorted = [...this.#late].sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)] ?? 0;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const now = performance.now();
    this.#late.push(Math.max(0, now - this.#due));
    if (this.#late.length > KEPT) this.#late.shift();
    this.#due = now + EVERY_MS;
  }
}

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);
const ASKING = /\/(query|search)$/;

/** Undefined: always let in. */
function workOf({ method, routeOptions }: FastifyRequest): Work | undefined {
  const { url = '', config } = routeOptions;
  if (!url.startsWith('/api/')) return undefined;
  if (config.work) return config.work;
  // Who is signed in is asked by every page before anything else.
  if (url === '/api/session') return 'saving';
  return SAFE.has(method) || ASKING.test(url) ? 'reading' : 'saving';
}

export function turnAwayWhenBusy(app: FastifyInstance, marks: Marks = MARKS, delay = new LoopDelay()): void {
  let inFlight = 0;
  const counted = new WeakSet<FastifyRequest>();
  app.addHook('onRequest', async request => {
    const work = workOf(request);
    if (work === undefined) return;
    const mark = marks[work];
    if (inFlight >= mark.inFlight || delay.ms >= mark.lagMs)
      throw new Problem(
        'OVERLOADED',
        503,
        'Сервер занят',
        'Сейчас слишком много работы. Повторите через несколько секунд',
        {
          members: { retryAfter: 5 },
        },
      );
    inFlight += 1;
    counted.add(request);
  });
  // Comes for every request, answered or broken off.
  app.addHook('onResponse', async request => {
    if (counted.delete(request)) inFlight -= 1;
  });
  app.addHook('onClose', async () => delay.close());
}
