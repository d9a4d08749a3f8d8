/** Reports: groups with their figures and what is behind them, and lists with columns of every kind. */
import { expect } from 'vitest';
import type { Field } from '../../../core/catalogue/types.ts';
import { aCondition, aPath, manyOf, pathsOf } from '../conditions.ts';
import type { Row } from '../world.ts';
import { about, byId, type Channel, fieldAt, oracleOf, outcome, type Setting, somePaths } from './asking.ts';

const definition = (source: string, more: Record<string, unknown>) => ({
  $schema: 'kartoteka/report/1',
  id: 'own',
  version: 1,
  title: 'Проба',
  source,
  ...more,
});

async function ran<T>(
  setting: Setting,
  request: Record<string, unknown>,
): Promise<{ code: string } | { answer: T }> {
  return outcome(async () => {
    const result = await setting.reports.run(setting.actor, request);
    if (result.kind !== 'json') throw new Error('a report in JSON was asked for');
    return result.body as T;
  });
}

const refusals = ['REPORT_INVALID', 'FIELD_UNKNOWN', 'NOT_FOUND', 'FORBIDDEN'];

interface Groups {
  groups: { value: string | null; count: number; measures: (number | null)[] }[];
  total: { count: number };
}

export const group: Channel = async setting => {
  const { world, kind, chance } = setting;
  const oracle = oracleOf(setting);
  const simple = (one: { field: Field }) => !['rows', 'texts', 'dictionaries'].includes(one.field.kind);
  const usable = (fits: (field: Field) => boolean) => {
    const all = pathsOf(world, kind).filter(one => simple(one) && fits(one.field));
    const known = all.filter(one => oracle.known(kind, one.path));
    return known.length > 0 && !chance.once(15)
      ? chance.pick(known)
      : all.length > 0
        ? chance.pick(all)
        : undefined;
  };
  const by = usable(() => true);
  const distinct = usable(() => true);
  const summed = usable(field => ['integer', 'decimal'].includes(field.kind));
  const where = chance.once(2) ? aCondition(world, kind, chance) : undefined;
  const measures = [
    { key: 'n', fn: 'count', title: 'Всего' },
    { key: 'd', fn: 'countDistinct', title: 'Разных', property: distinct?.path },
    ...(summed ? [{ key: 's', fn: 'sum', title: 'Сумма', property: summed.path }] : []),
  ];
  const asked = definition(kind, {
    groups: [{ key: 'g', title: 'Группа', property: by?.path }],
    measures,
    ...(where ? { where: where.json } : {}),
  });
  const got = await ran<Groups>(setting, { definition: asked });
  const text = about(setting, asked);
  const names = [by, distinct, summed].flatMap(one => (one ? [one.path] : []));
  if (!oracle.may(kind) || names.some(path => !oracle.known(kind, path)) || where?.known(oracle) === false)
    expect(refusals, text).toContain('code' in got ? got.code : got);
  else {
    const rows = oracle.seen(kind).filter(row => !where || where.test(oracle, row) === true);
    const groups = Map.groupBy(rows, row => {
      const value = oracle.value(kind, row, by?.path ?? '');
      return value === null ? null : String(value);
    });
    const values = (of: Row[], path: string) =>
      of.map(row => oracle.value(kind, row, path)).filter(value => value !== null);
    const expected = [...groups].map(([value, of]) => {
      const numbers = summed ? (values(of, summed.path) as number[]) : [];
      const sum = numbers.length === 0 ? null : numbers.reduce((all, one) => all + one, 0);
      return {
        value,
        count: of.length,
        measures: [of.length, new Set(values(of, distinct?.path ?? '')).size, ...(summed ? [sum] : [])],
      };
    });
    const order = (a: { value: string | null }, b: { value: string | null }) =>
      String(a.value) < String(b.value) ? -1 : 1;
    expect(got, text).toHaveProperty('answer');
    if ('code' in got) return 0;
    const shown = got.answer.groups.map(({ value, count, measures: figures }) => ({
      value,
      count,
      measures: figures,
    }));
    expect(shown.toSorted(order), text).toEqual(expected.toSorted(order));
    expect(got.answer.total.count, text).toBe(rows.length);
    await drilled(setting, asked, groups);
  }
  return oracle.rows(kind).length * names.length;
};

