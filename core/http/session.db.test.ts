/** Signing in through HTTP: cookie, token against forged requests, origin, appointment. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  anApp,
  demoPassword,
  type SessionBody,
  type TestApp,
  type TestClient,
} from '../../tests/support/app.ts';
import { testSecret } from '../../tests/support/database.ts';
import { Accounts } from '../identity/accounts.ts';
import { appUrl } from '../storage/migrate.ts';
import { buildApp } from './app.ts';

let home: TestApp;
let accounts: Accounts;
let secretary: TestClient;

beforeAll(async () => {
  home = await anApp({ demo: true });
  const { clock, catalogue } = home.services;
  accounts = await Accounts.open({
    connectionString: appUrl(home.db.ownerUrl, testSecret),
    clock,
    roles: new Set(catalogue.roles.keys()),
  });
});
beforeEach(async () => {
  await home.db.owner('delete from sign_in_failure');
  secretary = await home.signIn('secretary');
});
afterAll(async () => {
  await accounts.close();
  await home.close();
});

const signIn = (login: string, password = demoPassword, headers = {}) =>
  home.stranger.post('/api/session', { login, password }, { headers });
const search = { lastName: 'Иванов', firstName: 'Иван' };

describe('signing in', () => {
  test('ID4 sets a cookie that scripts cannot read and other sites cannot send', async () => {
    const answer = await signIn('secretary');
    expect(answer.headers['set-cookie']).toMatch(/^kartoteka=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/);
  });

  test('answers who it is, where, with which menu', async () => {
    const { status, body } = await signIn('secretary');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      user: { login: 'secretary', name: expect.stringMatching(/^[А-ЯЁ][а-яё-]+ [А-ЯЁ]\. [А-ЯЁ]\.$/) },
      active: {
        role: 'secretary',
        roleTitle: 'Секретарь',
        organisation: { level: 'organisation', types: ['general'], municipality: expect.any(String) },
        scope: { organisations: 1 },
        readOnly: false,
      },
      csrf: expect.any(String),
      language: 'ru',
      demo: true,
    });
    const menu = body.menu as { list: string; title: string }[];
    expect(menu).toContainEqual(expect.objectContaining({ list: 'student', title: 'Обучающиеся' }));
    expect(menu).toContainEqual(
      expect.objectContaining({ list: 'student', view: 'leavers', title: 'Выпускники и выбывшие' }),
    );
  });

  test('ID2 answers an unknown name and a wrong password with the same bytes', async () => {
    const wrong = await signIn('secretary', 'not the password');
    const unknown = await signIn('nobody-of-this-name', 'not the password');
    expect(wrong.status).toBe(401);
    expect(unknown.text).toBe(wrong.text);
    expect(unknown.headers['set-cookie']).toBeUndefined();
  });

  test('ID3 asks to wait after failures, with Retry-After', async () => {
    for (let attempt = 0; attempt < 5; attempt += 1) await signIn('director', 'wrong password');
    const answer = await signIn('director');
    expect(answer.status).toBe(429);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect(answer.body).toMatchObject({ code: 'SIGN_IN_DELAYED' });
  });

  test('ID3 takes no forwarded address from a peer that is no proxy of ours', async () => {
    for (let attempt = 0; attempt < 31; attempt += 1)
      await signIn(`guess-${attempt}`, 'wrong password', { 'x-forwarded-for': `198.51.100.${attempt}` });
    expect((await signIn('secretary', demoPassword, { 'x-forwarded-for': '198.51.100.77' })).status).toBe(
      429,
    );
  });

  test('names the field that is missing', async () => {
    const answer = await home.stranger.post('/api/session', { login: 'secretary' });
    expect(answer).toMatchObject({
      status: 422,
      body: { errors: [{ path: '/password', code: 'REQUIRED' }] },
    });
  });

  test('shows the demo sign-ins before anybody has signed in', async () => {
    const { body } = await home.stranger.get<{ items: { login: string }[] }>('/api/sign-in-hints');
    expect(body.items).toContainEqual(
      expect.objectContaining({
        login: 'secretary',
        roleTitle: 'Секретарь',
        organisation: expect.any(String),
        password: demoPassword,
      }),
    );
    const english = await home.stranger.get('/api/sign-in-hints', { headers: { 'accept-language': 'en' } });
    expect(english.body.items).toContainEqual(
      expect.objectContaining({ login: 'region-admin', roleTitle: 'Regional administrator' }),
    );
  });
});

describe('behind a proxy with TLS', () => {
  test('ID4 the cookie is bound to the host and to TLS, and browsers are told to stay with it', async () => {
    const config = { ...home.services.config, secureCookies: true, trustedProxies: ['127.0.0.1'] };
    const app = await buildApp({ ...home.services, config });
    const answer = await app.inject({
      method: 'POST',
      url: '/api/session',
      headers: { host: 'kartoteka.example', origin: 'https://kartoteka.example' },
      payload: { login: 'secretary', password: demoPassword },
    });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['set-cookie']).toMatch(
      /^__Host-kartoteka=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
    expect(answer.headers['strict-transport-security']).toMatch(/^max-age=31536000/);
    await app.close();
  });
});

describe('requests of other sites', () => {
  test('ID6 are refused without the token of the session', async () => {
    for (const token of ['', 'x'.repeat(43)]) {
      const answer = await secretary.post('/api/people/search', search, {
        headers: { 'x-csrf-token': token },
      });
      expect(answer).toMatchObject({ status: 403, body: { code: 'CSRF' } });
    }
  });

  test('ID6 are refused with the token of another session', async () => {
    const other = await home.signIn('secretary');
    const answer = await secretary.post('/api/people/search', search, {
      headers: { 'x-csrf-token': other.session.csrf },
    });
    expect(answer.body).toMatchObject({ code: 'CSRF' });
  });

  test.each([
    [{ origin: 'https://evil.example' }],
    [{ origin: 'null' }],
    [{ 'sec-fetch-site': 'cross-site' }],
    [{ 'sec-fetch-site': 'same-site' }],
  ])('ID6 are refused by %o', async headers => {
    expect(await secretary.post('/api/people/search', search, { headers })).toMatchObject({
      status: 403,
      body: { code: 'ORIGIN' },
    });
    expect((await signIn('secretary', demoPassword, headers)).body).toMatchObject({ code: 'ORIGIN' });
  });

  test('ID6 of our own pages pass', async () => {
    const answer = await secretary.post('/api/people/search', search, {
      headers: { host: 'school.example', origin: 'http://school.example', 'sec-fetch-site': 'same-origin' },
    });
    expect(answer.status).toBe(200);
  });

  test('ID6 change nothing by GET', async () => {
    const answer = await secretary.get('/api/people/search');
    expect(answer.status).toBe(404);
  });
});

describe('a session', () => {
  test('G2 is needed by every route that is not open', async () => {
    for (const url of [
      '/api/session',
      '/api/entities',
      '/api/home',
      '/api/records/student',
      '/api/modules',
    ]) {
      const answer = await home.stranger.get(url);
      expect(answer).toMatchObject({ status: 401, body: { code: 'SIGNED_OUT' } });
    }
  });

  test('ends with the sign-out', async () => {
    const { status, headers } = await secretary.delete('/api/session');
    expect(status).toBe(204);
    expect(headers['set-cookie']).toMatch(/^kartoteka=; .*Expires=Thu, 01 Jan 1970/);
    expect((await secretary.get('/api/session')).status).toBe(401);
  });

  test('ID5 of a blocked user ends at the very next request', async () => {
    const { user } = secretary.session;
    await accounts.block(user.id, undefined);
    expect((await secretary.get('/api/home')).status).toBe(401);
    await accounts.unblock(user.id, undefined);
    expect((await secretary.get('/api/home')).status).toBe(401);
    expect((await signIn('secretary')).status).toBe(200);
  });
});

describe('the appointment of a request', () => {
  test('AZ1 of another user is refused', async () => {
    const director = await home.signIn('director');
    secretary.actUnder(director.session.active.id);
    expect(await secretary.get('/api/home')).toMatchObject({
      status: 403,
      body: { code: 'APPOINTMENT_REFUSED' },
    });
    secretary.actUnder('not-an-id');
    expect(await secretary.get('/api/home')).toMatchObject({
      status: 403,
      body: { code: 'APPOINTMENT_REFUSED' },
    });
  });

  test('decides the organisation, each request by itself', async () => {
    const { user, active } = secretary.session;
    const [other] = await home.db.owner<{ id: number }>(
      `select id from organisation where level = 'organisation' and id <> $1 order by id limit 1`,
      [active.organisation.id],
    );
    const second = await accounts.appoint(
      user.id,
      { role: 'secretary', organisationId: other?.id as number },
      undefined,
    );
    const seen = async (appointment: string) => {
      secretary.actUnder(appointment);
      const { body } = await secretary.get<SessionBody>('/api/session');
      return body.active.organisation.id;
    };
    expect(await seen(second)).toBe(other?.id);
    expect(await seen(active.id)).toBe(active.organisation.id);

    const switched = await secretary.put<SessionBody>('/api/session/active', { appointment: second });
    expect(switched.body.active.id).toBe(second);
    await accounts.endAppointment(second, '2020-01-01', undefined);
  });

  test('gives the region all organisations and a municipality its own', async () => {
    const count = async (login: string) => {
      const client = await home.signIn(login);
      const { body } = await client.get<{ items: { level: string }[] }>('/api/organisations');
      return body.items.filter(item => item.level === 'organisation').length;
    };
    const [all] = await home.db.owner<{ count: number }>(
      `select count(*)::int as count from organisation where level = 'organisation'`,
    );
    expect(await count('region-admin')).toBe(all?.count);
    const municipal = await count('municipal-operator');
    expect(municipal).toBeGreaterThan(1);
    expect(municipal).toBeLessThan(all?.count as number);
    expect(await count('secretary')).toBe(1);
  });
});
