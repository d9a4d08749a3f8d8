/** One card at a moment of the past, rebuilt from its history. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RecordAnswer } from './gateway.types.ts';
import { aMember, type Clubs, refusal, someClubs } from './testing/club.ts';

let clubs: Clubs;
const groups: RecordAnswer[] = [];
beforeAll(async () => {
  clubs = await someClubs();
  for (const letter of ['А', 'Б'])
    groups.push(await clubs.gateway.create(head(), 'club-group', { grade: 1, letter }));
});
afterAll(() => clubs.close());

const head = () => clubs.actor('club-head');
const timeZone = 'Europe/Moscow';
const at = (id: string, moment: string, who = head()) =>
  clubs.gateway.openAsOf(who, 'member', id, { at: moment, timeZone });
const now = async () =>
  (
    await clubs.owner<{ at: string }>(
      `select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at`,
    )
  )[0]?.at ?? '';

/** What an answer about the past can say at all. */
const lasting = ({ absent: _, completeness: __, ...record }: RecordAnswer) => ({
  ...record,
  allowed: { update: false, delete: false, write: [] },
});

describe('asOf of one card', () => {
  test('G1 the directory of organisations has no past that is shown', async () => {
    const id = String(clubs.organisations.north);
    expect(
      await refusal(clubs.gateway.openAsOf(head(), 'organisation', id, { at: await now(), timeZone })),
    ).toMatchObject({ code: 'NOT_FOUND', status: 404 });
  });

  test('every version is given back as it was: values, groups, rows, references, person, captions', async () => {
    const made = await aMember(clubs, {
      person: { lastName: 'Девичья' },
      nickname: 'Лис',
      residence: { city: 'Орёл' },
      size: 's',
      awards: [{ name: 'Первая', givenOn: '2026-01-02' }, { name: 'Вторая' }],
      memberships: [{ kind: 'join', effectiveOn: '2026-09-01', toGroup: groups[0]?.id }],
    });
    const seen: { moment: string; record: RecordAnswer }[] = [];
    const look = async () => {
      const record = await clubs.gateway.open(head(), 'member', made.id);
      seen.push({ moment: await now(), record });
      return record;
    };
    const patch = async (body: object) => {
      const { version } = await look();
      await clubs.gateway.patch(head(), 'member', made.id, version, body);
    };
    await patch({ person: { lastName: 'Замужняя' }, nickname: null, fee: 12.5 });
    await patch({
      residence: { city: 'Тула', street: 'Мира' },
      awards: [{ name: 'Третья' }],
      tags: ['а', 'б'],
    });
    await patch({
      memberships: [{ kind: 'move', effectiveOn: '2026-10-01', toGroup: groups[1]?.id }],
    });
    await patch({ residence: null, fee: null, insured: true, person: { middleName: 'Ильинична' } });
    await look();
    expect(new Set(seen.map(({ record }) => record.version)).size).toBe(seen.length);
    for (const { moment, record } of seen) expect(await at(made.id, moment)).toEqual(lasting(record));
  });

  test('before the card was made there is none, and no other answer than for one that never was', async () => {
    const before = await now();
    const made = await aMember(clubs, { nickname: 'Новый' });
    const refused = await refusal(at(made.id, before));
    expect(refused).toEqual(await refusal(at('00000000-0000-7000-8000-000000000000', before)));
    expect(refused.code).toBe('NOT_FOUND');
    expect(await at(made.id, await now())).toMatchObject({ nickname: 'Новый' });
  });

  test('a day counts to its end in the time zone of the installation', async () => {
    const made = await aMember(clubs, { nickname: 'Вечер' });
    await clubs.gateway.patch(head(), 'member', made.id, made.version, { nickname: 'Утро' });
    // Late in the evening of the 1st in Moscow, and just after midnight of the 2nd; in UTC both are the 1st.
    await clubs.owner(
      `update change set at = '2026-09-01T20:30:00Z' where record_id = $1 and action = 'create'`,
      [made.id],
    );
    await clubs.owner(
      `update change set at = '2026-09-01T21:30:00Z' where record_id = $1 and action = 'update'`,
      [made.id],
    );
    expect(await at(made.id, '2026-09-01')).toMatchObject({ nickname: 'Вечер' });
    expect(await at(made.id, '2026-09-02')).toMatchObject({ nickname: 'Утро' });
    expect((await refusal(at(made.id, '2026-08-31'))).code).toBe('NOT_FOUND');
  });

  test('RL9 the order of writing counts when the clock has gone back', async () => {
    const made = await aMember(clubs, { nickname: 'Раз' });
    const second = await clubs.gateway.patch(head(), 'member', made.id, made.version, { nickname: 'Два' });
    await clubs.gateway.patch(head(), 'member', made.id, second.version, { nickname: 'Три' });
    const times = ['2026-09-01T08:00:00Z', '2026-09-01T10:00:00Z', '2026-09-01T09:00:00Z'];
    for (const [index, time] of times.entries())
      await clubs.owner('update change set at = $2 where record_id = $1 and version = $3', [
        made.id,
        time,
        index + 1,
      ]);
    expect(await at(made.id, '2026-09-01T09:30:00Z')).toMatchObject({ nickname: 'Три' });
    expect(await at(made.id, '2026-09-01T08:30:00Z')).toMatchObject({ nickname: 'Раз' });
  });

  test('G3 the past is under the rights of today: other clubs have no card, closed fields stay closed', async () => {
    const made = await aMember(clubs, { nickname: 'Тайна', diagnosis: 'прежний' });
    const moment = await now();
    await clubs.gateway.patch(head(), 'member', made.id, made.version, {
      diagnosis: 'нынешний',
      nickname: 'Явь',
    });
    expect(await at(made.id, moment)).toMatchObject({ diagnosis: 'прежний' });
    const clerk = await at(made.id, moment, clubs.actor('club-clerk'));
    expect(clerk.diagnosis).toBeUndefined();
    expect(JSON.stringify(clerk)).not.toContain('прежний');
    expect((await refusal(at(made.id, moment, clubs.actor('club-head', 'south')))).code).toBe('NOT_FOUND');
  });

  test('AU1 looking at the past is noted with its moment', async () => {
    const made = await aMember(clubs, {});
    await at(made.id, '2150-01-01');
    const [row] = await clubs.owner(
      `select details from audit where record_id = $1 and action = 'view' order by id desc limit 1`,
      [made.id],
    );
    expect(row).toEqual({ details: { asOf: '2150-01-01' } });
  });

  test.each([
    '',
    'вчера',
    '2026-02-30',
    '2026-13-01',
    '2026-09-01T25:00:00Z',
    '2026-09-01T08:00',
    '0000-01-01',
    'infinity',
  ])('G5 refuses a moment that is none: %s', async moment => {
    const made = await clubs.owner<{ id: string }>('select id from member limit 1');
    expect(await refusal(at(String(made[0]?.id), moment))).toMatchObject({
      code: 'ASOF_INVALID',
      status: 400,
    });
  });
});
