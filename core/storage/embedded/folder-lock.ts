/** One server per data folder: two would fight for the cluster in it. */
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EmbeddedError } from './error.ts';
import { isRunning, markOf, type ProcessMark } from './processes.ts';

export class FolderInUse extends EmbeddedError {}

/**
 * Takes the folder for this process; a lock left by a killed one is taken over.
 *
 * @returns gives the folder back
 * @throws FolderInUse when a running process has it
 */
export function takeFolder(folder: string): () => void {
  const file = join(folder, 'running');
  const own = join(folder, `running.${process.pid}`);
  writeFileSync(own, JSON.stringify(markOf(process.pid)), { mode: 0o600 });
  try {
    for (let attempt = 0; attempt < 5; attempt += 1) {
      if (linked(own, file)) return () => releaseOwn(file);
      const owner = ownerOf(file);
      if (owner && owner.pid !== process.pid && isRunning(owner)) throw inUse(folder, owner.pid);
      removeStale(file, owner);
    }
    throw inUse(folder, ownerOf(file)?.pid);
  } finally {
    rmSync(own, { force: true });
  }
}

/** A hard link appears whole or not at all, so the file always names its owner. */
function linked(own: string, file: string): boolean {
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function ownerOf(file: string): ProcessMark | undefined {
  try {
    const mark: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return mark && typeof mark === 'object' && 'pid' in mark ? (mark as ProcessMark) : undefined;
  } catch {
    return undefined;
  }
}

/** Removes the lock that was judged, and puts back one that somebody else made meanwhile. */
function removeStale(file: string, judged: ProcessMark | undefined) {
  const aside = `${file}.stale.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  if (ownerOf(aside)?.pid !== judged?.pid) linked(aside, file);
  rmSync(aside, { force: true });
}

function releaseOwn(file: string) {
  if (ownerOf(file)?.pid === process.pid) rmSync(file, { force: true });
}

function inUse(folder: string, pid: number | undefined) {
  return new FolderInUse(
    `Папкой данных ${folder} уже пользуется запущенная Картотека${pid ? ` (процесс ${pid})` : ''}. Остановите её или укажите другую папку в KARTOTEKA_DATA.`,
  );
}
