/** S001-5.4, AU4: without a valid consent a field is held back everywhere; the club's register and its members. */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Actor } from '../access/actor.ts';
import type { RecordAnswer } from './gateway.types.ts';
import { aMember, type Clubs, refusal, someClubs, withoutPeriod } from './testing/club.ts';

let clubs: Clubs;
let head: Actor;

beforeAll(async () => {
  clubs = await someClubs();
  head = clubs.actor('club-head');
});
afterAll(() => clubs.close());

const education = { purpose: 'education-process', givenOn: '2026-09-01' };
const health = { purpose: 'health-data', givenOn: '2026-09-01' };
const told = { hobby: 'марки', health: { allergy: 'кошки', weight: 40 }, trips: [{ name: 'Алтай' }] };
let born = 0;
/** Someone whose name and day nobody else has. */
const someone = () => {
  born += 1;
  return {
    lastName: `Согласов${'абвгдежзик'[born % 10]}`,
    birthDate: `2014-01-${String(born).padStart(2, '0')}`,
  };
};
const agreed = () => aMember(clubs, { person: someone(), ...told, agreements: [education, health] });
const open = (id: string, include: string[] = []) => clubs.gateway.open(head, 'member', id, { include });

async function withdraw(member: RecordAnswer, purpose = 'education-process'): Promise<RecordAnswer> {
  const { agreements } = await open(member.id, ['agreements']);
  const one = (agreements as RecordAnswer[]).find(
    agreement => agreement.purpose === purpose && agreement.withdrawnOn === undefined,
  ) as RecordAnswer;
  return clubs.gateway.patch(head, 'agreement', one.id, one.version, { withdrawnOn: '2026-11-20' });
}

const places = async (call: Promise<unknown>) => (await refusal(call))?.places ?? [];

describe('writing', () => {
  test('S001-5.4 what needs a consent is refused at its place until the consent comes, in the same save or before', async () => {
    const person = { ...someone(), firstName: 'Пётр' };
    expect(await places(aMember(clubs, { person, ...told, absent: [] }))).toEqual([
      '/hobby CONSENT_REQUIRED',
      '/health/allergy CONSENT_REQUIRED',
      '/health/weight CONSENT_REQUIRED',
      '/trips CONSENT_REQUIRED',
    ]);
    expect(await places(aMember(clubs, { person, ...told, agreements: [education] }))).toEqual([
      '/health/allergy CONSENT_REQUIRED',
      '/health/weight CONSENT_REQUIRED',
    ]);
    const made = await aMember(clubs, { person, ...told, agreements: [education, health] });
    expect(made).toMatchObject({ hobby: 'марки', health: { allergy: 'кошки', weight: 40 } });
    expect(made.blocked).toBeUndefined();
  });

  test('S001-5.4 a card without consents holds what the law asks for, and takes the rest in the save that brings them', async () => {
    const made = await aMember(clubs, { person: someone(), phone: '89001112233' });
    expect(made).toMatchObject({
      phone: '+79001112233',
      blocked: {
        hobby: 'education-process',
        mentor: 'education-process',
        trips: 'education-process',
        health: 'health-data',
      },
    });
    expect(made.allowed.write).not.toContain('hobby');
    const refused = clubs.gateway.patch(head, 'member', made.id, made.version, { hobby: 'марки', fee: 5 });
    expect(await places(refused)).toEqual(['/hobby CONSENT_REQUIRED']);
    const saved = await clubs.gateway.patch(head, 'member', made.id, made.version, {
      hobby: 'марки',
      agreements: [education],
    });
    expect(saved).toMatchObject({ hobby: 'марки', blocked: { health: 'health-data' } });
  });

  test('S001-5.4 a consent of the person is taken over by a card made later, and holds in its organisation alone', async () => {
    const permit = (who: Actor) =>
      clubs.gateway.create(who, 'agreement', { ...education, person: { id: known.person?.id } });
    const known = await aMember(clubs, { person: { ...someone(), firstName: 'Яков' } });
    await permit(head);
    expect((await open(known.id)).blocked).toEqual({ health: 'health-data' });
    const south = clubs.actor('club-head', 'south');
    const there = await aMember(clubs, { person: undefined, phone: '89001112244' }, south).catch(
      () => undefined,
    );
    expect(there).toBeDefined();
    const second = await clubs.gateway.create(south, 'agreement', {
      ...education,
      person: { lastName: 'Южный', firstName: 'Илья', birthDate: '2013-03-03', isNew: true },
    });
    const member = await clubs.gateway.create(south, 'member', {
      person: { id: second.person?.id },
      hobby: 'танцы',
    });
    expect(member).toMatchObject({ hobby: 'танцы' });
    const here = clubs.gateway.create(head, 'member', { person: { id: second.person?.id }, hobby: 'танцы' });
    expect(await places(here)).toEqual(['/hobby CONSENT_REQUIRED']);
  });

  test('S001-5.4 a part of a card asks the consent of the person whose card it belongs to', async () => {
    const parent = await clubs.gateway.create(head, 'contact', {
      person: { lastName: 'Мамина', firstName: 'Анна', birthDate: '1985-05-05', isNew: true },
    });
    const tie = { contact: parent.id, kinship: 'mother' };
    const bare = await aMember(clubs, { person: someone() });
    const noted = (more: object) =>
      clubs.gateway.create(head, 'contactship', { ...tie, member: bare.id, ...more });
    expect(await places(noted({ note: 'звонить вечером' }))).toEqual(['/note CONSENT_REQUIRED']);
    expect(await noted({})).toMatchObject({ blocked: { note: 'education-process' } });
    const member = await agreed();
    const child = await clubs.gateway.create(head, 'contactship', {
      ...tie,
      member: member.id,
      note: 'вечером',
    });
    expect(child.note).toBe('вечером');
    await withdraw(member);
    const shut = await clubs.gateway.open(head, 'contactship', child.id);
    expect(shut.note).toBeUndefined();
    expect(shut.blocked).toEqual({ note: 'education-process' });
  });
});

