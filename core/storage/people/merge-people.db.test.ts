import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Actor } from '../../access/actor.ts';
import type { RecordAnswer } from '../gateway.types.ts';
import { aMember, type Clubs, refusal, someClubs } from '../testing/club.ts';
import type { MergeWish } from './people.types.ts';

let clubs: Clubs;
beforeAll(async () => {
  clubs = await someClubs();
});
afterAll(() => clubs.close());

const head = () => clubs.actor('club-head');
const south = () =>
  clubs.actor('club-head', 'south', { userId: '00000000-0000-7000-8000-000000000005', name: 'Южная Ю. Ю.' });
const region = () => clubs.actor('region-admin', 'region');
const people = () => clubs.gateway.people;
const personOf = (record: RecordAnswer) => record.person?.id as string;
const merge = (wish: MergeWish, who: Actor = head()) => people().merge(who, wish, 'ru');
const undo = (id: string | undefined, who: Actor = head()) => people().undo(who, String(id), 'ru');
const pairs = async (who: Actor) =>
  (await people().duplicates(who, undefined, 'ru')).items.map(one => [
    one.reason,
    ...one.people.map(person => person.id).sort(),
  ]);

const aContact = (person: Record<string, unknown>, who = head()) =>
  clubs.gateway.create(who, 'contact', {
    person: { firstName: 'Анна', isNew: true, ...person },
    phone: '89001112233',
  });

/** Two entries of one person: a member, and a contact with a slip of the pen. */
async function twoEntries(lastName: string, more: { drop?: Record<string, unknown>; who?: Actor } = {}) {
  const kept = await aMember(clubs, {
    person: { lastName, firstName: 'Анна', birthDate: '1980-05-06', sex: 'f' },
  });
  const dropped = await aContact({ lastName, birthDate: '1980-05-06', ...more.drop }, more.who ?? head());
  return { kept, dropped, keep: personOf(kept), drop: personOf(dropped) };
}

/** Everything a merger touches, without what only counts changes: versions and moments. */
async function checksum(): Promise<string> {
  const tables = ['person', 'person_name', 'facet', 'change_request'];
  for (const entity of clubs.catalogue.entities.values()) if (entity.person) tables.push(entity.table);
  const parts = tables.map(
    table => `select '${table}' as name, coalesce(md5(string_agg((to_jsonb(t) - '{version,updated_at}'::text[])::text, ''
      order by to_jsonb(t) - '{version,updated_at}'::text[])), '') as sum from "${table}" t`,
  );
  parts.push(
    `select 'app_user', md5(coalesce(string_agg(id::text || coalesce(person_id::text, ''), '' order by id), '')) from app_user`,
  );
  return JSON.stringify(await clubs.owner(parts.join(' union all ')));
}

describe('S003-6.2.3 entries that look like one person', () => {
  test('are found by name and birth date, a letter apart, and where one has no birth date', async () => {
    const one = await aMember(clubs, { person: { lastName: 'Двойникова', birthDate: '1999-01-02' } });
    const same = await aMember(clubs, { person: { lastName: 'ДВОЙНИКОВА', birthDate: '1999-01-02' } });
    const letter = await aMember(
      clubs,
      { person: { lastName: 'Двойнекова', birthDate: '1999-01-02' } },
      south(),
    );
    const undated = await aContact({ lastName: 'Двойникова', firstName: 'Пётр' });
    await aMember(clubs, { person: { lastName: 'Двойникова', birthDate: '1998-01-02' } });
    const found = await pairs(head());
    const pair = (reason: string, ...of: RecordAnswer[]) => [reason, ...of.map(personOf).sort()];
    for (const expected of [
      pair('same', one, same),
      pair('letter', one, letter),
      pair('letter', same, letter),
      pair('undated', one, undated),
    ])
      expect(found).toContainEqual(expected);
    expect(found.filter(([, a, b]) => [a, b].includes(personOf(one)))).toHaveLength(3);
    expect(await pairs(region())).toContainEqual(pair('letter', one, letter));
    expect(await pairs(south())).toEqual(
      [pair('letter', one, letter), pair('letter', same, letter)].sort((a, b) =>
        String(a[1]) < String(b[1]) ? -1 : 1,
      ),
    );
  });

  test('are shown to those who may join them, with the last figures of the СНИЛС and no foreign card', async () => {
    await aMember(
      clubs,
      { person: { lastName: 'Номерова', birthDate: '1999-01-02', snils: '112-233-445 95' } },
      south(),
    );
    await aMember(clubs, { person: { lastName: 'Номерова', birthDate: '1999-01-02' } });
    const page = await people().duplicates(head(), undefined, 'ru');
    const shown = page.items.find(one => one.people.some(person => person.lastName === 'Номерова'));
    expect(JSON.stringify(shown)).not.toContain('11223344595');
    expect(shown?.differs).toEqual(['snils']);
    const foreign = shown?.people.find(person => person.snils);
    expect(foreign).toMatchObject({
      snils: '***-***-*** 95',
      facets: [{ organisation: 'Южный клуб', own: false }],
    });
    expect(foreign?.facets[0]).not.toHaveProperty('recordId');
    for (const role of ['club-clerk', 'club-coach'])
      expect(await refusal(people().duplicates(clubs.actor(role), undefined, 'ru'))).toMatchObject({
        code: 'FORBIDDEN',
      });
  });
});

