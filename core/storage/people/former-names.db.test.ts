import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RecordAnswer } from '../gateway.types.ts';
import { aMember, type Clubs, refusal, someClubs } from '../testing/club.ts';

let clubs: Clubs;
beforeAll(async () => {
  clubs = await someClubs();
});
afterAll(() => clubs.close());

const head = () => clubs.actor('club-head');
const namesOf = (record: RecordAnswer, role = 'club-head') =>
  clubs.gateway.people.formerNames(clubs.actor(role), 'member', record.id);
const rename = (record: RecordAnswer, person: Record<string, unknown>) =>
  clubs.gateway.patch(head(), 'member', record.id, record.version, { person });
const found = async (q: string) =>
  (await clubs.gateway.list(head(), 'member', { q, fields: [] })).items.map(item => item.id);

describe('a name that a person bore before', () => {
  test('is kept with its last day and the paper, shown to who may read names, found in lists and the region', async () => {
    const girl = await aMember(clubs, { person: { lastName: 'Девичьева', firstName: 'Анна' } });
    await rename(girl, {
      lastName: 'Замужняя',
      changedOn: '2026-06-12',
      changeDocument: 'свидетельство II-АГ 512345',
    });
    expect(await namesOf(girl)).toEqual([
      {
        lastName: 'Девичьева',
        firstName: 'Анна',
        until: '2026-06-12',
        document: 'свидетельство II-АГ 512345',
      },
    ]);
    expect(await namesOf(girl, 'club-clerk')).toHaveLength(1);
    expect(await refusal(namesOf(girl, 'nobody'))).toMatchObject({ code: 'FORBIDDEN' });
    expect(
      await refusal(clubs.gateway.people.formerNames(clubs.actor('club-head', 'south'), 'member', girl.id)),
    ).toMatchObject({ code: 'NOT_FOUND' });
    expect(await found('девичьева')).toEqual([girl.id]);
    expect(await found('замужняя')).toEqual([girl.id]);
    expect(
      await clubs.gateway.searchPeople(clubs.actor('club-head', 'south'), { lastName: 'Девичьева' }),
    ).toMatchObject([{ lastName: 'Замужняя' }]);
    const second = await clubs.gateway.open(head(), 'member', girl.id);
    await rename(second, { lastName: 'Вновь', changedOn: '2026-10-01' });
    expect((await namesOf(girl)).map(one => one.lastName)).toEqual(['Замужняя', 'Девичьева']);
    expect((await clubs.gateway.history(head(), 'member', girl.id))[0]).toMatchObject({
      fields: [{ path: 'person.lastName', from: 'Замужняя', to: 'Вновь' }],
    });
  });

  test('is nothing when only a mistake was corrected; the day is not in the future', async () => {
    const boy = await aMember(clubs, { person: { lastName: 'Ошыбкин' } });
    const fixed = await rename(boy, { lastName: 'Ошибкин', correction: true });
    expect(await namesOf(boy)).toEqual([]);
    expect(await found('ошыбкин')).toEqual([]);
    for (const person of [
      { changedOn: '2026-12-01' },
      { changedOn: '2026-02-30' },
      { changedOn: 5 },
      { changeDocument: 'х'.repeat(301) },
      { correction: 'да' },
    ])
      expect(await refusal(rename(fixed, { lastName: 'Иной', ...person }))).toMatchObject({
        status: 422,
        places: [expect.stringContaining('/person/')],
      });
    expect((await rename(fixed, { lastName: 'Иной' })).person).toMatchObject({ lastName: 'Иной' });
    expect(await namesOf(boy)).toMatchObject([{ lastName: 'Ошибкин', until: '2026-11-22' }]);
  });

  test('of an entry that was joined belongs to the person who is left', async () => {
    const member = await aMember(clubs, {
      person: { lastName: 'Общева', firstName: 'Анна', birthDate: '1980-01-01' },
    });
    const contact = await clubs.gateway.create(head(), 'contact', {
      person: { lastName: 'Прежнева', firstName: 'Анна', birthDate: '1980-01-01', isNew: true },
    });
    const { merge } = await clubs.gateway.people.merge(
      head(),
      { keep: member.person?.id as string, drop: contact.person?.id as string },
      'ru',
    );
    expect(await namesOf(member)).toEqual([{ lastName: 'Прежнева', firstName: 'Анна' }]);
    expect(await found('прежнева')).toEqual([member.id]);
    await clubs.gateway.people.undo(head(), String(merge), 'ru');
    expect(await found('прежнева')).toEqual([]);
  });
});
