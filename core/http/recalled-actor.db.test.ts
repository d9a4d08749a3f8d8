/** An actor that is remembered between requests counts only as long as the database agrees, asked in the same packet. */
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { anApp, type TestApp, type TestClient } from '../../tests/support/app.ts';
import type { ListAnswer, RecordAnswer } from '../storage/gateway.types.ts';

let home: TestApp;
let secretary: TestClient;
let student: string;

const open = (id = student) => secretary.get<RecordAnswer>(`/api/records/student/${id}`);
const list = () => secretary.post<ListAnswer>('/api/records/student/query', { limit: 1 });
const patch = (version: string, body: object = { residence: { house: '77' } }) =>
  secretary.patch<RecordAnswer>(`/api/records/student/${student}`, body, version);
const create = () =>
  secretary.post<RecordAnswer>('/api/records/student', {
    person: { lastName: 'Отозвана', firstName: 'Анна', birthDate: '2015-05-05', sex: 'f', isNew: true },
  });
/** Number of cards and the version of the one that is changed. */
const stored = () =>
  home.db.owner('select count(*)::int as n, max(version) filter (where id = $1) as version from student', [
    student,
  ]);
const views = async () =>
  (await home.db.owner<{ n: number }>(`select count(*)::int as n from audit where action = 'view'`))[0]?.n ??
  0;

beforeAll(async () => {
  home = await anApp({ demo: true });
});
beforeEach(async () => {
  secretary = await home.signIn('secretary');
  const { body } = await list();
  student = String(body.items[0]?.id);
  // From here on the actor is remembered.
  expect((await open()).status).toBe(200);
});
afterAll(() => home.close());

describe('ID5 at the very next request of a remembered actor', () => {
  /** Done past the server, as another process would. */
  const changes: [string, string, string, number][] = [
    [
      'a block',
      'update app_user set blocked_at = now() where id = $1',
      'update app_user set blocked_at = null where id = $1',
      401,
    ],
    ['signing out', 'delete from user_session where user_id = $1', 'select $1::uuid', 401],
    [
      'the end of the idle time',
      `update user_session set last_seen_at = last_seen_at - interval '2 days' where user_id = $1`,
      'select $1::uuid',
      401,
    ],
    [
      'a password handed out',
      'update app_user set must_change_password = true where id = $1',
      'update app_user set must_change_password = false where id = $1',
      403,
    ],
    [
      'the end of the appointment',
      `update appointment set valid_to = valid_from where user_id = $1`,
      `update appointment set valid_to = null where user_id = $1`,
      403,
    ],
    [
      'another role',
      `update appointment set role = 'hr' where user_id = $1`,
      `update appointment set role = 'secretary' where user_id = $1`,
      403,
    ],
  ];
  test.each(changes)(
    '%s counts, for a card, its past and a list, and no view is noted',
    async (_what, change, back, status) => {
      const user = secretary.session.user.id;
      const { body: card } = await open();
      const [noted, before] = [await views(), await stored()];
      await home.db.owner(change, [user]);
      try {
        for (const answer of [
          await open(),
          await secretary.get(`/api/records/student/${student}?asOf=2026-09-01`),
          await list(),
          await open('00000000-0000-7000-8000-000000000000'),
          await patch(card.version),
          await patch(''),
          await create(),
        ])
          expect(answer.status).toBe(status);
        expect(await views()).toBe(noted);
        expect(await stored()).toEqual(before);
      } finally {
        await home.db.owner(back, [user]);
      }
    },
  );

  test('a module switched off counts', async () => {
    const rows = await home.db.owner(`delete from enablement where plugin = 'student-card' returning *`);
    try {
      expect((await open()).status).toBe(404);
    } finally {
      await home.db.owner(
        'insert into enablement overriding system value select * from jsonb_populate_recordset(null::enablement, $1::jsonb)',
        [JSON.stringify(rows)],
      );
    }
    expect((await open()).status).toBe(200);
  });

  test('a new name counts in what is noted', async () => {
    const user = secretary.session.user.id;
    const person = `(select person_id from app_user where id = $1)`;
    const [{ last_name: before } = { last_name: '' }] = await home.db.owner<{ last_name: string }>(
      `select last_name from person where id = ${person}`,
      [user],
    );
    await home.db.owner(`update person set last_name = 'Переименова' where id = ${person}`, [user]);
    await open();
    const [last] = await home.db.owner<{ user_name: string }>(
      `select user_name from audit where action = 'view' order by id desc limit 1`,
    );
    expect(last?.user_name).toMatch(/^Переименова /);
    await home.db.owner(`update person set last_name = $2 where id = ${person}`, [user, before]);
  });
});

describe('what a request says to the database', () => {
  interface Wire {
    bind(what: { statement?: string }, more: boolean): void;
    sync(): void;
    query(text: string): void;
  }

  async function said(work: () => Promise<unknown>) {
    const wire = (pg as unknown as { Connection: { prototype: Wire } }).Connection.prototype;
    const spies = {
      statements: vi.spyOn(wire, 'bind'),
      trips: vi.spyOn(wire, 'sync'),
      texts: vi.spyOn(wire, 'query'),
    };
    await work();
    const counts = {
      statements: spies.statements.mock.calls.length,
      trips: spies.trips.mock.calls.length,
      texts: spies.texts.mock.calls.length,
    };
    for (const spy of Object.values(spies)) spy.mockRestore();
    return counts;
  }

  test('opening a card is one round trip: begin, context with the check, the card with its note, commit', async () => {
    await open();
    const counts = await said(open);
    expect(counts).toEqual({ statements: 4, trips: 1, texts: 0 });
  });

  test('a patch is two: the card, read with the check; update with history and audit', async () => {
    const { body } = await open();
    const counts = await said(() => patch(body.version));
    expect(counts).toEqual({ statements: 9, trips: 2, texts: 0 });
  });

  test('a patch of what is held by consent is two as well, with the card locked and read again', async () => {
    const { body } = await open();
    const counts = await said(() => patch(body.version, { homePhone: '3852123456' }));
    expect((await open()).body.homePhone).toBe('+73852123456');
    expect(counts).toEqual({ statements: 7, trips: 2, texts: 0 });
  });

  test('a card with a new person is one', async () => {
    await open();
    expect(await said(create)).toEqual({ statements: 9, trips: 1, texts: 0 });
  });

  test('so is a page of a list with its total', async () => {
    const page = () => secretary.post('/api/records/student/query', { limit: 5, count: 'exact' });
    await page();
    expect(await said(page)).toEqual({ statements: 4, trips: 1, texts: 0 });
  });
});
