/** Cards through HTTP: versions, faults named by their place, another school's student nowhere, files. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { anApp, type TestApp, type TestClient } from '../../tests/support/app.ts';
import type { EntityDescription } from '../forms/description.types.ts';
import type { ListAnswer, RecordAnswer } from '../storage/gateway.types.ts';
import { otherLayout } from './keyboard-layout.ts';
import type { ProblemBody } from './problem.ts';

let home: TestApp;
let secretary: TestClient;
/** Secretary of another school. */
let other: TestClient;
let mine: RecordAnswer;
let foreign: RecordAnswer;

const students = '/api/records/student';
const query = (client: TestClient, body: object) => client.post<ListAnswer>(`${students}/query`, body);

async function firstStudent(client: TestClient): Promise<RecordAnswer> {
  const { body } = await query(client, { limit: 1 });
  const { body: record } = await client.get<RecordAnswer>(`${students}/${String(body.items[0]?.id)}`);
  return record;
}

beforeAll(async () => {
  home = await anApp({ demo: true });
  secretary = await home.signIn('secretary');
  other = await home.signIn('secretary-2');
  mine = await firstStudent(secretary);
  foreign = await firstStudent(other);
});
afterAll(() => home.close());

describe('another school', () => {
  test.each(['', '/history'])('AZ1 has no card here: GET …/{id}%s is 404', async path => {
    const answer = await secretary.get(`${students}/${foreign.id}${path}`);
    const unknown = await secretary.get(`${students}/00000000-0000-7000-8000-000000000000${path}`);
    expect(answer.status).toBe(404);
    expect(answer.text).toBe(unknown.text);
  });

  test('AZ1 has no card to change or delete here', async () => {
    expect(
      (await secretary.patch(`${students}/${foreign.id}`, { email: 'a@b.ru' }, foreign.version)).status,
    ).toBe(404);
    expect((await secretary.delete(`${students}/${foreign.id}`, foreign.version)).status).toBeOneOf([
      403, 404,
    ]);
  });

  test('AZ1 has no student in the list, the search, the palette or the export', async () => {
    const lastName = String(foreign.person?.lastName);
    const firstName = String(foreign.person?.firstName);
    const filter = { op: '=', args: [{ property: 'id' }, foreign.id] };
    expect((await query(secretary, { filter, count: 'exact' })).body).toEqual({ items: [], count: 0 });
    const searched = await query(secretary, { q: `${lastName} ${firstName}`, limit: 500 });
    expect(searched.body.items.map(item => item.id)).not.toContain(foreign.id);
    const palette = await secretary.post<{ items: { id: string }[] }>('/api/search', { q: lastName });
    expect(palette.body.items.map(item => item.id)).not.toContain(foreign.id);
    const exported = await secretary.post(`${students}/export`, { format: 'csv', filter });
    expect(exported.status).toBe(200);
    expect(exported.text).not.toContain(lastName);
  });

  test('G3 gives no way round by an OR in the filter', async () => {
    const filter = {
      op: 'or',
      args: [
        { op: '=', args: [1, 1] },
        { op: '=', args: [{ property: 'id' }, foreign.id] },
      ],
    };
    const { body } = await query(secretary, { filter, limit: 500 });
    expect(body.items?.map(item => item.id) ?? []).not.toContain(foreign.id);
  });
});

