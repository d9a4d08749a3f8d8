/** What a save asks of the database, and that an answer made without reading the card again is the card. */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { aMember, type Clubs, someClubs, withoutPeriod } from './testing/club.ts';

/** `clubs` as they are, and where members belong to no school year. */
let clubs: Clubs;
let plain: Clubs;
beforeAll(async () => {
  clubs = await someClubs();
  plain = withoutPeriod(clubs);
});
afterAll(() => clubs.close());

const head = () => clubs.actor('club-head');
const home = { region: 'Край', city: 'Город', street: 'Лесная', house: '1' };

/** Statements and the packets in which they left for the database. */
async function costOf(work: () => Promise<unknown>) {
  const statements = vi.spyOn(pg.Query.prototype as unknown as { prepare(): void }, 'prepare');
  const packets = vi.spyOn(pg.Client.prototype, 'query');
  try {
    await work();
    return { statements: statements.mock.calls.length, packets: packets.mock.calls.length };
  } finally {
    statements.mockRestore();
    packets.mockRestore();
  }
}

describe('a save asks the database little', () => {
  test('a patch: begin, context, card, commit; then the same with update, history and audit as one', async () => {
    const card = await aMember(plain, { person: { lastName: 'Дешёвый' }, residence: home });
    const patch = () =>
      plain.gateway.patch(head(), 'member', card.id, card.version, { residence: { house: '2' } });
    expect(await costOf(patch)).toEqual({ statements: 9, packets: 2 });
  });

  test('patches at one time: each two statements and their contexts, the rest together', async () => {
    const cards = await Promise.all(
      Array.from({ length: 8 }, () =>
        aMember(plain, { person: { lastName: 'Совместный' }, residence: home }),
      ),
    );
    const patches = () =>
      Promise.all(
        cards.map(({ id, version }) =>
          plain.gateway.patch(head(), 'member', id, version, { residence: { house: '2' } }),
        ),
      );
    const { statements, packets } = await costOf(patches);
    expect(statements).toBeLessThanOrEqual(8 * 4 + 3 * 5);
    expect(packets).toBeLessThanOrEqual(3);
  });

  test('a card with a new person: all in one packet', async () => {
    const create = () =>
      aMember(plain, { person: { lastName: 'Одноходов', snils: '087-654-303 00' }, residence: home });
    expect(await costOf(create)).toEqual({ statements: 9, packets: 1 });
  });

  test('a person not said to be new is looked for first, in one packet', async () => {
    const create = () => aMember(plain, { person: { lastName: 'Двуходов', isNew: false } });
    expect(await costOf(create)).toMatchObject({ packets: 2 });
  });

  test('with an Idempotency-Key: two more, to ask for the key and to keep the answer', async () => {
    const card = await aMember(plain, { person: { lastName: 'Ключевой' }, residence: home });
    const patch = () =>
      plain.gateway.patch(
        head(),
        'member',
        card.id,
        card.version,
        { fee: 5 },
        { idempotencyKey: 'cost-of-a-key' },
      );
    expect((await costOf(patch)).packets).toBeLessThanOrEqual(4);
  });
});

/** Three of an address, a mark, two of the nickname, the name, nothing. */
const CLERK_MAY = 8;

describe('the answer of a patch is the card as it is then opened', () => {
  const patchesBy = (role: string): [string, object][] => [
    ['a text in a group', { residence: { house: '17' } }],
    ['a group cleared', { residence: null }],
    ['a group begun', { residence: { ...home, flat: '3' } }],
    [
      'every plain kind',
      { nickname: `Ёж ${role}`, insured: false, rank: 7, joinedOn: '2026-09-01', size: 's' },
    ],
    ['lists of codes and words', { skills: ['swim'], tags: ['новый', 'быстрый'] }],
    ['lists cleared', { skills: [], tags: null }],
    ['a number', { fee: 10.5 }],
    ['marks «нет»', { absent: ['phone'] }],
    [
      'a repeating group',
      { awards: [{ name: 'Кубок', level: 's', givenOn: '2026-05-01' }, { name: 'Лента' }] },
    ],
    ['beside a repeating group', { nickname: `Уж ${role}` }],
    ['the name', { person: { lastName: 'Переименованный' } }],
    ['nothing at all', {}],
    ['what is so already', { nickname: `Уж ${role}` }],
  ];

  const cases = ['club-head', 'club-clerk'].flatMap(role => [
    [role, 'whose rights depend on the row'] as const,
    [role, 'whose rights do not'] as const,
  ]);
  for (const [role, rights] of cases)
    test(`of the role ${role}, ${rights}, whatever it changes`, async () => {
      const { gateway } = rights === 'whose rights do not' ? plain : clubs;
      const actor = clubs.actor(role);
      const patches = patchesBy(`${role} ${rights === 'whose rights do not'}`);
      const { id } = await aMember(clubs, {
        person: { lastName: 'Ответов' },
        residence: home,
        diagnosis: 'нет',
      });
      let { version } = await gateway.open(actor, 'member', id);
      let answered = 0;
      for (const [what, patch] of patches) {
        // What the role may not set is refused, and nothing is changed by it.
        const answer = await gateway.patch(actor, 'member', id, version, patch).catch(error => {
          if (error.status === 422 || error.code === 'FIELD_UNKNOWN') return undefined;
          throw error;
        });
        const opened = await gateway.open(actor, 'member', id);
        if (answer) expect(answer, what).toEqual(opened);
        answered += answer ? 1 : 0;
        version = opened.version;
      }
      expect(answered).toBe(role === 'club-head' ? patches.length : CLERK_MAY);
    });
});

describe('a patch without a lock', () => {
  test('SC8 of two patches of one version one is saved and one is stale', async () => {
    const card = await aMember(plain, { person: { lastName: 'Спорный' }, residence: home });
    const patch = (house: string) =>
      plain.gateway.patch(head(), 'member', card.id, card.version, { residence: { house } }).then(
        () => 'saved',
        error => error.code,
      );
    expect((await Promise.all(['2', '3', '4'].map(patch))).sort()).toEqual(['STALE', 'STALE', 'saved']);
  });

  test('SC8 one that is overtaken between its reading and its writing is stale, and leaves no trace', async () => {
    const card = await aMember(plain, { person: { lastName: 'Обогнанный' }, residence: home });
    const noted = async () =>
      (await plain.owner('select count(*)::int as n from change where record_id = $1', [card.id]))[0];
    const before = await noted();
    // Another has changed the row and not committed: the patch reads the former version and waits at its update.
    const other = new pg.Client(plain.ownerUrl);
    await other.connect();
    await other.query('begin');
    await other.query('update member set version = version + 1, fee = 7 where id = $1', [card.id]);
    const patch = plain.gateway.patch(head(), 'member', card.id, card.version, { residence: { house: '5' } });
    const outcome = patch.catch(error => error);
    await expect
      .poll(
        async () =>
          (await plain.owner("select 1 from pg_stat_activity where wait_event = 'transactionid'")).length,
      )
      .toBeGreaterThan(0);
    await other.query('commit');
    await other.end();
    expect(await outcome).toMatchObject({ code: 'STALE', members: { current: { fee: 7, residence: home } } });
    expect(await noted()).toEqual(before);
  });

  test('SC8 a version of the person that is gone is stale too', async () => {
    const card = await aMember(plain, { person: { lastName: 'Версионный' }, residence: home });
    await clubs.owner('update person set version = version + 1 where last_name = $1', ['Версионный']);
    await expect(
      plain.gateway.patch(head(), 'member', card.id, card.version, { residence: { house: '9' } }),
    ).rejects.toMatchObject({ code: 'STALE' });
  });
});
