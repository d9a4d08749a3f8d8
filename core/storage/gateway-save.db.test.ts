import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RecordAnswer } from './gateway.types.ts';
import { aMember, type Clubs, refusal, someClubs } from './testing/club.ts';

let clubs: Clubs;
let group: RecordAnswer;

beforeAll(async () => {
  clubs = await someClubs();
  group = await clubs.gateway.create(clubs.actor('club-head'), 'club-group', { grade: 1, letter: 'А' });
});
afterAll(() => clubs.close());

const head = () => clubs.actor('club-head');
const count = async (table: string) =>
  Number((await clubs.owner<{ n: string }>(`select count(*) as n from ${table}`))[0]?.n);
/** Rows of everything that a save may touch. */
const everything = async () => {
  const tables = [
    'person',
    'facet',
    'member',
    'contact',
    'contactship',
    'permit',
    'membership',
    'member_awards',
    'change',
    'idempotency_key',
  ];
  return Promise.all(tables.map(count));
};

const mother = (more: object = {}) => ({
  kinship: 'mother',
  contact: {
    person: { lastName: 'Иванова', firstName: 'Мария', isNew: true },
    phone: '8 900 111 22 33',
    ...more,
  },
});

describe('a save of several cards at once', () => {
  test('creates the member, a relative, a permit and a line, and keeps the group, in one transaction', async () => {
    const made = await aMember(clubs, {
      person: { lastName: 'Сложнов' },
      contactships: [mother()],
      permits: [{ kind: 'медицинский', signedOn: '2026-09-01' }],
      memberships: [{ kind: 'join', effectiveOn: '2026-09-01', toGroup: group.id }],
      awards: [{ name: 'Первая' }, { name: 'Вторая' }],
    });
    expect(made).toMatchObject({
      version: '2-1',
      currentGroup: group.id,
      status: 'active',
      labels: { currentGroup: '1А', status: 'Участвует' } as object,
      permits: [{ kind: 'медицинский', person: { lastName: 'Сложнов' } }],
    });
    const opened = await clubs.gateway.open(head(), 'member', made.id, {
      include: ['contactships.contact', 'currentGroup', 'memberships'],
    });
    expect(opened).toMatchObject({
      contactships: [
        {
          kinship: 'mother',
          related: { contact: { phone: '+79001112233', person: { lastName: 'Иванова' } } },
        },
      ],
      related: { currentGroup: { grade: 1 } },
      memberships: [{ effectiveOn: '2026-09-01' }],
    });
    const history = await clubs.gateway.history(head(), 'member', made.id);
    expect(history.map(entry => [entry.action, entry.of])).toEqual([
      ['derive', 'record'],
      ['create', 'record'],
      ['create', 'person'],
    ]);
    expect(history[0]?.fields).toContainEqual({
      path: 'currentGroup',
      title: 'Группа',
      to: group.id,
      toLabel: '1А',
    });
    const audited = await clubs.owner('select entity, action from audit where record_id = $1', [made.id]);
    expect(audited).toContainEqual({ entity: 'member', action: 'create' });
  });

  test('is all or nothing: any fault leaves no row behind', async () => {
    const before = await everything();
    const problems = await refusal(
      aMember(clubs, {
        phone: 'не телефон',
        contactships: [mother(), { kinship: 'nobody', contact: mother().contact }],
        memberships: [{ kind: 'join', effectiveOn: '2026-02-30', toGroup: group.id }],
        permits: [{ kind: 'без даты' }],
      }),
    );
    expect(problems).toMatchObject({ code: 'INVALID', status: 422 });
    expect(problems.places.map(place => place.split(' ')[0])).toEqual(
      expect.arrayContaining([
        '/phone',
        '/contactships/1/kinship',
        '/memberships/0/effectiveOn',
        '/permits/0/signedOn',
      ]),
    );
    const missing = '01a20155-44dc-74eb-9483-9410dafd71ce';
    const foreign = await refusal(
      aMember(clubs, { memberships: [{ kind: 'join', effectiveOn: '2026-09-01', toGroup: missing }] }),
    );
    expect(foreign).toMatchObject({ status: 422, places: ['/memberships/0/toGroup REFERENCE'] });
    // Refused by the database itself, in the middle of writing.
    await aMember(clubs, { nickname: 'занято' });
    const after = await everything();
    const twice = await refusal(aMember(clubs, { nickname: 'занято', contactships: [mother()] }));
    expect(twice).toMatchObject({ code: 'DUPLICATE', status: 409, places: ['/nickname DUPLICATE'] });
    expect(await everything()).toEqual(after);
    expect(before[1]).toBe((after[1] as number) - 1);
  });

  test('a record of another organisation is no reference', async () => {
    const south = clubs.actor('club-head', 'south');
    const foreign = await clubs.gateway.create(south, 'club-group', { grade: 5, letter: 'Ю' });
    const line = { kind: 'join', effectiveOn: '2026-09-01' };
    const made = await aMember(clubs);
    expect(
      await refusal(
        clubs.gateway.create(head(), 'membership', { ...line, member: made.id, toGroup: foreign.id }),
      ),
    ).toMatchObject({ places: ['/toGroup REFERENCE'] });
    expect(
      await refusal(
        clubs.gateway.create(south, 'membership', { ...line, member: made.id, toGroup: foreign.id }),
      ),
    ).toMatchObject({ places: ['/member REFERENCE'] });
    expect(
      await refusal(clubs.gateway.create(south, 'contactship', { member: made.id, ...mother() })),
    ).toMatchObject({ places: ['/member REFERENCE'] });
  });
});

