/** Sign-in, sessions, appointments and accounts on a real PostgreSQL; HTTP is not needed for any of it. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { aDatabase, type TestDatabase, testSecret } from '../../tests/support/database.ts';
import { type Clock, dayOf } from '../clock.ts';
import { Problem } from '../problems.ts';
import { appUrl, migrate } from '../storage/migrate.ts';
import { aCatalogue } from '../storage/testing/catalogue.ts';
import { Accounts } from './accounts.ts';
import { Identity } from './identity.ts';
import { PasswordVault } from './passwords.ts';
import { SecondFactor } from './second-factor.ts';

const PASSWORD = 'тихая вода точит камень';
const session = { idleMinutes: 30, absoluteHours: 12 };
const START = new Date('2026-09-01T06:00:00Z');

let home: TestDatabase;
let accounts: Accounts;
let identity: Identity;
let now = START;
const clock: Clock = { now: () => now, today: () => dayOf(now, 'Europe/Moscow') };
const vault = new PasswordVault({ cost: { memory: 64, passes: 1, parallelism: 1 } });
let organisations: Record<'region' | 'municipality' | 'school' | 'other', number>;
let secondFactor: SecondFactor;
let users = 0;

beforeAll(async () => {
  home = await aDatabase({ empty: true });
  await migrate(home.ownerUrl, aCatalogue([]), { secret: testSecret });
  accounts = await Accounts.open({
    connectionString: appUrl(home.ownerUrl, testSecret),
    clock,
    vault,
    roles: new Set(['secretary', 'teacher', 'municipal-operator', 'region-admin']),
  });
  const { database } = home;
  secondFactor = new SecondFactor({ database, clock, secret: testSecret, roles: [] });
  identity = new Identity({ database, clock, session, vault, secondFactor });
  await identity.warmUp();
  const add = async (level: string, name: string, parent: number | null) => {
    const [row] = await home.owner<{ id: number }>(
      'insert into organisation (level, name, full_name, parent_id) values ($1, $2, $2, $3) returning id',
      [level, name, parent],
    );
    return row?.id as number;
  };
  const region = await add('region', 'Министерство', null);
  const municipality = await add('municipality', 'Управление образования', region);
  organisations = {
    region,
    municipality,
    school: await add('organisation', 'Школа № 1', municipality),
    other: await add('organisation', 'Школа № 2', municipality),
  };
  await home.owner(`insert into organisation_type values ($1, 'general')`, [organisations.school]);
  await home.owner(
    `insert into enablement (plugin, organisation_type, organisation_id, valid_from, valid_to) values
      ('of-schools', 'general', null, '1900-01-01', null), ('of-colleges', 'vocational', null, '1900-01-01', null),
      ('of-subtree', null, $1, '1900-01-01', null), ('ended', 'general', null, '2020-01-01', '2026-08-31')`,
    [organisations.municipality],
  );
});

beforeEach(async () => {
  now = START;
  await home.owner('delete from sign_in_failure');
});

afterAll(async () => {
  await accounts.close();
  await home.close();
});

interface Person {
  login: string;
  id: string;
}

async function aUser(role = 'secretary', organisationId = organisations.school): Promise<Person> {
  users += 1;
  const login = `user-${users}x`;
  const id = await accounts.createUser(
    { login, password: PASSWORD, appointments: [{ role, organisationId, validFrom: '2026-01-01' }] },
    undefined,
  );
  return { login, id };
}

const signIn = (login: string, password = PASSWORD, address = '192.0.2.1') =>
  identity.signIn({ login, password, address, agent: 'test' });
const ask = (token: string, named?: string) => identity.whoAsks(token, named, '192.0.2.1');

async function refusal(work: Promise<unknown>): Promise<Problem> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(Problem);
  return error as Problem;
}

describe('signing in', () => {
  test('ID4 opens a session of which the database holds only the hash', async () => {
    const { login } = await aUser();
    const { token, csrf } = await signIn(` ${login.toUpperCase()} `);
    const rows = await home.owner<{ row: string }>('select user_session::text as row from user_session');
    expect(Buffer.from(token, 'base64url')).toHaveLength(32);
    expect(csrf).not.toBe(token);
    expect(rows.some(({ row }) => row.includes(token))).toBe(false);
    expect((await ask(token)).actor).toMatchObject({
      role: 'secretary',
      organisationId: organisations.school,
    });
  });

  test('ID4 gives a new id at every sign-in and ends the one it replaces', async () => {
    const { login } = await aUser();
    const first = await signIn(login);
    const second = await identity.signIn({
      login,
      password: PASSWORD,
      address: '192.0.2.1',
      agent: '',
      replaces: first.token,
    });
    expect(second.token).not.toBe(first.token);
    expect(await refusal(ask(first.token))).toMatchObject({ code: 'SIGNED_OUT', status: 401 });
  });

  test('ID2 answers unknown name, wrong password and blocked account alike', async () => {
    const known = await aUser();
    const blocked = await aUser();
    await accounts.block(blocked.id, undefined);
    const answers = [
      await refusal(signIn(known.login, 'not the password')),
      await refusal(signIn('nobody-at-all', PASSWORD)),
      await refusal(signIn(blocked.login)),
    ];
    for (const { code, status, title, detail } of answers)
      expect({ code, status, title, detail }).toEqual({
        code: 'SIGN_IN_REFUSED',
        status: 401,
        title: 'Вход не выполнен',
        detail: 'Неверное имя для входа или пароль',
      });
  });

  test('ID3 delays an account after failures, longer each time, and lets the owner in afterwards', async () => {
    const { login } = await aUser();
    for (let attempt = 0; attempt < 5; attempt += 1) await refusal(signIn(login, 'wrong password'));
    const delayed = await refusal(signIn(login));
    expect(delayed).toMatchObject({ code: 'SIGN_IN_DELAYED', status: 429, members: { retryAfter: 1 } });
    now = new Date(now.getTime() + 1_500);
    await refusal(signIn(login, 'wrong password'));
    expect((await refusal(signIn(login))).members).toEqual({ retryAfter: 2 });
    now = new Date(now.getTime() + 2_500);
    expect((await signIn(login)).token).toMatch(/^[\w-]{43}$/);
    expect((await signIn(login)).token).toMatch(/^[\w-]{43}$/);
  });

  test('ID3 delays an address that tries many names, known or not', async () => {
    for (let attempt = 0; attempt < 31; attempt += 1)
      await refusal(signIn(`guess-${attempt}`, 'wrong password', '192.0.2.7'));
    const { login } = await aUser();
    expect(await refusal(signIn(login, PASSWORD, '192.0.2.7'))).toMatchObject({ code: 'SIGN_IN_DELAYED' });
    expect((await signIn(login, PASSWORD, '192.0.2.8')).token).toMatch(/^[\w-]{43}$/);
  });

  /** Of the same accounts, with a clock that shows another moment to everybody who asks. */
  const ticking = (queue: { running?: number; waiting?: number } = {}) => {
    let at = now.getTime();
    const moving = {
      ...clock,
      now: () => {
        at += 1;
        return new Date(at);
      },
    };
    const cheap = new PasswordVault({ cost: { memory: 64, passes: 1, parallelism: 1 }, ...queue });
    return new Identity({ database: home.database, clock: moving, session, vault: cheap, secondFactor });
  };
  const outcomes = async (tries: Promise<unknown>[]) =>
    Object.fromEntries(
      Map.groupBy(await Promise.allSettled(tries), one =>
        one.status === 'fulfilled' ? 'in' : (one.reason as Problem).code,
      )
        .entries()
        .map(([code, all]) => [code, all.length]),
    );

  test('ID3 sixty people of one address sign in at once, and nobody is delayed', async () => {
    const people = await Promise.all(Array.from({ length: 60 }, () => aUser()));
    const school = ticking();
    const all = people.map(({ login }) =>
      school.signIn({ login, password: PASSWORD, address: '192.0.2.9', agent: '' }),
    );
    expect(await outcomes(all)).toEqual({ in: 60 });
    expect(await home.owner('select key from sign_in_failure')).toEqual([]);
  });

  test('ID3 of two hundred guesses at one account at once, five are compared, from wherever they come', async () => {
    const { login } = await aUser();
    const guesses = (address: (index: number) => string) =>
      Array.from({ length: 200 }, (_, index) => signIn(login, `guess ${index}`, address(index)));
    expect(await outcomes(guesses(index => `198.51.100.${index}`))).toEqual({
      SIGN_IN_REFUSED: 5,
      SIGN_IN_DELAYED: 195,
    });
    expect(await refusal(signIn(login))).toMatchObject({ code: 'SIGN_IN_DELAYED' });
    now = new Date(now.getTime() + 2_000);
    expect((await signIn(login)).token).toMatch(/^[\w-]{43}$/);
  });

  test('ID3 guesses at many accounts at once from one address are limited, and count as failures afterwards', async () => {
    const guesser = ticking({ waiting: 1_000 });
    const guess = (login: string) =>
      guesser.signIn({ login, password: 'wrong password', address: '192.0.2.10', agent: '' });
    const told = await outcomes(Array.from({ length: 400 }, (_, index) => guess(`many-${index}`)));
    expect(Object.keys(told).sort()).toEqual(['SIGN_IN_DELAYED', 'SIGN_IN_REFUSED']);
    expect(told.SIGN_IN_REFUSED).toBeLessThan(200);
    expect(await refusal(guess('one-more'))).toMatchObject({ code: 'SIGN_IN_DELAYED' });
  });

  test('ID3 a try that was not compared because of the rush is no failure', async () => {
    const full = ticking({ running: 0, waiting: 0 });
    const rush = Array.from({ length: 40 }, (_, index) =>
      full.signIn({ login: `rush-${index}`, password: PASSWORD, address: '192.0.2.11', agent: '' }),
    );
    expect(await outcomes(rush)).toEqual({ OVERLOADED: 40 });
    expect(await home.owner('select key from sign_in_failure')).toEqual([]);
  });

  test('ID1 hashes anew when the parameters have grown', async () => {
    const { login, id } = await aUser();
    const stronger = new Identity({
      database: home.database,
      clock,
      session,
      secondFactor,
      vault: new PasswordVault({ cost: { memory: 128, passes: 1, parallelism: 1 } }),
    });
    await stronger.signIn({ login, password: PASSWORD, address: '192.0.2.1', agent: '' });
    const [row] = await home.owner<{ password_hash: string }>(
      'select password_hash from app_user where id = $1',
      [id],
    );
    expect(row?.password_hash).toContain('$m=128,');
  });

  test('AU1 writes sign-ins and failures to the audit, without names typed', async () => {
    const { login, id } = await aUser();
    await refusal(signIn(login, 'wrong password'));
    await refusal(signIn('typed-a-secret-here', 'x'));
    await signIn(login);
    const rows = await home.owner<{ action: string; result: string }>(
      'select action, result from audit where user_id = $1 order by id',
      [id],
    );
    expect(rows).toEqual([
      { action: 'sign-in-failed', result: 'failed' },
      { action: 'sign-in', result: 'ok' },
    ]);
    const text = await home.owner<{ row: string }>('select audit::text as row from audit');
    expect(text.some(({ row }) => row.includes('typed-a-secret-here'))).toBe(false);
  });
});