describe('AU4 withdrawal', () => {
  test('AU4 S001-5.4 shuts the fields of its purpose at once, keeps the values, and a new consent opens them again', async () => {
    const member = await agreed();
    await withdraw(member);
    const shut = await open(member.id);
    expect(shut).toMatchObject({ health: { allergy: 'кошки' } });
    expect(shut).not.toHaveProperty('hobby');
    expect(shut).not.toHaveProperty('trips');
    expect(Object.keys(shut.blocked ?? {})).toEqual(['hobby', 'mentor', 'trips']);
    for (const patch of [{ hobby: 'марки' }, { hobby: null }, { trips: [] }, { absent: ['hobby'] }])
      expect(
        (await places(clubs.gateway.patch(head, 'member', member.id, shut.version, patch))).join(),
        JSON.stringify(patch),
      ).toContain('CONSENT_REQUIRED');
    await clubs.gateway.create(head, 'agreement', { ...education, person: { id: member.person?.id } });
    expect(await open(member.id)).toMatchObject(told.trips ? { hobby: 'марки', trips: told.trips } : {});
  });

  test('AU4 a field and the withdrawal of its consent do not go together', async () => {
    const member = await agreed();
    const { agreements, version } = await open(member.id, ['agreements']);
    const rows = (agreements as RecordAnswer[]).map(({ id, purpose }) => ({
      id,
      ...(purpose === 'education-process' ? { withdrawnOn: '2026-11-20' } : {}),
    }));
    const both = clubs.gateway.patch(head, 'member', member.id, version, { hobby: 'лыжи', agreements: rows });
    expect(await places(both)).toEqual(['/hobby CONSENT_REQUIRED']);
  });

  test('AU4 deleting the only consent shuts, deleting one of two does not', async () => {
    const member = await agreed();
    const second = await clubs.gateway.create(head, 'agreement', {
      ...education,
      person: { id: member.person?.id },
    });
    await clubs.gateway.remove(head, 'agreement', second.id, second.version);
    expect((await open(member.id)).hobby).toBe('марки');
    const { agreements } = await open(member.id, ['agreements']);
    for (const one of agreements as RecordAnswer[])
      await clubs.gateway.remove(head, 'agreement', one.id, one.version);
    expect((await open(member.id)).hobby).toBeUndefined();
  });

  test('AU4 a consent with a last day holds on that day and not on the next', async () => {
    const until = (validUntil: string) =>
      aMember(clubs, { person: someone(), hobby: 'марки', agreements: [{ ...education, validUntil }] });
    expect((await until('2026-11-22')).hobby).toBe('марки');
    const member = await until('2026-12-31');
    const later = clubs.actor('club-head', 'north', { today: '2027-01-01' });
    expect((await clubs.gateway.open(later, 'member', member.id)).hobby).toBeUndefined();
    expect(await places(until('2026-11-21'))).toEqual(['/hobby CONSENT_REQUIRED']);
  });
});

