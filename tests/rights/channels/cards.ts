/** One card with what it includes, and its history. */
import { expect } from 'vitest';
import type { Entity, Field } from '../../../core/catalogue/types.ts';
import { pruneEmpty, setAt } from '../../../core/storage/labels.ts';
import { opensCustom } from '../custom.ts';
import { captionOf, type Oracle, type TestGrant } from '../oracle.ts';
import type { Row, Value, World } from '../world.ts';
import { about, byId, type Channel, entityOf, oracleOf, outcome, type Setting } from './asking.ts';

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
    .filter(field => !field.computed && update.some(grant => writes(setting, grant, field.path)))
    .filter(field => oracle.agreed(kind, row, field.path))
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
  const acts = ['close', 'reopen'].filter(act => oracle.holding(kind, row, `transition:${act}`).length > 0);
  return {
    ...fields,
    id: row.id,
    labels: Object.fromEntries(Object.entries(labels).filter(([, label]) => label !== '')),
    allowed: {
      update: write.length > 0,
      delete: oracle.holding(kind, row, 'delete').length > 0,
      write: write.toSorted(),
      ...(acts.length > 0 ? { acts } : {}),
      ...(oracle.closed(kind, row) ? { period: 'closed' } : {}),
    },
    ...(absent.length > 0 ? { absent } : {}),
    ...blocked(oracle, entity, row),
    ...(counted > 0 ? { completeness: { filled: oracle.filled(kind, row), total: counted } } : {}),
    ...(Object.keys(related).length > 0 ? { related } : {}),
  };
}

/** What the grants open and no agreement does; the group `health` is of one purpose, so it is named as a whole. */
function blocked(oracle: Oracle, entity: Entity, row: Row) {
  const shut = [...entity.fields.values()]
    .filter(({ path }) => oracle.granted(entity.id, row, path) && !oracle.agreed(entity.id, row, path))
    .map(field => [field.path.split('.')[0], field.purpose]);
  return shut.length > 0 ? { blocked: Object.fromEntries(shut) } : {};
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

const writes = ({ world, actor }: Setting, grant: TestGrant, path: string): boolean =>
  opensCustom(world.organisations, world.customFields, actor, grant, path, 'write') ??
  (grant.fields === '*' || grant.fields.write.some(name => name === path || path.startsWith(`${name}.`)));

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
