/**
 * The ways by which cards leave the server, each asked at random and compared with the oracle. Every function
 * answers how many decisions it compared: one for each record and each field asked about it.
 */
import { expect } from 'vitest';
import type { Actor } from '../../core/access/actor.ts';
import type { Entity, Field } from '../../core/catalogue/types.ts';
import type { Reports } from '../../core/reports/reports.ts';
import type { Gateway } from '../../core/storage/gateway.ts';
import { pruneEmpty, setAt } from '../../core/storage/labels.ts';
import { aCondition, aPath, fold, manyOf, pathsOf } from './conditions.ts';
import { captionOf, Oracle, type TestGrant } from './oracle.ts';
import type { Chance } from './random.ts';
import type { Row, Value, World } from './world.ts';

export interface Setting {
  world: World;
  grants: TestGrant[];
  chance: Chance;
  gateway: Gateway;
  reports: Reports;
  palette(
    actor: Actor,
    q: string,
  ): Promise<{ items: { entity: string; id: string; label: string; detail: string }[]; layout?: string }>;
  actor: Actor;
  kind: string;
  /** How to have the same again: seed and round. */
  again: string;
}

export type Channel = (setting: Setting) => Promise<number>;

const entityOf = ({ world, kind }: Setting) => world.catalogue.entities.get(kind) as Entity;
const oracleOf = ({ world, grants, actor }: Setting, action = 'read') =>
  new Oracle(world, grants, actor, action);

/** What a failed comparison says: enough to see it again. */
function about(setting: Setting, asked: unknown): string {
  const { role, organisationId, organisationIds, everywhere, personId } = setting.actor;
  const grants = setting.grants
    .filter(grant => grant.role === role)
    .map(({ condition: _, ...grant }) => grant);
  const own = grants.filter(grant => grant.entity === setting.kind);
  const actor = { role, organisationId, organisationIds, everywhere, personId };
  return [setting.again, setting.kind, JSON.stringify({ asked, actor, own })].join(' ');
}

/** The answer, or the code of the refusal. */
async function outcome<T>(call: () => Promise<T>): Promise<{ code: string } | { answer: T }> {
  try {
    return { answer: await call() };
  } catch (error) {
    const { code, status } = error as { code?: string; status?: number };
    if (code === undefined || status === undefined) throw error;
    return { code };
  }
}

/** Names to ask for: known to the actor, but now and then one that is closed. */
function somePaths(setting: Setting, oracle: Oracle, most: number): string[] {
  const { world, kind, chance } = setting;
  const asked = chance
    .some(pathsOf(world, kind), most * 2)
    // A reference beyond the first step stands where the fields of its record do.
    .filter(one => one.depth === 0 || one.field.kind !== 'ref')
    .map(one => one.path);
  const known = asked.filter(path => oracle.known(kind, path)).slice(0, most);
  const closed = asked.find(path => !oracle.known(kind, path));
  return closed !== undefined && chance.once(12) ? [...known, closed] : known;
}

const isOwn = (setting: Setting, path: string) => entityOf(setting).fields.has(path);

function fieldAt(setting: Setting, path: string): Field {
  return pathsOf(setting.world, setting.kind).find(one => one.path === path)?.field as Field;
}

/** One row of a list as it must be answered. */
function listed(
  setting: Setting,
  oracle: Oracle,
  row: Row,
  paths: readonly string[],
): Record<string, unknown> {
  const { kind, world } = setting;
  const item: Record<string, unknown> = {};
  const labels: Record<string, string> = {};
  for (const path of paths) {
    const value = oracle.value(kind, row, path);
    setAt(item, isOwn(setting, path) ? path : `related.${path}`, value);
    const field = fieldAt(setting, path);
    const caption =
      field.kind === 'ref'
        ? oracle.caption(kind, row, path)
        : field.dictionary
          ? captionOf(world, field, value)
          : null;
    if (caption !== null) labels[path] = caption;
  }
  return { ...pruneEmpty(item), id: row.id, label: oracle.label(kind, row), labels };
}

