/** What a request may hold and how much may come at once: each limit by its id, against the real server. */
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildApp } from '../../core/http/app.ts';
import type { Marks } from '../../core/http/overload.ts';
import type { Services } from '../../core/http/services.ts';
import type { ListAnswer, RecordAnswer } from '../../core/storage/gateway.types.ts';
import { anApp, demoPassword, type TestApp, TestClient } from '../support/app.ts';

let home: TestApp;
let secretary: TestClient;
let admin: TestClient;
let student: RecordAnswer;
let port: number;

beforeAll(async () => {
  home = await anApp({ demo: true });
  secretary = await home.signIn('secretary');
  admin = await home.signIn('org-admin');
  const { body } = await secretary.post<ListAnswer>('/api/records/student/query', { limit: 1 });
  student = (await secretary.get<RecordAnswer>(`/api/records/student/${String(body.items[0]?.id)}`)).body;
  const address = await home.app.listen({ host: '127.0.0.1', port: 0 });
  port = Number(new URL(address).port);
});
afterAll(() => home.close());

const url = () => `/api/records/student/${student.id}`;
const raw = (body: string) =>
  secretary.patch<{ code: string; errors?: { path: string }[] }>(url(), body, student.version);

describe('bodies', () => {
  /** Text of the body, and the code of the refusal; the version sent is an old one, so nothing is ever saved. */
  const BODIES: [what: string, body: () => string, code: string][] = [
    ['SC1 a number where a text is wanted', () => '{"email": 7}', 'INVALID'],
    ['SC1 a text where a yes or no is wanted', () => '{"notes": ["a"]}', 'FIELD_UNKNOWN'],
    ['SC5 NUL', () => '{"email": "a\\u0000b@example.ru"}', 'JSON_TEXT'],
    ['SC5 a bell', () => '{"email": "a\\u0007b@example.ru"}', 'JSON_TEXT'],
    ['SC5 a delete sign as it stands', () => '{"email": "a\u007fb@example.ru"}', 'JSON_TEXT'],
    ['SC5 half a pair', () => '{"email": "a\\ud83db@example.ru"}', 'JSON_TEXT'],
    ['SC5 a mark that turns a name round', () => '{"person": {"lastName": "Ива\\u202eнов"}}', 'INVALID'],
    ['SC5 an invisible sign in a name', () => '{"person": {"lastName": "Ива\\u200bнов"}}', 'INVALID'],
    ['SC6 a whole number beyond 2^53', () => '{"email": 9007199254740993}', 'JSON_NUMBER'],
    ['SC6 a decimal that would be kept as another', () => '{"email": 0.12345678901234567890}', 'JSON_NUMBER'],
    ['SC6 a whole number beyond 2^53 with a point', () => '{"email": 9007199254740993.0}', 'JSON_NUMBER'],
    ['SC6 a number without end', () => '{"email": 1e400}', 'JSON_NUMBER'],
    ['SC6 30 February', () => '{"person": {"birthDate": "2015-02-30"}}', 'INVALID'],
    ['SC6 a day of 1849', () => '{"person": {"birthDate": "1849-12-31"}}', 'INVALID'],
    ['SC6 a day of 2151', () => '{"person": {"birthDate": "2151-01-01"}}', 'INVALID'],
    ['SC6 an id in another spelling', () => `{"currentGroup": "urn:uuid:${student.id}"}`, 'INVALID'],
    ['SC7 33 levels', () => `${'{"a":'.repeat(33)}1${'}'.repeat(33)}`, 'JSON_TOO_DEEP'],
    ['SC7 a key twice', () => '{"email": "a@example.ru", "email": "b@example.ru"}', 'JSON_DUPLICATE_KEY'],
    [
      'SC7 a word of the prototype, deep inside',
      () => '{"residence": {"a": [{"__proto__": 1}]}}',
      'JSON_FORBIDDEN_KEY',
    ],
    [
      'SC7 10,001 keys',
      () => `{${Array.from({ length: 10_001 }, (_, at) => `"k${at}":1`).join(',')}}`,
      'JSON_TOO_MANY_KEYS',
    ],
    ['SC7 more than 1 MiB', () => `{"email":"${'x'.repeat(1_048_576)}"}`, 'BODY_TOO_LARGE'],
    ['SC7 200,000 nested arrays', () => '['.repeat(200_000), 'JSON_TOO_DEEP'],
  ];
  test.each(BODIES)('%s: refused, and nothing is kept', async (_what, body, code) => {
    const answer = await raw(body());
    expect(answer.body.code).toBe(code);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect((await secretary.get<RecordAnswer>(url())).body.version).toBe(student.version);
  });

  test('SC5 one word has one spelling, and search forgets ё, case and soft hyphens', async () => {
    const made = await secretary.post<RecordAnswer>('/api/records/student', {
      person: {
        lastName: 'Семе\u0308нов-Пробный',
        firstName: 'Пётр',
        birthDate: '2016-05-04',
        sex: 'm',
        isNew: true,
      },
    });
    expect(made.body.person?.lastName).toBe('Семёнов-Пробный');
    for (const q of [
      'семенов-пробный',
      'СЕМЁНОВ-ПРОБНЫЙ',
      'Се\u00adменов-Пробный',
      'Семе\u0308нов-пробный',
    ]) {
      const { body } = await secretary.post<ListAnswer>('/api/records/student/query', { q });
      expect(
        body.items.map(item => item.id),
        q,
      ).toEqual([made.body.id]);
    }
  });

  test('SC8 without the version 428, with an old one 412 that tells who, when and what it is now', async () => {
    expect((await secretary.patch(url(), { email: 'a@example.ru' })).status).toBe(428);
    expect((await admin.delete(url())).status).toBe(428);
    const saved = await admin.patch<RecordAnswer>(url(), { email: 'novyj@example.ru' }, student.version);
    const stale = await secretary.patch(url(), { email: 'drugoj@example.ru' }, student.version);
    expect(stale).toMatchObject({
      status: 412,
      body: {
        code: 'STALE',
        changedBy: expect.any(String),
        changedAt: expect.any(String),
        current: { email: 'novyj@example.ru' },
      },
    });
    student = saved.body;
  });

  test('SC9 of two cards that may not both be there, sent at once, one comes in', async () => {
    const years = await admin.post<ListAnswer>('/api/records/school-year/query', {
      sort: '-startsOn',
      limit: 1,
    });
    const group = { kind: 'class', schoolYear: years.body.items[0]?.id, name: '11Щ', grade: 11, letter: 'Щ' };
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => admin.post('/api/records/study-group', group)),
    );
    expect(answers.map(answer => answer.status).sort()).toEqual([201, 409, 409, 409, 409, 409]);
    const person = {
      lastName: 'Единственный',
      firstName: 'Пётр',
      birthDate: '2016-05-04',
      sex: 'm',
      snils: '112-233-445 95',
      isNew: true,
    };
    const people = await Promise.all(
      Array.from({ length: 4 }, () => secretary.post('/api/records/student', { person })),
    );
    expect(people.filter(answer => answer.status === 201)).toHaveLength(1);
    expect(people.every(answer => [201, 409].includes(answer.status))).toBe(true);
  });

  test('SC9 a card is not deleted from under another that comes to it at the same moment', async () => {
    for (let round = 0; round < 5; round += 1) {
      const years = await admin.post<ListAnswer>('/api/records/school-year/query', {
        sort: '-startsOn',
        limit: 1,
      });
      const common = { kind: 'class', schoolYear: years.body.items[0]?.id, grade: 11 };
      const before = await admin.post<RecordAnswer>('/api/records/study-group', {
        ...common,
        letter: 'Ю',
        name: `Ю${round}`,
      });
      const next = { ...common, letter: 'Я', name: `Я${round}`, previousGroup: before.body.id };
      const [made, gone] = await Promise.all([
        admin.post('/api/records/study-group', next),
        admin.delete(`/api/records/study-group/${before.body.id}`, before.body.version),
      ]);
      expect([made.status, gone.status].filter(status => status < 300)).toHaveLength(1);
      expect([made.status, gone.status].every(status => status < 500)).toBe(true);
    }
  });
});

