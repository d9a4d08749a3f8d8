/** Guards that the random questions of the oracle test reach only by luck: each here by name. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Actor } from '../../core/access/actor.ts';
import type { Catalogue, Entity, Grant, Relation } from '../../core/catalogue/types.ts';
import { compileValidators } from '../../core/catalogue/validation.ts';
import { Gateway } from '../../core/storage/gateway.ts';
import type { RecordAnswer } from '../../core/storage/gateway.types.ts';
import { aMember, type Clubs, refusal, someClubs } from '../../core/storage/testing/club.ts';
import { testSecret } from '../support/database.ts';

let clubs: Clubs;
let leader: RecordAnswer;
let own: RecordAnswer;
let alien: RecordAnswer;

const line = (toGroup: string) => [{ kind: 'join', effectiveOn: '2026-09-01', toGroup }];

beforeAll(async () => {
  clubs = await someClubs();
  const head = clubs.actor('club-head');
  leader = await clubs.gateway.create(head, 'leader', {
    person: { lastName: 'Тренеров', firstName: 'Иван', isNew: true },
  });
  own = await clubs.gateway.create(head, 'club-group', { grade: 1, letter: 'А', leader: leader.id });
  alien = await clubs.gateway.create(head, 'club-group', { grade: 2, letter: 'Б' });
  for (const [place, group] of [own, alien, own, alien, own, alien].entries())
    await aMember(clubs, {
      person: { lastName: `Участник-${'АБВГДЕ'[place]}` },
      memberships: line(group.id),
      rank: 1,
    });
});
afterAll(() => clubs.close());

const grant = (more: Partial<Grant>): Grant => ({
  role: 'club-guest',
  entity: 'member',
  actions: ['read'],
  rows: 'organisation',
  fields: '*',
  period: 'any',
  ...more,
});

const mine = { op: '=', args: [{ property: 'currentGroup.leader.person' }, { actor: 'person' }] } as const;

/** A gateway in which a role of its own has just these grants. */
function under(first: Catalogue | Grant, ...rest: Grant[]): { gateway: Gateway; guest: Actor } {
  const [base, grants] = 'entities' in first ? [first, rest] : [clubs.catalogue, [first, ...rest]];
  const catalogue: Catalogue = { ...base, grants };
  const { database } = clubs;
  const validators = compileValidators(catalogue);
  return {
    gateway: new Gateway({ database, catalogue, validators, secret: testSecret }),
    guest: clubs.actor('club-guest', 'north', { personId: leader.person?.id as string }),
  };
}