const byId = (a: { id?: unknown }, b: { id?: unknown }) => (String(a.id) < String(b.id) ? -1 : 1);

async function comparedList(
  setting: Setting,
  action: 'read' | 'export',
  withFilter: boolean,
): Promise<number> {
  const { chance, kind, gateway, actor, world } = setting;
  const oracle = oracleOf(setting, action);
  const fields = somePaths(setting, oracle, withFilter ? 2 : 8);
  const filter = withFilter ? aCondition(world, kind, chance) : undefined;
  const query = { fields, limit: 500, count: 'exact' as const, ...(filter ? { filter: filter.json } : {}) };
  const got = await outcome(async () => {
    if (action === 'read') return await gateway.list(actor, kind, query);
    const items = [];
    for await (const batch of gateway.exportRows(actor, kind, query)) items.push(...batch);
    return { items, count: items.length };
  });
  const text = about(setting, { action, query });
  if (!oracle.may(kind)) expect(got, text).toEqual({ code: 'FORBIDDEN' });
  else if (fields.some(path => !oracle.known(kind, path)) || filter?.known(oracle) === false)
    expect(got, text).toEqual({ code: 'FIELD_UNKNOWN' });
  else {
    expect(got, text).toHaveProperty('answer');
    if ('code' in got) return 0;
    const rows = oracle.seen(kind).filter(row => filter === undefined || filter.test(oracle, row) === true);
    const shown = fields.length > 0 ? got.answer.items : got.answer.items.map(({ id }) => ({ id }));
    const expected = rows.map(row =>
      fields.length > 0 ? listed(setting, oracle, row, fields) : { id: row.id },
    );
    expect(shown.toSorted(byId), text).toEqual(expected.toSorted(byId));
    expect(got.answer.count, text).toBe(rows.length);
  }
  return oracle.rows(kind).length * Math.max(1, fields.length);
}

export const list: Channel = setting => comparedList(setting, 'read', false);
export const filter: Channel = setting => comparedList(setting, 'read', true);
export const exported: Channel = setting => comparedList(setting, 'export', setting.chance.once(3));

/** Texts of a card that the search box looks into. */
function searched(oracle: Oracle, entity: Entity, row: Row): string[] {
  return entity.search.flatMap(path => {
    if (!oracle.known(entity.id, path)) return [];
    const names = path === 'person' ? ['person.lastName', 'person.firstName', 'person.middleName'] : [path];
    return names.flatMap(name => {
      const text = oracle.caption(entity.id, row, name);
      return text === null ? [] : [fold(text)];
    });
  });
}

const found = (oracle: Oracle, entity: Entity, q: string): Row[] =>
  oracle.seen(entity.id).filter(row => {
    const texts = searched(oracle, entity, row);
    return fold(q)
      .split(/\s+/)
      .every(word => texts.some(text => text.includes(word)));
  });

/** A word or two of a card, seen or not. */
function someWords(setting: Setting): string {
  const { chance, world, kind } = setting;
  const rows = [...(world.rows.get(kind)?.values() ?? [])];
  const texts = [
    'person.lastName',
    'person.firstName',
    'nickname',
    'phone',
    'letter',
    'name',
    'kind',
  ].flatMap(path => {
    const value = rows.length > 0 ? (chance.pick(rows).values.get(path) ?? null) : null;
    return value === null ? [] : [String(value)];
  });
  if (texts.length === 0) return 'Ив';
  return chance
    .some(texts, chance.whole(1, 2))
    .map(text => (chance.once(2) ? text : text.slice(0, Math.max(2, text.length - 2))))
    .join(' ');
}

export const search: Channel = async setting => {
  const { gateway, actor, kind } = setting;
  const oracle = oracleOf(setting);
  const q = someWords(setting);
  const got = await outcome(() => gateway.list(actor, kind, { q, limit: 500, fields: ['id'] }));
  const text = about(setting, { q });
  if (!oracle.may(kind)) expect(got, text).toEqual({ code: 'FORBIDDEN' });
  else {
    expect(got, text).toHaveProperty('answer');
    if ('code' in got) return 0;
    const expected = found(oracle, entityOf(setting), q).map(row => row.id);
    expect(got.answer.items.map(item => String(item.id)).toSorted(), text).toEqual(expected.toSorted());
  }
  return oracle.rows(kind).length;
};