test('SC7 a body that is no object is refused as a request, whatever it is', async () => {
  const made = await aMember(clubs);
  for (const body of [null, undefined, [], [{}], 'x', 1, true])
    for (const call of [
      clubs.gateway.create(head(), 'member', body),
      clubs.gateway.patch(head(), 'member', made.id, made.version, body),
    ])
      expect(await refusal(call), JSON.stringify(body)).toMatchObject({
        code: 'BODY_INVALID',
        status: 400,
        places: [' TYPE'],
      });
});

describe('a patch', () => {
  test('merges, clears by null, gives rows whole, and writes history by field', async () => {
    const made = await aMember(clubs, {
      phone: '89001112233',
      residence: { city: 'Ейск', street: 'Мира' },
      awards: [{ name: 'Раз' }, { name: 'Два' }],
    });
    const [, second] = made.awards as { id: string }[];
    const saved = await clubs.gateway.patch(
      head(),
      'member',
      made.id,
      made.version,
      {
        phone: null,
        residence: { street: 'Ленина' },
        awards: [{ id: second?.id, name: 'Два исправленное' }, { name: 'Три' }],
        absent: ['phone'],
      },
      { reason: 'ошибка ввода' },
    );
    expect(saved).toMatchObject({
      version: '2-1',
      residence: { city: 'Ейск', street: 'Ленина' },
      absent: ['phone'],
    });
    expect(saved).not.toHaveProperty('phone');
    expect(saved.awards).toEqual([
      { id: second?.id, name: 'Два исправленное' },
      { id: expect.any(String), name: 'Три' },
    ]);
    const [last] = await clubs.gateway.history(head(), 'member', made.id);
    expect(last).toMatchObject({ action: 'update', by: 'Петрова А. Б.', reason: 'ошибка ввода' });
    expect(last?.fields).toContainEqual({
      path: 'residence.street',
      title: 'Место жительства: улица',
      from: 'Мира',
      to: 'Ленина',
    });
    expect(last?.fields).toContainEqual({ path: 'phone', title: 'Телефон', from: '+79001112233' });
  });

  test('that changes nothing leaves the version', async () => {
    const made = await aMember(clubs, { phone: '89001112233' });
    const same = await clubs.gateway.patch(head(), 'member', made.id, `"${made.version}"`, {
      phone: '+7 900 111-22-33',
      person: { lastName: 'Иванов' },
    });
    expect(same.version).toBe(made.version);
  });

  test('on a stale version is refused with who, when and the present card, and changes nothing', async () => {
    const made = await aMember(clubs, { phone: '89001112233' });
    await clubs.gateway.patch(
      clubs.actor('club-head', 'north', { name: 'Быстрова В. Г.' }),
      'member',
      made.id,
      made.version,
      { phone: '89005556677' },
    );
    const stale = await refusal(
      clubs.gateway.patch(head(), 'member', made.id, made.version, { phone: '89000000000' }),
    );
    expect(stale).toMatchObject({
      code: 'STALE',
      status: 412,
      members: {
        changedBy: 'Быстрова В. Г.',
        changedAt: expect.any(String),
        current: { phone: '+79005556677', version: '2-1' },
      },
    });
    for (const tag of ['*', 'W/"2-1"', '2', '1-1', '"9-9"'])
      expect(
        await refusal(clubs.gateway.patch(head(), 'member', made.id, tag, { phone: null })),
      ).toMatchObject({ status: 412 });
    expect(await refusal(clubs.gateway.patch(head(), 'member', made.id, '', {}))).toMatchObject({
      code: 'PRECONDITION_REQUIRED',
      status: 428,
    });
    expect((await clubs.gateway.open(head(), 'member', made.id)).phone).toBe('+79005556677');
  });

  test('of thirty at once exactly one wins', async () => {
    const made = await aMember(clubs);
    const tries = await Promise.allSettled(
      Array.from({ length: 30 }, (_, index) =>
        clubs.gateway.patch(head(), 'member', made.id, made.version, { rank: index }),
      ),
    );
    expect(tries.filter(one => one.status === 'fulfilled')).toHaveLength(1);
    expect(await clubs.owner('select version from member where id = $1', [made.id])).toEqual([
      { version: 2 },
    ]);
  });

  test('is not refused for an old debt, only for what it breaks itself', async () => {
    const made = await aMember(clubs);
    await clubs.owner("update member set phone = 'старый мусор' where id = $1", [made.id]);
    const saved = await clubs.gateway.patch(head(), 'member', made.id, made.version, { size: 'm' });
    expect(saved).toMatchObject({ size: 'm', phone: 'старый мусор' });
    expect(
      await refusal(clubs.gateway.patch(head(), 'member', made.id, saved.version, { phone: 'новый мусор' })),
    ).toMatchObject({ code: 'INVALID' });
    expect(
      await refusal(clubs.gateway.patch(head(), 'member', made.id, saved.version, { size: 'xxl' })),
    ).toMatchObject({ code: 'INVALID', places: [expect.stringContaining('/size')] });
  });

  test('gives relations whole: adds, changes, removes; and guards them by the version of the card', async () => {
    const made = await aMember(clubs, {
      contactships: [mother(), { kinship: 'father', contact: mother().contact }],
    });
    const opened = await clubs.gateway.open(head(), 'member', made.id, { include: ['contactships.contact'] });
    const [first, second] = opened.contactships as RecordAnswer[];
    const saved = await clubs.gateway.patch(head(), 'member', made.id, opened.version, {
      contactships: [
        { ...first, kinship: 'guardian', contact: { id: first?.contact, workplace: 'Школа' } },
        { kinship: 'father', contact: { person: { lastName: 'Новый', firstName: 'Отец', isNew: true } } },
      ],
    });
    expect(saved.contactships).toMatchObject([{ id: first?.id, kinship: 'guardian' }, { kinship: 'father' }]);
    expect(saved.contactships).toHaveLength(2);
    expect(await clubs.owner('select 1 from contactship where id = $1', [second?.id])).toEqual([]);
    expect((await clubs.gateway.open(head(), 'contact', String(first?.contact))).workplace).toBe('Школа');
    expect(
      await refusal(clubs.gateway.patch(head(), 'member', made.id, opened.version, { contactships: [] })),
    ).toMatchObject({ status: 412 });
    const alien = await aMember(clubs, { contactships: [mother()] });
    const other = (
      (await clubs.gateway.open(head(), 'member', alien.id, { include: ['contactships'] }))
        .contactships as RecordAnswer[]
    )[0];
    expect(
      await refusal(
        clubs.gateway.patch(head(), 'member', made.id, saved.version, { contactships: [{ id: other?.id }] }),
      ),
    ).toMatchObject({ places: ['/contactships/0/id REFERENCE'] });
  });

  test('with names that are unknown, reserved or kept by the system is refused, naming them', async () => {
    const made = await aMember(clubs);
    const patch = (body: object) =>
      refusal(clubs.gateway.patch(head(), 'member', made.id, made.version, body));
    expect(await patch({ eef: 1 })).toMatchObject({
      code: 'FIELD_UNKNOWN',
      status: 400,
      places: ['/eef FIELD_UNKNOWN'],
    });
    for (const name of [
      'id',
      'version',
      'allowed',
      'labels',
      'organisation_id',
      'organisation',
      'ext',
      'createdAt',
      '__proto__x',
    ])
      expect(await patch({ [name]: 1 })).toMatchObject({ code: 'FIELD_UNKNOWN' });
    expect(await patch({ residence: { town: 'x' }, awards: [{ name: 'x', weight: 1 }] })).toMatchObject({
      places: ['/residence/town FIELD_UNKNOWN', '/awards/0/weight FIELD_UNKNOWN'],
    });
    expect(await patch({ currentGroup: group.id })).toMatchObject({
      status: 422,
      places: ['/currentGroup COMPUTED'],
    });
    expect(await patch({ person: { snils: '112-233-445 96' } })).toMatchObject({
      places: [expect.stringContaining('/person/snils')],
    });
    expect(await patch({ absent: ['fee'] })).toMatchObject({ status: 422 });
    expect(await patch({ residence: 5, contactships: {}, person: [] })).toMatchObject({ status: 422 });
    expect(await refusal(clubs.gateway.create(head(), 'member', []))).toMatchObject({ status: 400 });
  });
});

