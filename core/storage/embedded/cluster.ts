/** One cluster folder: made once, started, stopped, and freed from a server that a killed process left. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Account } from './account.ts';
import type { Binaries } from './binaries.ts';
import { EmbeddedError } from './error.ts';
import { commandOf, isRunning, markOf, waitUntil } from './processes.ts';

export const ownerName = 'kartoteka';

const logLimitBytes = 10_000_000;
const dayMs = 86_400_000;

export interface ClusterPlace {
  /** PGDATA */
  folder: string;
  logFile: string;
  account: Account | undefined;
  binaries: Binaries;
}

/** Makes the cluster beside its place and moves it in whole, so that a killed start leaves no half of one. */
export function makeCluster(place: ClusterPlace, password: string, durable: boolean) {
  const { folder, account, binaries } = place;
  const unfinished = `${folder}.new`;
  const passwordFile = `${folder}.password`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { mode: 0o700 });
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  if (account) for (const path of [unfinished, passwordFile]) chownSync(path, account.uid, account.gid);
  try {
    const answer = spawnSync(
      binaries.initdb,
      [
        `--pgdata=${unfinished}`,
        `--username=${ownerName}`,
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale=C',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--data-checksums',
        '--no-instructions',
        ...(durable ? [] : ['--no-sync']),
      ],
      { ...account, cwd: dirname(folder), env: childEnvironment(), encoding: 'utf8' },
    );
    if (answer.status !== 0) {
      throw new EmbeddedError(
        `Не удалось создать базу данных: ${answer.error?.message ?? lastLines(answer.stderr)}`,
      );
    }
    renameSync(unfinished, folder);
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

/** The server of another major version could not read the folder; better said before it tries. */
export function refuseOtherVersion(place: ClusterPlace) {
  const major = readFileSync(join(place.folder, 'PG_VERSION'), 'utf8').trim();
  const ours = place.binaries.version.split('.')[0];
  if (major === ours) return;
  throw new EmbeddedError(
    `Папка ${place.folder} создана PostgreSQL ${major}, а с этой версией поставляется ${ours}. Перенесите данные через резервную копию.`,
  );
}

/** Starts the server; ready when it takes connections, which the caller finds out. */
export function startCluster(place: ClusterPlace, port: number, durable: boolean): ChildProcess {
  keepLogShort(place.logFile);
  const log = openSync(place.logFile, 'a', 0o600);
  const settings: Record<string, string> = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    timezone: 'UTC',
    log_timezone: 'UTC',
    logging_collector: 'off',
    log_line_prefix: '%m [%p] ',
    jit: 'off',
    dynamic_shared_memory_type: sharedMemoryType(),
    fsync: durable ? 'on' : 'off',
    full_page_writes: durable ? 'on' : 'off',
    synchronous_commit: durable ? 'on' : 'off',
  };
  try {
    return spawn(
      place.binaries.postgres,
      [
        '-D',
        place.folder,
        ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
      ],
      {
        ...place.account,
        cwd: place.folder,
        env: childEnvironment(),
        // A session of its own: Ctrl-C reaches us alone, and we stop it after the last request.
        detached: true,
        stdio: ['ignore', log, log],
      },
    );
  } finally {
    closeSync(log);
  }
}

/**
 * Stops the server of the folder, ours or one left by a killed process: fast, and at once if that takes long.
 *
 * @returns true if one was running
 */
export async function stopCluster(place: Pick<ClusterPlace, 'folder'>): Promise<boolean> {
  const pid = postmasterOf(place.folder);
  if (pid === undefined) return false;
  const mark = markOf(pid);
  const gone = () => postmasterOf(place.folder) !== pid || !isRunning(mark);
  for (const [signal, milliseconds] of [
    ['SIGINT', 10_000],
    ['SIGQUIT', 5_000],
  ] as const) {
    signalPostmaster(pid, signal);
    if (await waitUntil(gone, milliseconds, 20)) return true;
  }
  throw new EmbeddedError(
    `PostgreSQL (процесс ${pid}) не останавливается; остановите его и запустите Картотеку снова.`,
  );
}

/** The running server of the folder; undefined also when its pid now belongs to another program. */
function postmasterOf(folder: string): number | undefined {
  try {
    const pid = Number(readFileSync(join(folder, 'postmaster.pid'), 'utf8').split('\n')[0]);
    if (!Number.isInteger(pid) || pid <= 1 || !isRunning(markOf(pid))) return undefined;
    const command = commandOf(pid);
    return command === undefined || command.includes(folder) ? pid : undefined;
  } catch {
    return undefined;
  }
}

function signalPostmaster(pid: number, signal: NodeJS.Signals) {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return;
    throw new EmbeddedError(
      `PostgreSQL (процесс ${pid}) принадлежит другому пользователю, остановить его нельзя.`,
      {
        cause: error,
      },
    );
  }
}

export function lastLines(text: string, count = 5): string {
  return text.trim().split('\n').slice(-count).join('\n');
}

/** Nothing of our own settings, and no PG* variables, reach the server. */
function childEnvironment(): NodeJS.ProcessEnv {
  return { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/bin:/bin' };
}

/** Containers give /dev/shm 64 MB, too little for a parallel query; a file does then. */
function sharedMemoryType(): string {
  if (process.platform !== 'linux') return process.platform === 'win32' ? 'windows' : 'posix';
  try {
    const space = statfsSync('/dev/shm');
    return space.blocks * space.bsize >= 256 * 1024 * 1024 ? 'posix' : 'mmap';
  } catch {
    return 'mmap';
  }
}

function keepLogShort(logFile: string) {
  const entry = statSync(logFile, { throwIfNoEntry: false });
  if (!entry) return;
  const old = entry.size > logLimitBytes || Date.now() - entry.mtimeMs > 30 * dayMs;
  if (old && existsSync(logFile)) renameSync(logFile, `${logFile}.1`);
}