const russian = new Intl.Collator('ru-RU');

type Key = (row: Row) => Value;

/** Values by which a row is sorted: a reference as the list of what it leads to is. */
function sortKeys(
  setting: Setting,
  oracle: Oracle,
  kind: string,
  path: string,
  depth = 0,
): { key: Key; down: boolean }[] {
  const { world } = setting;
  const one = pathsOf(world, kind).find(known => known.path === path);
  if (!one || !oracle.known(kind, path)) return [];
  if (one.field.kind !== 'ref')
    return [
      {
        key: row =>
          one.field.dictionary
            ? captionOf(world, one.field, oracle.value(kind, row, path))
            : oracle.value(kind, row, path),
        down: false,
      },
    ];
  const target = world.catalogue.entities.get(one.field.ref ?? '') as Entity;
  if (depth >= 2 || !oracle.related.may(target.id)) return [];
  return target.list.sort.split(',').flatMap(name => {
    const inner = name.replace('-', '');
    return sortKeys(setting, oracle.related, target.id, inner, depth + 1).map(({ key, down }) => ({
      key: (row: Row) => {
        const to = follow(oracle, kind, row, path);
        return to ? key(to) : null;
      },
      down: down !== name.startsWith('-'),
    }));
  });
}

/** The card that a path of references leads to. */
function follow(oracle: Oracle, kind: string, row: Row, path: string): Row | undefined {
  const [first = '', ...rest] = path.split('.');
  const to = oracle.step(kind, row, first);
  if (!to || rest.length === 0) return to;
  const relation = oracle.entity(kind)?.relations.get(first);
  return follow(oracle.related, relation?.entity ?? '', to, rest.join('.'));
}

function compare(a: Value, b: Value, down: boolean): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  const order =
    typeof a === 'string' && typeof b === 'string'
      ? russian.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0)
      : Number(a) - Number(b);
  return down ? -order : order;
}

export const sort: Channel = async setting => {
  const { gateway, actor, kind, world, chance } = setting;
  const oracle = oracleOf(setting);
  const named = Array.from({ length: chance.whole(1, 2) }, () =>
    aPath(world, kind, chance, one => !['rows', 'texts', 'dictionaries'].includes(one.field.kind)),
  )
    .map(one => ({ path: one.path, down: chance.once(2) }))
    .filter(one => oracle.known(kind, one.path) || chance.once(6));
  const asked = named.map(({ path, down }) => (down ? `-${path}` : path)).join(',') || 'id';
  const limit = chance.pick([2, 3, 7]);
  const got = await outcome(async () => {
    const ids: string[] = [];
    for (let after: string | undefined; ; ) {
      const page = await gateway.list(actor, kind, {
        sort: asked,
        limit,
        fields: ['id'],
        ...(after ? { after } : {}),
      });
      ids.push(...page.items.map(item => String(item.id)));
      after = page.next;
      if (!after) return ids;
    }
  });
  const text = about(setting, { sort: asked, limit });
  if (!oracle.may(kind)) expect(got, text).toEqual({ code: 'FORBIDDEN' });
  else if (named.some(one => !oracle.known(kind, one.path)))
    expect(got, text).toEqual({ code: 'FIELD_UNKNOWN' });
  else {
    const keys = named.flatMap(({ path, down }) =>
      sortKeys(setting, oracle, kind, path).map(one => ({ key: one.key, down: one.down !== down })),
    );
    const ordered = oracle.seen(kind).toSorted((a, b) => {
      for (const { key, down } of keys) {
        const order = compare(key(a), key(b), down);
        if (order !== 0) return order;
      }
      return a.id < b.id ? -1 : 1;
    });
    expect(got, text).toEqual({ answer: ordered.map(row => row.id) });
  }
  return oracle.rows(kind).length;
};

