import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isGated } from '../catalogue/consents.ts';
import type { Dictionary } from '../catalogue/types.ts';
import { catalogueScope } from '../expressions/catalogue-scope.ts';
import { checkExpression } from '../expressions/check.ts';
import { evaluate } from '../expressions/evaluate.ts';
import type { Expression, ValueType } from '../expressions/types.ts';
import type { Problem } from '../problems.ts';
import type { RecordAnswer } from '../storage/gateway.types.ts';
import { aMember, type Clubs, someClubs } from '../storage/testing/club.ts';
import { Columns, recordTree } from './columns.ts';
import { ScopedQuery } from './scoped-query.ts';
import { sql } from './sql.ts';

let clubs: Clubs;
let records: RecordAnswer[];

const WORDS = ['', 'Ёлка', 'ель', 'Мир', 'мира', 'Анна', 'анна-мария'];
const params = {
  word: 'мир',
  number: 7,
  day: '2016-02-29',
  nothing: null,
  several: ['s', 'm'],
  period: { start: '2015-01-01' },
};

beforeAll(async () => {
  clubs = await someClubs();
  const head = clubs.actor('club-head');
  const groups = [];
  for (const [grade, letter] of [
    [1, 'А'],
    [2, 'Б'],
  ] as const)
    groups.push(await clubs.gateway.create(head, 'club-group', { grade, letter }));
  const ids: string[] = [];
  for (let index = 0; index < 14; index++) {
    const pick = <T>(from: readonly T[], step: number): T => from[(index * step) % from.length] as T;
    const given = {
      person: {
        lastName: `Иванов${'а'.repeat(index % 3)}`,
        firstName: pick(['Пётр', 'Петр', 'Анна'], 1),
        birthDate: pick(['2016-02-29', '2010-12-31', '2015-11-22', '2015-11-23'], 1),
      },
      fee: pick([null, 0, 0.07, 12.5, 100], 1),
      rank: pick([null, 0, 1, 7], 3),
      insured: pick([true, false, null], 1),
      joinedOn: pick([null, '2015-01-01', '2026-11-22'], 1),
      size: pick(['s', 'm', null, 'l'], 1),
      skills: pick([[], ['run'], ['run', 'swim']], 1),
      tags: pick([null, ['Ёлка'], ['мир', 'ель']], 1),
      diagnosis: pick(WORDS, 1),
      residence: { city: pick(WORDS, 3) },
      phone: pick([null, '+78612223344'], 1),
      absent: pick([[], ['phone']], 1),
      memberships: pick(
        [
          [],
          [{ kind: 'join', effectiveOn: '2020-09-01', toGroup: groups[0]?.id }],
          [
            { kind: 'join', effectiveOn: '2020-09-01', toGroup: groups[0]?.id },
            { kind: 'move', effectiveOn: '2021-09-01', toGroup: groups[1]?.id },
            { kind: 'leave', effectiveOn: '2021-09-01' },
          ],
        ],
        1,
      ),
    };
    const cleared = Object.fromEntries(
      Object.entries(given).filter(([, value]) => value !== null && value !== ''),
    );
    if (given.residence.city === '') delete (cleared as { residence?: object }).residence;
    ids.push((await aMember(clubs, cleared)).id);
  }
  records = await Promise.all(
    ids.map(id => clubs.gateway.open(head, 'member', id, { include: ['currentGroup', 'memberships'] })),
  );
});
afterAll(() => clubs.close());

const made = new Map<string, fc.Arbitrary<Expression>>();

/** Expressions of one type; `depth` bounds them. Made once each: the tree of choices is wide. */
function expressionOf(type: ValueType, depth: number): fc.Arbitrary<Expression> {
  const key = `${type} ${depth}`;
  const known = made.get(key) ?? makeExpressionOf(type, depth);
  made.set(key, known);
  return known;
}

