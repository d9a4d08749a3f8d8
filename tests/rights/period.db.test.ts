/** Changing cards of open and closed periods: random grants against brute force, and the acts that turn a period. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Grant } from '../../core/catalogue/types.ts';
import { compileValidators } from '../../core/catalogue/validation.ts';
import { Gateway } from '../../core/storage/gateway.ts';
import { aMember, type Clubs, refusal, someClubs } from '../../core/storage/testing/club.ts';
import { testSecret } from '../support/database.ts';
import { anActor } from './grants.ts';
import { Oracle, type TestGrant } from './oracle.ts';
import { Chance } from './random.ts';
import { aWorld, type Row, type World } from './world.ts';

const seed = Number(process.env.RIGHTS_SEED ?? 20_261_122);
const tries = Number(process.env.RIGHTS_ROUNDS ?? 8) * 30;

describe('writes by brute force', () => {
  let world: World;
  beforeAll(async () => {
    world = await aWorld(new Chance(seed + 3));
  });
  afterAll(() => world.db.close());

  /** A field of each kind that nothing else follows from. */
  const plain: Record<string, string> = {
    season: 'name',
    'club-group': 'budget',
    member: 'fee',
    leader: 'phone',
  };
  const newValue = (path: string, number: number) =>
    path === 'phone'
      ? `+7901${String(1_000_000 + number)}`
      : path === 'name'
        ? `Сезон №${number}`
        : number + 0.5;

  function someTuples(kind: string, chance: Chance): TestGrant[] {
    const all = { role: 'role-1', entity: kind, rows: 'region', fields: '*' } as const;
    const field = plain[kind] as string;
    const update = Array.from({ length: chance.whole(0, 3) }, (): TestGrant => {
      const period = chance.maybe<NonNullable<Grant['period']>>(3, ['open', 'closed', 'any']);
      return {
        ...all,
        actions: ['update'],
        rows: chance.pick(['region', 'organisation'] as const),
        fields: chance.once(4)
          ? { read: ['*'], write: [] }
          : chance.once(2)
            ? '*'
            : { read: [], write: [field] },
        ...(period ? { period } : {}),
      };
    });
    return [{ ...all, actions: ['read'], period: 'any' }, ...update];
  }

  function expected(oracle: Oracle, kind: string, row: Row): string {
    const writes = (grant: Grant) =>
      grant.fields === '*' || grant.fields.write.includes(plain[kind] as string);
    const tuples = oracle.tuples(kind, 'update');
    if (tuples.length === 0) return 'FORBIDDEN';
    if (!tuples.some(writes)) return 'INVALID';
    const here = oracle.holding(kind, row, 'update');
    if (here.some(writes)) return 'saved';
    const elsewhere = oracle.heldInAnyPeriod(kind, row, 'update');
    if (!elsewhere.some(writes)) return 'FORBIDDEN';
    return tuples.every(grant => grant.period === 'closed') ? 'FORBIDDEN' : 'PERIOD_CLOSED';
  }

  test('AZ1 a card is changed in the periods for which the grants say so, and in no other', async () => {
    const chance = new Chance(seed + 17);
    const counts: Record<string, number> = {};
    const validators = compileValidators(world.installed);
    for (let number = 0; number < tries; number += 1) {
      const kind = chance.pick(Object.keys(plain));
      const grants = someTuples(kind, chance);
      const catalogue = { ...world.installed, grants };
      const { database } = world.db;
      const gateway = new Gateway({ database, catalogue, validators, secret: testSecret });
      const actor = anActor(world, 'role-1', chance);
      const rows = [...(world.rows.get(kind)?.values() ?? [])].filter(
        row => actor.everywhere || actor.organisationIds.includes(row.organisationId as number),
      );
      if (rows.length === 0) continue;
      const row = chance.pick(rows);
      const opened = await gateway.open(actor, kind, row.id);
      const path = plain[kind] as string;
      const value = newValue(path, number);
      const oracle = new Oracle(world, grants, actor);
      const wanted = expected(oracle, kind, row);
      const got = await gateway.patch(actor, kind, row.id, opened.version, { [path]: value }).then(
        () => 'saved',
        (error: { code: string }) => error.code,
      );
      const again = `RIGHTS_SEED=${seed} try ${number} ${kind} ${JSON.stringify(grants)}`;
      expect(`${got} ${again}`).toBe(`${wanted} ${again}`);
      expect(opened.allowed.period, again).toBe(oracle.closed(kind, row) ? 'closed' : undefined);
      expect(opened.allowed.write.includes(path), again).toBe(wanted === 'saved');
      if (got === 'saved') (row.values as Map<string, unknown>).set(path, value);
      counts[wanted] = (counts[wanted] ?? 0) + 1;
    }
    console.log(`writes by period: ${JSON.stringify(counts)}, seed ${seed}`);
    for (const code of ['saved', 'FORBIDDEN', 'PERIOD_CLOSED'])
      expect(counts[code] ?? 0, code).toBeGreaterThan(tries / 20);
  }, 120_000);
});

