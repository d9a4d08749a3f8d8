/** Whether an action on one card is allowed by tuples that hold for that very row. */
import type { Actor } from '../access/actor.ts';
import { rightsOn, tupleWrites } from '../access/rights.ts';
import { hasPeriod } from '../catalogue/period.ts';
import type { Catalogue, Grant } from '../catalogue/types.ts';
import { forbidden, Problem } from '../problems.ts';
import { Frame } from '../query/frame.ts';
import { rowPredicate, tupleRows } from '../query/row-scope.ts';
import { ScopedQuery } from '../query/scoped-query.ts';
import { column, type Sql, slot, sql } from '../query/sql.ts';
import type { Tx } from './database.ts';
import { periodClosed, waitForPeriods } from './period.ts';

export type WriteAction = 'create' | 'update' | 'delete' | 'transition:close' | 'transition:reopen';

const VERBS: Record<WriteAction, string> = {
  create: 'добавлять',
  update: 'менять',
  delete: 'удалять',
  'transition:close': 'закрывать',
  'transition:reopen': 'открывать снова',
};

/** @throws FORBIDDEN if the role may not do this with any card of the kind */
export function assertAction(
  catalogue: Catalogue,
  actor: Actor,
  entityId: string,
  action: WriteAction,
): void {
  const rights = rightsOn(catalogue, actor, entityId);
  if (!rights.can(action)) throw forbidden(`Нет права ${VERBS[action]} карточки «${rights.entity.plural}»`);
}

/** Do the tuples that hold in every row of the actor's scope cover all the fields? Then no row need be looked at. */
export function isAlwaysAllowed(
  catalogue: Catalogue,
  actor: Actor,
  entityId: string,
  action: WriteAction,
  paths: readonly string[],
): boolean {
  const rights = rightsOn(catalogue, actor, entityId);
  const { entity } = rights;
  const frame = new Frame({ catalogue, actor, params: {}, aliases: { next: 1 } }, entity, { action });
  const always = rights
    .tuples(action)
    .filter(grant => typeof grant.rows === 'string' && tupleRows(frame, grant) === true);
  return always.length > 0 && paths.every(path => always.some(grant => tupleWrites(entity, grant, path)));
}

/**
 * Checks that the tuples which hold for the row cover all the fields.
 *
 * @throws FORBIDDEN, naming the fields if only they are the trouble; PERIOD_CLOSED if only the closed year is
 */
export async function assertRow(
  tx: Tx,
  catalogue: Catalogue,
  actor: Actor,
  entityId: string,
  action: WriteAction,
  id: string,
  paths: readonly string[],
): Promise<void> {
  if (isAlwaysAllowed(catalogue, actor, entityId, action, paths)) return;
  const { entity } = rightsOn(catalogue, actor, entityId);
  const query = new ScopedQuery(catalogue, actor, entityId, { action });
  const tuples = query.frame.rights?.tuples(action) ?? [];
  const covered = (grants: typeof tuples, path: string) =>
    grants.some(grant => tupleWrites(entity, grant, path));
  if (hasPeriod(entity)) await waitForPeriods(tx, entity, id);
  const flags = flagsOf(query, tuples);
  query.condition(sql`${column('t', 'id')} = ${slot('id', 'uuid')}`);
  const statement = query.toStatement(
    sql`select array[${sql.join(flags)}]::boolean[] as flags ${query.tail()}`,
    { id },
  );
  const [row] = await tx.query<{ flags: boolean[] }>(statement);
  const here = tuples.filter((_, index) => row?.flags[index]);
  if (here.length > 0 && paths.every(path => covered(here, path))) return;
  if (hasPeriod(entity)) {
    const held = await heldInAnyPeriod(tx, query, tuples, id);
    if (held.length > 0 && paths.every(path => covered(held, path))) throw wrongPeriod(tuples);
  }
  if (here.length === 0) throw forbidden(`Эту карточку («${entity.title}») вам нельзя ${VERBS[action]}`);
  const closed = paths.filter(path => !covered(here, path));
  const titles = closed.map(path => `«${entity.fields.get(path)?.title ?? path}»`).join(', ');
  throw new Problem('FORBIDDEN', 403, 'Нет права', `В этой карточке вам нельзя менять: ${titles}`, {
    errors: closed.map(path => ({
      path: `/${path.replaceAll('.', '/')}`,
      code: 'FORBIDDEN',
      message: `Поле ${titles} здесь менять нельзя`,
    })),
  });
}

const flagsOf = (query: ScopedQuery, tuples: readonly Grant[]): Sql[] =>
  tuples.map(grant => {
    const rows = rowPredicate(query.frame, [grant]);
    return typeof rows === 'boolean' ? sql.lit(rows) : sql`coalesce(${rows}, false)`;
  });

/** Tuples that hold for the row but for the state of its period. The row is in scope: the save has locked or made it. */
async function heldInAnyPeriod(
  tx: Tx,
  query: ScopedQuery,
  tuples: readonly Grant[],
  id: string,
): Promise<Grant[]> {
  const flags = flagsOf(
    query,
    tuples.map(grant => ({ ...grant, period: 'any' })),
  );
  const builder = sql`select array[${sql.join(flags)}]::boolean[] as flags ${query.frame.fromClause()}
    where ${column('t', 'id')} = ${slot('id', 'uuid')}`;
  const [row] = await tx.query<{ flags: boolean[] }>(query.toStatement(builder, { id }));
  return tuples.filter((_, index) => row?.flags[index]);
}

/** The year is closed, or, for those who only work in closed ones, it is not. */
const wrongPeriod = (tuples: readonly Grant[]): Problem =>
  tuples.some(grant => grant.period !== 'closed')
    ? periodClosed()
    : forbidden('Это делают только в закрытом учебном году, а этот открыт');
