/** Bytes on the server's disk, outside of anything that is served: `<first two digits>/<sha256>`. */
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Shelf, ShelvedBlob } from './shelf.ts';

export class FolderShelf implements Shelf {
  readonly #folder: string;

  /** @param folder absolute, on the file system of the files received; made when the first one comes */
  constructor(folder: string) {
    this.#folder = folder;
  }

  async put(sha256: string, _size: number, path: string): Promise<void> {
    const folder = join(this.#folder, sha256.slice(0, 2));
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await rename(path, join(folder, sha256));
    const directory = await open(folder, 'r');
    // The new name itself must outlive a power cut.
    await directory.sync().finally(() => directory.close());
  }

  async read(sha256: string, size: number): Promise<Readable | undefined> {
    const path = this.#path(sha256);
    const found = await stat(path).catch(() => undefined);
    return found?.isFile() && found.size === size ? createReadStream(path) : undefined;
  }

  async *list(): AsyncIterable<ShelvedBlob> {
    for (const part of await readdir(this.#folder).catch(() => []))
      if (/^[0-9a-f]{2}$/.test(part))
        for (const sha256 of await readdir(join(this.#folder, part))) {
          // Taken away meanwhile: no longer there to be listed.
          const found = await stat(this.#path(sha256)).catch(() => undefined);
          if (found) yield { sha256, size: found.size, at: found.mtime };
        }
  }

  async remove(sha256: string): Promise<void> {
    await rm(this.#path(sha256), { force: true });
  }

  #path(sha256: string): string {
    return join(this.#folder, sha256.slice(0, 2), sha256);
  }
}
