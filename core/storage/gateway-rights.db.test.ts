import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Actor } from '../access/actor.ts';
import { ScopedQuery } from '../query/scoped-query.ts';
import { sql } from '../query/sql.ts';
import type { RecordAnswer } from './gateway.types.ts';
import { aMember, type Clubs, refusal, someClubs } from './testing/club.ts';

let clubs: Clubs;
let mine: RecordAnswer;
let other: RecordAnswer;
let coachPerson: string;
let motherPerson: string;

beforeAll(async () => {
  clubs = await someClubs();
  const { gateway } = clubs;
  const head = clubs.actor('club-head');
  const leader = await gateway.create(head, 'leader', {
    person: { lastName: 'Тренеров', firstName: 'Иван', isNew: true },
  });
  coachPerson = leader.person?.id as string;
  const own = await gateway.create(head, 'club-group', {
    grade: 1,
    letter: 'А',
    leader: leader.id,
    budget: 500,
  });
  const alien = await gateway.create(head, 'club-group', { grade: 2, letter: 'Б' });
  const line = (toGroup: string) => [{ kind: 'join', effectiveOn: '2026-09-01', toGroup }];
  mine = await aMember(clubs, {
    person: { lastName: 'Свой' },
    fee: 11,
    phone: '89001112233',
    diagnosis: 'тайна',
    memberships: line(own.id),
    contactships: [
      {
        kinship: 'mother',
        contact: { person: { lastName: 'Мать', firstName: 'Своя', isNew: true }, phone: '89004445566' },
      },
    ],
  });
  other = await aMember(clubs, {
    person: { lastName: 'Чужой' },
    fee: 22,
    phone: '89007778899',
    memberships: line(alien.id),
  });
  const opened = await gateway.open(head, 'member', mine.id, { include: ['contactships.contact'] });
  motherPerson = (opened.contactships as RecordAnswer[])[0]?.related?.contact?.person?.id as string;
});
afterAll(() => clubs.close());

const coach = () => clubs.actor('club-coach', 'north', { personId: coachPerson });
const mother = () => clubs.actor('club-relative', 'north', { personId: motherPerson });

