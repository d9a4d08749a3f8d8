import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Actor } from '../../access/actor.ts';
import type { RecordAnswer } from '../gateway.types.ts';
import { aMember, type Clubs, refusal, someClubs } from '../testing/club.ts';
import type { RequestDetail } from './request.types.ts';

let clubs: Clubs;
let child: RecordAnswer;
let motherPerson: string;

beforeAll(async () => {
  clubs = await someClubs();
});
afterAll(() => clubs.close());

beforeEach(async () => {
  await clubs.owner("update change_request set state = 'withdrawn' where state = 'open'");
  child = await aMember(clubs, {
    person: { lastName: 'Детский' },
    phone: '89001112233',
    fee: 11,
    contactships: [
      { kinship: 'mother', contact: { person: { lastName: 'Мать', firstName: 'Своя', isNew: true } } },
    ],
  });
  const opened = await clubs.gateway.open(head(), 'member', child.id, { include: ['contactships.contact'] });
  motherPerson = (opened.contactships as RecordAnswer[])[0]?.related?.contact?.person?.id as string;
});

const user = (last: string) => `00000000-0000-7000-8000-0000000000${last}`;
const head = () => clubs.actor('club-head');
const south = () => clubs.actor('club-head', 'south', { userId: user('05'), name: 'Южная Ю. Ю.' });
const clerk = () => clubs.actor('club-clerk', 'north', { userId: user('03'), name: 'Писарь П. П.' });
const coach = () => clubs.actor('club-coach', 'north', { userId: user('04') });
const mother = (more: Partial<Actor> = {}) =>
  clubs.actor('club-relative', 'north', {
    personId: motherPerson,
    userId: user('02'),
    name: 'Мать С. С.',
    ...more,
  });
const requests = () => clubs.gateway.requests;
const propose = (patch: Record<string, unknown>, who = mother(), id = child.id) =>
  requests().propose(who, 'member', id, { patch, reason: 'сменили номер' });
const incoming = async (who: Actor, state: 'open' | 'closed' = 'open') =>
  (await requests().list(who, { box: 'incoming', state }, 'ru')).items;
const opened = (who: Actor, id: string): Promise<RequestDetail> => requests().open(who, id, 'ru');
const member = () => clubs.gateway.open(head(), 'member', child.id);

