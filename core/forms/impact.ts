/** Cards that a draft would make incomplete: those without a value in what it newly requires. */
import type { Actor } from '../access/actor.ts';
import { rightsOn } from '../access/rights.ts';
import type { Catalogue, Entity, Field, FormRule } from '../catalogue/types.ts';
import { missingSql } from '../query/completeness.ts';
import { ScopedQuery } from '../query/scoped-query.ts';
import { and, or, type Sql, sql } from '../query/sql.ts';
import type { Database } from '../storage/database.ts';
import { sameJson } from '../storage/merge.ts';

const MAX_SHOWN = 100;
const TIMEOUT_MS = 10_000;

export interface Impact {
  count: number;
  items: { id: string; label: string; missing: { path: string; title: string }[] }[];
  /** What is newly required, as far as the designer may read it. */
  fields: string[];
}

interface Asked {
  field: Field;
  /** Only where this holds. */
  when?: FormRule['when'];
}

/** Under the actor's own rights: a field that is closed to the actor is neither named nor counted. */
export async function impactOf(
  database: Database,
  now: Catalogue,
  then: Catalogue,
  actor: Actor,
  entityId: string,
): Promise<Impact> {
  const rights = rightsOn(then, actor, entityId);
  const asked = newlyAsked(now.entities.get(entityId), rights.entity).filter(({ field }) =>
    rights.readable(field.path),
  );
  const fields = [...new Set(asked.map(({ field }) => field.path))];
  if (asked.length === 0) return { count: 0, items: [], fields };
  const query = new ScopedQuery(then, actor, entityId);
  const flags = asked.map(({ field, when }): Sql => {
    const missing = missingSql(query.frame, field);
    return when === undefined ? missing : and([query.expression(when).sql, missing]);
  });
  query.condition(or(flags));
  const label = query.label();
  const shown = flags.map(flag => sql`coalesce(${flag}, false)`);
  const page = sql`select ${query.id} as id, coalesce(${label}, '') as label, array[${sql.join(shown)}] as flags
    ${query.tail()} order by ${query.id} limit ${sql.lit(MAX_SHOWN)}`;
  const statement = query.toStatement(sql`select (select count(*) ${query.tail()}) as count,
    (select coalesce(json_agg(each), '[]') from (${page}) each) as items`);
  const [found] = await database.read<{
    count: number;
    items: { id: string; label: string; flags: boolean[] }[];
  }>(actor, statement, { timeoutMs: TIMEOUT_MS });
  return {
    count: Number(found?.count ?? 0),
    items: (found?.items ?? []).map(item => ({
      id: item.id,
      label: item.label,
      missing: titlesOf(asked.filter((_, index) => item.flags[index])),
    })),
    fields,
  };
}

function titlesOf(asked: readonly Asked[]): Impact['items'][number]['missing'] {
  const byPath = new Map(
    asked.map(({ field }) => [field.path, { path: field.path, title: field.fullTitle }]),
  );
  return [...byPath.values()];
}

function newlyAsked(now: Entity | undefined, then: Entity): Asked[] {
  const always = [...then.fields.values()]
    .filter(field => field.required && !field.computed && !now?.fields.get(field.path)?.required)
    .map(field => ({ field }));
  const byRule = then.form.rules
    .filter(rule => rule.checked && !now?.form.rules.some(known => sameJson(known, rule)))
    .flatMap(rule =>
      (rule.require ?? []).flatMap(path => {
        const field = then.fields.get(path);
        return field ? [{ field, when: rule.when }] : [];
      }),
    );
  return [...always, ...byRule];
}
