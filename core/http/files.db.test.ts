/** Files of cards through HTTP: what is taken, who gets it back and how, and what goes with the card. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { anApp, type TestApp, type TestClient } from '../../tests/support/app.ts';
import type { FileEntry } from '../files/card-files.ts';
import type { ListAnswer, RecordAnswer } from '../storage/gateway.types.ts';
import { API_POLICY } from './headers.ts';

let home: TestApp;
let secretary: TestClient;
let other: TestClient;
/** Sees the card in a few fields. */
let teacher: TestClient;
let card: string;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kartoteka-files-'));
  home = await anApp({ demo: true, dataFolder: folder });
  secretary = await home.signIn('secretary');
  other = await home.signIn('secretary-2');
  teacher = await home.signIn('teacher');
  card = await firstStudent();
});
afterAll(async () => {
  await home.close();
  await rm(folder, { recursive: true });
});

async function firstStudent(): Promise<string> {
  const { body } = await secretary.post<ListAnswer>('/api/records/student/query', { limit: 1 });
  return `/api/records/student/${String(body.items[0]?.id)}/files`;
}

const send = <T = FileEntry>(client: TestClient, url: string, name: string, content: Buffer | string) =>
  client.post<T>(
    url,
    Buffer.concat([
      Buffer.from(
        `--b\r\ncontent-disposition: form-data; name="file"; filename="${name}"\r\ncontent-type: text/html\r\n\r\n`,
      ),
      Buffer.from(content),
      Buffer.from('\r\n--b--\r\n'),
    ]),
    { headers: { 'content-type': 'multipart/form-data; boundary=b' } },
  );

const pdf = Buffer.from('%PDF-1.7\n1 0 obj\nendobj\n%%EOF\n');
const png = (width: number, height: number) => {
  const head = Buffer.alloc(33);
  head.write('\x89PNG\r\n\x1a\n', 'latin1');
  head.writeUInt32BE(13, 8);
  head.write('IHDR', 12);
  head.writeUInt32BE(width, 16);
  head.writeUInt32BE(height, 20);
  return head;
};
const jpeg = Buffer.from('ffd8ffe000104a46494600010100000100010000ffc0000b080010001001011100ffd9', 'hex');

