/** Sorting, page after page. */
import { expect } from 'vitest';
import type { Entity } from '../../../core/catalogue/types.ts';
import { aPath, pathsOf } from '../conditions.ts';
import { captionOf, type Oracle } from '../oracle.ts';
import type { Row, Value } from '../world.ts';
import { about, type Channel, oracleOf, outcome, type Setting } from './asking.ts';

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
