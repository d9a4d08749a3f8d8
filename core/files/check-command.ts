/**
 * `npm run check-files`: compares the shelf with what the database knows of (IE6). Bytes that no card ever named are left by
 * a save that failed after its upload; files without bytes come from a database restored without them.
 */
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import type { Config } from '../config.ts';
import { incomingFolder } from './blob-store.ts';
import { filesFolder, openShelf } from './shelf.ts';

export interface FilesCheck {
  /** Blobs on the shelf, and their bytes. */
  blobs: number;
  bytes: number;
  /** Not named by any card and older than a day: what is younger may belong to a save that is going on. */
  orphans: number;
  orphanBytes: number;
  /** Received in part more than a day ago. */
  halves: number;
  /** Ids of files of cards whose bytes are gone or have another size. */
  lost: string[];
  /** Whether orphans and halves were deleted. */
  cleaned: boolean;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** @param clean  deletes orphans and halves; nothing that a card names */
export async function checkFiles(
  ownerUrl: string,
  config: Pick<Config, 'dataFolder' | 'objectStore'>,
  { clean, now = new Date() }: { clean: boolean; now?: Date },
): Promise<FilesCheck> {
  const shelf = await openShelf(config);
  const old = (at: Date) => now.getTime() - at.getTime() > DAY_MS;
  const check: FilesCheck = {
    blobs: 0,
    bytes: 0,
    orphans: 0,
    orphanBytes: 0,
    halves: 0,
    lost: [],
    cleaned: clean,
  };
  const onShelf = new Map<string, number>();
  const mayBeOrphans = new Map<string, number>();
  // Listed before the database is asked: what is added meanwhile is known there and only seems to be lost.
  for await (const { sha256, size, at } of shelf.list()) {
    check.blobs += 1;
    check.bytes += size;
    onShelf.set(sha256, size);
    if (old(at)) mayBeOrphans.set(sha256, size);
  }
  for (const { id, sha256, size, deleted, at } of await knownFiles(ownerUrl)) {
    mayBeOrphans.delete(sha256);
    if (!deleted && onShelf.get(sha256) !== size && old(at)) check.lost.push(id);
  }
  for (const [sha256, size] of mayBeOrphans) {
    check.orphans += 1;
    check.orphanBytes += size;
    if (clean) await shelf.remove(sha256);
  }
  const incoming = incomingFolder(filesFolder(config));
  for (const name of await readdir(incoming).catch(() => [])) {
    const path = join(incoming, name);
    const found = await stat(path).catch(() => undefined);
    if (!found || !old(found.mtime)) continue;
    check.halves += 1;
    if (clean) await rm(path, { force: true });
  }
  return check;
}

interface KnownFile {
  id: string;
  sha256: string;
  size: number;
  deleted: boolean;
  at: Date;
}

async function knownFiles(ownerUrl: string): Promise<KnownFile[]> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    const { rows } = await client.query<KnownFile>(
      `select id, sha256, size, deleted_at is not null as deleted, created_at as at from file order by id`,
    );
    return rows;
  } finally {
    await client.end();
  }
}

/** Lines for the operator, in Russian. */
export function describeFilesCheck(check: FilesCheck): string[] {
  const megabytes = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(1)} МиБ`;
  const what = check.cleaned ? 'удалено' : 'можно удалить командой npm run check-files -- --clean';
  return [
    `Файлов в хранилище: ${check.blobs}, ${megabytes(check.bytes)}.`,
    check.orphans + check.halves === 0
      ? 'Лишнего нет.'
      : `Ни одной карточке не нужны: ${check.orphans} (${megabytes(check.orphanBytes)}), принятых не до конца: ${check.halves}; ${what}.`,
    check.lost.length === 0
      ? 'Все файлы карточек на месте.'
      : `Нет содержимого у файлов карточек: ${check.lost.length}. Верните его из резервной копии. Номера: ${check.lost.join(', ')}`,
  ];
}