describe('kept fields', () => {
  test('follow the latest line, also when a line is changed or removed', async () => {
    const next = await clubs.gateway.create(head(), 'club-group', { grade: 2, letter: 'Б' });
    const made = await aMember(clubs, {
      memberships: [{ kind: 'join', effectiveOn: '2025-09-01', toGroup: group.id }],
    });
    const state = async () => {
      const { currentGroup, status } = await clubs.gateway.open(head(), 'member', made.id);
      return [currentGroup, status];
    };
    const line = await clubs.gateway.create(head(), 'membership', {
      member: made.id,
      kind: 'move',
      effectiveOn: '2026-09-01',
      toGroup: next.id,
    });
    expect(await state()).toEqual([next.id, 'active']);
    const early = await clubs.gateway.patch(head(), 'membership', line.id, line.version, {
      effectiveOn: '2024-09-01',
    });
    expect(await state()).toEqual([group.id, 'active']);
    const left = await clubs.gateway.patch(head(), 'membership', line.id, early.version, {
      effectiveOn: '2026-10-01',
      kind: 'leave',
      toGroup: null,
    });
    expect(await state()).toEqual([undefined, 'left']);
    await clubs.gateway.remove(head(), 'membership', line.id, left.version);
    expect(await state()).toEqual([group.id, 'active']);
    const derived = (await clubs.gateway.history(head(), 'member', made.id)).filter(
      entry => entry.action === 'derive',
    );
    expect(derived).toHaveLength(5);
  });
});