describe('rows of one’s own', () => {
  test('a coach sees the names of all and the whole card of the own group; a field is masked row by row', async () => {
    const { gateway } = clubs;
    const own = await gateway.open(coach(), 'member', mine.id);
    expect(own).toMatchObject({
      phone: '+79001112233',
      fee: 11,
      person: { birthDate: '2015-03-04' },
      allowed: { update: true, delete: false, write: ['phone'] },
    });
    const alien = await gateway.open(coach(), 'member', other.id);
    expect(alien.person).toEqual({ id: expect.any(String), lastName: 'Чужой', firstName: 'Пётр' });
    expect(alien).not.toHaveProperty('phone');
    expect(alien).not.toHaveProperty('fee');
    expect(alien.allowed).toEqual({ update: false, delete: false, write: [] });
    expect((own.completeness?.total ?? 0) > (alien.completeness?.total ?? 0)).toBe(true);
    const list = await gateway.list(coach(), 'member', {
      sort: 'person.lastName',
      fields: ['person.lastName', 'fee'],
    });
    expect(list.items.map(item => [item.label, item.fee])).toEqual([
      ['Свой Пётр', 11],
      ['Чужой Пётр', undefined],
    ]);
  });

  test('a masked field finds nothing: by filter, search, sort or rollup', async () => {
    const { gateway } = clubs;
    const found = async (query: object) =>
      (await gateway.list(coach(), 'member', query)).items.map(item => item.label);
    expect(await found({ filter: { op: '=', args: [{ property: 'fee' }, 22] } })).toEqual([]);
    expect(await found({ filter: { op: '>', args: [{ property: 'fee' }, 0] } })).toEqual(['Свой Пётр']);
    expect(await found({ q: '89007778899' })).toEqual([]);
    expect(await found({ q: '+79001112233' })).toEqual(['Свой Пётр']);
    // A number is found as it is written, and not by a part of it that stands apart.
    expect(await found({ q: '900-111-22-33' })).toEqual(['Свой Пётр']);
    expect(await found({ q: '(900)111' })).toEqual(['Свой Пётр']);
    expect(await found({ q: '900-111-22-34' })).toEqual([]);
    expect(await found({ q: '9-0' })).toEqual([]);
    expect(await found({ filter: { op: '=', args: [{ op: 'filled', args: [] }, 0] } })).toEqual([]);
    const rich = { rollup: 'members', fn: 'exists', where: { op: '=', args: [{ property: 'fee' }, 22] } };
    expect((await gateway.list(coach(), 'club-group', { filter: rich as never })).items).toEqual([]);
  });

  test('G3 a person at the other end of a reference comes with the fields of a person that may be read', async () => {
    const listed = async (actor: Actor) =>
      (
        await clubs.gateway.list(actor, 'contactship', { fields: ['contact.person', 'member.person'] })
      ).items.map(item => item.related);
    const person = { firstName: 'Пётр', lastName: 'Свой', birthDate: '2015-03-04', sex: 'm' };
    expect(await listed(clubs.actor('club-head'))).toEqual([
      { contact: { person: { lastName: 'Мать', firstName: 'Своя' } }, member: { person } },
    ]);
    const { items } = await clubs.gateway.list(coach(), 'member', { fields: ['person'], q: 'Чужой' });
    expect(items.map(item => item.person)).toEqual([{ lastName: 'Чужой', firstName: 'Пётр' }]);
  });

  test('a coach changes the phone of the own group only, and no other field', async () => {
    const { gateway } = clubs;
    const own = await gateway.open(coach(), 'member', mine.id);
    const saved = await gateway.patch(coach(), 'member', mine.id, own.version, { phone: '89001112244' });
    expect(saved.phone).toBe('+79001112244');
    const alien = await gateway.open(coach(), 'member', other.id);
    expect(
      await refusal(gateway.patch(coach(), 'member', other.id, alien.version, { phone: '89001112255' })),
    ).toMatchObject({ code: 'FORBIDDEN', status: 403 });
    expect(await refusal(gateway.patch(coach(), 'member', mine.id, saved.version, { fee: 1 }))).toMatchObject(
      { status: 422, places: ['/fee READONLY'] },
    );
    expect(
      await refusal(gateway.patch(coach(), 'member', mine.id, saved.version, { diagnosis: 'x' })),
    ).toMatchObject({ code: 'FIELD_UNKNOWN', places: ['/diagnosis FIELD_UNKNOWN'] });
    expect(await refusal(gateway.create(coach(), 'member', {}))).toMatchObject({ code: 'FORBIDDEN' });
    expect(await refusal(gateway.remove(coach(), 'member', mine.id, saved.version))).toMatchObject({
      code: 'FORBIDDEN',
    });
  });

  test('a relative sees the own child, through the tie to it, and nobody else', async () => {
    const { gateway } = clubs;
    const list = await gateway.list(mother(), 'member', { count: 'exact' });
    expect(list.items.map(item => item.id)).toEqual([mine.id]);
    expect(list.count).toBe(1);
    expect(
      (await gateway.open(mother(), 'member', mine.id, { include: ['contactships.contact'] })).contactships,
    ).toMatchObject([{ related: { contact: { phone: '+79004445566' } } }]);
    expect(await refusal(gateway.open(mother(), 'member', other.id))).toMatchObject({ status: 404 });
    expect(await refusal(gateway.history(mother(), 'member', other.id))).toMatchObject({ status: 404 });
    expect(await refusal(gateway.patch(mother(), 'member', other.id, '1-1', {}))).toMatchObject({
      status: 404,
    });
    // The group is closed to this role: the reference stays, its caption and its fields do not.
    expect(list.items[0]).not.toHaveProperty('labels.currentGroup');
    expect(
      await refusal(gateway.open(mother(), 'member', mine.id, { include: ['currentGroup'] })),
    ).toMatchObject({ code: 'FIELD_UNKNOWN' });
    const stranger = clubs.actor('club-relative', 'north', { personId: null });
    expect((await gateway.list(stranger, 'member', {})).items).toEqual([]);
  });

  test('leads nowhere outside the rows: what is joined beyond them is empty', async () => {
    const query = new ScopedQuery(clubs.catalogue, coach(), 'member');
    const { sql: leader } = query.property('currentGroup.leader.person.lastName');
    const name = query.caption('currentGroup.leader');
    const statement = query.toStatement(
      sql`select ${leader} as leader, ${name} as name ${query.tail()} order by t.id`,
    );
    expect(await clubs.database.read(coach(), statement)).toEqual([
      { leader: 'Тренеров', name: 'Тренеров Иван' },
      { leader: null, name: null },
    ]);
  });
});

