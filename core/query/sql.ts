/**
 * Text of statements, made with kysely's `sql` template: identifiers come from the catalogue only and are quoted,
 * every value is a bound parameter. What depends on who asks is a `Slot`, filled at run time, so that a compiled
 * statement serves every actor of the same profile.
 */
import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type RawBuilder,
  sql,
} from 'kysely';
import type { Actor } from '../access/actor.ts';
import type { ValueType } from '../expressions/types.ts';
import type { Statement } from '../storage/database.ts';

export type Sql = RawBuilder<unknown>;
export { sql };

const compiler = new Kysely<Record<string, never>>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: db => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
});

/** A value known only when the statement runs: a fact about the actor, or a named argument of the plan. */
export class Slot {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}
export const slot = (name: string, type: string): Sql => sql`${new Slot(name)}::${sql.raw(type)}`;

export interface Plan {
  text: string;
  parameters: readonly unknown[];
}

export function compile(builder: Sql): Plan {
  const query = builder.compile(compiler);
  return { text: query.sql, parameters: query.parameters };
}

/** Facts about the actor that row scopes and expressions name. */
export function actorSlots(actor: Actor): Record<string, unknown> {
  return {
    'actor.organisations': actor.organisationIds,
    'actor.organisation': actor.organisationId,
    'actor.person': actor.personId,
    'actor.user': actor.userId,
    'actor.role': actor.role,
    'actor.today': actor.today,
  };
}

export function bind(plan: Plan, values: Record<string, unknown>): Statement {
  return {
    text: plan.text,
    values: plan.parameters.map(parameter => {
      if (!(parameter instanceof Slot)) return parameter;
      if (!(parameter.name in values)) throw new Error(`statement has no value for ${parameter.name}`);
      return values[parameter.name];
    }),
  };
}

export const column = (alias: string, name: string): Sql => sql`${sql.id(alias, name)}`;
/** Conditions come with brackets around them: what is put beside them must not take them apart (AZ2). */
const joined = (parts: readonly Sql[], by: Sql): Sql =>
  sql`(${sql.join(
    parts.map(part => sql`(${part})`),
    by,
  )})`;
export const and = (parts: readonly Sql[]): Sql =>
  parts.length === 0 ? sql`true` : joined(parts, sql` and `);
export const or = (parts: readonly Sql[]): Sql =>
  parts.length === 0 ? sql`false` : joined(parts, sql` or `);

export const SQL_TYPE: Record<ValueType, string> = {
  text: 'text',
  number: 'numeric',
  boolean: 'boolean',
  date: 'date',
  instant: 'timestamptz',
  uuid: 'uuid',
  texts: 'text[]',
  unknown: 'text',
};

/** A bound plain value with its type said, so that PostgreSQL never has to guess. */
export function bound(value: unknown, type: ValueType): Sql {
  if (type === 'number' && typeof value === 'number' && Number.isInteger(value) && Math.abs(value) < 2 ** 31)
    return sql`${value}::int`;
  if (type === 'unknown' && typeof value === 'number') return sql`${value}::numeric`;
  if (type === 'unknown' && typeof value === 'boolean') return sql`${value}::boolean`;
  return sql`${value}::${sql.raw(SQL_TYPE[type])}`;
}

export const boundList = (values: readonly unknown[], type: ValueType): Sql =>
  sql`${values}::${sql.raw(SQL_TYPE[type === 'texts' ? 'text' : type])}[]`;

/**
 * `{"a": …, "b": …}` made by PostgreSQL. Functions take at most 100 arguments, so a wide object is a row.
 */
export function jsonObject(members: readonly (readonly [string, Sql])[]): Sql {
  if (members.length <= 48)
    return sql`json_build_object(${sql.join(members.flatMap(([key, value]) => [sql.lit(key), value]))})`;
  const columns = sql.join(members.map(([key, value]) => sql`${value} as ${sql.id(key)}`));
  return sql`(select row_to_json(wide) from (select ${columns}) wide)`;
}