describe('a session', () => {
  test('ID4 ends after 30 minutes without a request', async () => {
    const { token } = await signIn((await aUser()).login);
    now = new Date(START.getTime() + 29 * 60_000);
    await ask(token);
    now = new Date(START.getTime() + 58 * 60_000);
    await ask(token);
    now = new Date(START.getTime() + 89 * 60_000);
    expect(await refusal(ask(token))).toMatchObject({ code: 'SIGNED_OUT' });
  });

  test('ID4 ends after 12 hours whatever is done', async () => {
    const { token } = await signIn((await aUser()).login);
    for (let minutes = 0; minutes < 12 * 60; minutes += 20) {
      now = new Date(START.getTime() + minutes * 60_000);
      await ask(token);
    }
    now = new Date(START.getTime() + 12 * 3_600_000);
    expect(await refusal(ask(token))).toMatchObject({ code: 'SIGNED_OUT' });
  });

  test('ID5 of a blocked user is refused at the very next request', async () => {
    const { login, id } = await aUser();
    const { token } = await signIn(login);
    await ask(token);
    await accounts.block(id, undefined);
    expect(await refusal(ask(token))).toMatchObject({ code: 'SIGNED_OUT' });
  });

  test('ID5 ends with a change of the password, everywhere', async () => {
    const { login } = await aUser();
    const one = await signIn(login);
    const two = await signIn(login);
    await identity.changePassword(await ask(one.token), PASSWORD, 'новая долгая фраза', '192.0.2.1');
    expect(await refusal(ask(one.token))).toMatchObject({ code: 'SIGNED_OUT' });
    expect(await refusal(ask(two.token))).toMatchObject({ code: 'SIGNED_OUT' });
    expect((await signIn(login, 'новая долгая фраза')).token).toMatch(/^[\w-]{43}$/);
  });

  test('ID4 is not opened by a made-up token', async () => {
    expect(await refusal(ask('made-up'))).toMatchObject({ code: 'SIGNED_OUT' });
    expect(await refusal(identity.whoAsks(undefined, undefined, ''))).toMatchObject({ code: 'SIGNED_OUT' });
  });
});