describe('rows', () => {
  test('AZ2 no page of a list goes beyond the rows of the role, whatever it is sorted by', async () => {
    const { gateway, guest } = under(grant({ rows: mine as never }));
    for (const sort of [
      'rank',
      '-size',
      'rank,-fee',
      'currentGroup',
      'person.lastName',
      'person.middleName',
    ]) {
      const seen: string[] = [];
      for (let after: string | undefined; ; ) {
        const page = await gateway.list(guest, 'member', {
          sort,
          limit: 1,
          fields: ['person.lastName'],
          ...(after ? { after } : {}),
        });
        seen.push(...page.items.map(item => String(item.label)));
        after = page.next;
        if (!after) break;
      }
      expect(seen.toSorted(), sort).toEqual(['Участник-А Пётр', 'Участник-В Пётр', 'Участник-Д Пётр']);
    }
  });

  test('AZ2 G3 a page begins after a name that is masked as after one that is not', async () => {
    const { gateway, guest } = under(
      grant({ fields: { read: ['rank'], write: [] } }),
      grant({ rows: mine as never, fields: { read: ['person'], write: [] } }),
    );
    for (const sort of ['person.lastName', '-person.lastName', 'person']) {
      const labels: string[] = [];
      for (let after: string | undefined; ; ) {
        const page = await gateway.list(guest, 'member', { sort, limit: 2, ...(after ? { after } : {}) });
        labels.push(...page.items.map(item => String(item.label)));
        after = page.next;
        if (!after) break;
      }
      const named = ['Участник-А Пётр', 'Участник-В Пётр', 'Участник-Д Пётр'];
      expect(labels, sort).toEqual([...(sort.startsWith('-') ? named.toReversed() : named), '', '', '']);
    }
  });

  test('AZ1 a statement made for one organisation does not serve who has several, nor the other way round', async () => {
    const { gateway } = under(grant({ entity: 'club-group', rows: 'subtree' }));
    const far = await clubs.gateway.create(clubs.actor('club-head', 'south'), 'club-group', {
      grade: 9,
      letter: 'Ю',
    });
    const { north, south, town } = clubs.organisations;
    const seen = async (...organisationIds: number[]) => {
      const actor = clubs.actor('club-guest', 'north', { organisationIds });
      const { items } = await gateway.list(actor, 'club-group', { fields: ['letter'], limit: 100 });
      const opened = await Promise.all(
        [own.id, far.id].map(id =>
          gateway.open(actor, 'club-group', id).then(
            () => id,
            () => undefined,
          ),
        ),
      );
      return [own.id, far.id].map((id, index) => [items.some(item => item.id === id), opened[index] === id]);
    };
    const yes = [true, true];
    const no = [false, false];
    expect(await seen(north)).toEqual([yes, no]);
    expect(await seen(north, south)).toEqual([yes, yes]);
    expect(await seen(south)).toEqual([no, yes]);
    expect(await seen(south, town)).toEqual([no, yes]);
    expect(await seen(town, north, south)).toEqual([yes, yes]);
    expect(await seen()).toEqual([no, no]);
  });

  test('AZ2 conditions joined by «or» in rows, filters and search stay within the organisation', async () => {
    const south = clubs.actor('club-head', 'south');
    const either = {
      op: 'or',
      args: [
        { op: '=', args: [{ property: 'rank' }, 1] },
        { op: 'isNull', args: [{ property: 'fee' }] },
      ],
    } as const;
    for (const query of [
      { filter: either as never },
      { q: 'Участник' },
      { filter: either as never, q: 'Участник' },
    ])
      expect((await clubs.gateway.list(south, 'member', query)).items).toEqual([]);
  });
});

test('AZ1 a tuple of one’s own card opens nothing where cards stand for nobody', async () => {
  const { gateway, guest } = under(grant({ entity: 'club-group', rows: 'self' }));
  expect((await gateway.list(guest, 'club-group', { count: 'exact' })).count).toBe(0);
  expect(await refusal(gateway.open(guest, 'club-group', own.id))).toMatchObject({ status: 404 });
});

