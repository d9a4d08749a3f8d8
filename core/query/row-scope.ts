/** Grants -> predicates: which rows an actor reaches with an action. RLS stands under it. */
import { wholePurpose } from '../catalogue/consents.ts';
import type { Grant } from '../catalogue/types.ts';
import { compileExpression } from './compile.ts';
import { Frame, FromList } from './frame.ts';
import { closedRows } from './period.ts';
import { and, column, or, type Sql, slot, sql } from './sql.ts';

interface ScopeOptions {
  /** The row is tied to one already in scope by the organisation, so the array is not applied twice. */
  sameOrganisation: boolean;
  /** Inside the `on` of a join: the predicate may not add joins to the same list. */
  nested: boolean;
}

/** Conditions that keep a frame within the actor's organisations and within the rows of the tuples. */
export function scopeOfRows(frame: Frame, options: ScopeOptions): Sql[] {
  const conditions: Sql[] = [];
  if (frame.tenant && !options.sameOrganisation) {
    const organisations = organisationScope(frame);
    if (organisations) conditions.push(organisations);
  }
  const consent = consentOfRows(frame, options.nested);
  if (consent) conditions.push(consent);
  const tuples = frame.rights?.tuples(frame.action) ?? [];
  const predicate = options.nested ? nestedPredicate(frame, tuples) : rowPredicate(frame, tuples);
  if (predicate !== true) conditions.push(predicate === false ? sql`false` : predicate);
  return options.nested ? conditions.map(opaque) : conditions;
}

/**
 * The same condition, opaque to the planner. In the `on` of an outer join PostgreSQL 18.4 takes `b.x = $1` for a
 * fact about `b.x` above the join as well, where it may be empty, and then joins `c` to `b` by `c.id = $1` alone:
 * a record that is out of the actor's rows would come with the columns of another.
 */
const opaque = (condition: Sql): Sql => sql`((${condition}) is true)`;

function organisationScope(frame: Frame): Sql | undefined {
  const actor = frame.context.actor;
  if (!actor || actor.everywhere) return undefined;
  const own = column(frame.alias, 'organisation_id');
  // A plain equality lets the planner use its statistics; a generic plan knows nothing of an array's length.
  return actor.organisationIds.length === 1
    ? sql`${own} = (${slot('actor.organisations', 'int[]')})[1]`
    : sql`${own} = any(${slot('actor.organisations', 'int[]')})`;
}

/**
 * For reaching records by id where the whole region is in scope: the primary key starts with the organisation,
 * so naming them all turns a scan of the table into one index probe for each.
 */
export function anyOrganisation(frame: Frame): Sql | undefined {
  if (!frame.tenant) return undefined;
  return sql`${column(frame.alias, 'organisation_id')} = any(array(select o.id from organisation o))`;
}

/** OR of the tuples' rows within the organisations in scope: true = all of them, false = none. */
export function rowPredicate(frame: Frame, tuples: readonly Grant[]): Sql | boolean {
  const parts: Sql[] = [];
  for (const grant of tuples) {
    const rows = tupleRows(frame, grant);
    if (rows === true) return true;
    if (rows !== false) parts.push(rows);
  }
  return parts.length === 0 ? false : or(parts);
}

/** Rows of one tuple: those of its scope whose period is in its state. True = all within the organisations. */
export function tupleRows(frame: Frame, grant: Grant): Sql | boolean {
  const rows = scopedRows(frame, grant);
  if (rows === false || !frame.context.actor || (grant.period ?? 'any') === 'any') return rows;
  const closed = closedRows(frame);
  if (!closed) return grant.period === 'open' ? rows : false;
  const state = grant.period === 'closed' ? closed : sql`not ${closed}`;
  return rows === true ? state : and([rows, state]);
}

function scopedRows(frame: Frame, grant: Grant): Sql | boolean {
  const actor = frame.context.actor;
  if (!actor) return true;
  switch (grant.rows) {
    case 'region':
    case 'subtree':
      return true;
    case 'organisation':
      if (!frame.tenant || isOwnOnly(actor)) return true;
      return sql`${column(frame.alias, 'organisation_id')} = ${slot('actor.organisation', 'int')}`;
    case 'self':
      if (!frame.entity.person) return false;
      return sql`${column(frame.alias, 'person_id')} = ${slot('actor.person', 'uuid')}`;
    default:
      if (typeof grant.rows === 'string') return false;
      // A grant is part of the rights, so what it names is not checked against them.
      return compileExpression(grant.rows, frame.trustedView()).sql;
  }
}

const isOwnOnly = (actor: NonNullable<Frame['context']['actor']>) =>
  !actor.everywhere &&
  actor.organisationIds.length === 1 &&
  actor.organisationIds[0] === actor.organisationId;

/** Records that hold nothing but what needs a consent are not there without it. */
function consentOfRows(frame: Frame, nested: boolean): Sql | undefined {
  const purpose = wholePurpose(frame.entity);
  // Whether one may add such a record, the right alone says; whether there is a consent, the save asks itself.
  if (purpose === undefined || frame.action === 'create') return undefined;
  if (!nested) return frame.held(purpose);
  const from = new FromList();
  const held = new Frame(frame.context, frame.entity, { from, alias: frame.alias, first: false }).held(
    purpose,
  );
  return apart(from, held);
}

const apart = (from: FromList, predicate: Sql): Sql =>
  sql`exists (select 1 from (select 1) one ${sql.join(from.parts, sql` `)} where ${predicate})`;

/** The same predicate where no join may be added: joins of its own go into a subquery. */
function nestedPredicate(frame: Frame, tuples: readonly Grant[]): Sql | boolean {
  const from = new FromList();
  const view = new Frame(frame.context, frame.entity, {
    from,
    alias: frame.alias,
    action: frame.action,
    first: false,
  });
  const predicate = rowPredicate(view, tuples);
  if (typeof predicate === 'boolean' || from.parts.length === 0) return predicate;
  return apart(from, predicate);
}
