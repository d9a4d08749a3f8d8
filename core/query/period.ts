/** In which rows the period (a school year) that the card belongs to is closed: x-entity `period` and `closes`. */
import type { Entity, Field } from '../catalogue/types.ts';
import { compileProperty } from './compile.ts';
import type { Frame } from './frame.ts';
import { and, column, type Sql, sql } from './sql.ts';

/**
 * True or false, never empty: a card without a year, or of a day that no year has, belongs to no closed one.
 * Undefined where cards of the kind belong to no period. The period is part of the rights, so it is read without them.
 */
export function closedRows(frame: Frame): Sql | undefined {
  const { entity } = frame;
  if (entity.closes) return sql`coalesce(${frame.stored(fieldOf(entity, entity.closes.field))}, false)`;
  if (!entity.period) return undefined;
  const { by, of } = entity.period;
  const view = frame.trustedView();
  if (of !== undefined) return closedOn(view, by, of);
  const target = periodAt(frame, by);
  return sql`coalesce(${compileProperty(view, `${by}.${target.closes?.field}`).sql}, false)`;
}

/** A closed period of the same organisation that has the day. */
function closedOn(view: Frame, by: string, of: string): Sql {
  const target = view.context.catalogue.entities.get(of) as Entity;
  const closes = target.closes as NonNullable<Entity['closes']>;
  const stored = (name: string) => column('p', fieldOf(target, name).column);
  const conditions = [
    sql`${stored(closes.field)}`,
    sql`${compileProperty(view, by).sql} between ${stored(closes.from)} and ${stored(closes.to)}`,
  ];
  if (view.tenant)
    conditions.push(sql`${column('p', 'organisation_id')} = ${column(view.alias, 'organisation_id')}`);
  return sql`exists (select 1 from ${sql.id(target.table)} ${sql.id('p')} where ${and(conditions)})`;
}

/** The kind of period at the end of a path of references. */
function periodAt({ context, entity }: Frame, by: string): Entity {
  let here = entity;
  for (const name of by.split('.')) {
    const relation = here.relations.get(name);
    here = context.catalogue.entities.get(relation?.entity ?? '') as Entity;
  }
  return here;
}

const fieldOf = (entity: Entity, path: string): Field => entity.fields.get(path) as Field;
