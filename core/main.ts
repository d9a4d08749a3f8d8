/**
 * A run of the server, from the settings to the last closed connection. `bootstrap.mjs` calls it once the
 * dependencies are there and this is the right Node.
 */
import { type Config, ConfigError, readConfig } from './config.ts';
import { FolderInUse } from './storage/embedded/folder-lock.ts';

export interface Progress {
  step(text: string): void;
  /** A step that lasts; the result ends it. */
  lasting(text: string): () => void;
}

export interface RunOptions {
  /** Arguments after the command: `--empty`. */
  argv: readonly string[];
  progress: Progress;
  /** Settles when the pages are built. */
  uiBuilt: Promise<unknown>;
}

export interface Run {
  /** Exit code, once the server has ended by itself: a start that failed. */
  ended: Promise<number>;
  /** Finishes what has begun, stops every child; exit code. May be called at any moment of the start. */
  stop(): Promise<number>;
}

/** Requests and the database get this long to end. */
const STOP_WITHIN_MS = 20_000;

export function runServer(options: RunOptions): Run {
  const closers = new Closers();
  const started = start(options, closers).then(
    () => undefined,
    async (error: unknown) => {
      if (closers.closing) return 0;
      report(error);
      await closers.close();
      return 1;
    },
  );
  return {
    ended: started.then(code => code ?? new Promise<number>(() => undefined)),
    stop: async () => {
      options.progress.step('Остановка');
      const inTime = await Promise.race([closers.close().then(() => true), timeOver()]);
      if (!inTime) console.error(`Остановка заняла больше ${STOP_WITHIN_MS / 1000} с и прервана.`);
      return inTime ? 0 : 1;
    },
  };
}

async function start({ argv, progress, uiBuilt }: RunOptions, closers: Closers): Promise<void> {
  const config = readConfig(argv);
  const ownerUrl = await databaseOf(config, progress, closers);
  progress.step(`База данных готова: ${new URL(ownerUrl).host}`);
  await uiBuilt;
}

/** The server named in the settings, or our own one. */
async function databaseOf(config: Config, progress: Progress, closers: Closers): Promise<string> {
  if (config.databaseUrl) return config.databaseUrl;
  progress.step('Запускается база данных');
  const { startEmbedded } = await import('./storage/embedded/embedded.ts');
  const embedded = await startEmbedded({ dataFolder: config.dataFolder, log: line => progress.step(line) });
  await closers.add(() => embedded.stop());
  return embedded.ownerUrl;
}

/** What was opened, closed in the opposite order, once; what is opened during the closing is closed at once. */
class Closers {
  readonly #open: (() => Promise<unknown>)[] = [];
  #closed: Promise<void> | undefined;

  get closing(): boolean {
    return this.#closed !== undefined;
  }

  async add(close: () => Promise<unknown>): Promise<void> {
    if (this.#closed) {
      await close();
      throw new Error('stopped during the start');
    }
    this.#open.push(close);
  }

  close(): Promise<void> {
    this.#closed ??= this.#closeAll();
    return this.#closed;
  }

  async #closeAll(): Promise<void> {
    for (let close = this.#open.pop(); close; close = this.#open.pop()) {
      await close().catch((error: unknown) => console.error(error));
    }
  }
}

function timeOver(): Promise<false> {
  return new Promise(resolve => {
    setTimeout(() => resolve(false), STOP_WITHIN_MS).unref();
  });
}

/** One clear line for what the reader can mend; the whole error for what they cannot. */
function report(error: unknown): void {
  if (error instanceof ConfigError || error instanceof FolderInUse) console.error(`\n${error.message}`);
  else console.error(error);
}