describe('S004-4.5 a change that somebody reports who may not make it', () => {
  test('waits for whoever may make it, shows what differs, and is made in their name', async () => {
    expect((await clubs.gateway.open(mother(), 'member', child.id)).allowed).toMatchObject({
      update: false,
      request: expect.arrayContaining(['phone', 'person.lastName']),
    });
    const id = await propose({ phone: '8 900 999 88 77' });
    expect(await requests().count(clerk())).toEqual({ incoming: 1, outgoing: 0 });
    expect(await requests().count(mother())).toEqual({ incoming: 0, outgoing: 1 });
    expect(await incoming(clerk())).toMatchObject([
      {
        id,
        kind: 'card',
        by: 'Мать С. С.',
        reason: 'сменили номер',
        recordId: child.id,
        label: 'Детский Пётр',
        fields: [{ path: 'phone', title: 'Телефон', before: '+79001112233', proposed: '+79009998877' }],
      },
    ]);
    expect((await member()).phone).toBe('+79001112233');
    const seen = await opened(clerk(), id);
    expect(seen).toMatchObject({
      may: { decide: true, withdraw: false },
      fields: [{ present: '+79001112233' }],
    });
    await requests().approve(clerk(), id, { version: seen.version });
    expect((await member()).phone).toBe('+79009998877');
    const [entry] = await clubs.gateway.history(head(), 'member', child.id);
    expect(entry).toMatchObject({
      by: 'Писарь П. П.',
      reason: 'По предложению: Мать С. С., Северный клуб. сменили номер',
      fields: [{ path: 'phone', from: '+79001112233', to: '+79009998877' }],
    });
    expect(
      (await requests().list(mother(), { box: 'outgoing', state: 'closed' }, 'ru')).items[0],
    ).toMatchObject({
      id,
      state: 'approved',
      decidedBy: 'Писарь П. П.',
    });
    expect(await incoming(clerk())).toEqual([]);
    expect((await incoming(clerk(), 'closed')).map(one => one.id)).toContain(id);
  });

  test('G3 names no field that its maker cannot read, and only those opened for it', async () => {
    for (const path of ['fee', 'diagnosis', 'nothing'])
      expect(await refusal(propose({ [path]: '1' }))).toMatchObject({
        code: 'FIELD_UNKNOWN',
        places: [`/patch/${path} FIELD_UNKNOWN`],
      });
    expect(await refusal(propose({ currentGroup: child.id, phone: null }))).toMatchObject({
      places: ['/patch/currentGroup READONLY'],
    });
    expect(await refusal(propose({ contactships: [] }))).toMatchObject({ status: 422 });
    expect(await refusal(propose({ phone: '12' }))).toMatchObject({
      status: 422,
      places: [expect.stringMatching('^/patch/phone ')],
    });
    expect(await refusal(propose({ phone: '89001112233' }))).toMatchObject({ places: ['/patch REQUIRED'] });
    expect(await refusal(propose({ phone: null }, coach()))).toMatchObject({ status: 400 });
    const stranger = await aMember(clubs, { person: { lastName: 'Чужой' } });
    expect(await refusal(propose({ phone: null }, mother(), stranger.id))).toMatchObject({
      code: 'NOT_FOUND',
    });
    expect(await refusal(propose({ phone: '8 900 999 88 77' }, clerk()))).toMatchObject({
      code: 'REQUEST_NEEDLESS',
    });
  });

  test('is out of reach for who may not write the fields, of another organisation too', async () => {
    const id = await propose({ phone: '8 900 999 88 77' });
    for (const who of [coach(), south(), clubs.actor('club-inspector', 'town')]) {
      expect(await incoming(who)).toEqual([]);
      expect(await refusal(opened(who, id))).toMatchObject({ code: 'NOT_FOUND' });
      expect(await refusal(requests().approve(who, id, {}))).toMatchObject({ code: 'NOT_FOUND' });
      expect(await refusal(requests().refuse(who, id, 'нет'))).toMatchObject({ code: 'NOT_FOUND' });
      expect(await refusal(requests().withdraw(who, id))).toMatchObject({ code: 'NOT_FOUND' });
    }
    expect(await refusal(requests().approve(mother(), id, {}))).toMatchObject({ code: 'NOT_FOUND' });
    expect(
      await clubs.database.scoped(south(), tx =>
        tx.query({ text: 'select id from change_request', values: [] }),
      ),
    ).toEqual([]);
  });

  test('is refused with a reason, withdrawn by its maker, decided once', async () => {
    const refused = await propose({ phone: '8 900 999 88 77' });
    expect(await refusal(propose({ phone: '8 900 111 00 00' }))).toMatchObject({ code: 'REQUEST_OPEN' });
    expect(await refusal(requests().refuse(clerk(), refused, ' '))).toMatchObject({
      places: ['/comment REQUIRED'],
    });
    await requests().refuse(clerk(), refused, 'номер не отвечает');
    expect(await opened(mother(), refused)).toMatchObject({
      state: 'refused',
      comment: 'номер не отвечает',
      may: { decide: false, withdraw: false },
    });
    expect(await refusal(requests().approve(clerk(), refused, {}))).toMatchObject({ code: 'REQUEST_CLOSED' });
    const taken = await propose({ phone: '8 900 999 88 77' });
    await requests().withdraw(mother(), taken);
    expect(await refusal(requests().withdraw(mother(), taken))).toMatchObject({ code: 'REQUEST_CLOSED' });
    const third = await propose({ phone: '8 900 999 88 77' });
    const tries = [clerk(), head(), clerk()].map(who => requests().approve(who, third, {}));
    const outcome = (await Promise.allSettled(tries)).map(one =>
      one.status === 'fulfilled' ? 'done' : one.reason.code,
    );
    expect(outcome.sort()).toEqual(['REQUEST_CLOSED', 'REQUEST_CLOSED', 'done']);
    expect((await member()).version).toBe('2-1');
  });

  test('of a card that has changed meanwhile asks about each field; a version that is gone is told', async () => {
    const id = await propose({ phone: '8 900 999 88 77', person: { middleName: 'Новый' } });
    const seen = await opened(clerk(), id);
    const card = await member();
    await clubs.gateway.patch(head(), 'member', child.id, card.version, { phone: '89005556677' });
    expect(await refusal(requests().approve(clerk(), id, { version: seen.version }))).toMatchObject({
      code: 'STALE',
    });
    const conflict = await refusal(requests().approve(clerk(), id, {}));
    expect(conflict).toMatchObject({ code: 'REQUEST_CONFLICT', status: 409 });
    expect(conflict.members.fields).toMatchObject([
      { path: 'phone', before: '+79001112233', present: '+79005556677', proposed: '+79009998877' },
    ]);
    expect(
      await refusal(requests().approve(clerk(), id, { keep: ['phone', 'person.middleName'] })),
    ).toMatchObject({
      status: 422,
    });
    await requests().approve(clerk(), id, { keep: ['phone'] });
    expect(await member()).toMatchObject({ phone: '+79005556677', person: { middleName: 'Новый' } });
    expect(await opened(mother(), id)).toMatchObject({ state: 'approved', kept: ['phone'] });
  });

  test('goes with the card it was about', async () => {
    const id = await propose({ phone: '8 900 999 88 77' });
    await clubs.gateway.patch(head(), 'member', child.id, (await member()).version, { contactships: [] });
    await clubs.gateway.remove(head(), 'member', child.id, (await member()).version);
    expect(await incoming(clerk())).toEqual([]);
    expect(await opened(mother(), id)).toMatchObject({
      state: 'refused',
      comment: 'Карточка удалена',
      label: '',
    });
  });
});