/** A figure opens into the records behind it, and no others. */
async function drilled(setting: Setting, asked: object, groups: Map<string | null, Row[]>): Promise<void> {
  if (groups.size === 0) return;
  const [value, rows] = setting.chance.pick([...groups]);
  const drill = { group: { g: value } };
  const got = await ran<{ items: { id: string; label: string }[] }>(setting, { definition: asked, drill });
  const oracle = oracleOf(setting);
  const expected = rows.map(row => ({ id: row.id, label: oracle.label(setting.kind, row) })).toSorted(byId);
  expect('answer' in got ? got.answer.items.toSorted(byId) : got, about(setting, { asked, drill })).toEqual(
    expected,
  );
}

/** Formats that are shown otherwise than stored. */
const SHOWN = new Set(['phone-ru', 'snils', 'postcode-ru', 'inn10']);
const digits = (value: unknown) => (value === null ? null : String(value).replace(/\D/g, ''));

export const report: Channel = async setting => {
  const { world, kind, chance } = setting;
  const oracle = oracleOf(setting);
  const paths = somePaths(setting, oracle, 5).filter(path => fieldAt(setting, path).kind !== 'rows');
  const many = chance
    .some(manyOf(world, kind), 1)
    .filter(one => oracle.knownMany(kind, one.name) || chance.once(8));
  const inner = many.map(one => aPath(world, one.entity, chance, ({ field }) => field.kind !== 'rows'));
  const where = chance.once(2) ? aCondition(world, kind, chance) : undefined;
  const asked = definition(kind, {
    columns: [
      { key: 'own', title: 'Заполнено', formula: { op: 'filled', args: [] } },
      ...paths.map((property, index) => ({ key: `c${index}`, property })),
      ...many.map(one => ({ key: 'n', title: 'Число', rollup: one.name, fn: 'count' })),
      ...many.map((one, index) => ({
        key: 'l',
        title: 'Список',
        rollup: one.name,
        fn: 'list',
        property: inner[index]?.path,
      })),
    ],
    ...(where ? { where: where.json } : {}),
  });
  const got = await ran<{ rows: { id: string; cells: unknown[] }[] }>(setting, { definition: asked });
  const text = about(setting, asked);
  const closed =
    paths.some(path => !oracle.known(kind, path)) ||
    many.some(
      (one, index) =>
        !oracle.knownMany(kind, one.name) || !oracle.known(one.entity, inner[index]?.path ?? ''),
    ) ||
    where?.known(oracle) === false;
  if (!oracle.may(kind) || closed) expect(refusals, text).toContain('code' in got ? got.code : got);
  else {
    expect(got, text).toHaveProperty('answer');
    if ('code' in got) return 0;
    const cell = (field: Field, row: Row, path: string): unknown => {
      if (['ref', 'dictionary', 'dictionaries', 'texts'].includes(field.kind))
        return oracle.caption(kind, row, path);
      const value = oracle.value(kind, row, path);
      return SHOWN.has(field.format ?? '') ? digits(value) : value;
    };
    const expected = oracle
      .seen(kind)
      .filter(row => !where || where.test(oracle, row) === true)
      .map(row => ({
        id: row.id,
        cells: [
          oracle.filled(kind, row),
          ...paths.map(path => cell(fieldAt(setting, path), row, path)),
          ...many.map(one => oracle.many(kind, row, one.name).length),
          ...many.map((one, index) => {
            const captions = oracle
              .many(kind, row, one.name)
              .toSorted(byId)
              .map(other => oracle.caption(one.entity, other, inner[index]?.path ?? ''))
              .filter(caption => caption !== null);
            return captions.join(', ') || null;
          }),
        ],
      }));
    const shown = got.answer.rows.map(({ id, cells }) => ({
      id,
      cells: cells.map((value, index) => {
        const path = paths[index - 1];
        return path !== undefined && SHOWN.has(fieldAt(setting, path).format ?? '') ? digits(value) : value;
      }),
    }));
    expect(shown.toSorted(byId), text).toEqual(expected.toSorted(byId));
  }
  return oracle.rows(kind).length * Math.max(1, paths.length + many.length * 2);
};