describe('fields', () => {
  const names = grant({ fields: { read: ['person.lastName', 'person.firstName'], write: [] } });

  test('G3 who may not see where a card points does not find it from the other end', async () => {
    const { gateway, guest } = under(
      names,
      grant({ rows: mine as never, fields: { read: ['currentGroup'], write: [] } }),
      grant({ entity: 'club-group' }),
    );
    const members = async (id: string) =>
      (await gateway.open(guest, 'club-group', id, { include: ['members'] })).members as unknown[];
    expect(await members(own.id)).toHaveLength(3);
    expect(await members(alien.id)).toHaveLength(0);
    const counted = async (least: number) =>
      (
        await gateway.list(guest, 'club-group', {
          filter: { op: '>=', args: [{ rollup: 'members', fn: 'count' }, least] },
          fields: ['letter'],
        })
      ).items.map(item => item.letter);
    expect(await counted(0)).toEqual(['А', 'Б']);
    expect(await counted(1)).toEqual(['А']);
  });

  test('G3 the completeness of a card counts only fields that are open in that very card', async () => {
    const { gateway, guest } = under(
      names,
      grant({ rows: mine as never, fields: { read: ['rank'], write: [] } }),
      grant({
        rows: { op: '=', args: [{ property: 'insured' }, true] },
        fields: { read: ['rank', 'fee', 'person'], write: [] },
      }),
    );
    const filled = async (least: number) =>
      (
        await gateway.list(guest, 'member', {
          filter: { op: '>', args: [{ op: 'filled', args: [] }, least] },
          limit: 100,
        })
      ).items.length;
    expect(await filled(1)).toBe(6);
    expect(await filled(2)).toBe(3);
    expect(await filled(3)).toBe(0);
  });

  test('G3 a part of a card that is closed is not counted as missing', async () => {
    const entities = new Map(clubs.catalogue.entities);
    const member = entities.get('member') as Entity;
    const part = member.relations.get('contactships') as Relation;
    const relations = new Map(member.relations).set('contactships', { ...part, counts: true });
    entities.set('member', { ...member, relations });
    const total = async (base: Catalogue, ...more: Grant[]) => {
      const { gateway, guest } = under(base, grant({}), ...more);
      const { items } = await gateway.list(guest, 'member', { limit: 1 });
      const of = (await gateway.open(guest, 'member', String(items[0]?.id))).completeness?.total ?? 0;
      const filter = { op: '=', args: [{ op: 'fillable', args: [] }, of] } as const;
      const id = { op: '=', args: [{ property: 'id' }, String(items[0]?.id)] } as const;
      const both = { op: 'and', args: [filter, id] } as const;
      const { count } = await gateway.list(guest, 'member', { filter: both as never, count: 'exact' });
      return [of, count];
    };
    const [plain] = await total(clubs.catalogue);
    const counting = { ...clubs.catalogue, entities };
    expect(await total(counting)).toEqual([plain, 1]);
    expect(await total(counting, grant({ entity: 'contactship', rows: 'region' }))).toEqual([
      Number(plain) + 1,
      1,
    ]);
    const blind = grant({ entity: 'contactship', fields: { read: ['kinship'], write: [] } });
    expect(await total(counting, blind)).toEqual([Number(plain) + 1, 1]);
  });

  test('AZ3 behind a card that is not seen there is no organisation either', async () => {
    const { gateway, guest } = under(
      grant({ fields: '*' }),
      grant({
        entity: 'club-group',
        rows: {
          op: '=',
          args: [{ property: 'grade' }, 1],
        },
      }),
    );
    const path = 'currentGroup.organisation.name';
    const { items } = await gateway.list(guest, 'member', { fields: [path], sort: 'person.lastName' });
    const shown = items.map(item => JSON.stringify(item.related ?? null));
    expect(shown.filter(text => text.includes('Северный'))).toHaveLength(3);
    expect(shown.filter(text => text === 'null')).toHaveLength(3);
  });

  test('AZ3 PL2 a card of a module that is switched off is out of reach through the cards of others', async () => {
    const entities = new Map(clubs.catalogue.entities);
    entities.set('leader', { ...entities.get('leader'), plugin: 'other' } as Entity);
    const all = [grant({ entity: 'club-group' }), grant({ entity: 'leader' })];
    const reached = async (...plugins: string[]) => {
      const { gateway, guest } = under({ ...clubs.catalogue, entities }, ...all);
      const actor = { ...guest, plugins: new Set(plugins) };
      const card = await gateway.open(actor, 'club-group', own.id);
      const refused = await Promise.all(
        [
          gateway.list(actor, 'club-group', { fields: ['leader.phone'] }),
          gateway.list(actor, 'club-group', { sort: 'leader.person.lastName' }),
          gateway.list(actor, 'club-group', {
            filter: { op: 'isNull', args: [{ property: 'leader.phone' }] },
          }),
          gateway.open(actor, 'club-group', own.id, { include: ['leader'] }),
        ].map(call =>
          call.then(
            () => 'answered',
            (error: { code: string }) => error.code,
          ),
        ),
      );
      const { items } = await gateway.list(actor, 'club-group', { sort: 'leader', fields: ['leader'] });
      return [
        card.labels.leader,
        new Set(refused),
        items.some(item => JSON.stringify(item).includes('Тренеров')),
      ];
    };
    expect(await reached('club', 'other')).toEqual(['Тренеров Иван', new Set(['answered']), true]);
    expect(await reached('club')).toEqual([undefined, new Set(['FIELD_UNKNOWN']), false]);
  });

  test('G3 the number of a person is closed where everything of the person is', async () => {
    const { gateway, guest } = under(
      grant({ rows: mine as never, fields: { read: ['person'], write: [] } }),
      grant({ fields: { read: ['rank'], write: [] } }),
    );
    const { items } = await gateway.list(guest, 'member', {
      fields: ['rank'],
      limit: 10,
    });
    const cards = await Promise.all(items.map(item => gateway.open(guest, 'member', String(item.id))));
    expect(cards.filter(card => card.person !== undefined)).toHaveLength(3);
  });
});

