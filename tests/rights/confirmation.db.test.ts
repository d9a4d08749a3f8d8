/** Acts for which a session that stands open is not enough: the password is asked for again. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { anApp, demoPassword, type TestApp, type TestClient } from '../support/app.ts';

let home: TestApp;
let admin: TestClient;
/** A colleague's account, and an appointment of it. */
let colleague: { id: string; appointment: string };

beforeAll(async () => {
  home = await anApp({ demo: true });
  admin = await home.signIn('org-admin');
  const [row] = await home.db.owner<{ id: string; appointment: string }>(
    "select u.id, a.id as appointment from app_user u join appointment a on a.user_id = u.id where u.login = 'technical'",
  );
  colleague = row as typeof colleague;
});
beforeEach(() => home.db.owner('delete from sign_in_failure'));
afterAll(() => home.close());

/** As if the password had been typed longer ago than it counts. */
const letTimePass = () => home.db.owner(`update user_session set confirmed_at = '-infinity'`);
const confirm = (client: TestClient, password = demoPassword) =>
  client.post('/api/session/confirm', { password });
const codeOf = (answer: { status: number; body: Record<string, unknown> | undefined }) =>
  `${answer.status} ${String(answer.body?.code ?? '')}`.trim();

const order = { orderNumber: '7-к', orderDate: '2026-09-01' };
/** Each with what it answers once the password is confirmed: the act itself is looked at, not its outcome. */
const ACTS: [name: string, act: () => Promise<{ status: number; body: Record<string, unknown> }>][] = [
  [
    'making an account',
    () =>
      admin.post('/api/accounts', {
        card: { kind: 'staff', id: colleague.id },
        appointment: { role: 'teacher' },
      }),
  ],
  [
    'appointing',
    () =>
      admin.post(`/api/accounts/${colleague.id}/appointments`, {
        ...order,
        role: 'psychologist',
        organisation: admin.session.active.organisation.id,
      }),
  ],
  ['changing an appointment', () => admin.patch(`/api/appointments/${colleague.appointment}`, { to: null })],
  ['a new password for a colleague', () => admin.post(`/api/accounts/${colleague.id}/password`)],
  ['passwords on paper', () => admin.post('/api/accounts/slips', { ids: [colleague.id] })],
  ['unblocking', () => admin.post(`/api/accounts/${colleague.id}/unblock`)],
  [
    'exporting many cards of people',
    () => admin.post('/api/records/student/export', { format: 'csv', fields: ['person', 'status'] }),
  ],
];

describe('a password typed long ago', () => {
  test.each(ACTS)('ID12 is not enough for %s, and a fresh one is', async (_name, act) => {
    await letTimePass();
    expect(codeOf(await act())).toBe('403 CONFIRM_REQUIRED');
    expect((await confirm(admin)).status).toBe(204);
    expect(codeOf(await act())).not.toBe('403 CONFIRM_REQUIRED');
  });

  test('ID12 is not enough to switch a module; to look whom it would concern it is', async () => {
    const region = await home.signIn('region-admin');
    await letTimePass();
    const url = '/api/modules/music-school/enablement';
    const change = { organisationType: 'general', enabled: true };
    expect((await region.put(`${url}?preview=true`, change)).status).toBe(200);
    expect(codeOf(await region.put(url, change))).toBe('403 CONFIRM_REQUIRED');
    await confirm(region);
    expect((await region.put(url, change)).status).toBe(200);
  });

  test('ID12 is enough for a few cards, for cards without people, and for figures', async () => {
    await letTimePass();
    const few = { format: 'csv', q: 'Иванов', fields: ['person'] };
    expect((await admin.post('/api/records/student/export', few)).status).toBe(200);
    const open = { format: 'csv', fields: ['status'] };
    expect((await admin.post('/api/records/student/export', open)).status).toBe(200);
    const screen = { report: 'student-register', parameters: {}, format: 'json' };
    expect((await admin.post('/api/report-runs', screen)).status).toBe(200);
  });

  test('ID12 is not enough for a report that lists many people, as a sheet or on paper', async () => {
    await letTimePass();
    for (const format of ['xlsx', 'csv', 'pdf']) {
      const run = { report: 'student-register', parameters: {}, format };
      expect(codeOf(await admin.post('/api/report-runs', run))).toBe('403 CONFIRM_REQUIRED');
    }
    const [{ exports } = { exports: -1 }] = await home.db.owner<{ exports: number }>(
      `select count(*)::int as exports from audit where action in ('export', 'print') and details->>'report' = 'student-register'`,
    );
    expect(exports).toBe(0);
  });

  test('ID12 does not hold back whoever shuts somebody out', async () => {
    await letTimePass();
    expect((await admin.post(`/api/accounts/${colleague.id}/block`)).status).toBe(204);
  });
});

describe('the confirmation', () => {
  test('ID12 counts in the session in which it was given, for as long as is set', async () => {
    await letTimePass();
    await confirm(await home.signIn('org-admin'));
    expect(codeOf(await admin.post(`/api/accounts/${colleague.id}/password`))).toBe('403 CONFIRM_REQUIRED');
    await confirm(admin);
    const minutes = home.services.config.session.confirmMinutes;
    await home.db.owner('update user_session set confirmed_at = confirmed_at - make_interval(mins => $1)', [
      minutes + 1,
    ]);
    expect(codeOf(await admin.post(`/api/accounts/${colleague.id}/password`))).toBe('403 CONFIRM_REQUIRED');
  });

  test('ID12 a wrong password confirms nothing, is noted, and tries are slowed down (ID3)', async () => {
    await letTimePass();
    const wrong = await confirm(admin, 'not the password');
    expect(wrong).toMatchObject({
      status: 422,
      body: { errors: [{ path: '/password', code: 'PASSWORD_WRONG' }] },
    });
    expect(codeOf(await admin.post(`/api/accounts/${colleague.id}/password`))).toBe('403 CONFIRM_REQUIRED');
    for (let attempt = 0; attempt < 4; attempt += 1) await confirm(admin, 'not the password');
    expect((await confirm(admin)).status).toBe(429);
    const [failed] = await home.db.owner(
      `select user_id from audit where action = 'confirm' and result = 'failed' order by id desc limit 1`,
    );
    expect(failed).toEqual({ user_id: admin.session.user.id });
  });

  test('ID12 is not asked of those who lack the right: they are told so', async () => {
    const teacher = await home.signIn('teacher');
    await letTimePass();
    expect(codeOf(await teacher.post(`/api/accounts/${colleague.id}/password`))).toBe('403 FORBIDDEN');
  });

  test('ID12 the words come in English too', async () => {
    await letTimePass();
    const answer = await admin.post(`/api/accounts/${colleague.id}/password`, undefined, {
      headers: { 'accept-language': 'en' },
    });
    expect(answer.body).toMatchObject({ title: 'Confirm your password' });
  });
});