function makeExpressionOf(type: ValueType, depth: number): fc.Arbitrary<Expression> {
  const property = (path: string): Expression => ({ property: path });
  const op = (name: string, ...args: fc.Arbitrary<Expression>[]): fc.Arbitrary<Expression> =>
    fc.tuple(...args).map(values => ({ op: name, args: values }) as Expression);
  const of = (inner: ValueType) => expressionOf(inner, depth - 1);
  const leaves: Record<string, fc.Arbitrary<Expression>> = {
    number: fc.oneof(
      fc.constantFrom<Expression>(
        property('fee'),
        property('rank'),
        property('currentGroup.grade'),
        { param: 'number' },
        { op: 'filled', args: [] },
        { rollup: 'memberships', fn: 'count' },
      ),
      fc.integer({ min: -3, max: 8 }),
    ),
    text: fc.constantFrom<Expression>(
      property('diagnosis'),
      property('residence.city'),
      property('person.firstName'),
      property('currentGroup.letter'),
      property('size'),
      { param: 'word' },
      { op: 'caption', args: [property('size')] },
      { op: 'missing', args: [] },
      { rollup: 'memberships', fn: 'list', property: 'kind', by: 'effectiveOn' },
      'мир',
      'Ё',
    ),
    date: fc.constantFrom<Expression>(
      property('person.birthDate'),
      property('joinedOn'),
      { op: 'today', args: [] },
      { param: 'day' },
      { param: 'period.start' },
      { rollup: 'memberships', fn: 'max', property: 'effectiveOn' },
    ),
    boolean: fc.constantFrom<Expression>(
      property('insured'),
      true,
      false,
      { rollup: 'memberships', fn: 'exists', where: { op: '=', args: [{ property: 'kind' }, 'move'] } },
      { op: 'contains', args: [property('skills'), 'swim'] },
      { op: 'contains', args: [property('tags'), 'Ёлка'] },
      { op: 'isNull', args: [property('phone')] },
    ),
  };
  if (depth <= 0) return leaves[type] as fc.Arbitrary<Expression>;
  const chosen = op('coalesce', of(type), of(type));
  const cases = fc
    .tuple(of('boolean'), of(type), of(type))
    .map(([when, then, otherwise]): Expression => ({ case: [{ when, then }], else: otherwise }));
  const deeper: Record<string, fc.Arbitrary<Expression>[]> = {
    number: [
      op('+', of('number'), of('number')),
      op('-', of('number'), of('number')),
      op('*', of('number'), of('number')),
      op('/', of('number'), of('number')),
      op('-', of('number')),
      op('age', of('date')),
      op('year', of('date')),
      op('month', of('date')),
    ],
    text: [
      op('concat', of('text'), of('number')),
      op('concat', of('text'), of('date')),
      op('dateText', of('date')),
    ],
    date: [],
    boolean: [
      ...['=', '<>', '<', '<=', '>', '>='].flatMap(sign =>
        (['number', 'text', 'date'] as const).map(inner => op(sign, of(inner), of(inner))),
      ),
      op('and', of('boolean'), of('boolean')),
      op('or', of('boolean'), of('boolean'), of('boolean')),
      op('not', of('boolean')),
      op('between', of('number'), of('number'), of('number')),
      op('between', of('date'), of('date'), of('date')),
      op('contains', of('text'), of('text')),
      op('startsWith', of('text'), of('text')),
      op('isNull', of('number')),
      fc
        .tuple(of('number'), fc.array(of('number'), { maxLength: 3 }))
        .map(([what, list]): Expression => ({ op: 'in', args: [what, list] })),
      fc.constant<Expression>({ op: 'in', args: [property('size'), { param: 'several' }] }),
      of('date').map((day): Expression => ({ op: '=', args: [day, '2016-02-29'] })),
    ],
  };
  return fc.oneof(leaves[type] as fc.Arbitrary<Expression>, chosen, cases, ...(deeper[type] ?? []));
}

const anyExpression = fc
  .constantFrom<ValueType>('boolean', 'number', 'text', 'date')
  .chain(type => expressionOf(type, 3));