describe('rights of a row', () => {
  test('a right guess at a closed field is refused like a wrong one', async () => {
    const { gateway } = clubs;
    const alien = await gateway.open(coach(), 'member', other.id);
    for (const phone of ['+79007778899', '+79000000000'])
      expect(
        await refusal(gateway.patch(coach(), 'member', other.id, alien.version, { phone })),
      ).toMatchObject({
        code: 'FORBIDDEN',
        status: 403,
      });
  });

  test('nobody brings a card into the own rows by the act that needs them', async () => {
    const { gateway } = clubs;
    const own = (await gateway.open(coach(), 'member', mine.id)).currentGroup;
    const line = { kind: 'move', effectiveOn: '2026-11-01', toGroup: own };
    expect(await refusal(gateway.create(coach(), 'membership', { ...line, member: other.id }))).toMatchObject(
      { code: 'FORBIDDEN', status: 403 },
    );
    const made = await gateway.create(coach(), 'membership', { ...line, member: mine.id });
    expect(
      await refusal(gateway.patch(coach(), 'membership', made.id, made.version, { member: other.id })),
    ).toMatchObject({ code: 'FORBIDDEN', status: 403 });
    expect((await gateway.open(clubs.actor('club-head'), 'member', other.id)).currentGroup).not.toBe(own);
  });

  test('a card of the region is kept by the region and named by organisations', async () => {
    const { gateway } = clubs;
    const region = clubs.actor('region-admin', 'region');
    const activity = await gateway.create(region, 'activity', { name: 'Шахматы' });
    const head = clubs.actor('club-head');
    expect(await refusal(gateway.create(head, 'activity', { name: 'Шашки' }))).toMatchObject({ status: 403 });
    const group = await gateway.create(head, 'club-group', { grade: 7, letter: 'Ш', activity: activity.id });
    expect(group.labels.activity).toBe('Шахматы');
    expect(await refusal(gateway.remove(region, 'activity', activity.id, activity.version))).toMatchObject({
      code: 'REFERENCED',
    });
    const renamed = await gateway.patch(region, 'activity', activity.id, activity.version, { name: 'Го' });
    expect(renamed.name).toBe('Го');
    const filter = { op: '=', args: [{ property: 'activity.name' }, 'Го'] } as const;
    expect((await gateway.list(head, 'club-group', { filter: filter as never })).items).toHaveLength(1);
    await gateway.remove(head, 'club-group', group.id, group.version);
  });
});

describe('history', () => {
  test('shows only fields that may be read in that card', async () => {
    const { gateway } = clubs;
    const whole = JSON.stringify(await gateway.history(clubs.actor('club-head'), 'member', mine.id));
    expect(whole).toContain('тайна');
    const seen = JSON.stringify(await gateway.history(coach(), 'member', mine.id));
    expect(seen).not.toContain('тайна');
    expect(seen).toContain('phone');
    const alien = JSON.stringify(await gateway.history(coach(), 'member', other.id));
    expect(alien).not.toContain('79007778899');
    expect(alien).not.toContain('fee');
    expect(
      await refusal(gateway.history(clubs.actor('club-head', 'south'), 'member', mine.id)),
    ).toMatchObject({ status: 404 });
  });
});

describe('the other organisation', () => {
  test('reaches nothing by any door', async () => {
    const { gateway } = clubs;
    const south = clubs.actor('club-head', 'south');
    const names = JSON.stringify([
      await gateway.list(south, 'member', { count: 'exact', sort: 'person.lastName' }),
      await gateway.list(south, 'contact', { q: 'Мать' }),
      await gateway.list(south, 'club-group', {}),
    ]);
    expect(names).not.toMatch(/Свой|Чужой|Мать|1А/);
    for (const call of [
      () => gateway.open(south, 'member', mine.id),
      () => gateway.patch(south, 'member', mine.id, mine.version, { size: 's' }),
      () => gateway.remove(south, 'member', mine.id, mine.version),
      () => gateway.history(south, 'member', mine.id),
    ])
      expect(await refusal(call())).toMatchObject({ code: 'NOT_FOUND', status: 404 });
    const rows = [];
    for await (const batch of gateway.exportRows(south, 'member', {})) rows.push(...batch);
    expect(rows).toEqual([]);
  });

  test('stays out even when the predicate of the gateway is forgotten: row security stands under it', async () => {
    const south = clubs.actor('club-head', 'south');
    const counted = (table: string) => ({ text: `select count(*)::int as n from ${table}`, values: [] });
    for (const table of ['member', 'facet', 'person', 'contact', 'member_awards'])
      expect(await clubs.database.read(south, counted(table))).toEqual([{ n: 0 }]);
    expect(await clubs.database.read({ organisationIds: [], everywhere: false }, counted('member'))).toEqual([
      { n: 0 },
    ]);
  });
});
