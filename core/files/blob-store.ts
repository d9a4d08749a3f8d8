/**
 * Receives the bytes of a file and puts them on a shelf under their SHA-256, so equal content is kept once. What
 * comes in is whole and on the disk before it is shelved; a half-received file is on no shelf.
 */
import { createHash, randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { Problem } from '../problems.ts';
import type { Shelf } from './shelf.ts';

/** Received, on no shelf yet: `keep` it or `drop` it. */
export interface Incoming {
  sha256: string;
  size: number;
  handle: FileHandle;
  keep(): Promise<void>;
  drop(): Promise<void>;
}

export class BlobStore {
  readonly #folder: string;
  readonly #shelf: Shelf;

  /** @param folder absolute; made when the first file comes */
  constructor(folder: string, shelf: Shelf) {
    this.#folder = folder;
    this.#shelf = shelf;
  }

  async receive(bytes: Readable): Promise<Incoming> {
    const incoming = incomingFolder(this.#folder);
    await mkdir(incoming, { recursive: true, mode: 0o700 });
    const path = join(incoming, randomUUID());
    const handle = await open(path, 'wx+', 0o600);
    const drop = async () => {
      await handle.close();
      await rm(path, { force: true });
    };
    try {
      const hash = createHash('sha256');
      let size = 0;
      for await (const chunk of bytes as AsyncIterable<Buffer>) {
        hash.update(chunk);
        size += chunk.length;
        await handle.writeFile(chunk);
      }
      await handle.sync();
      const sha256 = hash.digest('hex');
      return {
        sha256,
        size,
        handle,
        drop,
        keep: async () => {
          // Some systems move no file that is open.
          await handle.close();
          await this.#shelf.put(sha256, size, path).catch(unreachable);
        },
      };
    } catch (error) {
      await drop();
      throw error;
    }
  }

  /** Undefined if the bytes are gone or not whole. @throws FILES_UNREACHABLE */
  read(sha256: string, size: number): Promise<Readable | undefined> {
    return this.#shelf.read(sha256, size).catch(unreachable);
  }
}

const unreachable = (cause: unknown): never => {
  throw new Problem(
    'FILES_UNREACHABLE',
    503,
    'Хранилище файлов не отвечает',
    'Файл сейчас нельзя ни сохранить, ни открыть. Карточка не изменилась, повторите позже',
    { cause },
  );
};

export const incomingFolder = (folder: string): string => join(folder, 'incoming');
