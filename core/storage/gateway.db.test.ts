import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aMember, type Clubs, refusal, someClubs } from './testing/club.ts';

let clubs: Clubs;
beforeAll(async () => {
  clubs = await someClubs();
});
afterAll(() => clubs.close());

describe('opening a card', () => {
  test('gives fields, labels, version, rights and completeness', async () => {
    const head = clubs.actor('club-head');
    const made = await aMember(clubs, {
      person: { lastName: 'Щёголев', snils: '112-233-445 95' },
      phone: '8 (861) 222-33-44',
      residence: { city: 'Посёлок Лесной', street: 'Мира' },
      size: 'm',
      skills: ['run', 'swim'],
      fee: 0.07,
      awards: [{ name: 'Кубок', level: 's' }],
    });
    const opened = await clubs.gateway.open(head, 'member', made.id);
    expect(opened).toMatchObject({
      id: made.id,
      version: '1-1',
      person: { lastName: 'Щёголев', firstName: 'Пётр', snils: '11223344595', birthDate: '2015-03-04' },
      phone: '+78612223344',
      residence: { city: 'Посёлок Лесной', street: 'Мира' },
      fee: 0.07,
      skills: ['run', 'swim'],
      awards: [{ name: 'Кубок', level: 's' }],
      labels: { '': 'Щёголев Пётр', size: 'Средний', skills: 'Бег, Плавание', 'awards.0.level': 'Малый' },
    });
    expect(opened).not.toHaveProperty('registration');
    expect(opened).not.toHaveProperty('nickname');
    expect(opened.allowed).toMatchObject({ update: true, delete: true });
    expect(opened.allowed.write).toContain('residence.city');
    expect(opened.allowed.write).not.toContain('currentGroup');
    expect(opened.completeness?.filled).toBeGreaterThan(5);
    await clubs.gateway.open(head, 'member', made.id, { include: ['permits'] });
    const noted = await clubs.owner(
      'select action, entity, records, details from audit where record_id = $1 and action = $2 order by id',
      [made.id, 'view'],
    );
    const view = { action: 'view', entity: 'member', records: 1 };
    expect(noted).toEqual([
      { ...view, details: {} },
      { ...view, details: { include: ['permits'] } },
    ]);
  });

  test('another organisation’s card is not found', async () => {
    const made = await aMember(clubs);
    expect(
      await refusal(clubs.gateway.open(clubs.actor('club-head', 'south'), 'member', made.id)),
    ).toMatchObject({
      code: 'NOT_FOUND',
      status: 404,
    });
    expect(await refusal(clubs.gateway.open(clubs.actor('club-head'), 'member', 'not-an-id'))).toMatchObject({
      status: 404,
    });
    expect(await refusal(clubs.gateway.open(clubs.actor('club-head'), 'nothing', made.id))).toMatchObject({
      status: 404,
    });
  });

  test('brings the organisation and its authority, and refuses what it does not know', async () => {
    const head = clubs.actor('club-head');
    const made = await aMember(clubs);
    const opened = await clubs.gateway.open(head, 'member', made.id, { include: ['organisation.parent'] });
    expect(opened.related?.organisation).toMatchObject({
      name: 'Северный клуб',
      related: { parent: { name: 'Город' } },
      allowed: { update: false },
    });
    for (const include of [
      ['nothing'],
      ['contactships.nothing'],
      ['contactships.contact.relatives'],
      ['phone'],
    ])
      expect(await refusal(clubs.gateway.open(head, 'member', made.id, { include }))).toMatchObject({
        code: 'FIELD_UNKNOWN',
        status: 400,
      });
    const organisation = await clubs.gateway.open(head, 'organisation', String(clubs.organisations.town));
    expect(organisation).toMatchObject({ name: 'Город', labels: { parent: 'Край' } });
    const [far] = await clubs.owner<{ id: number }>(
      `insert into organisation (id, name, full_name, level, parent_id) overriding system value
       values (1203, 'Дальний', 'Дальний', 'organisation', $1) returning id`,
      [clubs.organisations.town],
    );
    expect(await clubs.gateway.open(head, 'organisation', String(far?.id))).toMatchObject({
      name: 'Дальний',
    });
    // G5: what is no number of an organisation does not reach the database.
    for (const id of ['x1', '1x', '01', '0', '-1', '1.5', ' 1', '12345678901', made.id])
      expect(await refusal(clubs.gateway.open(head, 'organisation', id)), id).toMatchObject({ status: 404 });
  });

  test('keeps the marks «нет» of fields that the reader does not see', async () => {
    const head = clubs.actor('club-head');
    const made = await aMember(clubs, { absent: ['phone'] });
    expect(made.absent).toEqual(['phone']);
    const noted = { absent: [] };
    expect(
      await refusal(
        clubs.gateway.patch(clubs.actor('club-inspector', 'town'), 'member', made.id, made.version, noted),
      ),
    ).toMatchObject({ status: 403 });
    const cleared = await clubs.gateway.patch(head, 'member', made.id, made.version, noted);
    expect(cleared).not.toHaveProperty('absent');
  });
});