test('S001-П1-1.2 the history of a card of the whole region is open to whoever may read the card', async () => {
  const region = clubs.actor('region-admin', 'region');
  const activity = await clubs.gateway.create(region, 'activity', { name: 'Бокс' });
  const head = clubs.actor('club-head');
  const [entry] = await clubs.gateway.history(head, 'activity', activity.id);
  expect(entry?.fields.map(field => [field.path, field.to])).toEqual([['name', 'Бокс']]);
});

test('RP3 S001-5.9 S001-П1-1.3 the database itself shows nothing of a card, a person or a change without the scope, and no foreign ones', async () => {
  const south = await aMember(clubs, { person: { lastName: 'Южный' } }, clubs.actor('club-head', 'south'));
  const tables = ['member', 'club_group', 'membership', 'facet', 'person', 'change'];
  const idOf: Record<string, string> = { facet: 'record_id', person: 'id::text', change: 'record_id' };
  const personId = south.person?.id;
  for (const table of tables) {
    const text = `select ${idOf[table] ?? 'id'}::text as id from ${table}${table === 'change' ? " where entity in ('member', 'person', 'membership')" : ''}`;
    const read = (organisationIds: number[]) =>
      clubs.database.read<{ id: string }>({ organisationIds, everywhere: false }, { text, values: [] });
    expect(await read([]), table).toEqual([]);
    const northern = await read([clubs.organisations.north]);
    expect(northern.length, table).toBeGreaterThan(0);
    expect(
      northern.map(row => row.id),
      table,
    ).not.toContain(south.id);
    expect(
      northern.map(row => row.id),
      table,
    ).not.toContain(personId);
  }
});

