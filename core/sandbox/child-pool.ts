/**
 * Helper processes for work that must not be able to stop the server: templates written by people, PDF making.
 *
 * One call at a time per child. The parent holds the only trusted clock: a call over its time, or a child over
 * its memory, ends with SIGKILL, and a fresh child takes its place. Idle children end by themselves, so a
 * resting server is small. Order of use: `call` … `close`.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { readFile } from 'node:fs/promises';

export interface ChildPoolOptions {
  /** Absolute path of the child's script; it says `process.send('ready')` once and answers each message once. */
  script: string;
  execArgv: string[];
  /** How many children at most. */
  size: number;
  /** A child unused for so long ends. */
  idleMs: number;
}

export interface CallLimits {
  wallMs: number;
  maxResidentBytes?: number;
}

/** The child did not answer: it was stopped by us, or died. Never carries text of the child. */
export class ChildFailure extends Error {
  override readonly name = 'ChildFailure';
  readonly reason: 'timeout' | 'memory' | 'died' | 'closed';
  constructor(reason: ChildFailure['reason'], detail = '') {
    super(detail ? `${reason}: ${detail}` : reason);
    this.reason = reason;
  }
}

interface Job {
  message: unknown;
  limits: CallLimits;
  resolve: (answer: unknown) => void;
  reject: (error: ChildFailure) => void;
}

interface Child {
  process: ChildProcess;
  ready: boolean;
  job?: Job | undefined;
  timer?: NodeJS.Timeout | undefined;
  watch?: NodeJS.Timeout | undefined;
  idle?: NodeJS.Timeout | undefined;
  /** Last lines of stderr, to say why a child did not start. */
  complaint: string;
}

const STARTING_MS = 15_000;
const WATCH_MS = 40;
const PAGE_BYTES = 4096;

export class ChildPool {
  readonly #options: ChildPoolOptions;
  readonly #children = new Set<Child>();
  readonly #queue: Job[] = [];
  #closed = false;

  constructor(options: ChildPoolOptions) {
    this.#options = options;
  }

  /** Starts the children before they are needed. */
  warm(): void {
    while (this.#children.size < this.#options.size) this.#start();
  }

  call<T>(message: unknown, limits: CallLimits): Promise<T> {
    if (this.#closed) return Promise.reject(new ChildFailure('closed'));
    return new Promise<T>((resolve, reject) => {
      this.#queue.push({ message, limits, resolve: resolve as (answer: unknown) => void, reject });
      this.#next();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const job of this.#queue.splice(0)) job.reject(new ChildFailure('closed'));
    await Promise.all(
      [...this.#children].map(child => {
        const gone = new Promise(resolve => child.process.once('exit', resolve));
        child.process.ref();
        child.process.kill('SIGKILL');
        return gone;
      }),
    );
  }

  #next(): void {
    if (this.#queue.length === 0) return;
    const free = [...this.#children].find(child => child.ready && !child.job);
    if (free) {
      this.#give(free, this.#queue.shift()!);
      return;
    }
    const starting = [...this.#children].filter(child => !child.ready).length;
    if (this.#children.size < this.#options.size && starting < this.#queue.length) this.#start();
  }

  #give(child: Child, job: Job): void {
    child.job = job;
    clearTimeout(child.idle);
    child.process.ref();
    child.timer = setTimeout(() => this.#stop(child, 'timeout'), job.limits.wallMs);
    const { maxResidentBytes } = job.limits;
    if (maxResidentBytes && process.platform === 'linux') {
      child.watch = setInterval(async () => {
        const pages = await readFile(`/proc/${child.process.pid}/statm`, 'utf8').catch(() => '0 0');
        if (child.job === job && Number(pages.split(' ')[1]) * PAGE_BYTES > maxResidentBytes) {
          this.#stop(child, 'memory');
        }
      }, WATCH_MS);
    }
    child.process.send(job.message as object);
  }

  #stop(child: Child, reason: 'timeout' | 'memory'): void {
    const { job } = child;
    child.job = undefined;
    this.#retire(child);
    job?.reject(new ChildFailure(reason));
  }

  /** Out of the set at once: between the signal and the exit nothing may be given to it. */
  #retire(child: Child): void {
    this.#children.delete(child);
    child.process.kill('SIGKILL');
  }

  #start(): void {
    const process = fork(this.#options.script, [], {
      execArgv: this.#options.execArgv,
      env: {},
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    const child: Child = { process, ready: false, complaint: '' };
    this.#children.add(child);
    child.timer = setTimeout(() => process.kill('SIGKILL'), STARTING_MS);
    process.stderr?.on('data', (text: Buffer) => {
      child.complaint = (child.complaint + text.toString()).slice(-2000);
    });
    process.on('message', message => this.#answer(child, message));
    process.on('error', () => process.kill('SIGKILL'));
    process.once('exit', () => this.#gone(child));
  }

  #answer(child: Child, message: unknown): void {
    clearTimeout(child.timer);
    clearInterval(child.watch);
    if (!child.ready) {
      child.ready = true;
    } else {
      const { job } = child;
      child.job = undefined;
      job?.resolve(message);
    }
    // An idle child keeps neither itself nor this process alive.
    child.process.unref();
    child.process.channel?.unref();
    (child.process.stderr as unknown as { unref?: () => void } | null)?.unref?.();
    child.idle = setTimeout(() => this.#retire(child), this.#options.idleMs);
    child.idle.unref();
    this.#next();
  }

  #gone(child: Child): void {
    clearTimeout(child.timer);
    clearTimeout(child.idle);
    clearInterval(child.watch);
    this.#children.delete(child);
    child.job?.reject(new ChildFailure('died', child.complaint));
    if (!child.ready && !this.#closed) {
      // A child that cannot even start would be started for ever: the waiting call is told instead.
      this.#queue.shift()?.reject(new ChildFailure('died', child.complaint));
    }
    this.#next();
  }
}