describe('an appointment', () => {
  test('S001-П2-3.3 counts only between its days', async () => {
    const { login, id } = await aUser();
    const tomorrow = await accounts.appoint(
      id,
      { role: 'teacher', organisationId: organisations.other, validFrom: '2026-09-02', orderNumber: '17' },
      undefined,
    );
    const { token } = await signIn(login);
    expect(await refusal(ask(token, tomorrow))).toMatchObject({ code: 'APPOINTMENT_REFUSED', status: 403 });
    now = new Date('2026-09-01T21:05:00Z'); // past midnight in Moscow
    const late = await signIn(login);
    expect((await ask(late.token, tomorrow)).actor).toMatchObject({
      role: 'teacher',
      organisationId: organisations.other,
      today: '2026-09-02',
    });
  });

  test('AZ1 of another user is refused and the refusal is written down', async () => {
    const mine = await aUser();
    const theirs = await aUser('teacher', organisations.other);
    const other = await signIn(theirs.login);
    const foreign = (await ask(other.token)).actor?.appointmentId as string;
    const { token } = await signIn(mine.login);
    expect(await refusal(ask(token, foreign))).toMatchObject({ code: 'APPOINTMENT_REFUSED' });
    const rows = await home.owner(
      `select details from audit where user_id = $1 and action = 'access-refused'`,
      [mine.id],
    );
    expect(rows).toEqual([{ details: { appointment: foreign } }]);
  });

  test('S001-П2-3.3 ended in the middle of a session stops the next request', async () => {
    const { login } = await aUser();
    const { token } = await signIn(login);
    const { actor } = await ask(token);
    await accounts.endAppointment(actor?.appointmentId as string, '2026-08-31', undefined);
    expect((await ask(token)).actor).toBeUndefined();
  });

  test('S001-3.3a gives the scope of its level and the modules switched on there', async () => {
    const school = await signIn((await aUser()).login);
    const municipal = await signIn((await aUser('municipal-operator', organisations.municipality)).login);
    const region = await signIn((await aUser('region-admin', organisations.region)).login);

    const ofSchool = (await ask(school.token)).actor;
    expect(ofSchool?.organisationIds).toEqual([organisations.school]);
    expect([...(ofSchool?.plugins ?? [])].sort()).toEqual(['of-schools', 'of-subtree']);
    expect(ofSchool?.organisationTypes).toEqual(['general']);

    const ofMunicipality = (await ask(municipal.token)).actor;
    expect([...(ofMunicipality?.organisationIds ?? [])].sort((a, b) => a - b)).toEqual(
      [organisations.municipality, organisations.school, organisations.other].sort((a, b) => a - b),
    );
    expect(ofMunicipality?.everywhere).toBe(false);

    const ofRegion = (await ask(region.token)).actor;
    expect(ofRegion).toMatchObject({ everywhere: true, organisationIds: [], level: 'region' });
    expect([...(ofRegion?.plugins ?? [])].sort()).toEqual(['of-schools', 'of-subtree']);
  });

  test('ID5 follows what is switched, typed and moved at the very next request', async () => {
    const { token } = await signIn((await aUser('secretary', organisations.other)).login);
    const { token: above } = await signIn(
      (await aUser('municipal-operator', organisations.municipality)).login,
    );
    const seen = async () => [...((await ask(token)).actor?.plugins ?? [])].sort();
    expect(await seen()).toEqual(['of-subtree']);

    await home.owner(`insert into organisation_type values ($1, 'vocational')`, [organisations.other]);
    expect(await seen()).toEqual(['of-colleges', 'of-subtree']);
    expect((await ask(token)).actor?.organisationTypes).toEqual(['vocational']);

    await home.owner(`update enablement set enabled = false where plugin = 'of-colleges'`);
    expect(await seen()).toEqual(['of-subtree']);

    await ask(above);
    await home.owner('update organisation set parent_id = $1 where id = $2', [
      organisations.region,
      organisations.other,
    ]);
    expect(await seen()).toEqual([]);
    expect((await ask(above)).actor?.organisationIds).not.toContain(organisations.other);

    await home.owner('update organisation set parent_id = $1 where id = $2', [
      organisations.municipality,
      organisations.other,
    ]);
    await home.owner(`update enablement set enabled = true where plugin = 'of-colleges'`);
    await home.owner('delete from organisation_type where organisation_id = $1', [organisations.other]);
    expect(await seen()).toEqual(['of-subtree']);
  });

  test('the one switched to is the default of the session and of the next one', async () => {
    const { login, id } = await aUser();
    const second = await accounts.appoint(
      id,
      { role: 'teacher', organisationId: organisations.other, validFrom: '2026-02-01' },
      undefined,
    );
    const { token } = await signIn(login);
    expect((await ask(token)).actor?.role).toBe('secretary');
    await identity.switchAppointment(token, second, '192.0.2.1');
    expect((await ask(token)).actor?.role).toBe('teacher');
    const next = await signIn(login);
    expect((await ask(next.token)).actor?.role).toBe('teacher');
  });
});