describe('AU4 G3 without a consent a field is of no use', () => {
  let member: RecordAnswer;
  const filter = { op: '=', args: [{ property: 'hobby' }, 'редкость'] } as const;
  const list = (query: object) => clubs.gateway.list(head, 'member', { count: 'exact', ...query });

  beforeAll(async () => {
    member = await aMember(clubs, {
      person: someone(),
      ...told,
      hobby: 'редкость',
      agreements: [education, health],
    });
    expect((await list({ filter })).count).toBe(1);
    expect((await list({ q: 'редкость' })).count).toBe(1);
    await clubs.gateway.patch(head, 'member', member.id, member.version, { hobby: 'редкость2' });
    await clubs.gateway.patch(head, 'member', member.id, (await open(member.id)).version, {
      hobby: 'редкость',
    });
    await withdraw(member);
  });

  test('AU4 G3 in lists, filters, search and exports', async () => {
    expect((await list({ filter })).count).toBe(0);
    expect((await list({ q: 'редкость' })).count).toBe(0);
    const only = { op: '=', args: [{ property: 'id' }, member.id] };
    const { items } = await list({ filter: only, fields: ['person', 'hobby', 'health.allergy', 'mentor'] });
    expect(items).toHaveLength(1);
    expect(items[0]).not.toHaveProperty('hobby');
    expect(items[0]).toMatchObject({ health: { allergy: 'кошки' } });
    const exported: unknown[] = [];
    for await (const batch of clubs.gateway.exportRows(head, 'member', { fields: ['hobby'] }))
      exported.push(...batch);
    expect(JSON.stringify(exported)).not.toContain('редкость');
  });

  test('AU4 G3 in the history and in the card of a past day', async () => {
    const history = await clubs.gateway.history(head, 'member', member.id);
    expect(JSON.stringify(history)).not.toContain('редкость');
    expect(JSON.stringify(history)).toContain('кошки');
    const past = await clubs.gateway.openAsOf(head, 'member', member.id, {
      at: new Date().toISOString(),
      timeZone: 'UTC',
    });
    expect(past).not.toHaveProperty('hobby');
    expect(past.blocked).toHaveProperty('hobby');
  });

  test('AU4 in the completeness, which counts what may be held', async () => {
    const counted = async (id: string) => (await open(id)).completeness?.total ?? 0;
    const other = await agreed();
    expect(await counted(member.id)).toBe((await counted(other.id)) - 1);
  });
});

test('AU4 two saves at once, one gives a consent and one takes another back: both count', async () => {
  const member = await agreed();
  const before = await open(member.id, ['agreements']);
  const [first] = (before.agreements as RecordAnswer[]).filter(one => one.purpose === 'education-process');
  await Promise.all([
    clubs.gateway.patch(head, 'agreement', first?.id ?? '', first?.version ?? '', {
      withdrawnOn: '2026-11-20',
    }),
    clubs.gateway.create(head, 'agreement', {
      purpose: 'photo-publication',
      givenOn: '2026-09-01',
      person: { id: member.person?.id },
    }),
  ]);
  const [row] = await clubs.owner('select consents from member where id = $1', [member.id]);
  expect(row?.consents).toEqual({ 'health-data': '9999-12-31', 'photo-publication': '9999-12-31' });
});

