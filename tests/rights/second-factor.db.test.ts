/** The second factor and the own logins, through HTTP, with a clock that the test moves. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { anApp, demoPassword, type TestApp, type TestClient } from '../support/app.ts';
import { Authenticator } from '../support/authenticator.ts';

let home: TestApp;
beforeAll(async () => {
  home = await anApp({ demo: true, config: { secondFactorRoles: ['region-admin', 'org-admin'] } });
});
beforeEach(() => home.db.owner('delete from sign_in_failure'));
afterAll(() => home.close());

const factor = '/api/session/second-factor';
const signIn = (login: string, otp?: string, password = demoPassword) =>
  home.stranger.post('/api/session', { login, password, ...(otp === undefined ? {} : { otp }) });
const codeOf = (answer: { status: number; body: Record<string, unknown> | undefined }) =>
  `${answer.status} ${String(answer.body?.code ?? '')}`.trim();

async function enrol(client: TestClient) {
  const { body } = await client.post<{ secret: string; uri: string }>(factor);
  const device = new Authenticator(body.secret, home.services.clock);
  const confirmed = await client.post<{ codes: string[] }>(`${factor}/confirm`, { otp: device.code(-1) });
  return { device, confirmed, secret: body.secret };
}

describe('an administrator without a second factor', () => {
  test('ID7 gets nowhere but to its enrolment, and everywhere after it', async () => {
    const admin = await home.signIn('org-admin');
    expect((await admin.get('/api/session')).body).toMatchObject({ mustEnrol: true });
    for (const url of [
      '/api/home',
      '/api/accounts',
      '/api/entities',
      '/api/modules',
      '/api/reports',
      '/api/records/student',
    ])
      expect(codeOf(await admin.get(url)), url).toBe('403 SECOND_FACTOR_REQUIRED');
    expect(codeOf(await admin.post('/api/records/student/query', {}))).toBe('403 SECOND_FACTOR_REQUIRED');
    const { confirmed } = await enrol(admin);
    expect(confirmed.status).toBe(200);
    expect(confirmed.body.codes).toHaveLength(10);
    expect((await admin.get('/api/home')).status).toBe(200);
    expect((await admin.get('/api/session')).body).toMatchObject({ mustEnrol: false });
    expect(codeOf(await admin.post(`${factor}/remove`, { otp: '000000' }))).toBe(
      '403 SECOND_FACTOR_REQUIRED',
    );
  });

  test('ID7 other roles are asked for none', async () => {
    const secretary = await home.signIn('secretary');
    expect((await secretary.get('/api/home')).status).toBe(200);
    expect((await secretary.get(factor)).body).toEqual({ enrolled: false, required: false, recovery: 0 });
  });
});

describe('whoever has one', () => {
  let device: Authenticator;
  let codes: string[];
  beforeAll(async () => {
    const hr = await home.signIn('hr');
    const done = await enrol(hr);
    device = done.device;
    codes = done.confirmed.body.codes;
  });

  test('ID7 signs in with password and code; the password alone opens nothing and tells no more', async () => {
    expect(codeOf(await signIn('hr'))).toBe('401 OTP_REQUIRED');
    expect(codeOf(await signIn('hr', undefined, 'not the password'))).toBe('401 SIGN_IN_REFUSED');
    expect(codeOf(await signIn('hr', device.code(), 'not the password'))).toBe('401 SIGN_IN_REFUSED');
    expect((await signIn('hr', device.code())).status).toBe(200);
  });

  test('ID7 a code is good once, and none that is older than one used', async () => {
    const code = device.code(1);
    expect((await signIn('hr', code)).status).toBe(200);
    expect(codeOf(await signIn('hr', code))).toBe('401 OTP_WRONG');
    expect(codeOf(await signIn('hr', device.code()))).toBe('401 OTP_WRONG');
  });

  test('ID7 of the same code sent twice at once one is taken', async () => {
    await home.db.owner('update second_factor set last_step = 0');
    const code = device.code();
    const answers = await Promise.all([signIn('hr', code), signIn('hr', code), signIn('hr', code)]);
    expect(answers.filter(answer => answer.status === 200)).toHaveLength(1);
  });

  test('ID7 a recovery code lets in once, however it is typed', async () => {
    const [first = ''] = codes;
    expect((await signIn('hr', first.toUpperCase().replaceAll('-', ' '))).status).toBe(200);
    expect(codeOf(await signIn('hr', first))).toBe('401 OTP_WRONG');
  });

  test('ID7 ID3 guessed codes are slowed down like guessed passwords', async () => {
    for (let attempt = 0; attempt < 5; attempt += 1) await signIn('hr', '000000');
    expect(codeOf(await signIn('hr', device.code()))).toBe('429 SIGN_IN_DELAYED');
  });

  test('ID7 the secret is not in the database as it is, and belongs to its owner alone', async () => {
    const client = await home.signIn('secretary');
    const { secret, confirmed } = await enrol(client);
    expect(confirmed.status).toBe(200);
    const rows = await home.db.owner<{ text: string }>(
      `select t::text as text from second_factor t union all select t::text from recovery_code t`,
    );
    const stored = rows
      .map(row => row.text)
      .join(' ')
      .toUpperCase();
    expect(stored).not.toContain(secret);
    for (const code of confirmed.body.codes)
      expect(stored).not.toContain(code.replaceAll('-', '').toUpperCase());
    const ids = await home.db.owner<{ id: string }>(
      `select id from app_user where login in ('hr', 'secretary') order by login`,
    );
    await home.db.owner(
      'update second_factor set secret = (select secret from second_factor where user_id = $2), last_step = 0 where user_id = $1',
      [ids[0]?.id, ids[1]?.id],
    );
    expect((await signIn('hr', device.code())).status).toBeGreaterThanOrEqual(400);
  });

  test('ID7 ID12 its beginning asks for a fresh password', async () => {
    const client = await home.signIn('psychologist');
    await home.db.owner(`update user_session set confirmed_at = '-infinity'`);
    expect(codeOf(await client.post(factor))).toBe('403 CONFIRM_REQUIRED');
  });

  test('ID7 a new password by an administrator takes the lost one away, and says so in the journal', async () => {
    const [user] = await home.db.owner<{ id: string }>(`select id from app_user where login = 'deputy'`);
    const deputy = await home.signIn('deputy');
    await enrol(deputy);
    const director = await home.signIn('director');
    const given = await director.post<{ password: string }>(`/api/accounts/${user?.id}/password`);
    expect(given.status).toBe(200);
    expect((await signIn('deputy', undefined, given.body.password)).status).toBe(200);
    const [noted] = await home.db.owner<{ changed: string[] }>(
      `select details->'changed' as changed from audit where action = 'user-change' order by id desc limit 1`,
    );
    expect(noted?.changed).toContain('second-factor');
  });
});

describe('own logins', () => {
  test('ID13 are listed, and one that is ended opens nothing at the very next request', async () => {
    const first = await home.signIn('technical');
    const second = await home.signIn('technical');
    const { body } = await second.get<{ items: { id: string; current: boolean; address: string }[] }>(
      '/api/session/logins',
    );
    expect(body.items).toHaveLength(2);
    const other = body.items.find(one => !one.current);
    expect(other).toMatchObject({ address: '127.0.0.1', since: expect.stringMatching(/Z$/) });
    expect((await second.delete(`/api/session/logins/${other?.id}`)).status).toBe(204);
    expect((await first.get('/api/session')).status).toBe(401);
    expect((await second.get('/api/session')).status).toBe(200);
    expect(codeOf(await second.delete(`/api/session/logins/${other?.id}`))).toBe('404 NOT_FOUND');
  });

  test('ID13 after signing in one is told when the last time was and how often others failed since', async () => {
    await home.signIn('teacher');
    for (let attempt = 0; attempt < 3; attempt += 1) await signIn('teacher', undefined, 'not the password');
    const client = await home.signIn('teacher');
    expect((await client.get('/api/session')).body).toMatchObject({
      lastSignIn: { failedTries: 3, previous: expect.stringMatching(/^20\d\d-/) },
    });
    const again = await home.signIn('teacher');
    expect((await again.get('/api/session')).body).toMatchObject({ lastSignIn: { failedTries: 0 } });
  });
});
