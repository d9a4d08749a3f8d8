/**
 * PostgreSQL of our own, for whoever has none: started with us, stopped with us, data in the data folder.
 *
 * Order of a start: take the folder (one server per folder), find programs that the account may run, stop a
 * server that a killed process left, make the cluster if there is none, start it on the kept port, wait until
 * it answers, make the database. It listens on the loopback only and asks for a password (scram).
 *
 * The data folder is never to be copied to a PostgreSQL of the system: its ICU is another version.
 */
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Client } from 'pg';
import { accountFor, mayEnter } from './account.ts';
import { findBinaries } from './binaries.ts';
import {
  type ClusterPlace,
  lastLines,
  makeCluster,
  ownerName,
  refuseOtherVersion,
  startCluster,
  stopCluster,
} from './cluster.ts';
import { EmbeddedError } from './error.ts';
import { takeFolder } from './folder-lock.ts';
import { pause } from './processes.ts';

export interface EmbeddedOptions {
  /** Absolute; made if missing. */
  dataFolder: string;
  /** Gets one Russian line per step and per trouble. */
  log: (line: string) => void;
  /** Called once its process runs; it does not answer yet. */
  launched?: () => void;
  /** False gives up safety after a power cut for speed: tests only. Default true. */
  durable?: boolean;
}

export interface EmbeddedPostgres {
  /** Connection of the owner of the database `kartoteka`. */
  ownerUrl: string;
  /** Stops the server and gives the folder back; may be called twice. */
  stop(): Promise<void>;
  /** Asks it to stop at once, for an exit handler: nothing is waited for. */
  kill(): void;
}

/** What must outlive a run, kept in `postgres.json`, readable by the owner only. */
interface Kept {
  port: number;
  password: string;
  /** Where the cluster stands, if the account cannot reach the data folder. */
  home?: string;
}

const databaseName = 'kartoteka';
const readyWithinMs = 10 * 60_000;
/** Before each try in a row; the last one for all further ones. */
const restartPausesMs = [200, 1_000, 5_000, 15_000, 30_000] as const;

export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  mkdirSync(options.dataFolder, { recursive: true });
  const dataFolder = realpathSync(options.dataFolder);
  // Another account must pass through to its cluster; every file here is closed by its own rights.
  chmodSync(dataFolder, process.getuid?.() === 0 ? 0o711 : 0o700);
  const release = takeFolder(dataFolder);
  try {
    const server = new Server(dataFolder, options);
    await server.start();
    return {
      ownerUrl: server.urlOf(databaseName),
      stop: async () => {
        await server.stop();
        release();
      },
      kill: () => server.kill(),
    };
  } catch (error) {
    release();
    throw error;
  }
}

/**
 * Owner's connection to a server that a running Kartoteka keeps in the folder, for commands that only read.
 * Undefined when none is known; that it answers is for the caller to find out.
 */
export function ownerUrlOf(dataFolder: string): string | undefined {
  const kept = readKept(join(dataFolder, 'postgres.json'));
  return kept && urlOf(kept, databaseName);
}

const urlOf = (kept: Kept, database: string) =>
  `postgres://${ownerName}:${kept.password}@127.0.0.1:${kept.port}/${database}`;

class Server {
  readonly #log: (line: string) => void;
  readonly #launched: (() => void) | undefined;
  readonly #durable: boolean;
  readonly #stateFile: string;
  readonly #place: ClusterPlace;
  #kept: Kept;
  #child: ChildProcess | undefined;
  #stopping: Promise<void> | undefined;

