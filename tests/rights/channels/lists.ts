/** Lists, their filters, and exports. */
import { expect } from 'vitest';
import { pruneEmpty, setAt, valueAt } from '../../../core/storage/labels.ts';
import { aCondition } from '../conditions.ts';
import { captionOf, type Oracle } from '../oracle.ts';
import type { Row } from '../world.ts';
import {
  about,
  byId,
  type Channel,
  fieldAt,
  isOwn,
  oracleOf,
  outcome,
  type Setting,
  somePaths,
} from './asking.ts';

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

/** The same row as cells of a file: captions in place of values, several values in one cell. */
function cellsOf(setting: Setting, item: Record<string, unknown>, paths: readonly string[]) {
  const labels = item.labels as Record<string, string>;
  const cells = paths.map(path => {
    const value = valueAt(item, isOwn(setting, path) ? path : `related.${path}`);
    const shown = Array.isArray(value)
      ? value.filter(one => typeof one !== 'object').join(', ') || null
      : (value ?? null);
    return labels[path] ?? shown;
  });
  return { id: item.id, cells };
}

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
    const items: Record<string, unknown>[] = [];
    for await (const batch of gateway.exportRows(actor, kind, query))
      items.push(...batch.map(({ id, cells }) => ({ id, cells })));
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
    const expected = rows.map(row => {
      if (fields.length === 0) return { id: row.id };
      const item = listed(setting, oracle, row, fields);
      return action === 'read' ? item : cellsOf(setting, item, fields);
    });
    expect(shown.toSorted(byId), text).toEqual(expected.toSorted(byId));
    expect(got.answer.count, text).toBe(rows.length);
  }
  return oracle.rows(kind).length * Math.max(1, fields.length);
}

export const list: Channel = setting => comparedList(setting, 'read', false);
export const filter: Channel = setting => comparedList(setting, 'read', true);
export const exported: Channel = setting => comparedList(setting, 'export', setting.chance.once(3));