describe('S001-5.3 joining two entries of one person', () => {
  test('tells what it would do, moves the cards, and leaves an entry that leads to the one kept', async () => {
    const { kept, dropped, keep, drop } = await twoEntries('Слиянова', { drop: { middleName: 'Петровна' } });
    expect(await people().preview(head(), { keep, drop }, 'ru')).toMatchObject({
      keep: { id: keep },
      fields: [
        { name: 'middleName', drop: 'Петровна', taken: 'drop' },
        { name: 'sex', keep: 'f', taken: 'keep' },
      ],
      cards: [{ entityTitle: 'Близкий', recordId: dropped.id }],
      conflicts: [],
      asks: [],
    });
    const { merge: id } = await merge({ keep, drop, reason: 'один паспорт' });
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    const contact = await clubs.gateway.open(head(), 'contact', dropped.id);
    expect(contact).toMatchObject({
      phone: '+79001112233',
      person: { id: keep, middleName: 'Петровна', sex: 'f' },
    });
    expect(contact.version).not.toBe(dropped.version);
    expect((await clubs.gateway.open(head(), 'member', kept.id)).person).toMatchObject({
      middleName: 'Петровна',
    });
    expect((await clubs.gateway.searchPeople(head(), { lastName: 'Слиянова' })).map(one => one.id)).toEqual([
      keep,
    ]);
    // Somebody had chosen the entry that is gone: the card is tied to the one it leads to.
    const permit = await clubs.gateway.create(head(), 'permit', {
      person: { id: drop },
      kind: 'раз',
      signedOn: '2026-01-01',
    });
    expect(personOf(permit)).toBe(keep);
    const history = await clubs.gateway.history(head(), 'contact', dropped.id);
    expect(history.filter(one => one.of === 'person').map(one => one.action)).toEqual([
      'merge',
      'merge',
      'create',
      'create',
    ]);
    expect(history[1]).toMatchObject({ reason: 'один паспорт' });
    expect((await people().merges(head(), 'ru'))[0]).toMatchObject({ id, person: { id: keep }, cards: 1 });
    expect(
      await clubs.owner('select action, records from audit where details ->> $1 = $2', ['merge', id]),
    ).toEqual([{ action: 'people-merge', records: 1 }]);
    expect(await refusal(merge({ keep, drop }))).toMatchObject({ code: 'MERGED_ALREADY' });
  });

  test('is refused and explained where both have a card of one kind in one organisation', async () => {
    const one = await aMember(clubs, { person: { lastName: 'Дважды' } });
    const two = await aMember(clubs, { person: { lastName: 'Дважды' } });
    const wish = { keep: personOf(one), drop: personOf(two) };
    expect((await people().preview(head(), wish, 'ru')).conflicts).toMatchObject([{ code: 'CARDS_DOUBLED' }]);
    expect(await refusal(merge(wish))).toMatchObject({
      code: 'MERGE_CONFLICT',
      detail: expect.stringContaining('«Участник», Северный клуб'),
    });
  });

  test('of two СНИЛС asks which one is right; the other one leads to the person too', async () => {
    const { keep, drop } = await twoEntries('Разномерова', { drop: { snils: '150-150-157 00' } });
    await clubs.owner("update person set snils = '08765430199' where id = $1", [keep]);
    expect(await refusal(merge({ keep, drop }))).toMatchObject({
      code: 'MERGE_CHOICE',
      places: ['/values/snils REQUIRED'],
    });
    await merge({ keep, drop, values: { snils: 'drop' } });
    expect(await clubs.owner('select id, snils from person where snils = $1', ['15015015700'])).toEqual([
      { id: keep, snils: '15015015700' },
    ]);
    expect(await clubs.gateway.searchPeople(head(), { snils: '150-150-157 00' })).toMatchObject([
      { id: keep },
    ]);
  });

  test('whom another organisation knows waits for its consent; the region needs none', async () => {
    const { kept, dropped, keep, drop } = await twoEntries('Соседкина', { who: south() });
    expect(await refusal(merge({ keep, drop }))).toMatchObject({ code: 'PERSON_SHARED' });
    const { request } = await merge({ keep, drop, ask: true, reason: 'один паспорт' });
    expect(await refusal(merge({ keep, drop, ask: true }))).toMatchObject({ code: 'REQUEST_OPEN' });
    const seen = await clubs.gateway.requests.open(south(), String(request), 'ru');
    expect(seen).toMatchObject({
      kind: 'merge',
      recordId: dropped.id,
      may: { decide: true },
      merge: { keep: { id: keep } },
    });
    expect(JSON.stringify(seen)).not.toContain(kept.id);
    expect(await refusal(clubs.gateway.requests.approve(head(), String(request), {}))).toMatchObject({
      code: 'NOT_FOUND',
    });
    await clubs.gateway.requests.approve(south(), String(request), {});
    expect(personOf(await clubs.gateway.open(south(), 'contact', dropped.id))).toBe(keep);
    const [done] = await people().merges(head(), 'ru');
    expect(await refusal(undo(done?.id))).toMatchObject({ code: 'PERSON_SHARED' });
    await undo(done?.id, region());
    expect(personOf(await clubs.gateway.open(south(), 'contact', dropped.id))).toBe(drop);
    const direct = await twoEntries('Региональная', { who: south() });
    expect((await merge({ keep: direct.keep, drop: direct.drop }, region())).merge).toMatch(
      /^[0-9a-f-]{36}$/,
    );
  });

  test('of people out of sight is not there; without the right over a card that comes over it is refused', async () => {
    const { keep, drop } = await twoEntries('Незримая');
    expect(await refusal(merge({ keep, drop }, south()))).toMatchObject({ code: 'NOT_FOUND' });
    expect(await refusal(merge({ keep, drop }, clubs.actor('club-clerk')))).toMatchObject({
      code: 'FORBIDDEN',
    });
    expect(await refusal(merge({ keep, drop: keep }))).toMatchObject({ code: 'MERGED_ALREADY' });
    const leader = await clubs.gateway.create(head(), 'leader', {
      person: { lastName: 'Незримая', firstName: 'Анна', isNew: true },
    });
    expect(await refusal(merge({ keep, drop: personOf(leader) }, region()))).toMatchObject({
      code: 'FORBIDDEN',
    });
  });
});