describe('an expression', () => {
  test('has the same value in SQL and in the evaluator', async () => {
    const head = clubs.actor('club-head');
    const counted = [...(clubs.catalogue.entities.get('member')?.fields.values() ?? [])].filter(
      // Nobody here has consented to anything, and what waits for a consent is not counted as missing.
      field => field.counts && !isGated(field),
    );
    const around = { today: head.today, params, counted };
    await fc.assert(
      fc.asyncProperty(fc.array(anyExpression, { minLength: 8, maxLength: 8 }), async expressions => {
        const query = new ScopedQuery(clubs.catalogue, head, 'member', { params });
        const values = expressions.map(expression => query.expression(expression).sql);
        const statement = query.toStatement(
          sql`select t.id, json_build_array(${sql.join(values)}) as values ${query.tail()}`,
        );
        const rows = await clubs.database.read<{ id: string; values: unknown[] }>(head, statement);
        const found = new Map(rows.map(row => [row.id, row.values]));
        for (const record of records)
          for (const [index, expression] of expressions.entries()) {
            const expected = evaluate(expression, record, around);
            const given = found.get(record.id)?.[index] ?? null;
            const close =
              typeof expected === 'number' && typeof given === 'number' && Math.abs(expected - given) < 1e-6;
            if (!close) expect({ expression, value: given }).toEqual({ expression, value: expected });
          }
      }),
      { numRuns: 50, seed: 42, endOnFailure: true },
    );
  }, 60_000);

  test('rolls up records of a relation in SQL as in the evaluator', async () => {
    const head = clubs.actor('club-head');
    const groups = (await clubs.gateway.list(head, 'club-group', { fields: ['id'] })).items;
    const opened = await Promise.all(
      groups.map(({ id }) => clubs.gateway.open(head, 'club-group', String(id), { include: ['members'] })),
    );
    const counted = { today: head.today, params: {}, counted: [] };
    const many = (fn: string, more: object): Expression => ({ rollup: 'members', fn, ...more }) as Expression;
    const insured = { op: '=', args: [{ property: 'insured' }, true] };
    const expressions = [
      many('sum', { property: 'fee' }),
      many('sum', { property: 'fee', where: { op: '>', args: [{ property: 'fee' }, 1000] } }),
      many('count', { property: 'fee' }),
      many('count', { where: insured }),
      many('exists', { where: { op: '>', args: [{ property: 'fee' }, 1000] } }),
      ...['person.birthDate', 'residence.city', 'rank'].flatMap(property => [
        many('min', { property }),
        many('max', { property }),
      ]),
      ...['fee', 'joinedOn'].flatMap(by => [
        many('first', { property: 'rank', by }),
        many('last', { property: 'person.birthDate', by }),
        many('list', { property: 'size', by, separator: ' / ' }),
      ]),
      many('list', { property: 'person.firstName' }),
      { op: '+', args: [many('sum', { property: 'fee' }), 1] } as Expression,
    ];
    const query = new ScopedQuery(clubs.catalogue, head, 'club-group');
    const values = expressions.map(expression => query.expression(expression).sql);
    const statement = query.toStatement(
      sql`select t.id, json_build_array(${sql.join(values)}) as values ${query.tail()}`,
    );
    const rows = await clubs.database.read<{ id: string; values: unknown[] }>(head, statement);
    expect(rows).toHaveLength(2);
    expect(opened.flatMap(one => one.members as unknown[]).length).toBeGreaterThan(3);
    for (const row of rows) {
      const record = opened.find(one => one.id === row.id) as RecordAnswer;
      for (const [index, expression] of expressions.entries())
        expect({ expression, value: row.values[index] }).toEqual({
          expression,
          value: evaluate(expression, record, counted),
        });
    }
  });

  test('counts what is filled of a part of the card', async () => {
    const head = clubs.actor('club-head');
    const counted = [...(clubs.catalogue.entities.get('member')?.fields.values() ?? [])].filter(
      field => field.counts && !isGated(field),
    );
    const expressions = (['filled', 'fillable', 'missing'] as const).flatMap(op =>
      [[], ['residence'], ['phone'], ['awards']].map((args): Expression => ({ op, args })),
    );
    const query = new ScopedQuery(clubs.catalogue, head, 'member');
    const values = expressions.map(expression => query.expression(expression).sql);
    const statement = query.toStatement(
      sql`select t.id, json_build_array(${sql.join(values)}) as values ${query.tail()}`,
    );
    const rows = await clubs.database.read<{ id: string; values: unknown[] }>(head, statement);
    expect(rows).toHaveLength(records.length);
    for (const record of records)
      expect(rows.find(row => row.id === record.id)?.values).toEqual(
        expressions.map(expression => evaluate(expression, record, { today: head.today, counted })),
      );
  });

  test('has the same days, texts and choices in SQL and in the evaluator, one operator at a time', async () => {
    const head = clubs.actor('club-head');
    const [joined, born, fee, size] = ['joinedOn', 'person.birthDate', 'fee', 'size'].map(property => ({
      property,
    })) as [Expression, Expression, Expression, Expression];
    const op = (name: string, ...args: Expression[]) => ({ op: name, args }) as Expression;
    const chosen = (branches: [Expression, Expression][], otherwise?: Expression): Expression => ({
      case: branches.map(([when, then]) => ({ when, then })),
      ...(otherwise === undefined ? {} : { else: otherwise }),
    });
    const expressions: Expression[] = [
      ...[30, -1, 1.9, -1.9, 0].map(days => op('addDays', joined, days)),
      ...[1, -12, 13, 1.9].map(months => op('addMonths', born, months)),
      op('addDays', '2026-02-28', 1),
      op('addMonths', '2026-01-31', 1),
      op('age', born),
      op('age', born, joined),
      op('age', '2012-02-29', '2026-02-28'),
      op('age', '2012-02-29', '2026-03-01'),
      op('year', joined),
      op('month', born),
      op('dateText', joined),
      op('startsWith', { property: 'residence.city' }, 'ёл'),
      op('startsWith', 'Мира', { property: 'residence.city' }),
      op('in', size, ['s', 'l']),
      op('in', size, []),
      op('in', fee, [0, 12.5]),
      op('/', fee, { property: 'rank' }),
      op('-', fee),
      op('coalesce', joined, born),
      op('concat', fee, ' ', { property: 'rank' }, ' ', joined, ' ', size),
      chosen([[op('=', size, 's'), 1]]),
      chosen(
        [
          [op('=', size, 's'), 1],
          [op('=', size, 'm'), 2],
        ],
        3,
      ),
      op('not', op('=', size, 's')),
      op('=', { actor: 'organisation' }, clubs.organisations.north),
      op('=', { actor: 'role' }, 'club-head'),
    ];
    const query = new ScopedQuery(clubs.catalogue, head, 'member');
    const values = expressions.map(expression => query.expression(expression).sql);
    const statement = query.toStatement(
      sql`select t.id, json_build_array(${sql.join(values)}) as values ${query.tail()}`,
    );
    const rows = await clubs.database.read<{ id: string; values: unknown[] }>(head, statement);
    const around = { today: head.today, actor: { organisation: head.organisationId, role: head.role } };
    for (const record of records)
      for (const [index, expression] of expressions.entries()) {
        const expected = evaluate(expression, record, around);
        const value = rows.find(row => row.id === record.id)?.values[index];
        expect({ expression, value }).toEqual({
          expression,
          value: typeof expected === 'number' ? expect.closeTo(expected, 6) : expected,
        });
      }
  });

  test('is captioned as people read it, in both languages', async () => {
    const head = clubs.actor('club-head');
    const sizes = clubs.catalogue.dictionaries.get('club-sizes')?.items ?? [];
    for (const language of ['ru', 'en'] as const) {
      const query = new ScopedQuery(clubs.catalogue, head, 'member', { language });
      const paths = ['joinedOn', 'insured', 'fee', 'rank', 'size', 'tags', 'person', 'currentGroup', ''];
      const statement = query.toStatement(
        sql`select t.id, json_build_array(${sql.join(paths.map(path => query.caption(path)))}) as values ${query.tail()}`,
      );
      const rows = await clubs.database.read<{ id: string; values: unknown[] }>(head, statement);
      for (const { id, person, labels, ...record } of records) {
        const size = sizes.find(one => one.code === record.size);
        const { lastName, firstName } = person as unknown as Record<string, string>;
        const words = language === 'ru' ? ['да', 'нет'] : ['yes', 'no'];
        const name = `${lastName} ${firstName}`;
        expect(rows.find(row => row.id === id)?.values, language).toEqual([
          (record.joinedOn as string | undefined)?.split('-').reverse().join('.') ?? null,
          record.insured === undefined ? null : words[record.insured ? 0 : 1],
          record.fee === undefined ? null : String(record.fee).replace('.', ','),
          record.rank === undefined ? null : String(record.rank),
          size === undefined ? null : language === 'en' ? size.en || size.ru : size.ru,
          (record.tags as string[] | undefined)?.join(', ') ?? null,
          name,
          labels.currentGroup ?? null,
          name,
        ]);
      }
      for (const path of ['awards', 'memberships', 'nothing', 'currentGroup.nothing'])
        expect(() => query.caption(path), path).toThrow('FIELD_UNKNOWN');
    }
  });

  test('is captioned by the words of the own level where it has any', async () => {
    const head = clubs.actor('club-head');
    const sizes = clubs.catalogue.dictionaries.get('club-sizes') as Dictionary;
    const own = new Map([['s', { ru: 'Крохотный', en: 'Tiny' }]]);
    const dictionaries = new Map(clubs.catalogue.dictionaries).set('club-sizes', { ...sizes, own });
    for (const [language, tiny] of [
      ['ru', 'Крохотный'],
      ['en', 'Tiny'],
    ] as const) {
      const query = new ScopedQuery({ ...clubs.catalogue, dictionaries }, head, 'member', { language });
      const statement = query.toStatement(
        sql`select t.size as code, ${query.caption('size')} as caption ${query.tail()} and t.size is not null`,
      );
      for (const { code, caption } of await clubs.database.read<Record<string, string>>(head, statement)) {
        const item = sizes.items.find(one => one.code === code);
        expect(caption, code).toBe(code === 's' ? tiny : language === 'en' ? item?.en || item?.ru : item?.ru);
      }
    }
  });

  test('takes the parameters that fit their place and refuses the others', async () => {
    const head = clubs.actor('club-head');
    const found = async (where: Expression, given: Record<string, unknown>) => {
      const query = new ScopedQuery(clubs.catalogue, head, 'member', { params: given });
      query.where(where);
      return (await clubs.database.read(head, query.toStatement(sql`select t.id ${query.tail()}`))).length;
    };
    const size: Expression = { op: 'in', args: [{ property: 'size' }, { param: 'sizes' }] };
    const [small, middle] = [await found(size, { sizes: ['s'] }), await found(size, { sizes: ['m'] })];
    expect([small, middle].every(count => count > 0)).toBe(true);
    expect(await found(size, { sizes: 's' })).toBe(small);
    expect(await found(size, { sizes: ['s', 'm'] })).toBe(small + middle);
    expect(await found(size, { sizes: null })).toBe(0);
    const rank: Expression = { op: 'in', args: [{ property: 'rank' }, { param: 'ranks' }] };
    expect(await found(rank, { ranks: [7, 1] })).toBeGreaterThan(0);
    const after: Expression = { op: '>', args: [{ property: 'joinedOn' }, { param: 'day' }] };
    expect(await found(after, { day: '2015-01-01' })).toBeGreaterThan(0);
    for (const [where, given] of [
      [after, { day: 'вчера' }],
      [after, { day: ['2015-01-01', 'вчера'] }],
      [rank, { ranks: ['много'] }],
    ] as const)
      await expect(found(where, given), JSON.stringify(given)).rejects.toMatchObject({
        status: 400,
        code: 'EXPRESSION_INVALID',
      });
    for (const name of ['nothing', 'sizes.length', 'period', 'constructor.name', '__proto__'])
      await expect(
        found(
          { op: '=', args: [{ property: 'size' }, { param: name }] },
          { sizes: 's', period: { start: 's' } },
        ),
        name,
      ).rejects.toMatchObject({ status: 400, code: 'PARAM_UNKNOWN' });
  });

  test('G3 a relation to many is no value, and a fault is named at its place', () => {
    const query = new ScopedQuery(clubs.catalogue, clubs.actor('club-head'), 'member');
    for (const path of ['memberships', 'currentGroup.members', 'nothing']) {
      expect(() => query.property(path), path).toThrow('FIELD_UNKNOWN');
      expect(() => recordTree(query.frame, [path], new Columns()), path).toThrow('FIELD_UNKNOWN');
    }
    const wrong: Expression = { op: '=', args: [{ property: 'joinedOn' }, 'вчера'] };
    const pathsOf = (call: () => unknown) => {
      try {
        call();
      } catch (error) {
        return (error as Problem).errors.map(one => one.path);
      }
      return [];
    };
    expect(pathsOf(() => query.expression(wrong))).toEqual(['/args/1']);
    expect(pathsOf(() => query.expression(wrong, '/columns/2'))).toEqual(['/columns/2/args/1']);
    expect(pathsOf(() => query.where(wrong))).toEqual(['/args/1']);
    expect(pathsOf(() => query.where({ property: 'fee' }, '/filter'))).toEqual(['/filter']);
  });

  test('that passes the check compiles; names and types that do not fit are refused with their place', () => {
    const scope = catalogueScope(clubs.catalogue, 'member');
    expect(checkExpression({ op: '=', args: [{ property: 'fee' }, 'много'] }, scope).problems).toMatchObject([
      { pointer: '/args/1' },
    ]);
    expect(checkExpression({ op: 'drop table', args: [] }, scope).problems).toMatchObject([
      { pointer: '/op' },
    ]);
    expect(checkExpression({ op: 'and', args: [{ property: 'nothing' }] }, scope).problems).toMatchObject([
      { pointer: '/args/0/property', code: 'FIELD_UNKNOWN' },
    ]);
    expect(
      checkExpression({ op: '=', args: [{ property: 'person.birthDate' }, '2015-02-30'] }, scope).problems,
    ).toHaveLength(1);
    expect(checkExpression({ property: 'currentGroup.members.person' }, scope).problems).toHaveLength(1);
    expect(checkExpression({ op: 'today', args: [], sql: '1' }, scope).problems).toMatchObject([
      { pointer: '/sql' },
    ]);
  });
});