test('AU4 IE5 the files of a card are shut when a consent has ended, and not where none was ever given', async () => {
  const held = (id: string) => clubs.gateway.withCard(head, 'member', id, 'read', async (_, card) => card);
  const never = await aMember(clubs, { person: someone() });
  expect(await held(never.id)).toMatchObject({ id: never.id, organisationId: clubs.organisations.north });
  const member = await agreed();
  expect(await held(member.id)).toMatchObject({ id: member.id });
  await withdraw(member);
  const refused = await refusal(held(member.id));
  expect(refused).toMatchObject({ code: 'CONSENT_REQUIRED', status: 403 });
  expect(refused.detail).toContain('(«Ведение электронного журнала, дневника, личного дела»)');
});

/** Where no right depends on the row, a patch of plain fields is written without a lock (held.ts). */
describe('a card that may be written without a lock', () => {
  let plain: Clubs;
  beforeAll(() => {
    plain = withoutPeriod(clubs);
  });
  const stored = async (id: string) =>
    (await plain.owner('select hobby, health_weight, absent, version from member where id = $1', [id]))[0];
  const sent: [object, string][] = [
    [{ hobby: 'лыжи' }, '/hobby'],
    [{ hobby: 'марки' }, '/hobby'],
    [{ hobby: null }, '/hobby'],
    [{ rank: 5, hobby: 'лыжи' }, '/hobby'],
    [{ health: { weight: 41 } }, '/health/weight'],
    [{ absent: ['hobby'] }, '/hobby'],
  ];

  test('S001-5.4 takes no field and no mark without a consent', async () => {
    const member = await aMember(plain, { person: someone() });
    for (const [patch, place] of sent.filter(([patch]) => !('hobby' in patch && patch.hobby === null)))
      expect(
        await places(plain.gateway.patch(head, 'member', member.id, member.version, patch)),
        JSON.stringify(patch),
      ).toEqual([`${place} CONSENT_REQUIRED`]);
    expect(await stored(member.id)).toEqual({ hobby: null, health_weight: null, absent: [], version: 1 });
  });

  test('AU4 S001-5.4 takes none after the withdrawal, be it the value that is there', async () => {
    const member = await aMember(plain, { person: someone(), ...told, agreements: [education, health] });
    const before = await stored(member.id);
    await withdraw(member);
    await withdraw(member, 'health-data');
    for (const [patch, place] of sent)
      expect(
        (await places(plain.gateway.patch(head, 'member', member.id, member.version, patch))).join(),
        JSON.stringify(patch),
      ).toContain(`${place} CONSENT_REQUIRED`);
    expect(await stored(member.id)).toEqual(before);
    const free = await plain.gateway.patch(head, 'member', member.id, member.version, { rank: 5 });
    expect(free).toMatchObject({ rank: 5 });
    expect(free).not.toHaveProperty('hobby');
  });

  test('AU4 SC8 takes none when the consent is withdrawn between its reading and its writing', async () => {
    const member = await aMember(plain, { person: someone(), ...told, agreements: [education, health] });
    // The withdrawal has changed the register and the card, and is not committed.
    const other = new pg.Client(plain.ownerUrl);
    await other.connect();
    await other.query('begin');
    await other.query("update member set consents = consents - 'education-process' where id = $1", [
      member.id,
    ]);
    const patch = places(
      plain.gateway.patch(head, 'member', member.id, member.version, { hobby: 'лыжи', rank: 5 }),
    );
    const waiting = "select 1 from pg_stat_activity where wait_event = 'transactionid'";
    await expect.poll(async () => (await plain.owner(waiting)).length).toBeGreaterThan(0);
    await other.query('commit');
    await other.end();
    expect(await patch).toEqual(['/hobby CONSENT_REQUIRED']);
    expect(await stored(member.id)).toMatchObject({ hobby: 'марки', version: 1 });
  });

  test('S001-5.4 takes the field with the consent', async () => {
    const member = await aMember(plain, { person: someone(), ...told, agreements: [education, health] });
    const saved = await plain.gateway.patch(head, 'member', member.id, member.version, { hobby: 'лыжи' });
    expect(saved).toMatchObject({ hobby: 'лыжи', allowed: member.allowed });
    expect(saved).toEqual(await plain.gateway.open(head, 'member', member.id));
  });
});
