import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RecordAnswer } from './gateway.types.ts';
import { aMember, type Clubs, refusal, someClubs } from './testing/club.ts';

let clubs: Clubs;
beforeAll(async () => {
  clubs = await someClubs();
});
afterAll(() => clubs.close());

const head = () => clubs.actor('club-head');
const south = () => clubs.actor('club-head', 'south');
const personOf = (record: RecordAnswer) => record.person?.id as string;

describe('a person', () => {
  test('equal by name and birth date is offered, made anew only when the user says so', async () => {
    const known = await aMember(clubs, { person: { lastName: 'Ёжиков', firstName: 'Семён' } });
    const same = { person: { lastName: 'ЕЖИКОВ', firstName: 'Семен', birthDate: '2015-03-04', sex: 'm' } };
    const refused = await refusal(clubs.gateway.create(south(), 'member', same));
    expect(refused).toMatchObject({ code: 'PERSON_EXISTS', status: 409, places: ['/person PERSON_EXISTS'] });
    expect(refused.members.candidates).toMatchObject([
      {
        id: personOf(known),
        lastName: 'Ёжиков',
        birthDate: '2015-03-04',
        facets: [{ entity: 'member', organisation: 'Северный клуб', own: false }],
      },
    ]);
    expect(JSON.stringify(refused.members)).not.toContain(known.id);
    const twin = await clubs.gateway.create(south(), 'member', { person: { ...same.person, isNew: true } });
    expect(personOf(twin)).not.toBe(personOf(known));
    const other = await clubs.gateway.create(head(), 'member', {
      person: { ...same.person, birthDate: '2014-03-04' },
    });
    expect(personOf(other)).not.toBe(personOf(known));
  });

  test('with the same СНИЛС is never made twice', async () => {
    const known = await aMember(clubs, { person: { lastName: 'Снилсов', snils: '112-233-445 95' } });
    const body = {
      person: {
        lastName: 'Иной',
        firstName: 'Кто',
        birthDate: '2011-01-01',
        snils: '11223344595',
        isNew: true,
      },
    };
    expect(await refusal(clubs.gateway.create(south(), 'member', body))).toMatchObject({
      code: 'PERSON_EXISTS',
      members: { candidates: [{ id: personOf(known) }] },
    });
    const other = await aMember(clubs, { person: { lastName: 'Другой' } });
    expect(
      await refusal(
        clubs.gateway.patch(head(), 'member', other.id, other.version, {
          person: { snils: '112-233-445 95' },
        }),
      ),
    ).toMatchObject({ status: 409 });
  });

  test('is linked from another organisation by id, once for a kind of card', async () => {
    const known = await aMember(clubs, { person: { lastName: 'Общая', snils: '087-654-301 99' } });
    const id = personOf(known);
    const linked = await clubs.gateway.create(south(), 'member', { person: { id }, size: 's' });
    expect(linked).toMatchObject({ person: { id, lastName: 'Общая', snils: '08765430199' }, size: 's' });
    expect(linked.id).not.toBe(known.id);
    expect(await refusal(clubs.gateway.create(south(), 'member', { person: { id } }))).toMatchObject({
      code: 'FACET_EXISTS',
      status: 409,
      members: { id: linked.id, entity: 'member' },
    });
    const permit = { person: { id }, kind: 'первый', signedOn: '2026-01-01' };
    await clubs.gateway.create(south(), 'permit', permit);
    await clubs.gateway.create(south(), 'permit', { ...permit, kind: 'второй' });
    const opened = await clubs.gateway.open(south(), 'member', linked.id, { include: ['permits'] });
    expect((opened.permits as RecordAnswer[]).map(one => one.kind)).toEqual(['первый', 'второй']);
    expect((await clubs.gateway.open(head(), 'member', known.id, { include: ['permits'] })).permits).toEqual(
      [],
    );
    const nobody = '01a20155-44dc-74eb-9483-9410dafd71ce';
    expect(await refusal(clubs.gateway.create(south(), 'member', { person: { id: nobody } }))).toMatchObject({
      status: 422,
      places: ['/person/id REFERENCE'],
    });
  });

  test('shared with another organisation is not changed alone; own cards may be', async () => {
    const known = await aMember(clubs, { person: { lastName: 'Совместная' } });
    const linked = await clubs.gateway.create(south(), 'member', { person: { id: personOf(known) } });
    const patch = { person: { lastName: 'Иная' } };
    expect(
      await refusal(clubs.gateway.patch(head(), 'member', known.id, known.version, patch)),
    ).toMatchObject({ code: 'PERSON_SHARED', status: 409 });
    expect(
      await refusal(clubs.gateway.patch(south(), 'member', linked.id, linked.version, patch)),
    ).toMatchObject({ code: 'PERSON_SHARED' });
    expect(
      (
        await clubs.gateway.patch(head(), 'member', known.id, known.version, {
          size: 'l',
          person: { lastName: 'Совместная' },
        })
      ).size,
    ).toBe('l');
  });

  test('that changes its name keeps the former one, raises the version of every card, and has history', async () => {
    const known = await aMember(clubs, { person: { lastName: 'Девичья', firstName: 'Анна' } });
    const permit = await clubs.gateway.create(head(), 'permit', {
      person: { id: personOf(known) },
      kind: 'раз',
      signedOn: '2026-01-01',
    });
    const other = clubs.actor('club-head', 'north', { name: 'Сидорова В. Г.' });
    const saved = await clubs.gateway.patch(other, 'member', known.id, known.version, {
      person: { lastName: 'Новая' },
    });
    expect(saved.version).toBe('1-2');
    expect((await clubs.gateway.open(head(), 'permit', permit.id)).version).toBe('1-2');
    expect(
      await refusal(clubs.gateway.patch(head(), 'permit', permit.id, permit.version, { kind: 'два' })),
    ).toMatchObject({ code: 'STALE', members: { changedBy: 'Сидорова В. Г.', current: { id: permit.id } } });
    expect(
      await clubs.owner('select last_name, valid_to::text from person_name where person_id = $1', [
        personOf(known),
      ]),
    ).toEqual([{ last_name: 'Девичья', valid_to: '2026-11-22' }]);
    const throughPermit = await clubs.gateway.history(head(), 'permit', permit.id);
    expect(throughPermit[0]).toMatchObject({
      of: 'person',
      fields: [{ path: 'person.lastName', from: 'Девичья', to: 'Новая' }],
    });
  });

  test('is looked for across the region with few fields, those of one’s own first', async () => {
    await aMember(
      clubs,
      { person: { lastName: 'Искомый', firstName: 'Южный', snils: '150-150-157 00' } },
      south(),
    );
    const own = await aMember(clubs, { person: { lastName: 'Искомый', firstName: 'Северный' } });
    const found = await clubs.gateway.searchPeople(head(), { lastName: 'искомый' });
    expect(found.map(one => one.firstName)).toEqual(['Северный', 'Южный']);
    expect(found[0]?.facets).toMatchObject([{ own: true, recordId: own.id, entityTitle: 'Участник' }]);
    expect(found[1]?.facets).toEqual([
      { entity: 'member', entityTitle: 'Участник', organisation: 'Южный клуб', own: false },
    ]);
    expect(JSON.stringify(found)).not.toContain('15015015700');
    expect(await clubs.gateway.searchPeople(head(), { snils: '150-150-157 00' })).toHaveLength(1);
    expect(await clubs.gateway.searchPeople(head(), { lastName: 'Иск%' })).toEqual([]);
    // AU1: that somebody was looked for is noted, by which criteria, and not who.
    expect(
      await clubs.owner("select details from audit where action = 'people-search' order by id limit 2"),
    ).toEqual([{ details: { by: ['lastName'] } }, { details: { by: ['snils'] } }]);
    expect(await refusal(clubs.gateway.searchPeople(head(), { lastName: ' ' }))).toMatchObject({
      code: 'CRITERIA_MISSING',
    });
  });

  test('who is a relative already is tied to a second child without a second card', async () => {
    const first = await aMember(clubs, {
      person: { lastName: 'Старшая' },
      contactships: [
        { kinship: 'mother', contact: { person: { lastName: 'Мать', firstName: 'Одна', isNew: true } } },
      ],
    });
    const [tie] = (await clubs.gateway.open(head(), 'member', first.id, { include: ['contactships'] }))
      .contactships as RecordAnswer[];
    const second = await aMember(clubs, {
      person: { lastName: 'Младшая' },
      contactships: [{ kinship: 'mother', contact: tie?.contact }],
    });
    expect(second.contactships).toMatchObject([{ contact: tie?.contact }]);
    expect(await clubs.owner("select 1 from person where last_name = 'Мать'")).toHaveLength(1);
    const mother = await clubs.gateway.open(head(), 'contact', String(tie?.contact), {
      include: ['relatives.member'],
    });
    expect((mother.relatives as RecordAnswer[]).map(one => one.related?.member?.person?.lastName)).toEqual([
      'Старшая',
      'Младшая',
    ]);
    const again = {
      person: { lastName: 'Третья' },
      contactships: [{ kinship: 'mother', contact: { person: { id: personOf(mother) } } }],
    };
    expect(await refusal(aMember(clubs, again))).toMatchObject({
      code: 'FACET_EXISTS',
      places: ['/contactships/0/contact/person FACET_EXISTS'],
      members: { id: tie?.contact, entity: 'contact' },
    });
  });

  test('entered twice at once is made once; tied twice at once is tied once', async () => {
    const body = { person: { lastName: 'Одновременный', firstName: 'Раз', birthDate: '2012-12-12' } };
    const outcome = async (tries: Promise<unknown>[]) =>
      (await Promise.allSettled(tries))
        .map(one => (one.status === 'fulfilled' ? 'made' : one.reason.code))
        .sort();
    const made = Array.from({ length: 4 }, () => clubs.gateway.create(head(), 'member', body));
    expect(await outcome(made)).toEqual(['PERSON_EXISTS', 'PERSON_EXISTS', 'PERSON_EXISTS', 'made']);
    const [found] = await clubs.gateway.searchPeople(south(), { lastName: 'Одновременный' });
    const tied = Array.from({ length: 4 }, () =>
      clubs.gateway.create(south(), 'member', { person: { id: found?.id } }),
    );
    expect(await outcome(tied)).toEqual(['FACET_EXISTS', 'FACET_EXISTS', 'FACET_EXISTS', 'made']);
  });
});