describe('the past of a card that came over', () => {
  test('is that of the entry it stood for then', async () => {
    const { kept, dropped, keep, drop } = await twoEntries('Давняя', { drop: { middleName: 'Первая' } });
    // To the microsecond: what has just been saved may be of the same millisecond.
    const instant = async () =>
      (
        await clubs.owner<{ at: string }>(
          `select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at`,
        )
      )[0]?.at as string;
    const at = await instant();
    await clubs.gateway.patch(head(), 'contact', dropped.id, dropped.version, {
      person: { middleName: 'Вторая' },
    });
    const later = await instant();
    await merge({ keep, drop });
    const then = async (entity: string, id: string, moment: string) =>
      (
        await clubs.gateway.openAsOf(head(), entity, id, {
          at: moment,
          timeZone: 'Europe/Moscow',
        })
      ).person;
    expect(await then('contact', dropped.id, at)).toMatchObject({ middleName: 'Первая' });
    expect(await then('contact', dropped.id, later)).toMatchObject({ middleName: 'Вторая' });
    expect(await then('contact', dropped.id, later)).not.toHaveProperty('sex');
    expect(await then('member', kept.id, later)).not.toHaveProperty('middleName');
  });
});

describe('taking two entries apart again', () => {
  test('restores everything exactly, accounts and proposals too', async () => {
    const { keep, drop, dropped } = await twoEntries('Обратимова', {
      drop: { middleName: 'Ильинична', snils: '100-067-559 00' },
    });
    await clubs.owner(
      `insert into app_user (id, login, password_hash, person_id) values ($1, 'undo-user', 'x', $2)`,
      ['00000000-0000-7000-8000-0000000000f1', drop],
    );
    await clubs.owner(
      `insert into change_request (organisation_id, id, kind, entity, record_id, person_id, patch, before, paths, user_id, user_name)
      values ($1, '00000000-0000-7000-8000-0000000000f2', 'card', 'contact', $2, $3, '{}', '{}', '{}', $4, 'Кто')`,
      [clubs.organisations.north, dropped.id, drop, '00000000-0000-7000-8000-0000000000f1'],
    );
    const before = await checksum();
    const { merge: id } = await merge({ keep, drop });
    expect(await checksum()).not.toBe(before);
    await undo(id);
    expect(await checksum()).toBe(before);
    expect(await refusal(undo(id))).toMatchObject({ code: 'MERGE_UNDONE' });
    expect((await people().merges(head(), 'ru')).find(one => one.id === id)).toMatchObject({
      undone: { by: 'Петрова А. Б.' },
    });
    // What was seen before or during the joining is no version to save against.
    expect((await clubs.gateway.open(head(), 'contact', dropped.id)).version).not.toBe(dropped.version);
  });

  test('keeps what was changed since, and is refused where it would undo a later decision', async () => {
    const { kept, keep, drop, dropped } = await twoEntries('Поздняя', { drop: { middleName: 'Ильинична' } });
    const { merge: id } = await merge({ keep, drop });
    const contact = await clubs.gateway.open(head(), 'contact', dropped.id);
    const edited = await clubs.gateway.patch(head(), 'contact', dropped.id, contact.version, {
      phone: '89005556677',
      person: { birthDate: '1980-05-07' },
    });
    const renamed = await clubs.gateway.patch(head(), 'contact', dropped.id, edited.version, {
      person: { middleName: 'Иная' },
    });
    expect(await refusal(undo(id))).toMatchObject({
      code: 'MERGE_BUILT_UPON',
      detail: expect.stringContaining('Отчество'),
    });
    await clubs.gateway.patch(head(), 'contact', dropped.id, renamed.version, {
      person: { middleName: 'Ильинична' },
    });
    await undo(id);
    expect(await clubs.gateway.open(head(), 'contact', dropped.id)).toMatchObject({
      phone: '+79005556677',
      person: { id: drop, middleName: 'Ильинична', birthDate: '1980-05-06' },
    });
    const member = await clubs.gateway.open(head(), 'member', kept.id);
    expect(member.person).toMatchObject({ id: keep, birthDate: '1980-05-07' });
    expect(member.person).not.toHaveProperty('middleName');
  });

  test('of an entry that was joined once more begins with the later joining', async () => {
    const { keep, drop } = await twoEntries('Цепная');
    const leader = await clubs.gateway.create(head(), 'leader', {
      person: { lastName: 'Цепная', firstName: 'Анна', isNew: true },
    });
    const { merge: first } = await merge({ keep, drop });
    const { merge: second } = await merge({ keep: personOf(leader), drop: keep });
    expect(await clubs.owner('select standing_person($1) as id', [drop])).toEqual([{ id: personOf(leader) }]);
    expect(await refusal(undo(first))).toMatchObject({ code: 'MERGE_BUILT_UPON' });
    await undo(second);
    await undo(first);
    expect(await clubs.owner('select standing_person($1) as id', [drop])).toEqual([{ id: drop }]);
  });
});

