/** Where the bytes of files stand, each under its SHA-256. */
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Config } from '../config.ts';
import { FolderShelf } from './folder-shelf.ts';

export interface ShelvedBlob {
  /** Lowercase hex. */
  sha256: string;
  /** Bytes. */
  size: number;
  /** When it was put there last. */
  at: Date;
}

export interface Shelf {
  /** Takes a whole, synced file; it outlives a power cut when this resolves. The file itself is used up. */
  put(sha256: string, size: number, path: string): Promise<void>;
  /** Undefined if the bytes are gone or not whole: a restored database beside another shelf. */
  read(sha256: string, size: number): Promise<Readable | undefined>;
  list(): AsyncIterable<ShelvedBlob>;
  remove(sha256: string): Promise<void>;
}

/** Folder of files that are being received, on the server's disk with either kind of shelf. */
export const filesFolder = ({ dataFolder }: Pick<Config, 'dataFolder'>): string => join(dataFolder, 'files');

/** The shelf of the settings. The client of an object store is loaded only where one is used. */
export async function openShelf(config: Pick<Config, 'dataFolder' | 'objectStore'>): Promise<Shelf> {
  if (!config.objectStore) return new FolderShelf(filesFolder(config));
  const { ObjectShelf } = await import('./object-shelf.ts');
  return new ObjectShelf(config.objectStore);
}