/** An archive of stored, empty entries. */
function zip(...names: string[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const name of names) {
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt32LE(crc32(''), 14);
    local.writeUInt16LE(Buffer.byteLength(name), 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(Buffer.byteLength(name), 28);
    entry.writeUInt32LE(at, 42);
    parts.push(local, Buffer.from(name));
    directory.push(entry, Buffer.from(name));
    at += 30 + Buffer.byteLength(name);
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(names.length, 8);
  end.writeUInt16LE(names.length, 10);
  end.writeUInt32LE(Buffer.concat(directory).length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, ...directory, end]);
}

const blobs = async () =>
  (await readdir(join(folder, 'files'), { recursive: true, withFileTypes: true }))
    .filter(entry => entry.isFile())
    .map(entry => entry.name);

describe('IE5 a file of a card', () => {
  test('IE5 is taken, listed, given back to be saved only, and deleted', async () => {
    const added = await send(secretary, card, 'Приказ «о зачислении».pdf', pdf);
    expect(added).toMatchObject({
      status: 201,
      body: {
        name: 'Приказ «о зачислении».pdf',
        kind: 'pdf',
        size: pdf.length,
        by: secretary.session.user.name,
      },
    });
    expect((await secretary.get(card)).body).toEqual({ items: [added.body] });
    const given = await secretary.get(`${card}/${added.body.id}`);
    expect(given.bytes.equals(pdf)).toBe(true);
    expect(given.headers).toMatchObject({
      'content-type': 'application/pdf',
      'content-length': String(pdf.length),
      'content-disposition': `attachment; filename="______ __ ___________.pdf"; filename*=UTF-8''${encodeURIComponent('Приказ «о зачислении».pdf')}`,
      'content-security-policy': "sandbox; default-src 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    });
    expect(API_POLICY).not.toContain('sandbox');
    expect((await secretary.delete(`${card}/${added.body.id}`)).status).toBe(204);
    expect((await secretary.get(`${card}/${added.body.id}`)).status).toBe(404);
    expect((await secretary.get(card)).body).toEqual({ items: [] });
    const noted = await home.db.owner(
      `select action, details ->> 'file' as file from audit where action like 'file-%' order by id`,
    );
    expect(noted.map(row => row.action)).toEqual(['file-add', 'file-read', 'file-delete']);
    expect(new Set(noted.map(row => row.file))).toEqual(new Set([added.body.id]));
  });

  test.each([
    ['scan.png', png(100, 100), 'png'],
    ['photo.JPEG', jpeg, 'jpeg'],
    ['a.docx', zip('[Content_Types].xml', 'word/document.xml'), 'docx'],
    ['b.xlsx', zip('[Content_Types].xml', 'xl/workbook.xml'), 'xlsx'],
    ['ёлка.txt', 'Текст\tпо-русски\r\n', 'txt'],
  ])('IE5 knows %s by its content', async (name, content, kind) => {
    expect(await send(secretary, card, name, content)).toMatchObject({ status: 201, body: { kind, name } });
  });

  test.each<[string, string, Buffer | string]>([
    ['a picture with more than 40 megapixels', 'a.png', png(8_000, 5_001)],
    ['a picture cut off before its size', 'a.jpg', jpeg.subarray(0, 12)],
    ['an archive under the name of a document', 'a.docx', zip('a.txt')],
    [
      'a document with macros',
      'a.docx',
      zip('[Content_Types].xml', 'word/document.xml', 'word/vbaProject.bin'),
    ],
    ['a program', 'a.pdf', Buffer.from('4d5a90000300000004000000ffff0000', 'hex')],
    ['a text that is not UTF-8', 'a.txt', Buffer.from('cff0e8eae0e7', 'hex')],
  ])('IE5 refuses %s', async (_what, name, content) => {
    expect(await send(secretary, card, name, content)).toMatchObject({
      status: 415,
      body: { code: 'FILE_KIND' },
    });
  });

  test('IE5 gives markup back as text to be saved, and names without tricks', async () => {
    const added = await send(secretary, card, '../../x\u202Egpj.html', '<script>alert(1)</script>');
    expect(added.body).toMatchObject({ kind: 'txt', name: 'xgpj.html.txt' });
    const given = await secretary.get(`${card}/${added.body.id}`);
    expect(given.headers).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'content-disposition': expect.stringMatching(/^attachment;/),
      'x-content-type-options': 'nosniff',
    });
  });

  test('IE5 refuses what is too large, empty or no file, and keeps none of it', async () => {
    const before = await blobs();
    const large = Buffer.alloc(20 * 1024 * 1024 + 1, 'a');
    expect(await send(secretary, card, 'a.txt', large)).toMatchObject({
      status: 413,
      body: { code: 'FILE_TOO_LARGE' },
    });
    expect(await send(secretary, card, 'a.txt', '')).toMatchObject({
      status: 422,
      body: { code: 'FILE_EMPTY' },
    });
    const none = await secretary.post(card, Buffer.from('--b--\r\n'), {
      headers: { 'content-type': 'multipart/form-data; boundary=b' },
    });
    expect(none).toMatchObject({ status: 400 });
    expect((await secretary.post(card, { a: 1 })).status).toBe(400);
    expect(await blobs()).toEqual(before);
  });

  test('IE5 a file sent twice is one file', async () => {
    const [one, two] = await Promise.all([1, 2].map(() => send(secretary, card, 'дважды.txt', 'дважды')));
    expect(one?.body).toEqual(two?.body);
  });

  test('IE5 no other address takes a body that is no JSON', async () => {
    const answer = await send(secretary, '/api/records/student/query', 'a.txt', 'a');
    expect(answer).toMatchObject({ status: 415, body: { code: 'MEDIA_TYPE' } });
  });
});

describe('IE5 access is that of the card', () => {
  test('IE5 before the first byte is written, at every way in', async () => {
    const { body: file } = await send(secretary, card, 'тайна.txt', 'тайна');
    const before = await blobs();
    for (const [client, status] of [
      [other, 404],
      [teacher, 403],
    ] as const) {
      expect((await send(client, card, 'b.txt', `чужое ${status}`)).status).toBe(status);
      expect((await client.get(card)).status).toBe(status);
      expect((await client.get(`${card}/${file.id}`)).status).toBe(status);
      expect((await client.delete(`${card}/${file.id}`)).status).toBe(status);
    }
    expect((await home.stranger.get(`${card}/${file.id}`)).status).toBe(401);
    expect(await blobs()).toEqual(before);
    expect((await secretary.get(`${card}/${file.id}`)).text).toBe('тайна');
  });

  test('IE5 a file is found through its own card only', async () => {
    const { body: file } = await send(secretary, card, 'моё.txt', 'моё');
    const { body } = await secretary.post<ListAnswer>('/api/records/student/query', { limit: 2 });
    const neighbour = `/api/records/student/${String(body.items[1]?.id)}/files/${file.id}`;
    expect((await secretary.get(neighbour)).status).toBe(404);
    expect((await secretary.delete(neighbour)).status).toBe(404);
  });

  test('RP3 a forgotten context shows no file', async () => {
    const rows = await home.services.database.scoped({ organisationIds: [], everywhere: false }, tx =>
      tx.query({ text: 'select id from file', values: [] }),
    );
    expect(rows).toEqual([]);
  });
});

describe('IE6', () => {
  test('IE6 files go out of sight with their card, in the same transaction', async () => {
    const admin = await home.signIn('org-admin');
    const made = await admin.post<RecordAnswer>('/api/records/student', {
      person: { lastName: 'Временный', firstName: 'Ученик', birthDate: '2015-01-01', sex: 'm', isNew: true },
    });
    expect(made.status, made.text).toBe(201);
    const files = `/api/records/student/${made.body.id}/files`;
    expect((await send(admin, files, 'a.txt', 'вместе')).status).toBe(201);
    expect((await admin.delete(`/api/records/student/${made.body.id}`, made.body.version)).status).toBe(204);
    expect((await admin.get(files)).status).toBe(404);
    const [row] = await home.db.owner(
      'select deleted_at is not null as hidden from file where record_id = $1',
      [made.body.id],
    );
    expect(row?.hidden).toBe(true);
  });
});