/** Bytes as they stand, to a real socket; the answer's first line. */
const send = (bytes: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    let read = '';
    socket.setTimeout(10_000, () => socket.destroy());
    socket.on('data', chunk => {
      read += chunk;
      if (read.includes('\r\n\r\n')) socket.end();
    });
    socket.on('close', () => resolve(read.split('\r\n')[0] ?? ''));
    socket.on('error', reject);
  });

describe('requests', () => {
  const head = 'Host: 127.0.0.1\r\nContent-Type: application/json\r\n';
  const RAW: [what: string, bytes: string][] = [
    [
      'HT2 two lengths',
      `POST /api/session HTTP/1.1\r\n${head}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`,
    ],
    [
      'HT2 a length and chunks',
      `POST /api/session HTTP/1.1\r\n${head}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`,
    ],
    [
      'HT2 chunks under another name',
      `POST /api/session HTTP/1.1\r\n${head}Transfer-Encoding: xchunked\r\n\r\n{}`,
    ],
    ['HT2 a broken escape', 'GET /api/%zz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'],
    ['HT2 NUL in the address', 'GET /api/session?x=%00 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'],
    ['HT2 NUL in a header', 'GET /api/session HTTP/1.1\r\nHost: 127.0.0.1\r\nX-A: a\0b\r\n\r\n'],
    [
      'HT2 headers of more than 16 KiB',
      `GET /api/session HTTP/1.1\r\nHost: 127.0.0.1\r\nX-A: ${'a'.repeat(20_000)}\r\n\r\n`,
    ],
    ['HT2 a line end without its return', 'GET /api/session HTTP/1.1\nHost: 127.0.0.1\nX-A: a\n b\n\n'],
    ['HT2 no host', 'GET /api/session HTTP/1.1\r\n\r\n'],
  ];
  test.each(RAW)('%s: refused', async (_what, bytes) => {
    expect(await send(bytes)).toMatch(/^HTTP\/1\.1 4\d\d /);
  });

  test('HT2 a compressed body is refused', async () => {
    const answer = await secretary.post('/api/session', '{}', { headers: { 'content-encoding': 'gzip' } });
    expect(answer).toMatchObject({ status: 415, body: { code: 'BODY_ENCODING' } });
  });

  test('HT2 headers, bodies and connections have their limits', () => {
    const { server } = home.app;
    expect(server.headersTimeout).toBe(15_000);
    expect(server.requestTimeout).toBe(30_000);
    expect(server.keepAliveTimeout).toBe(65_000);
    expect(server.maxConnections).toBe(5_000);
    expect(server.maxHeadersCount).toBe(100);
  });

  test('HT2 SC6 an id in another spelling, and a day that is none, are no parameters', async () => {
    for (const id of [
      `urn:uuid:${student.id}`,
      student.id.toUpperCase(),
      `{${student.id}}`,
      `${student.id} `,
    ]) {
      const answer = await secretary.get(`/api/records/student/${encodeURIComponent(id)}`);
      expect(answer, id).toMatchObject({ status: 400, body: { code: 'QUERY_INVALID' } });
    }
    const run = { report: 'student-register', asOf: '2026-02-30' };
    expect(await secretary.post('/api/report-runs', run)).toMatchObject({
      status: 422,
      body: { code: 'BODY_INVALID' },
    });
  });

  test('HT1 HT5 what people typed comes back as data, never as a page', async () => {
    const answer = await secretary.post('/api/search', { q: '<img src=x onerror=alert(1)>' });
    expect(answer.headers['content-type']).toMatch(/^application\/json/);
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
  });
});