describe('an idempotency key', () => {
  const key = 'a-key-of-the-form-1';
  test('with the same body gives the same answer and one effect, at once or later', async () => {
    const body = { person: { lastName: 'Однажды', firstName: 'Раз', birthDate: '2015-01-01', isNew: true } };
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => clubs.gateway.create(head(), 'member', body, { idempotencyKey: key })),
    );
    expect(new Set(answers.map(answer => answer.id)).size).toBe(1);
    expect(await clubs.gateway.create(head(), 'member', body, { idempotencyKey: key })).toEqual(answers[0]);
    expect(await clubs.owner("select 1 from person where last_name = 'Однажды'")).toHaveLength(1);
    const other = { person: { ...body.person, lastName: 'Иначе' } };
    expect(
      await refusal(clubs.gateway.create(head(), 'member', other, { idempotencyKey: key })),
    ).toMatchObject({ code: 'IDEMPOTENCY_MISMATCH', status: 422 });
    const stranger = clubs.actor('club-head', 'south', { userId: '00000000-0000-7000-8000-000000000002' });
    const theirs = await clubs.gateway.create(stranger, 'member', body, { idempotencyKey: key });
    expect(theirs.id).not.toBe(answers[0]?.id);
  });

  test('RL2 of a change, an act or a removal serves the very request and no other', async () => {
    const { gateway } = clubs;
    const body = (name: string) => ({ name, startsOn: '1990-09-01', endsOn: '1991-05-25' });
    const season = await gateway.create(head(), 'season', body('Первый'));
    const other = await gateway.create(head(), 'season', body('Второй'));
    const mismatch = { code: 'IDEMPOTENCY_MISMATCH', status: 422 };
    const keyed = (idempotencyKey: string) => ({ idempotencyKey });

    const patched = (id: string, name: string) =>
      gateway.patch(head(), 'season', id, season.version, { name }, keyed('change-1'));
    const changed = await patched(season.id, 'Иной');
    expect(await patched(season.id, 'Иной')).toEqual(changed);
    expect(await refusal(patched(season.id, 'Третий'))).toMatchObject(mismatch);
    expect(await refusal(patched(other.id, 'Иной'))).toMatchObject(mismatch);

    const closed = (id: string, version: string) =>
      gateway.transition(head(), 'season', id, 'close', version, keyed('act-1'));
    const done = await closed(season.id, changed.version);
    expect(await closed(season.id, changed.version)).toEqual(done);
    expect(await refusal(closed(other.id, other.version))).toMatchObject(mismatch);
    expect((await gateway.open(head(), 'season', other.id)).closed).not.toBe(true);

    const third = await gateway.create(head(), 'season', body('Третий'));
    const removed = (id: string, version: string) =>
      gateway.remove(head(), 'season', id, version, keyed('removal-1'));
    await removed(other.id, other.version);
    await removed(other.id, other.version);
    expect(await refusal(removed(third.id, third.version))).toMatchObject(mismatch);
    expect((await gateway.open(head(), 'season', third.id)).name).toBe('Третий');
  });

  test('of a save that failed may be used again', async () => {
    const again = { idempotencyKey: 'a-key-of-the-form-2' };
    expect(await refusal(aMemberWith({ size: 'xxl' }, again))).toMatchObject({ code: 'INVALID' });
    expect((await aMemberWith({ size: 'm' }, again)).size).toBe('m');
  });

  const aMemberWith = (more: object, options: { idempotencyKey: string }) =>
    clubs.gateway.create(
      head(),
      'member',
      { person: { lastName: 'Повторов', firstName: 'Раз', birthDate: '2015-01-01', isNew: true }, ...more },
      options,
    );
});

