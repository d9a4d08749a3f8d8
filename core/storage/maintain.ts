/**
 * Fields that records of one kind keep on another (x-entity.maintains): the latest line decides the student's
 * group. Recomputed for a set of records in one statement, in the transaction that changed the lines, with a
 * `derive` entry in the history of every record whose value changed.
 */
import type { Actor } from '../access/actor.ts';
import type { Catalogue, Entity, Field, Maintain } from '../catalogue/types.ts';
import { compileExpression } from '../query/compile.ts';
import { Frame } from '../query/frame.ts';
import { and, bind, column, compile, jsonObject, or, type Plan, type Sql, slot, sql } from '../query/sql.ts';
import type { Statement } from './database.ts';

/** Maintains of an entity that keep the same records: they are written together. */
export interface MaintainGroup {
  /** Entity whose records decide. */
  from: Entity;
  through: Field;
  kept: Entity;
  maintains: Maintain[];
}

export function maintainGroups(catalogue: Catalogue, entity: Entity): MaintainGroup[] {
  const groups = Map.groupBy(entity.maintains, maintain => maintain.through);
  return [...groups].flatMap(([name, maintains]) => {
    const through = entity.fields.get(name);
    const kept = through?.ref ? catalogue.entities.get(through.ref) : undefined;
    return through && kept ? [{ from: entity, through, kept, maintains }] : [];
  });
}

export interface MaintainedBy {
  today: string;
  userId: string | null;
  name: string;
  role: string | null;
}

export const maintainedBy = (actor: Actor): MaintainedBy => ({
  today: actor.today,
  userId: actor.userId,
  name: actor.name,
  role: actor.role,
});

const plans = new WeakMap<Entity, Map<string, Plan>>();

/**
 * @param organisationIds  organisations of the kept records
 * @param ids              the kept records; undefined: all of those organisations
 * @param by               undefined: a bulk load, which writes no history and leaves versions as they are
 */
export function maintainStatement(
  catalogue: Catalogue,
  group: MaintainGroup,
  organisationIds: readonly number[],
  ids: readonly string[] | undefined,
  by: MaintainedBy | undefined,
  today = by?.today,
): Statement {
  const key = `${group.through.path} ${ids !== undefined} ${by !== undefined}`;
  const known = plans.get(group.from) ?? new Map<string, Plan>();
  plans.set(group.from, known);
  const plan = known.get(key) ?? compileGroup(catalogue, group, ids !== undefined, by !== undefined);
  known.set(key, plan);
  return bind(plan, {
    organisations: organisationIds,
    ids,
    'actor.today': today,
    'by.user': by?.userId,
    'by.name': by?.name,
    'by.role': by?.role,
  });
}

interface KeptColumn {
  field: Field;
  /** Name of the column in the subquery of new values. */
  name: string;
  source: string;
}

function compileGroup(catalogue: Catalogue, group: MaintainGroup, some: boolean, noted: boolean): Plan {
  const { kept } = group;
  const sources = group.maintains.map((maintain, index) => sourceOf(catalogue, group, maintain, `s${index}`));
  const columns = sources.flatMap(source => source.columns);
  const joins = sources.map(source => sql`left join lateral ${source.query} on true`);
  const stored = (one: KeptColumn) => column('k', one.field.column);
  const fresh = (one: KeptColumn) => column(one.source, one.name);
  const differs = or(columns.map(one => sql`${stored(one)} is distinct from ${fresh(one)}`));
  const within = [sql`${column('k', 'organisation_id')} = any(${slot('organisations', 'int[]')})`];
  if (some) within.push(sql`${column('k', 'id')} = any(${slot('ids', 'uuid[]')})`);
  const next = sql`select ${column('k', 'organisation_id')}, ${column('k', 'id')}, ${sql.join(
    columns.flatMap(one => [
      sql`${fresh(one)} as ${sql.id(`new_${one.field.column}`)}`,
      sql`${stored(one)} as ${sql.id(`old_${one.field.column}`)}`,
    ]),
  )} from ${sql.id(kept.table)} k ${sql.join(joins, sql` `)} where ${and([...within, differs])}`;
  const sets = columns.map(
    one => sql`${sql.id(one.field.column)} = ${column('n', `new_${one.field.column}`)}`,
  );
  if (noted) sets.push(sql`version = kept.version + 1`, sql`updated_at = now()`);
  const update = sql`update ${sql.id(kept.table)} kept set ${sql.join(sets)} from n
    where kept.organisation_id = n.organisation_id and kept.id = n.id`;
  if (!noted) return compile(sql`with n as materialized (${next}) ${update}`);
  return compile(sql`with n as materialized (${next}), written as (${update}
      returning kept.organisation_id, kept.id, kept.version, ${sql.join(columns.flatMap(one => [column('n', `new_${one.field.column}`), column('n', `old_${one.field.column}`)]))})
    insert into change (organisation_id, entity, record_id, version, action, fields, user_id, user_name, role)
    select organisation_id, ${kept.id}::text, id, version, 'derive', ${derived(columns)},
      ${slot('by.user', 'uuid')}, ${slot('by.name', 'text')}, ${slot('by.role', 'text')} from written`);
}

/** `{"currentGroup": {"from": …, "to": …}}` with the fields that changed. */
function derived(columns: readonly KeptColumn[]): Sql {
  const members = columns.map(({ field }) => {
    const [before, after] = [sql.id(`old_${field.column}`), sql.id(`new_${field.column}`)];
    const pair = jsonObject([
      ['from', sql`${before}`],
      ['to', sql`${after}`],
    ]);
    return [field.path, sql`case when ${before} is distinct from ${after} then ${pair} end`] as const;
  });
  return sql`json_strip_nulls(${jsonObject(members)})::jsonb`;
}

/**
 * The latest record of `k`, with the values it gives: found by the index of the reference. Of rows that were loaded in
 * this very transaction the planner knows nothing, and would go through all of them for each kept one in a join.
 */
function sourceOf(catalogue: Catalogue, group: MaintainGroup, maintain: Maintain, alias: string) {
  const frame = new Frame(
    { catalogue, actor: undefined, params: {}, aliases: { next: Number(alias.slice(1)) * 1_000 + 1_000 } },
    group.from,
    { alias: `${alias}m` },
  );
  const columns = Object.entries(maintain.set).map(
    ([path, expression], index): KeptColumn & { value: Sql } => {
      const field = group.kept.fields.get(path) as Field;
      const value = sql`(${compileExpression(expression, frame).sql})::${sql.raw(field.sqlType)}`;
      return { field, name: `v${index}`, source: alias, value };
    },
  );
  const latest = frame.stored(group.from.fields.get(maintain.latestBy) as Field);
  const through = frame.stored(group.through);
  const conditions = [
    sql`${column(frame.alias, 'organisation_id')} = ${column('k', 'organisation_id')}`,
    sql`${through} = ${column('k', 'id')}`,
  ];
  if (maintain.where !== undefined) conditions.push(compileExpression(maintain.where, frame, 'boolean').sql);
  const values = columns.map(one => sql`${one.value} as ${sql.id(one.name)}`);
  const query = sql`(select ${sql.join(values)} ${frame.fromClause()} where ${and(conditions)}
    order by ${latest} desc nulls last, ${column(frame.alias, 'id')} desc limit 1) ${sql.id(alias)}`;
  return { alias, query, columns };
}