describe('overload', () => {
  const narrow: Marks = {
    reports: { inFlight: 2, lagMs: 300 },
    reading: { inFlight: 3, lagMs: 600 },
    saving: { inFlight: 5, lagMs: 900 },
  };
  /** A report runs until it is let go. */
  function slowly() {
    let go: () => void = () => undefined;
    const gate = new Promise<void>(resolve => {
      go = resolve;
    });
    const reports = Object.create(home.services.reports) as Services['reports'];
    reports.run = async () => {
      await gate;
      return { kind: 'json', body: { report: { id: 'x', title: 'x' } } as never };
    };
    return { reports, go };
  }

  test('HT3 reports give way first, then reading, saving last; probes always answer; and it passes', async () => {
    const { reports, go } = slowly();
    const app = await buildApp({ ...home.services, reports }, { requestsPerMinute: 100_000, marks: narrow });
    const client = new TestClient(app);
    await client.signIn('secretary', demoPassword);
    const run = () => client.post<{ code?: string }>('/api/report-runs', { report: 'student-register' });
    const running = [run(), run()];
    await new Promise(resolve => setTimeout(resolve, 300));
    const start = performance.now();
    const turned = await run();
    expect(turned).toMatchObject({ status: 503, body: { code: 'OVERLOADED' } });
    expect(Number(turned.headers['retry-after'])).toBeGreaterThan(0);
    expect(performance.now() - start).toBeLessThan(1_000);
    expect((await client.get('/api/organisations')).status).toBe(200);
    expect((await client.patch(url(), { email: 'x@example.ru' }, '0')).status).toBe(412);
    go();
    expect((await Promise.all(running)).map(answer => answer.status)).toEqual([200, 200]);
    expect((await run()).status).toBe(200);
    await app.close();
  });

  test.each([
    [400, { report: 503, list: 200, save: 412 }],
    [700, { report: 503, list: 503, save: 412 }],
    [1_000, { report: 503, list: 503, save: 503 }],
  ])('HT3 the event loop late by %i ms turns away %j', async (ms, expected) => {
    const loopDelay = { ms: 0, close: () => undefined };
    const app = await buildApp(home.services, {
      requestsPerMinute: 100_000,
      marks: narrow,
      loopDelay: loopDelay as never,
    });
    const client = new TestClient(app);
    await client.signIn('secretary', demoPassword);
    loopDelay.ms = ms;
    const report = await client.post('/api/report-runs', { report: 'student-register' });
    const list = await client.post('/api/records/student/query', { limit: 1 });
    const save = await client.patch(url(), { email: 'x@example.ru' }, '0');
    expect({ report: report.status, list: list.status, save: save.status }).toEqual(expected);
    expect((await client.get('/healthz')).status).toBe(200);
    expect((await client.get('/readyz')).status).toBe(200);
    loopDelay.ms = 0;
    expect((await client.get('/api/organisations')).status).toBe(200);
    await app.close();
  });
});
