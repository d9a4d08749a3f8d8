/**
 * A run of the server, from the settings to the last closed connection. `bootstrap.mjs` calls it once the
 * dependencies are there and this is the right Node.
 */
import type { Catalogue } from './catalogue/types.ts';
import { type Config, ConfigError, readConfig } from './config.ts';
import { DEMO_PASSWORD } from './demo/sign-ins.ts';
import type { Services, SignInHint } from './http/services.ts';
import { assertDurable } from './storage/durability.ts';
import { EmbeddedError } from './storage/embedded/error.ts';
import { MigrationError } from './storage/roles.ts';

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
/** After this the connections of requests that do not end are cut, so that what stands under them ends in order. */
const REQUESTS_END_WITHIN_MS = 12_000;

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
  // Nothing is known of the state after such an error: end in order, with the children, and say why.
  process.on('uncaughtException', error => {
    console.error(error);
    if (!closers.closing) void closers.close().then(() => process.exit(1));
  });
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
  const { loadInstalled, wireServices, migrate, keptPlugins } = await partsOfServer();

  if (config.production) await assertDurable(ownerUrl);
  progress.step('Подготавливаются модули и таблицы');
  const catalogue = await loadInstalled({
    pluginFolders: config.pluginFolders,
    migrate: loaded => migrate(ownerUrl, loaded, { secret: config.secret }),
    former: keptPlugins(ownerUrl, config.dataFolder),
  });
  if (config.demo) await fillWithDemo(ownerUrl, catalogue, progress);
  const wired = await wireServices({ config, ownerUrl, catalogue });
  await closers.add(() => wired.close());
  await sealAudit(config, wired.services, closers);
  await uiBuilt;
  const url = await listen(config, wired.services, closers);
  announce(url, wired.services, progress);
}

/** A module is read once, whoever asks first; one that cannot be read fails for all who ask. */
async function partsOfServer() {
  const [{ loadInstalled }, { wireServices }, { migrate }, { keptPlugins }] = await Promise.all([
    import('./catalogue/installed.ts'),
    import('./wiring.ts'),
    import('./storage/migrate.ts'),
    import('./plugins/kept.ts'),
    import('./http/app.ts'),
    import('./audit/sealer.ts'),
  ]);
  return { loadInstalled, wireServices, migrate, keptPlugins };
}

async function sealAudit(config: Config, services: Services, closers: Closers): Promise<void> {
  const { AuditSealer } = await import('./audit/sealer.ts');
  const { database, log } = services;
  const sealer = new AuditSealer({ database, secret: config.secret, dataFolder: config.dataFolder, log });
  sealer.start();
  await closers.add(() => sealer.stop());
}

/** Said only if it takes long: at every later start it finds the region there. */
async function fillWithDemo(ownerUrl: string, catalogue: Catalogue, progress: Progress): Promise<void> {
  const { loadDemo } = await import('./demo/load.ts');
  let end: (() => void) | undefined;
  const timer = setTimeout(() => {
    end = progress.lasting('Загружаются демонстрационные данные (один раз)');
  }, 300);
  try {
    await loadDemo(ownerUrl, catalogue);
  } finally {
    clearTimeout(timer);
    end?.();
  }
}

async function listen(config: Config, services: Services, closers: Closers): Promise<string> {
  const { buildApp } = await import('./http/app.ts');
  const app = await buildApp(services);
  await closers.add(async () => {
    const cut = setTimeout(() => app.server.closeAllConnections(), REQUESTS_END_WITHIN_MS);
    await app.close().finally(() => clearTimeout(cut));
  });
  try {
    await app.listen({ host: config.host, port: config.port });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new ConfigError(
      `Порт ${config.port} занят другой программой. Укажите свободный: PORT=${config.port + 1} npm start`,
    );
  }
  const address = app.server.address();
  const port = address && typeof address === 'object' ? address.port : config.port;
  // Where a browser on this machine finds us.
  const shown = config.host === '0.0.0.0' || config.host === '::' ? '127.0.0.1' : config.host;
  return `http://${shown.includes(':') ? `[${shown}]` : shown}:${port}`;
}

function announce(url: string, { catalogue, signInHints }: Services, progress: Progress): void {
  for (const { plugin, file, pointer, reason, serving } of catalogue.quarantine) {
    const instead = serving === undefined ? '' : ` Работает прежняя версия ${serving}.`;
    console.log(`  Модуль «${plugin}» не принят: ${reason} (${file}${pointer}).${instead}`);
  }
  if (signInHints.length > 0) console.log(signInTable(signInHints));
  progress.step(`Готово: ${url}   (остановить: Ctrl-C)`);
}

function signInTable(hints: readonly SignInHint[]): string {
  const width = Math.max(...hints.map(hint => hint.login.length));
  const roleWidth = Math.max(...hints.map(hint => hint.roleTitle.length));
  const lines = hints.map(
    ({ login, roleTitle, organisation }) =>
      `  ${login.padEnd(width)}  ${roleTitle.padEnd(roleWidth)}  ${organisation}`,
  );
  return `\nДемонстрационные входы, пароль у всех ${DEMO_PASSWORD}:\n${lines.join('\n')}\n`;
}

/** The server named in the settings, or our own one. */
async function databaseOf(config: Config, progress: Progress, closers: Closers): Promise<string> {
  if (config.databaseUrl) return config.databaseUrl;
  progress.step('Запускается база данных');
  const { startEmbedded } = await import('./storage/embedded/embedded.ts');
  const embedded = await startEmbedded({
    dataFolder: config.dataFolder,
    log: line => progress.step(line),
    // It starts in a process of its own: meanwhile the parts of the server are read.
    launched: () => void partsOfServer().catch(() => undefined),
  });
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
  const line = explain(error);
  if (line === undefined) console.error(error);
  else console.error(`\nКартотека не запущена. ${line}`);
}

const DATABASE_TROUBLES: Record<string, string> = {
  ECONNREFUSED: 'не отвечает: проверьте, что он запущен, и адрес',
  ENOTFOUND: 'не найден: проверьте адрес',
  ETIMEDOUT: 'не отвечает: проверьте адрес и сеть',
  '28P01': 'не принял имя или пароль',
  '28000': 'не принял имя или пароль',
  '3D000': 'не знает такой базы: создайте её',
  '42501': 'не даёт нужных прав: пользователь должен владеть базой',
};

function explain(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const known = [ConfigError, MigrationError, EmbeddedError];
  if (known.some(kind => error instanceof kind)) return error.message;
  const { code } = error as { code?: string };
  const trouble = code === undefined ? undefined : DATABASE_TROUBLES[code];
  return trouble && `Сервер базы данных из DATABASE_URL ${trouble} (${error.message}).`;
}