describe('accounts', () => {
  test('ID10 refuses names that cannot be told apart, or of two scripts', async () => {
    const appointments = [{ role: 'secretary', organisationId: organisations.school }];
    const make = (login: string) =>
      accounts.createUser({ login, password: PASSWORD, appointments }, undefined);
    await make('copoka');
    expect(await refusal(make('COPOKA'))).toMatchObject({ code: 'LOGIN_TAKEN' });
    expect(await refusal(make('сорока'))).toMatchObject({ code: 'LOGIN_TAKEN' });
    expect(await refusal(make('сopока'))).toMatchObject({ code: 'LOGIN_INVALID' });
  });

  test('are made whole or not at all', async () => {
    const before = await home.owner('select id from app_user');
    const problem = await refusal(
      accounts.createUser(
        {
          login: 'half-made',
          password: PASSWORD,
          appointments: [
            { role: 'secretary', organisationId: organisations.school },
            { role: 'no-such-role', organisationId: organisations.school },
          ],
        },
        undefined,
      ),
    );
    expect(problem.code).toBe('ROLE_UNKNOWN');
    expect(await home.owner('select id from app_user')).toHaveLength(before.length);
  });

  test('S003-8.2 keep the order of the appointment', async () => {
    const { id } = await aUser();
    await accounts.appoint(
      id,
      {
        role: 'teacher',
        organisationId: organisations.school,
        orderNumber: '12-к',
        orderDate: '2026-08-28',
      },
      undefined,
    );
    const held = await identity.appointments(id);
    expect(held.at(-1)).toMatchObject({
      role: 'teacher',
      orderNumber: '12-к',
      orderDate: '2026-08-28',
      organisation: { name: 'Школа № 1', municipality: 'Управление образования' },
    });
  });
});