  constructor(dataFolder: string, options: EmbeddedOptions) {
    this.#log = options.log;
    this.#launched = options.launched;
    this.#durable = options.durable ?? true;
    this.#stateFile = join(dataFolder, 'postgres.json');
    const kept = readKept(this.#stateFile);
    const home = homeOf(dataFolder, kept);
    if (home !== dataFolder && kept?.home !== home) {
      this.#log(`База данных будет в ${home}: учётной записи PostgreSQL закрыт путь к ${dataFolder}`);
    }
    const folder = join(home, 'postgres');
    if (!kept && existsSync(folder)) {
      throw new EmbeddedError(`В ${dataFolder} есть база данных, но нет файла postgres.json с её паролем.`);
    }
    const account = accountFor(folder);
    this.#kept = {
      port: kept?.port ?? 0,
      password: kept?.password ?? randomBytes(24).toString('base64url'),
      ...(home === dataFolder ? {} : { home }),
    };
    this.#place = {
      folder,
      logFile: join(dataFolder, 'postgres.log'),
      account,
      binaries: findBinaries(home, account),
    };
  }

  urlOf(database: string): string {
    return urlOf(this.#kept, database);
  }

  async start() {
    if (await stopCluster(this.#place)) this.#log('Остановлен PostgreSQL, оставшийся от прерванного запуска');
    await this.#choosePort();
    if (existsSync(this.#place.folder)) refuseOtherVersion(this.#place);
    else makeCluster(this.#place, this.#kept.password, this.#durable);
    this.#launch(0);
    this.#launched?.();
    await this.#ready();
    await this.#makeDatabase();
  }

  stop(): Promise<void> {
    this.#stopping ??= stopCluster(this.#place).then(() => undefined);
    return this.#stopping;
  }

  kill() {
    this.#stopping ??= Promise.resolve();
    this.#child?.kill('SIGQUIT');
  }

  async #choosePort() {
    const port = this.#kept.port > 0 && (await isFree(this.#kept.port)) ? this.#kept.port : await freePort();
    this.#kept = { ...this.#kept, port };
    const unfinished = `${this.#stateFile}.new`;
    writeFileSync(unfinished, `${JSON.stringify(this.#kept)}\n`, { mode: 0o600 });
    renameSync(unfinished, this.#stateFile);
  }

  /**
   * A server that dies by itself is started again, for as long as we run: at once if it had taken connections, after
   * longer and longer pauses if not even that.
   */
  #launch(failures: number) {
    const child = startCluster(this.#place, this.#kept.port, this.#durable);
    const startedAt = performance.now();
    this.#child = child;
    child.once('error', error => this.#log(`PostgreSQL не запустился: ${error.message}`));
    let served = false;
    child.once('exit', async (code, signal) => {
      if (this.#stopping) return;
      const again = served ? 0 : failures;
      this.#log(`PostgreSQL остановился (${signal ?? code}), запускается снова`);
      await pause(restartPausesMs[again] ?? 30_000);
      if (!this.#stopping) this.#launch(again + 1);
    });
    void this.#answers(child).then(answers => {
      served = answers;
      if (answers && failures > 0)
        this.#log(
          `PostgreSQL снова работает (через ${((performance.now() - startedAt) / 1000).toFixed(1)} с)`,
        );
    });
  }

  /** Waits until this very server takes connections; false if it ends before. */
  async #answers(child: ChildProcess): Promise<boolean> {
    while (child.exitCode === null && child.signalCode === null && !this.#stopping) {
      if ((await tryConnect(this.urlOf('postgres'))) === undefined) return true;
      await pause(100);
    }
    return false;
  }

  async #ready() {
    const deadline = performance.now() + readyWithinMs;
    let saidSlow = false;
    for (;;) {
      const problem = await tryConnect(this.urlOf('postgres'));
      if (!problem) return;
      if (this.#child?.exitCode !== null || performance.now() > deadline) {
        await this.stop();
        throw new EmbeddedError(`PostgreSQL не запустился: ${this.#lastWords() || problem.message}`);
      }
      if (!saidSlow && performance.now() > deadline - readyWithinMs + 3_000) {
        saidSlow = true;
        this.#log('PostgreSQL восстанавливает данные после внезапной остановки');
      }
      await pause(30);
    }
  }

  #lastWords(): string {
    try {
      return lastLines(readFileSync(this.#place.logFile, 'utf8'));
    } catch {
      return '';
    }
  }

  async #makeDatabase() {
    const client = new Client({ connectionString: this.urlOf('postgres') });
    await client.connect();
    try {
      const found = await client.query('select 1 from pg_database where datname = $1', [databaseName]);
      if (found.rowCount === 0) await client.query(`create database ${databaseName}`);
    } finally {
      await client.end();
    }
  }
}

/** The folder that holds the cluster: the data folder, or one under /var/lib that the account can reach. */
function homeOf(dataFolder: string, kept: Kept | undefined): string {
  if (kept) return kept.home ?? dataFolder;
  const account = accountFor(join(dataFolder, 'postgres'));
  if (!account || mayEnter(account, dataFolder)) return dataFolder;
  // A new name each time: a data folder made anew at the same path must not meet the cluster of the old one.
  const home = join('/var/lib/kartoteka', randomBytes(6).toString('hex'));
  mkdirSync(home, { recursive: true, mode: 0o711 });
  for (const folder of ['/var/lib/kartoteka', home]) chmodSync(folder, 0o711);
  if (!mayEnter(account, home)) {
    throw new EmbeddedError(
      `PostgreSQL не может войти ни в ${dataFolder}, ни в ${home}. Укажите другую папку в KARTOTEKA_DATA.`,
    );
  }
  return home;
}

function readKept(file: string): Kept | undefined {
  if (!existsSync(file)) return undefined;
  const kept: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (kept && typeof kept === 'object' && 'port' in kept && 'password' in kept) return kept as Kept;
  throw new EmbeddedError(`Файл ${file} повреждён.`);
}

async function tryConnect(connectionString: string): Promise<Error | undefined> {
  const client = new Client({ connectionString, connectionTimeoutMillis: 5_000 });
  // Without a listener a connection that breaks after the answer would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return undefined;
  } catch (error) {
    return error as Error;
  } finally {
    await client.end().catch(() => undefined);
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(address && typeof address === 'object' ? address.port : 0));
    });
  });
}