describe('writing', () => {
  test('AZ9 a reference to what the actor may not see is a reference to nothing', async () => {
    const { gateway, guest } = under(
      grant({ entity: 'club-group', actions: ['read', 'create'] }),
      grant({ entity: 'leader', rows: 'self' }),
    );
    const other = await clubs.gateway.create(clubs.actor('club-head'), 'leader', {
      person: { lastName: 'Другой', firstName: 'Лев', isNew: true },
    });
    const foreign = await clubs.gateway.create(clubs.actor('club-head', 'south'), 'leader', {
      person: { lastName: 'Дальний', firstName: 'Пётр', isNew: true },
    });
    for (const id of [other.id, foreign.id])
      expect(
        await refusal(gateway.create(guest, 'club-group', { grade: 5, letter: 'Я', leader: id })),
      ).toMatchObject({ status: 422, places: ['/leader REFERENCE'] });
    // G5: what is no number at all does not reach the database.
    const wrong = await refusal(
      gateway.create(guest, 'club-group', { grade: 5, letter: 'Я', leader: 'nobody' }),
    );
    expect(wrong).toMatchObject({ status: 422 });
    expect(wrong.places).toContain('/leader REFERENCE');
    const made = await gateway.create(guest, 'club-group', { grade: 5, letter: 'Я', leader: leader.id });
    expect(made.leader).toBe(leader.id);
  });

  test('AZ1 nobody writes a card into the own rows, nor out of them', async () => {
    const ofOwnLeader = { op: '=', args: [{ property: 'leader.person' }, { actor: 'person' }] } as const;
    const { gateway, guest } = under(
      grant({ entity: 'leader' }),
      grant({ entity: 'club-group' }),
      grant({ entity: 'club-group', actions: ['update'], rows: ofOwnLeader as never }),
    );
    const patched = async (group: RecordAnswer, change: object) => {
      const { version } = await gateway.open(guest, 'club-group', group.id);
      return gateway.patch(guest, 'club-group', group.id, version, change);
    };
    expect(await refusal(patched(alien, { leader: leader.id }))).toMatchObject({ status: 403 });
    expect(await refusal(patched(own, { leader: null }))).toMatchObject({ status: 403 });
    expect(await patched(own, { budget: 10 })).toMatchObject({ budget: 10 });
  });

  test('AZ4 of a change the fields are named that are closed in that very card, and no others', async () => {
    const { gateway, guest } = under(
      grant({}),
      grant({
        actions: ['update'],
        rows: mine as never,
        fields: { read: [], write: ['rank', 'fee', 'size'] },
      }),
      grant({ actions: ['update'], fields: { read: [], write: ['fee'] } }),
    );
    const { items } = await gateway.list(guest, 'member', {
      filter: { op: '=', args: [{ property: 'currentGroup' }, alien.id] },
    });
    const member = await gateway.open(guest, 'member', String(items[0]?.id));
    expect(member.allowed.write).toEqual(['fee']);
    const patched = (change: object) => gateway.patch(guest, 'member', member.id, member.version, change);
    const refused = await refusal(patched({ fee: 5, rank: 2, size: 's' }));
    expect(refused).toMatchObject({ code: 'FORBIDDEN', status: 403 });
    expect(refused.places).toEqual(['/rank FORBIDDEN', '/size FORBIDDEN']);
    expect(refused.detail).toBe('В этой карточке вам нельзя менять: «Разряд», «Размер»');
    expect(await patched({ fee: 5 })).toMatchObject({ fee: 5 });
  });

  test('AZ1 who may only add a card is told its number and nothing else of it', async () => {
    const { gateway, guest } = under(grant({ entity: 'club-group', actions: ['create'] }));
    const made = await gateway.create(guest, 'club-group', { grade: 7, letter: 'Ж', budget: 7 });
    expect(made).toEqual({
      id: made.id,
      version: '1',
      allowed: { update: false, delete: false, write: [] },
      labels: {},
    });
    expect(await refusal(gateway.open(guest, 'club-group', made.id))).toMatchObject({ status: 403 });
    const head = clubs.actor('club-head');
    expect(await clubs.gateway.open(head, 'club-group', made.id)).toMatchObject({ grade: 7, budget: 7 });
  });

  test('AZ1 what a level above removes goes from the organisation it belongs to, with what follows from it', async () => {
    const { gateway } = under(
      grant({ entity: 'membership', actions: ['read', 'delete'], rows: 'region' }),
      grant({ rows: 'region' }),
    );
    const region = clubs.actor('club-guest', 'region');
    const head = clubs.actor('club-head');
    const member = await aMember(clubs, { person: { lastName: 'Снятый' }, memberships: line(own.id) });
    const { memberships } = await clubs.gateway.open(head, 'member', member.id, { include: ['memberships'] });
    const [only] = memberships as RecordAnswer[];
    await gateway.remove(region, 'membership', only?.id ?? '', only?.version ?? '');
    const after = await clubs.gateway.open(head, 'member', member.id, { include: ['memberships'] });
    expect(after.memberships).toEqual([]);
    expect(after).not.toHaveProperty('currentGroup');
    expect(
      await clubs.owner("select organisation_id from change where record_id = $1 and action = 'delete'", [
        only?.id,
      ]),
    ).toEqual([{ organisation_id: clubs.organisations.north }]);
  });

  test('AZ1 a right to lines of a card is no right to change the card', async () => {
    const { gateway, guest } = under(
      grant({}),
      grant({ entity: 'membership', actions: ['read', 'create'] }),
      grant({ entity: 'club-group' }),
    );
    const { items } = await gateway.list(guest, 'member', { limit: 1 });
    const id = String(items[0]?.id);
    const patched = async (change: object) =>
      gateway.patch(guest, 'member', id, (await gateway.open(guest, 'member', id)).version, change);
    const { memberships } = await gateway.open(guest, 'member', id, { include: ['memberships'] });
    const lines = [
      ...(memberships as RecordAnswer[]).map(({ id: line }) => ({ id: line })),
      { kind: 'move', effectiveOn: '2026-10-01', toGroup: own.id },
    ];
    for (const change of [{ rank: 5 }, { rank: 5, memberships: lines }, { memberships: lines, absent: [] }])
      expect(await refusal(patched(change)), JSON.stringify(Object.keys(change))).toMatchObject({
        code: 'FORBIDDEN',
        status: 403,
      });
    expect(await patched({ memberships: lines })).toMatchObject({ currentGroup: own.id });
  });

  test('IE5 files are read by who may read the whole card, and changed by who may change it', async () => {
    const files = (purpose: 'read' | 'update', one: Grant) => {
      const { gateway, guest } = under(one);
      return gateway.withCard(guest, 'club-group', own.id, purpose, async (_, card) => card.id);
    };
    const reading = grant({ entity: 'club-group' });
    expect(await files('read', reading)).toBe(own.id);
    const refused = { code: 'FORBIDDEN', status: 403 };
    expect(await refusal(files('update', reading))).toMatchObject(refused);
    expect(await files('update', grant({ entity: 'club-group', actions: ['read', 'update'] }))).toBe(own.id);
    const some = grant({
      entity: 'club-group',
      actions: ['read', 'update'],
      fields: { read: [], write: ['grade', 'letter'] },
    });
    expect(await refusal(files('read', some))).toMatchObject(refused);
  });

  test('AZ9 a card sent in place of a reference changes none that the actor does not see', async () => {
    const other = await clubs.gateway.create(clubs.actor('club-head'), 'leader', {
      person: { lastName: 'Скрытый', firstName: 'Лев', isNew: true },
      phone: '89001110000',
    });
    const groups = grant({ entity: 'club-group', actions: ['read', 'create'] });
    const sent = (id: string, letter: string) => ({
      grade: 6,
      letter,
      leader: { id, phone: '89002220000' },
    });
    const some = under(groups, grant({ entity: 'leader', actions: ['read', 'update'], rows: 'self' }));
    const none = under(groups);
    const blind = under(groups, grant({ entity: 'leader', actions: ['update'] }));
    for (const { gateway, guest } of [some, none, blind])
      for (const id of [other.id, '01a20155-44dc-74eb-9483-9410dafd71ce', 'nobody'])
        expect((await refusal(gateway.create(guest, 'club-group', sent(id, 'Э')))).places.join()).toContain(
          '/leader',
        );
    expect((await clubs.gateway.open(clubs.actor('club-head'), 'leader', other.id)).phone).toBe(
      '+79001110000',
    );
    await some.gateway.create(some.guest, 'club-group', sent(leader.id, 'Ю'));
    expect((await clubs.gateway.open(clubs.actor('club-head'), 'leader', leader.id)).phone).toBe(
      '+79002220000',
    );
  });

  test('AZ4 a field that may not be set is refused before anything is said of the person behind it', async () => {
    const head = clubs.actor('club-head');
    const contact = await clubs.gateway.create(head, 'contact', {
      person: { lastName: 'Общий', firstName: 'Пётр', birthDate: '1980-01-02', isNew: true },
    });
    // The other club knows the same person.
    await clubs.gateway.create(clubs.actor('club-head', 'south'), 'contact', {
      person: { id: contact.person?.id },
    });
    const change = { person: { birthDate: '1980-01-03' } };
    const { gateway, guest } = under(
      grant({
        entity: 'contact',
        actions: ['read', 'update'],
        fields: { read: ['person'], write: ['phone'] },
      }),
    );
    expect(await refusal(gateway.patch(guest, 'contact', contact.id, contact.version, change))).toMatchObject(
      { status: 422, places: ['/person/birthDate READONLY'] },
    );
    expect(
      await refusal(clubs.gateway.patch(head, 'contact', contact.id, contact.version, change)),
    ).toMatchObject({ code: 'PERSON_SHARED' });
  });
});
