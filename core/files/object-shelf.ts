/** Bytes in a bucket of an S3-compatible object store (AWS, MinIO, Ceph and others). */
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  NoSuchKey,
  NotFound,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';
import type { ObjectStore } from '../config.ts';
import type { Shelf, ShelvedBlob } from './shelf.ts';

const PREFIX = 'files/';
const noWords = (): void => undefined;

export class ObjectShelf implements Shelf {
  readonly #client: S3Client;
  readonly #bucket: string;

  constructor({ endpoint, bucket, region, key, secret }: ObjectStore) {
    this.#bucket = bucket;
    this.#client = new S3Client({
      endpoint,
      region,
      credentials: { accessKeyId: key, secretAccessKey: secret },
      // Stores of one's own rarely have a name per bucket, and many know no checksums in trailers.
      forcePathStyle: true,
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      maxAttempts: 3,
      // What goes wrong is thrown; a library does not write to the console of a server.
      logger: { debug: noWords, info: noWords, warn: noWords, error: noWords },
    });
  }

  async put(sha256: string, size: number, path: string): Promise<void> {
    await this.#client.send(
      new PutObjectCommand({
        Bucket: this.#bucket,
        Key: `${PREFIX}${sha256}`,
        Body: createReadStream(path),
        ContentLength: size,
      }),
    );
    await rm(path, { force: true });
  }

  async read(sha256: string, size: number): Promise<Readable | undefined> {
    try {
      const { Body, ContentLength } = await this.#client.send(
        new GetObjectCommand({ Bucket: this.#bucket, Key: `${PREFIX}${sha256}` }),
      );
      const bytes = Body as Readable | undefined;
      if (ContentLength === size) return bytes;
      bytes?.destroy();
      return undefined;
    } catch (error) {
      if (error instanceof NoSuchKey || error instanceof NotFound) return undefined;
      throw error;
    }
  }

  async *list(): AsyncIterable<ShelvedBlob> {
    const pages = paginateListObjectsV2({ client: this.#client }, { Bucket: this.#bucket, Prefix: PREFIX });
    for await (const { Contents = [] } of pages)
      for (const { Key = '', Size = 0, LastModified = new Date() } of Contents)
        yield { sha256: Key.slice(PREFIX.length), size: Size, at: LastModified };
  }

  async remove(sha256: string): Promise<void> {
    await this.#client.send(new DeleteObjectCommand({ Bucket: this.#bucket, Key: `${PREFIX}${sha256}` }));
  }
}