/** A card as it must be answered, without its version. */
function opened(
  setting: Setting,
  oracle: Oracle,
  row: Row,
  include: readonly string[],
): Record<string, unknown> {
  const { kind, world } = setting;
  const entity = entityOf(setting);
  const card: Record<string, unknown> = {};
  const labels: Record<string, string> = { '': oracle.label(kind, row) };
  const readable = [...entity.fields.values()].filter(field => oracle.mayRead(kind, row, field.path));
  for (const field of readable) {
    const value = oracle.value(kind, row, field.path);
    setAt(card, field.path, value);
    const caption =
      field.kind === 'ref'
        ? oracle.caption(kind, row, field.path)
        : field.dictionary
          ? captionOf(world, field, value)
          : null;
    if (caption !== null) labels[field.path] = caption;
    if (field.kind === 'rows' && Array.isArray(value)) rowLabels(world, field, value, labels);
  }
  const fields = pruneEmpty(card);
  if (entity.person && oracle.mayRead(kind, row, 'person'))
    fields.person = { ...(fields.person as object), id: row.personId };
  const absent = row.absent.filter(path => oracle.mayRead(kind, row, path));
  const counted = readable.filter(field => field.counts).length;
  const update = oracle.holding(kind, row, 'update');
  const write = [...entity.fields.values()]
    .filter(field => !field.computed && update.some(grant => writes(grant, field.path)))
    .map(field => field.path);
  const related: Record<string, unknown> = {};
  for (const name of include) {
    const relation = entity.relations.get(name);
    if (!relation) continue;
    const inner = { ...setting, kind: relation.entity };
    if (relation.kind === 'many')
      fields[name] = oracle
        .many(kind, row, name)
        .map(one => opened(inner, oracle, one, []))
        .toSorted(byId);
    else {
      const target = oracle.step(kind, row, name);
      if (target) related[name] = opened(inner, oracle, target, []);
    }
  }
  return {
    ...fields,
    id: row.id,
    labels: Object.fromEntries(Object.entries(labels).filter(([, label]) => label !== '')),
    allowed: {
      update: write.length > 0,
      delete: oracle.holding(kind, row, 'delete').length > 0,
      write: write.toSorted(),
    },
    ...(absent.length > 0 ? { absent } : {}),
    ...(counted > 0 ? { completeness: { filled: oracle.filled(kind, row), total: counted } } : {}),
    ...(Object.keys(related).length > 0 ? { related } : {}),
  };
}

function rowLabels(
  world: World,
  field: Field,
  rows: readonly unknown[],
  labels: Record<string, string>,
): void {
  for (const part of field.rows ?? [])
    for (const [index, row] of rows.entries()) {
      const value = (row as Record<string, Value>)[part.path] ?? null;
      if (part.dictionary && value !== null)
        labels[`${field.path}.${index}.${part.path}`] = captionOf(world, part, value) ?? '';
    }
}

const writes = (grant: TestGrant, path: string): boolean =>
  grant.fields === '*' || grant.fields.write.some(name => name === path || path.startsWith(`${name}.`));

/** An answered card in the form of the expected one: no version, lists without order. */
function plain(card: Record<string, unknown>, include: readonly string[]): Record<string, unknown> {
  const { version: _, ...rest } = card;
  const allowed = rest.allowed as { write: string[] };
  const labels = Object.entries(rest.labels as Record<string, string>).filter(([, label]) => label !== '');
  const answer: Record<string, unknown> = {
    ...rest,
    labels: Object.fromEntries(labels),
    allowed: { ...allowed, write: allowed.write.toSorted() },
  };
  for (const name of include)
    if (Array.isArray(rest[name]))
      answer[name] = (rest[name] as Record<string, unknown>[]).map(one => plain(one, [])).toSorted(byId);
  const related = Object.entries((rest.related ?? {}) as Record<string, Record<string, unknown>>);
  delete answer.related;
  if (related.length > 0)
    answer.related = Object.fromEntries(related.map(([name, one]) => [name, plain(one, [])]));
  return answer;
}

