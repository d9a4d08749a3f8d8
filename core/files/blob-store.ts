/**
 * Bytes on disk under their SHA-256, outside of anything that is served. Equal content is kept once. What is
 * written is on the disk before its name appears; a half-written one has no name.
 */
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, type ReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

/** Written, closed under no name yet: `keep` it or `drop` it. */
export interface Incoming {
  sha256: string;
  size: number;
  handle: FileHandle;
  keep(): Promise<void>;
  drop(): Promise<void>;
}

export class BlobStore {
  readonly #folder: string;

  /** @param folder absolute; made when the first file comes */
  constructor(folder: string) {
    this.#folder = folder;
  }

  async receive(bytes: Readable): Promise<Incoming> {
    const incoming = join(this.#folder, 'incoming');
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
      return { sha256, size, handle, drop, keep: () => this.#keep(path, handle, sha256) };
    } catch (error) {
      await drop();
      throw error;
    }
  }

  async #keep(path: string, handle: FileHandle, sha256: string): Promise<void> {
    await handle.close();
    const folder = join(this.#folder, sha256.slice(0, 2));
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await rename(path, join(folder, sha256));
    const directory = await open(folder, 'r');
    // The new name itself must outlive a power cut.
    await directory.sync().finally(() => directory.close());
  }

  /** Undefined if the bytes are gone or not whole: a restored database over another folder. */
  async read(sha256: string, size: number): Promise<ReadStream | undefined> {
    const path = join(this.#folder, sha256.slice(0, 2), sha256);
    const found = await stat(path).catch(() => undefined);
    return found?.isFile() && found.size === size ? createReadStream(path) : undefined;
  }
}