describe('S001-5.3 identity that another organisation knows too', () => {
  const shared = async () => {
    const linked = await clubs.gateway.create(south(), 'member', {
      person: { id: child.person?.id },
      phone: '89008887766',
    });
    return linked.id;
  };

  test('is changed when the other organisation confirms, by whoever may change it there', async () => {
    const linked = await shared();
    const patch = { person: { lastName: 'Иной' } };
    expect(
      await refusal(clubs.gateway.patch(head(), 'member', child.id, (await member()).version, patch)),
    ).toMatchObject({ code: 'PERSON_SHARED' });
    const id = await requests().propose(head(), 'member', child.id, { patch, reason: 'свидетельство' });
    expect(await incoming(head())).toEqual([]);
    expect(await incoming(clerk())).toEqual([]);
    expect(await incoming(south())).toMatchObject([
      { id, kind: 'person', organisation: 'Северный клуб', recordId: linked, label: 'Детский Пётр' },
    ]);
    expect(await opened(head(), id)).toMatchObject({
      voices: [{ organisation: 'Южный клуб', state: 'open' }],
      may: { decide: false, withdraw: true },
    });
    await requests().approve(south(), id, {});
    expect((await member()).person).toMatchObject({ lastName: 'Иной' });
    expect((await clubs.gateway.history(head(), 'member', child.id))[0]).toMatchObject({
      of: 'person',
      by: 'Южная Ю. Ю.',
      reason: 'По предложению: Петрова А. Б., Северный клуб. свидетельство',
    });
    expect(await opened(head(), id)).toMatchObject({
      state: 'approved',
      voices: [{ organisation: 'Южный клуб', state: 'approved', by: 'Южная Ю. Ю.' }],
    });
  });

  test('stays when one of the organisations refuses', async () => {
    await shared();
    const id = await requests().propose(head(), 'member', child.id, { patch: { person: { sex: 'f' } } });
    await requests().refuse(south(), id, 'у нас паспорт');
    expect((await member()).person).toMatchObject({ sex: 'm' });
    expect(await opened(head(), id)).toMatchObject({ state: 'refused', comment: 'у нас паспорт' });
  });

  test('proposed by a parent goes on as a proposal of its own, without anything else of the card', async () => {
    const linked = await shared();
    const id = await propose({ phone: '8 900 999 88 77', person: { lastName: 'Иной' } });
    await requests().approve(clerk(), id, {});
    expect(await member()).toMatchObject({ phone: '+79009998877', person: { lastName: 'Детский' } });
    const [passed] = await incoming(south());
    expect(passed).toMatchObject({ kind: 'person', by: 'Мать С. С.', recordId: linked });
    expect(JSON.stringify(passed)).not.toContain('+7900');
    for (const who of [mother(), clerk()])
      expect((await requests().list(who, { box: 'outgoing', state: 'open' }, 'ru')).items).toMatchObject([
        { id: passed?.id, voices: [{ state: 'open' }] },
      ]);
    await requests().approve(south(), String(passed?.id), {});
    expect((await member()).person).toMatchObject({ lastName: 'Иной' });
  });

  test('noted in the audit by names of fields, without values', async () => {
    await shared();
    const id = await requests().propose(head(), 'member', child.id, {
      patch: { person: { lastName: 'Тайный' } },
    });
    await requests().approve(south(), id, {});
    const rows = await clubs.owner<{ action: string; details: object }>(
      "select action, details from audit where details ->> 'request' = $1 order by id",
      [id],
    );
    expect(rows.map(row => row.action)).toEqual(['request-add', 'request-approve']);
    expect(JSON.stringify(rows)).not.toContain('Тайный');
    expect(rows[0]?.details).toMatchObject({ fields: ['person.lastName'] });
  });
});