/** Mostly a card that the actor sees; else any of the region. */
function aRow(setting: Setting, oracle: Oracle): Row {
  const seen = oracle.seen(setting.kind);
  return setting.chance.pick(seen.length > 0 && !setting.chance.once(3) ? seen : oracle.rows(setting.kind));
}

export const card: Channel = async setting => {
  const { gateway, actor, kind, chance } = setting;
  const oracle = oracleOf(setting);
  const entity = entityOf(setting);
  const include = chance
    .some(
      [...entity.relations.values()].filter(relation => relation.entity !== 'organisation'),
      2,
    )
    .filter(relation =>
      relation.kind === 'many'
        ? oracle.knownMany(kind, relation.name)
        : oracle.known(kind, relation.via) && oracle.may(relation.entity),
    )
    .map(relation => relation.name);
  const row = aRow(setting, oracle);
  const got = await outcome(async () => plain(await gateway.open(actor, kind, row.id, { include }), include));
  const text = about(setting, { open: row.id, include });
  if (!oracle.may(kind)) expect(got, text).toEqual({ code: 'FORBIDDEN' });
  else if (!oracle.sees(kind, row)) expect(got, text).toEqual({ code: 'NOT_FOUND' });
  else expect(got, text).toEqual({ answer: opened(setting, oracle, row, include) });
  return entity.fields.size;
};

export const history: Channel = async setting => {
  const { gateway, actor, kind } = setting;
  const oracle = oracleOf(setting);
  const entity = entityOf(setting);
  const row = aRow(setting, oracle);
  const got = await outcome(async () =>
    (await gateway.history(actor, kind, row.id))
      .flatMap(entry =>
        entry.fields.map(({ path, to, toLabel, from }) => ({ path, of: entry.of, to, toLabel, from })),
      )
      .toSorted((a, b) => (a.path < b.path ? -1 : 1)),
  );
  const text = about(setting, { history: row.id });
  if (!oracle.may(kind)) expect(got, text).toEqual({ code: 'FORBIDDEN' });
  else if (!oracle.sees(kind, row)) expect(got, text).toEqual({ code: 'NOT_FOUND' });
  else {
    const fields = [...entity.fields.values()].filter(field => field.kind !== 'rows');
    const expected = fields.flatMap(field => {
      const to = oracle.value(kind, row, field.path);
      const toLabel =
        field.kind === 'ref' || field.dictionary
          ? (oracle.caption(kind, row, field.path) ?? undefined)
          : undefined;
      return to === null ? [] : [{ path: field.path, of: field.owner, to, toLabel, from: undefined }];
    });
    expect(got, text).toEqual({ answer: expected.toSorted((a, b) => (a.path < b.path ? -1 : 1)) });
  }
  return entity.fields.size;
};

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

/** Cards that the palette finds of one kind at most, and in all. */
const EACH = 5;
const MOST = 20;

export const palette: Channel = async setting => {
  const { world, actor } = setting;
  const oracle = oracleOf(setting);
  const q = someWords(setting);
  const answer = await setting.palette(actor, q);
  const text = about(setting, { palette: q });
  const words = answer.layout ?? q;
  let decisions = 0;
  let left = MOST;
  for (const entity of world.catalogue.entities.values()) {
    const expected = oracle.may(entity.id) ? found(oracle, entity, words) : [];
    const items = answer.items.filter(item => item.entity === entity.id);
    const many = Math.min(EACH, expected.length, left);
    expect(items.length, `${text} ${entity.id}`).toBe(many);
    left -= many;
    decisions += oracle.rows(entity.id).length;
    for (const item of items) {
      const row = expected.find(one => one.id === item.id);
      expect(row, `${text} ${entity.id} ${item.id}`).toBeDefined();
      if (!row) continue;
      expect(item.label, text).toBe(oracle.label(entity.id, row));
      const captions = entity.list.columns.map(path => oracle.caption(entity.id, row, path));
      for (const detail of item.detail.split(' · ')) if (detail) expect(captions, text).toContain(detail);
    }
  }
  return decisions;
};