describe('a period that is closed', () => {
  let clubs: Clubs;
  beforeAll(async () => {
    clubs = await someClubs();
  });
  afterAll(() => clubs.close());
  const head = () => clubs.actor('club-head');
  const make = (kind: string, body: object) => clubs.gateway.create(head(), kind, body);
  let number = 0;
  async function aSeason(startsOn = '2025-09-01', endsOn = '2026-05-25') {
    number += 1;
    return make('season', { name: `Сезон ${number}`, startsOn, endsOn });
  }
  const turn = async (id: string, act: string, reason?: string, who = head()) => {
    const { version } = await clubs.gateway.open(who, 'season', id);
    return clubs.gateway.transition(who, 'season', id, act, version, reason ? { reason } : {});
  };

  test('S003-5.7b takes no new cards, no changes and no removals, and is still read', async () => {
    const season = await aSeason();
    const group = await make('club-group', { grade: 1, letter: 'А', season: season.id });
    const closed = await turn(season.id, 'close');
    expect(closed).toMatchObject({
      closed: true,
      allowed: { update: false, acts: ['reopen'], period: 'closed' },
    });
    const refused = { code: 'PERIOD_CLOSED', status: 409 };
    const gateway = clubs.gateway;
    expect(
      await refusal(gateway.patch(head(), 'club-group', group.id, group.version, { grade: 2 })),
    ).toMatchObject(refused);
    expect(await refusal(gateway.remove(head(), 'club-group', group.id, group.version))).toMatchObject(
      refused,
    );
    expect(await refusal(make('club-group', { grade: 3, letter: 'Б', season: season.id }))).toMatchObject(
      refused,
    );
    expect(
      await refusal(gateway.patch(head(), 'season', season.id, closed.version, { name: 'Другой' })),
    ).toMatchObject(refused);
    const seen = await gateway.open(head(), 'club-group', group.id);
    expect(seen).toMatchObject({
      grade: 1,
      allowed: { update: false, delete: false, write: [], period: 'closed' },
    });
  });

  test('S003-5.7b no card is moved out of a closed period or into it', async () => {
    const [old, now] = [await aSeason(), await aSeason('2026-09-01', '2027-05-25')];
    const stays = await make('club-group', { grade: 4, letter: 'А', season: old.id });
    const comes = await make('club-group', { grade: 5, letter: 'А', season: now.id });
    await turn(old.id, 'close');
    const move = (one: typeof stays, to: string | null) =>
      clubs.gateway.patch(head(), 'club-group', one.id, one.version, { season: to });
    expect(await refusal(move(stays, now.id))).toMatchObject({ code: 'PERIOD_CLOSED' });
    expect(await refusal(move(stays, null))).toMatchObject({ code: 'PERIOD_CLOSED' });
    expect(await refusal(move(comes, old.id))).toMatchObject({ code: 'PERIOD_CLOSED' });
    expect((await clubs.gateway.open(head(), 'club-group', comes.id)).season).toBe(now.id);
  });

  test('S003-5.7b a card told by its day belongs to the period that has the day', async () => {
    const season = await aSeason('2020-09-01', '2021-05-25');
    const member = await aMember(clubs);
    await turn(season.id, 'close');
    const line = (effectiveOn: string) =>
      make('membership', { member: member.id, kind: 'join', effectiveOn });
    expect(await refusal(line('2020-09-01'))).toMatchObject({ code: 'PERIOD_CLOSED' });
    expect(await refusal(line('2021-05-25'))).toMatchObject({ code: 'PERIOD_CLOSED' });
    await line('2021-05-26');
    await line('2020-08-31');
  });

  test('S003-5.7b a period of another organisation closes nothing here', async () => {
    const south = clubs.actor('club-head', 'south');
    const days = { startsOn: '2018-09-01', endsOn: '2019-05-25' };
    const season = await clubs.gateway.create(south, 'season', { name: 'Южный', ...days });
    await clubs.gateway.transition(south, 'season', season.id, 'close', season.version);
    const member = await aMember(clubs, { person: { firstName: 'Южанин' } });
    await make('membership', { member: member.id, kind: 'join', effectiveOn: '2018-10-01' });
  });

  test('AZ4 the flag is set by no form and no program, only by the act', async () => {
    const season = await aSeason();
    const sent = await refusal(
      clubs.gateway.patch(head(), 'season', season.id, season.version, { closed: true }),
    );
    expect(sent).toMatchObject({ code: 'INVALID', places: ['/closed COMPUTED'] });
    const days = { startsOn: '2025-09-01', endsOn: '2026-05-25' };
    expect(await refusal(make('season', { name: 'Сразу', ...days, closed: true }))).toMatchObject({
      code: 'INVALID',
    });
  });

  test('S001-П2-3.1.2 is opened again by those who have the right, with a reason; both acts are kept', async () => {
    const season = await aSeason();
    expect(await refusal(turn(season.id, 'reopen', 'рано'))).toMatchObject({ code: 'PERIOD_STATE' });
    await turn(season.id, 'close');
    expect(await refusal(turn(season.id, 'close'))).toMatchObject({ code: 'PERIOD_STATE', status: 409 });
    expect(await refusal(turn(season.id, 'reopen'))).toMatchObject({
      code: 'INVALID',
      places: ['/reason REQUIRED'],
    });
    const clerk = clubs.actor('club-clerk');
    expect(await refusal(turn(season.id, 'reopen', 'хочу', clerk))).toMatchObject({ code: 'FORBIDDEN' });
    const opened = await turn(season.id, 'reopen', 'пропущена отметка');
    expect(opened).toMatchObject({ closed: false, allowed: { update: true, acts: ['close'] } });
    const history = await clubs.gateway.history(head(), 'season', season.id);
    expect(history[0]).toMatchObject({
      reason: 'пропущена отметка',
      fields: [{ path: 'closed', from: true, to: false }],
    });
    const acts = await clubs.owner(
      `select details->>'transition' as act from audit where action = 'transition' and record_id = $1 order by id`,
      [season.id],
    );
    expect(acts).toEqual([{ act: 'close' }, { act: 'reopen' }]);
  });

  test('S003-5.7b a period that still runs is not closed', async () => {
    const season = await aSeason('2026-09-01', '2027-05-25');
    expect(await refusal(turn(season.id, 'close'))).toMatchObject({ code: 'PERIOD_STATE', status: 409 });
  });

  test('SC8 the act needs the version that was seen; another act and another kind have none', async () => {
    const season = await aSeason();
    const act = (entity: string, name: string, version: string) =>
      refusal(clubs.gateway.transition(head(), entity, season.id, name, version));
    expect(await act('season', 'close', '77')).toMatchObject({ code: 'STALE' });
    expect(await act('season', 'burn', season.version)).toMatchObject({ code: 'NOT_FOUND' });
    expect(await act('club-group', 'close', season.version)).toMatchObject({ code: 'NOT_FOUND' });
  });

  test('S003-5.7b of writes at the same moment none comes in after the closing', async () => {
    const season = await aSeason();
    const groups = await Promise.all(
      [1, 2, 3, 4, 5, 6].map(one => make('club-group', { grade: one, letter: 'Ю', season: season.id })),
    );
    const outcomes = await Promise.allSettled([
      ...groups
        .slice(0, 3)
        .map(one => clubs.gateway.patch(head(), 'club-group', one.id, one.version, { budget: 1 })),
      turn(season.id, 'close'),
      ...groups
        .slice(3)
        .map(one => clubs.gateway.patch(head(), 'club-group', one.id, one.version, { budget: 1 })),
    ]);
    const saved = outcomes.filter((one, index) => index !== 3 && one.status === 'fulfilled').length;
    for (const one of outcomes)
      if (one.status === 'rejected') expect((one.reason as { code: string }).code).toBe('PERIOD_CLOSED');
    const order = await clubs.owner<{ entity: string }>(
      `select entity from change where action = 'update' and (record_id = $1 or record_id = any($2::uuid[])) order by id`,
      [season.id, groups.map(one => one.id)],
    );
    expect(order.map(one => one.entity)).toEqual([
      ...Array.from({ length: saved }, () => 'club-group'),
      'season',
    ]);
  });
});
