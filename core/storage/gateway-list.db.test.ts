import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Expression } from '../expressions/types.ts';
import type { ListQuery, RecordAnswer } from './gateway.types.ts';
import { aMember, type Clubs, refusal, someClubs } from './testing/club.ts';

let clubs: Clubs;
let groups: RecordAnswer[];
const southern = 'Южанин';

beforeAll(async () => {
  clubs = await someClubs();
  const head = clubs.actor('club-head');
  groups = [];
  for (const grade of [10, 9])
    groups.push(await clubs.gateway.create(head, 'club-group', { grade, letter: 'А' }));
  const names = ['Яшин', 'Ёлкин', 'Ежов', 'Жуков', 'Елкин', 'Абрамов', 'Ёлкин'];
  for (const [index, lastName] of names.entries())
    await aMember(clubs, {
      person: { lastName, birthDate: `2015-01-0${index + 1}` },
      ...(index % 3 === 0 ? {} : { fee: index * 10 }),
      memberships: [{ kind: 'join', effectiveOn: '2020-09-01', toGroup: groups[index % 2]?.id }],
    });
  await aMember(
    clubs,
    { person: { lastName: southern }, nickname: 'юг', fee: 1 },
    clubs.actor('club-head', 'south'),
  );
});
afterAll(() => clubs.close());

/** Last names of all pages of a list, page by page. */
async function walk(query: { sort?: string; filter?: Expression; limit?: number }, role = 'club-head') {
  const pages: string[][] = [];
  let after: string | undefined;
  do {
    const page = await clubs.gateway.list(clubs.actor(role), 'member', {
      fields: ['person.lastName', 'fee'],
      ...query,
      ...(after ? { after } : {}),
    });
    pages.push(page.items.map(item => (item.person as { lastName: string }).lastName));
    after = page.next;
  } while (after && pages.length < 20);
  return pages;
}

describe('a list', () => {
  test('sorts as people read, ё beside е, and pages by keyset', async () => {
    expect(await walk({ sort: 'person.lastName,person.birthDate', limit: 3 })).toEqual([
      ['Абрамов', 'Ежов', 'Елкин'],
      ['Ёлкин', 'Ёлкин', 'Жуков'],
      ['Яшин'],
    ]);
    expect((await walk({ sort: '-person.lastName', limit: 2 })).flat()[0]).toBe('Яшин');
  });

  test('puts empty values last in both directions and loses none at the edges of pages', async () => {
    for (const sort of ['fee', '-fee', 'fee,-person.birthDate', 'currentGroup,fee', 'size', 'id']) {
      const names = (await walk({ sort, limit: 2 })).flat();
      expect(names).toHaveLength(7);
    }
    expect((await walk({ sort: 'id', limit: 7 })).map(page => page.length)).toEqual([7]);
    const byFee = await clubs.gateway.list(clubs.actor('club-head'), 'member', {
      sort: '-fee',
      fields: ['fee'],
    });
    expect(byFee.items.map(item => item.fee)).toEqual([50, 40, 20, 10, undefined, undefined, undefined]);
  });

  test('sorts a reference as the list it leads to, and gives its caption', async () => {
    const answer = await clubs.gateway.list(clubs.actor('club-head'), 'member', {
      sort: 'currentGroup,person.lastName',
      fields: ['person', 'currentGroup', 'currentGroup.grade', 'currentGroup.leader'],
      count: 'exact',
    });
    expect(answer.count).toBe(7);
    expect(answer.items[0]).toMatchObject({
      label: 'Абрамов Пётр',
      labels: { currentGroup: '9А', person: 'Абрамов Пётр' } as object,
      related: { currentGroup: { grade: 9 } },
    });
    expect(answer.items.at(-1)).toMatchObject({ labels: { currentGroup: '10А' } });
  });

  test('RP4 counts all of it on every page, for one organisation and for many', async () => {
    for (const [actor, all] of [
      [clubs.actor('club-head'), 7],
      [clubs.actor('club-inspector', 'town'), 8],
    ] as const) {
      const page: ListQuery = { sort: 'id', limit: 3, fields: ['fee'], count: 'exact' };
      const first = await clubs.gateway.list(actor, 'member', page);
      const second = await clubs.gateway.list(actor, 'member', { ...page, after: first.next ?? '' });
      expect([first.count, second.count], actor.role).toEqual([all, all]);
      const empty = { ...page, filter: { op: '=', args: [{ property: 'fee' }, -1] } as Expression };
      expect(await clubs.gateway.list(actor, 'member', empty)).toEqual({ items: [], count: 0 });
    }
  });

  test('finds nothing by signs alone, and a hyphen in a word stays a letter of it', async () => {
    const found = async (q: string) =>
      (await clubs.gateway.list(clubs.actor('club-head'), 'member', { q, count: 'exact' })).count;
    for (const q of ['-', '()', '–', 'я-шин', 'яшин -']) expect(await found(q), q).toBe(0);
    expect(await found('яш')).toBe(1);
    expect(await found('   ')).toBe(7);
  });

  test('filters, searches and counts within the organisation only', async () => {
    const { gateway } = clubs;
    const head = clubs.actor('club-head');
    const all = await gateway.list(head, 'member', { count: 'exact' });
    expect(all.count).toBe(7);
    expect(JSON.stringify(all)).not.toContain(southern);
    expect((await gateway.list(head, 'member', { q: 'ЕЛКИН', count: 'exact' })).count).toBe(3);
    expect((await gateway.list(head, 'member', { q: 'южан', count: 'exact' })).count).toBe(0);
    expect((await gateway.list(head, 'member', { q: '%', count: 'exact' })).count).toBe(0);
    const named: Expression = { op: '=', args: [{ property: 'person.lastName' }, southern] };
    expect((await gateway.list(head, 'member', { filter: named })).items).toEqual([]);
    const either: Expression = { op: 'or', args: [true, { op: '=', args: [{ property: 'fee' }, 10] }] };
    expect((await gateway.list(head, 'member', { filter: either, count: 'exact' })).count).toBe(7);
    const inGroup: Expression = {
      op: 'and',
      args: [
        { op: '=', args: [{ property: 'currentGroup' }, groups[0]?.id ?? ''] },
        { op: '>', args: [{ property: 'fee' }, 10] },
      ],
    };
    expect((await gateway.list(head, 'member', { filter: inGroup, count: 'exact' })).count).toBe(2);
  });

  test('of a level above shows what that level may see, of its organisations', async () => {
    const inspector = clubs.actor('club-inspector', 'town');
    const answer = await clubs.gateway.list(inspector, 'member', {
      count: 'exact',
      fields: ['fee', 'organisation.name', 'currentGroup'],
    });
    expect(answer.count).toBe(8);
    expect(JSON.stringify(answer)).not.toContain('Иванов');
    expect(answer.items.every(item => item.label === '')).toBe(true);
    expect(
      await refusal(clubs.gateway.list(inspector, 'member', { fields: ['person.lastName'] })),
    ).toMatchObject({ code: 'FIELD_UNKNOWN', status: 400 });
    const everywhere = await clubs.gateway.list(clubs.actor('club-inspector', 'region'), 'member', {
      count: 'exact',
    });
    expect(everywhere.count).toBe(8);
  });
});