describe('a card', () => {
  test('SC8 comes with its version and is saved only against it', async () => {
    const opened = await secretary.get<RecordAnswer>(`${students}/${mine.id}`);
    expect(opened.headers.etag).toBe(`"${opened.body.version}"`);
    const without = await secretary.patch(`${students}/${mine.id}`, { email: 'one@example.ru' });
    expect(without).toMatchObject({ status: 428, body: { code: 'PRECONDITION_REQUIRED' } });

    const saved = await secretary.patch<RecordAnswer>(
      `${students}/${mine.id}`,
      { email: 'one@example.ru' },
      opened.body.version,
    );
    expect(saved).toMatchObject({ status: 200, body: { email: 'one@example.ru' } });
    expect(saved.headers.etag).toBe(`"${saved.body.version}"`);

    const stale = await secretary.patch<ProblemBody>(
      `${students}/${mine.id}`,
      { email: 'two@example.ru' },
      opened.body.version,
    );
    expect(stale).toMatchObject({
      status: 412,
      body: {
        code: 'STALE',
        changedBy: secretary.session.user.name,
        changedAt: expect.any(String),
        current: { email: 'one@example.ru' },
      },
    });
  });

  test('asOf shows it as it was recorded, without a version to save against', async () => {
    const before = await secretary.get<RecordAnswer>(`${students}/${mine.id}`);
    const moment = new Date(Date.now() + 1).toISOString();
    await new Promise(resolve => setTimeout(resolve, 5));
    const email = 'later@example.ru';
    await secretary.patch(`${students}/${mine.id}`, { email }, before.body.version);
    const then = await secretary.get<RecordAnswer>(`${students}/${mine.id}?asOf=${moment}`);
    expect(then).toMatchObject({
      status: 200,
      body: { version: before.body.version, labels: before.body.labels },
    });
    expect(then.body.email).toBe(before.body.email);
    expect(then.headers.etag).toBeUndefined();
    expect(then.body.allowed).toEqual({ update: false, delete: false, write: [] });
    for (const [asked, status, code] of [
      ['2000-01-01', 404, 'NOT_FOUND'],
      ['вчера', 400, 'ASOF_INVALID'],
      [`${moment}&include=guardianships`, 400, 'ASOF_INVALID'],
    ])
      expect(await secretary.get(`${students}/${mine.id}?asOf=${asked}`)).toMatchObject({
        status,
        body: { code },
      });
  });

  test.each(['*', 'W/"1-1"', '"0-0"', 'old'])('F12 is not saved against the version %s', async version => {
    const answer = await secretary.patch(`${students}/${mine.id}`, { email: 'x@example.ru' }, undefined, {
      headers: { 'if-match': version },
    });
    expect(answer).toMatchObject({ status: 412, body: { code: 'STALE' } });
  });

  test('shows its history', async () => {
    const { body } = await secretary.get<{ items: { by: string; fields: { path: string }[] }[] }>(
      `${students}/${mine.id}/history`,
    );
    expect(body.items[0]).toMatchObject({ by: secretary.session.user.name });
    expect(body.items.flatMap(entry => entry.fields.map(field => field.path))).toContain('email');
  });

  test('SC1 names a wrong СНИЛС by its place', async () => {
    const { status, body } = await secretary.post<ProblemBody>(students, {
      person: {
        lastName: 'Проверкин',
        firstName: 'Пётр',
        birthDate: '2015-02-03',
        sex: 'm',
        snils: '11223344596',
      },
    });
    expect(status).toBe(422);
    expect(body.errors).toContainEqual(
      expect.objectContaining({ path: '/person/snils', message: expect.stringMatching(/[А-Яа-я]/) }),
    );
  });

  test.each([
    ['a field nobody knows', { unicorn: 1 }, '/unicorn'],
    ['a service field', { version: '9' }, '/version'],
    ['the organisation', { organisation_id: 2 }, '/organisation_id'],
    ['a field kept by the system', { status: 'left' }, '/status'],
  ])('AZ4 refuses %s and names it', async (_what, change, path) => {
    const url = `${students}/${mine.id}`;
    const { body: card } = await secretary.get<RecordAnswer>(url);
    const { status, body } = await secretary.patch<ProblemBody>(url, change, card.version);
    expect(status).toBeOneOf([400, 422]);
    expect(body.errors?.map(place => place.path)).toContain(path);
  });

  test.each([['[]'], ['"text"'], ['null'], ['5']])('SC7 takes no body like %s', async body => {
    expect(await secretary.post(students, body)).toMatchObject({
      status: 400,
      body: { code: 'BODY_INVALID' },
    });
  });

  test('F9 sent twice with one key is made once', async () => {
    const person = {
      lastName: 'Однократова',
      firstName: 'Анна',
      birthDate: '2014-05-06',
      sex: 'f',
      isNew: true,
    };
    const headers = { 'idempotency-key': 'test-key-0001' };
    const first = await secretary.post<RecordAnswer>(students, { person }, { headers });
    const second = await secretary.post<RecordAnswer>(students, { person }, { headers });
    expect(first, first.text).toMatchObject({ status: 201 });
    expect(first.headers.location).toBe(`${students}/${first.body.id}`);
    expect(second.body.id).toBe(first.body.id);
    const { body } = await query(secretary, { q: 'Однократова', count: 'exact' });
    expect(body.count).toBe(1);
  });
});

describe('a list', () => {
  test('pages by address and by body alike', async () => {
    const byBody = await query(secretary, {
      limit: 3,
      sort: 'person.lastName,-person.birthDate',
      fields: ['person.lastName'],
    });
    const byAddress = await secretary.get<ListAnswer>(
      `${students}?limit=3&sort=person.lastName,-person.birthDate&fields=person.lastName`,
    );
    expect(byBody.body.items).toHaveLength(3);
    expect(byAddress.body.items).toEqual(byBody.body.items);
    const next = await query(secretary, {
      limit: 3,
      sort: 'person.lastName,-person.birthDate',
      fields: ['person.lastName'],
      after: byBody.body.next,
    });
    const ids = [...byBody.body.items, ...next.body.items].map(item => item.id);
    expect(new Set(ids).size).toBe(6);
  });

  test('RP4 refuses a page mark of another question', async () => {
    const { body } = await query(secretary, { limit: 3, sort: 'person.lastName' });
    const answer = await query(secretary, { limit: 3, sort: '-person.lastName', after: body.next });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ code: expect.stringMatching(/^CURSOR/) });
  });

  test('G5 names an unknown field in fields, sort and filter', async () => {
    for (const body of [
      { fields: ['unicorn'] },
      { sort: 'unicorn' },
      { filter: { op: '=', args: [{ property: 'unicorn' }, 1] } },
    ]) {
      const answer = await query(secretary, body);
      expect(answer.status).toBe(400);
      expect(answer.text).toContain('unicorn');
    }
  });
});