describe('removing', () => {
  test('takes what belongs to the card, and is refused while others refer to it', async () => {
    const made = await aMember(clubs, {
      contactships: [mother()],
      awards: [{ name: 'Раз' }],
      memberships: [{ kind: 'join', effectiveOn: '2026-09-01', toGroup: group.id }],
    });
    const refused = await refusal(clubs.gateway.remove(head(), 'member', made.id, made.version));
    expect(refused).toMatchObject({
      code: 'REFERENCED',
      status: 409,
      members: { references: [{ entity: 'membership', title: 'Членство', records: 1 }] },
    });
    expect(refused.detail).toContain('«Членство» (1 запись)');
    const [line] = (await clubs.gateway.open(head(), 'member', made.id, { include: ['memberships'] }))
      .memberships as RecordAnswer[];
    await clubs.gateway.remove(head(), 'membership', String(line?.id), String(line?.version));
    const now = await clubs.gateway.open(head(), 'member', made.id);
    expect(await refusal(clubs.gateway.remove(head(), 'member', made.id, made.version))).toMatchObject({
      code: 'STALE',
    });
    await clubs.gateway.remove(head(), 'member', made.id, now.version);
    expect(await refusal(clubs.gateway.open(head(), 'member', made.id))).toMatchObject({ status: 404 });
    expect(await clubs.owner('select 1 from facet where record_id = $1', [made.id])).toEqual([]);
    expect(
      await clubs.owner("select 1 from change where record_id = $1 and action = 'delete'", [made.id]),
    ).toHaveLength(1);
    expect(
      await refusal(clubs.gateway.remove(clubs.actor('club-clerk'), 'club-group', group.id, '1')),
    ).toMatchObject({ status: 403 });
  });
});

describe('a card of which there is one', () => {
  test('is not made twice', async () => {
    const one = await clubs.gateway.create(head(), 'club-card', { name: 'Северный', inn: '2312345678' });
    expect(await refusal(clubs.gateway.create(head(), 'club-card', { name: 'Ещё' }))).toMatchObject({
      code: 'SINGLE_EXISTS',
      status: 409,
      members: { id: one.id },
    });
    await clubs.gateway.create(clubs.actor('club-head', 'south'), 'club-card', { name: 'Южный' });
  });
});
