/** Files of cards on either shelf: saved, read, checked against the database, cleaned of what nobody names (IE6). */
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { anApp, type TestApp, type TestClient } from '../../tests/support/app.ts';
import { anObjectStore, type TestObjectStore } from '../../tests/support/object-store.ts';
import type { ListAnswer } from '../storage/gateway.types.ts';
import type { FileEntry } from './card-files.ts';
import { checkFiles, describeFilesCheck, type FilesCheck } from './check-command.ts';
import { filesFolder, openShelf } from './shelf.ts';

const pdf = (text: string) => Buffer.from(`%PDF-1.7\n${text}\n%%EOF\n`);
const daysLater = (days: number) => new Date(Date.now() + days * 24 * 60 * 60 * 1000);

let store: TestObjectStore;
beforeAll(async () => {
  store = await anObjectStore();
});
afterAll(() => store.close());

describe.each(['folder', 'object store'])('files in a %s', kind => {
  let home: TestApp;
  let secretary: TestClient;
  let files: string;
  let dataFolder: string;
  const settings = () => ({ dataFolder, ...(kind === 'folder' ? {} : { objectStore: store.settings }) });
  const check = (options: { clean: boolean; now?: Date }): Promise<FilesCheck> =>
    checkFiles(home.db.ownerUrl, settings(), options);
  const send = (name: string, content: Buffer) =>
    secretary.post<FileEntry & { code: string }>(
      files,
      Buffer.concat([
        Buffer.from(`--b\r\ncontent-disposition: form-data; name="file"; filename="${name}"\r\n\r\n`),
        content,
        Buffer.from('\r\n--b--\r\n'),
      ]),
      { headers: { 'content-type': 'multipart/form-data; boundary=b' } },
    );

  beforeAll(async () => {
    dataFolder = await mkdtemp(join(tmpdir(), 'kartoteka-shelf-'));
    home = await anApp({ demo: true, dataFolder, config: settings() });
    secretary = await home.signIn('secretary');
    const { body } = await secretary.post<ListAnswer>('/api/records/student/query', { limit: 1 });
    files = `/api/records/student/${String(body.items[0]?.id)}/files`;
  });
  afterAll(async () => {
    await home.close();
    await rm(dataFolder, { recursive: true });
  });

  test('come back byte for byte, and leave nothing half received', async () => {
    for (const name of ['one', 'two', 'three']) {
      const sent = await send(`${name}.pdf`, pdf(name));
      expect(sent.status).toBe(201);
      const got = await secretary.get(`${files}/${sent.body.id}`);
      expect(got.status).toBe(200);
      expect(got.bytes.equals(pdf(name))).toBe(true);
    }
    expect(await readdir(join(filesFolder({ dataFolder }), 'incoming'))).toEqual([]);
  });

  test('IE6 of a whole shelf nothing is told to be too much or lost', async () => {
    const told = await check({ clean: true, now: daysLater(2) });
    expect(told).toMatchObject({ blobs: 3, orphans: 0, halves: 0, lost: [] });
    expect(describeFilesCheck(told).join('\n')).toMatch(/Лишнего нет[\s\S]*на месте/);
  });

  test('IE6 bytes that no card names are told after a day, and deleted when asked', async () => {
    const shelf = await openShelf(settings());
    const half = join(filesFolder({ dataFolder }), 'incoming', 'half');
    const path = join(dataFolder, 'orphan');
    const sha256 = 'ab'.repeat(32);
    await writeFile(path, 'nobody names me');
    await shelf.put(sha256, 15, path);
    await writeFile(half, 'half');
    const soon = await check({ clean: true });
    expect(soon).toMatchObject({ blobs: 4, orphans: 0, halves: 0 });

    await utimes(half, new Date(), new Date());
    expect(await check({ clean: false, now: daysLater(2) })).toMatchObject({
      orphans: 1,
      orphanBytes: 15,
      halves: 1,
    });
    expect(await shelf.read(sha256, 15)).toBeDefined();
    expect(await check({ clean: true, now: daysLater(2) })).toMatchObject({
      orphans: 1,
      halves: 1,
      cleaned: true,
    });
    expect(await shelf.read(sha256, 15)).toBeUndefined();
    expect(await check({ clean: false, now: daysLater(2) })).toMatchObject({
      blobs: 3,
      orphans: 0,
      halves: 0,
    });
  });

  test('IE6 a file deleted in its card keeps its bytes, one without its bytes is told by its number', async () => {
    const { body: gone } = await send('gone.pdf', pdf('gone'));
    await secretary.delete(`${files}/${gone.id}`, '0');
    const { body: lost } = await send('lost.pdf', pdf('lost'));
    const [row] = await home.db.owner<{ sha256: string }>('select sha256 from file where id = $1', [lost.id]);
    const shelf = await openShelf(settings());
    await shelf.remove(row?.sha256 as string);
    expect((await secretary.get<{ code: string }>(`${files}/${lost.id}`)).body.code).toBe('FILE_LOST');
    const told = await check({ clean: true, now: daysLater(2) });
    expect(told).toMatchObject({ blobs: 4, orphans: 0, lost: [lost.id] });
    expect(describeFilesCheck(told).join('\n')).toContain(lost.id);
  });
});

describe('an object store', () => {
  test('that does not answer is told in a sentence, and the card keeps what it had', async () => {
    const dataFolder = await mkdtemp(join(tmpdir(), 'kartoteka-shelf-'));
    const home = await anApp({ demo: true, dataFolder, config: { objectStore: store.settings } });
    const secretary = await home.signIn('secretary');
    const { body } = await secretary.post<ListAnswer>('/api/records/student/query', { limit: 1 });
    const files = `/api/records/student/${String(body.items[0]?.id)}/files`;
    const before = await secretary.get(files);
    store.broken = true;
    const sent = await secretary.post<{ code: string }>(
      files,
      Buffer.concat([
        Buffer.from('--b\r\ncontent-disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'),
        pdf('a'),
        Buffer.from('\r\n--b--\r\n'),
      ]),
      { headers: { 'content-type': 'multipart/form-data; boundary=b' } },
    );
    store.broken = false;
    expect([sent.status, sent.body.code]).toEqual([503, 'FILES_UNREACHABLE']);
    expect((await secretary.get(files)).body).toEqual(before.body);
    expect(await readdir(join(filesFolder({ dataFolder }), 'incoming'))).toEqual([]);
    await home.close();
    await rm(dataFolder, { recursive: true });
  });

  test('is asked with its own key: another one opens nothing', async () => {
    const shelf = await openShelf({ dataFolder: '', objectStore: { ...store.settings, secret: 'another' } });
    await expect(shelf.read('cd'.repeat(32), 1)).rejects.toThrow(/SignatureDoesNotMatch/);
  });
});