describe('a file of a list', () => {
  test('IE4 carries system, day and maker, and is written to the audit with its purpose', async () => {
    const answer = await secretary.post(`${students}/export`, {
      format: 'csv',
      purpose: 'для медпункта',
      limit: 5,
    });
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(answer.headers['content-disposition']).toMatch(
      /^attachment; filename=".*\.csv"; filename\*=UTF-8''%D0/,
    );
    expect(answer.bytes.subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]));
    expect(answer.text).toContain('«Картотека»');
    expect(answer.text).toContain(secretary.session.user.name);
    expect(answer.text).toMatch(/\d\d\.\d\d\.\d{4}/);
    expect(answer.text).toContain('для медпункта');
    const rows = await home.db.owner<{ details: { purpose?: string } }>(
      `select details from audit where action = 'export-file' order by id`,
    );
    expect(rows.some(({ details }) => details.purpose === 'для медпункта')).toBe(true);
  });

  test('IE3 keeps a formula as text', async () => {
    const { body: card } = await secretary.get<RecordAnswer>(`${students}/${mine.id}`);
    const saved = await secretary.patch(
      `${students}/${mine.id}`,
      { personalFileNumber: '=HYPERLINK("http://x")' },
      card.version,
    );
    expect(saved.status).toBe(200);
    const filter = { op: '=', args: [{ property: 'id' }, mine.id] };
    const { text } = await secretary.post(`${students}/export`, {
      format: 'csv',
      fields: ['personalFileNumber'],
      filter,
    });
    expect(text).toContain(`'=HYPERLINK`);
  });

  test('comes as XLSX', async () => {
    const answer = await secretary.get(`${students}/export?format=xlsx&limit=10`);
    expect(answer.status).toBe(200);
    expect(answer.bytes.subarray(0, 2).toString()).toBe('PK');
  });

  test('IE4 is a right of its own', async () => {
    const technical = await home.signIn('technical');
    const answer = await technical.post(`${students}/export`, { format: 'csv' });
    expect(answer).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
  });

  test('IE4 G3 leaves out what is seen of the own card alone, and says so beforehand', async () => {
    const methods = await home.signIn('deputy-methods');
    const staff = '/api/records/staff-member';
    const { body: described } = await methods.get<EntityDescription>('/api/entities/staff-member');
    const taken = (path: string) =>
      described.columns.find(column => column.path === path)?.exported !== false;
    expect(described.list.columns.filter(taken)).toEqual(['person', 'mainPosition', 'status']);
    expect(described.list.columns.filter(path => !taken(path))).toEqual(['employment', 'hiredOn']);
    const fields = described.list.columns.filter(taken);
    const asked = await methods.post(`${staff}/export`, { format: 'csv', fields });
    const unasked = await methods.post(`${staff}/export`, { format: 'csv' });
    expect([asked.status, unasked.status]).toEqual([200, 200]);
    expect(rowsOf(unasked.text)).toEqual(rowsOf(asked.text));
    const { body: list } = await methods.post<ListAnswer>(`${staff}/query`, { count: 'exact' });
    expect(rowsOf(asked.text)).toHaveLength(1 + Number(list.count));
    const closed = await methods.post(`${staff}/export`, { format: 'csv', fields: ['employment'] });
    expect(closed).toMatchObject({ status: 400, body: { code: 'FIELD_UNKNOWN' } });
  });
});

/** The stamp stands above an empty line, under it titles and rows. */
const rowsOf = (csv: string): string[] => csv.trimEnd().split('\r\n\r\n')[1]?.split('\r\n') ?? [];

describe('the palette', () => {
  test('finds a student, in the wrong keyboard layout too', async () => {
    const lastName = String(mine.person?.lastName);
    const find = async (q: string) => {
      const { body } = await secretary.post<{ items: { id: string; label: string; entityTitle: string }[] }>(
        '/api/search',
        { q },
      );
      return body.items;
    };
    const found = await find(lastName);
    expect(found.length).toBeGreaterThan(0);
    expect(found[0]).toMatchObject({ entityTitle: expect.any(String) });
    expect((await find(otherLayout(lastName))).map(item => item.id)).toEqual(found.map(item => item.id));
  });
});
