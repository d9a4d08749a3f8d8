/** The search box of a list and the palette over all of them. */
import { expect } from 'vitest';
import type { Entity } from '../../../core/catalogue/types.ts';
import { fold } from '../conditions.ts';
import type { Oracle } from '../oracle.ts';
import type { Row } from '../world.ts';
import { about, type Channel, entityOf, oracleOf, outcome, type Setting } from './asking.ts';

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