describe('a cursor', () => {
  test('is refused when changed, for another sort, for another kind of card', async () => {
    const { gateway } = clubs;
    const head = clubs.actor('club-head');
    const { next = '' } = await gateway.list(head, 'member', { sort: 'person.lastName', limit: 2 });
    expect(next).not.toContain('Абрамов');
    expect(Buffer.from(next, 'base64url').toString()).not.toContain('Абрамов');
    const again = (more: object) =>
      gateway.list(head, 'member', { sort: 'person.lastName', limit: 2, after: next, ...more });
    expect((await again({})).items).toHaveLength(2);
    const bad = { status: 400, places: ['/after CURSOR_INVALID'] };
    expect(await refusal(again({ after: `${next.slice(0, -8)}AAAAAAAA` }))).toMatchObject(bad);
    expect(await refusal(again({ after: 'nonsense' }))).toMatchObject(bad);
    expect(await refusal(again({ sort: '-person.lastName' }))).toMatchObject(bad);
    expect(
      await refusal(gateway.list(head, 'contact', { sort: 'person.lastName', after: next })),
    ).toMatchObject(bad);
  });
});

describe('what may not be asked', () => {
  const ask = (query: object, role = 'club-clerk') =>
    refusal(clubs.gateway.list(clubs.actor(role), 'member', query));
  const unknown = { code: 'FIELD_UNKNOWN', status: 400 };

  test('a field without the right is unusable in every place and answers like one that does not exist', async () => {
    const queries = (path: string) => [
      { fields: [path] },
      { sort: path },
      { filter: { op: 'isNull', args: [{ property: path }] } },
      { filter: { op: '>', args: [{ op: 'coalesce', args: [{ property: path }, 1] }, 0] } },
      { filter: { op: '=', args: [{ op: 'caption', args: [{ property: path }] }, 'x'] } },
      { filter: { op: '>', args: [{ op: 'filled', args: [path] }, 0] } },
    ];
    for (const query of queries('fee')) expect(await ask(query)).toMatchObject(unknown);
    for (const [index, query] of queries('fee').entries()) {
      const hidden = await ask(query);
      const missing = await ask(queries('eef')[index] as object);
      expect(JSON.stringify(hidden)).toBe(JSON.stringify(missing).replaceAll('eef', 'fee'));
    }
    expect(await ask({ fields: ['currentGroup.budget'] })).toMatchObject(unknown);
    expect(await ask({ fields: ['currentGroup.activity.name'] })).toMatchObject(unknown);
    expect(await ask({ filter: { rollup: 'memberships', fn: 'exists' } })).toMatchObject(unknown);
    expect(
      await ask({
        filter: {
          rollup: 'contactships',
          fn: 'exists',
          where: { op: '=', args: [{ property: 'contact.phone' }, 'x'] },
        },
      }),
    ).toMatchObject(unknown);
    // The search box covers `phone`; what is found must not depend on a closed field.
    expect((await clubs.gateway.list(clubs.actor('club-coach'), 'member', { q: 'Иванов' })).items).toEqual(
      [],
    );
  });

  test('an expression that is too deep, too long, of wrong types or not an expression', async () => {
    let deep: Expression = true;
    for (let level = 0; level < 7; level++) deep = { op: 'not', args: [deep] };
    expect(await ask({ filter: deep })).toMatchObject({ code: 'TOO_COMPLEX' });
    const long: Expression = {
      op: 'or',
      args: Array.from({ length: 21 }, (): Expression => ({ op: 'isNull', args: [{ property: 'size' }] })),
    };
    expect(await ask({ filter: long })).toMatchObject({ code: 'TOO_COMPLEX' });
    expect(await ask({ filter: { op: '=', args: [{ property: 'joinedOn' }, 'вчера'] } })).toMatchObject({
      code: 'EXPRESSION_INVALID',
      places: ['/filter/args/1 EXPRESSION_INVALID'],
    });
    expect(await ask({ filter: { property: 'size' } })).toMatchObject({ code: 'EXPRESSION_INVALID' });
    expect(await ask({ filter: [] })).toMatchObject({ status: 400 });
    expect(await ask({ filter: { op: '__proto__', args: [] } })).toMatchObject({ status: 400 });
    expect(await ask({ filter: { param: 'constructor' } })).toMatchObject({ status: 400 });
    expect(await ask({ sort: 'awards' })).toMatchObject({ code: 'SORT_INVALID' });
    expect(await ask({ sort: 'a,b,c,d,e,f' })).toMatchObject({ places: ['/sort SORT_INVALID'] });
    expect(await ask({ limit: 0 })).toMatchObject({ code: 'LIMIT_INVALID' });
    expect(await ask({ limit: 1.5 })).toMatchObject({ places: ['/limit LIMIT_INVALID'] });
    expect(await ask({ fields: Array.from({ length: 101 }, () => 'size') })).toMatchObject({
      code: 'FIELDS_INVALID',
      places: ['/fields FIELDS_INVALID'],
    });
    expect(await ask({ fields: ['size', 'nothing'] })).toMatchObject({
      places: ['/fields/1 FIELD_UNKNOWN'],
    });
    expect(await ask({ fields: ['memberships'] }, 'club-head')).toMatchObject({
      places: ['/fields/0 FIELD_UNKNOWN'],
    });
    const { detail } = await ask({ fields: ['nothing'] });
    expect(await ask({ filter: { op: 'isNull', args: [{ property: 'nothing' }] } })).toMatchObject({
      detail,
    });
    expect(await ask({ sort: 'nothing' })).toMatchObject({ detail, places: ['/sort FIELD_UNKNOWN'] });
    const great = { op: '<', args: [{ property: 'currentGroup.grade' }, 2 ** 31] } as const;
    const { count } = await clubs.gateway.list(clubs.actor('club-head'), 'member', {
      filter: great as never,
      count: 'exact',
    });
    expect(count, 'G5 a number that is no int').toBe(7);
    expect(await ask({ limit: 501 })).toMatchObject({ code: 'LIMIT_INVALID' });
    expect(await ask({}, 'nobody')).toMatchObject({ code: 'FORBIDDEN', status: 403 });
    expect(
      await refusal(
        clubs.gateway.list(clubs.actor('club-head', 'north', { plugins: new Set() }), 'member', {}),
      ),
    ).toMatchObject({ status: 404 });
  });
});

describe('export', () => {
  test('is a right of its own, notes itself, and gives every row of the scope', async () => {
    const collect = async (role: string) => {
      const rows = [];
      for await (const batch of clubs.gateway.exportRows(clubs.actor(role), 'member', {
        fields: ['person', 'fee'],
      }))
        rows.push(...batch);
      return rows;
    };
    const rows = await collect('club-head');
    expect(rows).toHaveLength(7);
    expect(JSON.stringify(rows)).not.toContain(southern);
    expect(
      await clubs.owner("select records, details->>'fields' as fields from audit where action = 'export'"),
    ).toEqual([{ records: 7, fields: '["person", "fee"]' }]);
    expect(await refusal(collect('club-clerk'))).toMatchObject({ code: 'FORBIDDEN', status: 403 });
  });
});