describe('F13 at the same moment', () => {
  const outcome = async (tries: Promise<unknown>[]) =>
    (await Promise.allSettled(tries))
      .map(one => (one.status === 'fulfilled' ? 'done' : one.reason.code))
      .sort();

  test('of two joinings of the same entries exactly one is made, whichever way round', async () => {
    const { keep, drop } = await twoEntries('Встречная');
    const tries = [merge({ keep, drop }), merge({ keep: drop, drop: keep }), merge({ keep, drop })];
    expect(await outcome(tries)).toEqual(['MERGED_ALREADY', 'MERGED_ALREADY', 'done']);
  });

  test('of a joining and a change of one of the entries exactly one is made', async () => {
    for (const round of [1, 2, 3]) {
      const { kept, keep, drop, dropped } = await twoEntries(`Спорная${'абв'[round - 1]}`);
      const versions = { keep: 1, drop: 1 };
      const patch = (record: RecordAnswer, entity: string) =>
        clubs.gateway.patch(head(), entity, record.id, record.version, { person: { middleName: 'Новая' } });
      const [record, entity] = round === 2 ? [kept, 'member'] : [dropped, 'contact'];
      expect(
        await outcome([merge({ keep, drop, versions }), patch(record as RecordAnswer, entity as string)]),
      ).toEqual(['STALE', 'done']);
    }
  });
});
