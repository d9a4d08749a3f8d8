/**
 * Closing a period (a school year) and opening it again: acts of their own right, with history and audit. While a year
 * is being closed nobody writes into it, and nobody closes it over a write that has begun.
 */
import type { Actor } from '../access/actor.ts';
import { rightsOn } from '../access/rights.ts';
import { hasPeriod } from '../catalogue/period.ts';
import type { Catalogue, Entity } from '../catalogue/types.ts';
import { forbidden, invalid, notFound, Problem } from '../problems.ts';
import { Frame, hasOrganisation } from '../query/frame.ts';
import { closedRows } from '../query/period.ts';
import { and, bind, column, compile, slot, sql } from '../query/sql.ts';
import { auditEntry } from './audit-entry.ts';
import type { Tx } from './database.ts';
import { pair } from './person.ts';
import { assertRow } from './row-rights.ts';
import type { Save } from './save.ts';
import { updateCard } from './save-statements.ts';
import type { StoredCard } from './stored.ts';

export type PeriodAct = 'close' | 'reopen';

/** Class of the advisory lock; beside it stands the organisation. */
const LOCK = 71_301;

export const periodClosed = () =>
  new Problem(
    'PERIOD_CLOSED',
    409,
    'Учебный год закрыт',
    'Учебный год этой записи закрыт: её можно только читать. Открыть год снова могут директор или администратор',
  );

/** @throws NOT_FOUND unless cards of the kind are periods, FORBIDDEN without the right to the act */
export function assertPeriodAct(
  catalogue: Catalogue,
  actor: Actor,
  entityId: string,
  act: string,
): PeriodAct {
  const rights = rightsOn(catalogue, actor, entityId);
  if (!rights.entity.closes || (act !== 'close' && act !== 'reopen'))
    throw notFound('Такого действия у этих карточек нет');
  if (!rights.can(`transition:${act}`))
    throw forbidden(
      `Нет права ${act === 'close' ? 'закрывать' : 'открывать'} карточки «${rights.entity.plural}»`,
    );
  return act;
}

/** Until the end of the transaction nobody closes or opens a period of the card's organisation. */
export async function waitForPeriods(tx: Tx, entity: Entity, id: string): Promise<void> {
  await tx.query({
    text: hasOrganisation(entity)
      ? `select pg_advisory_xact_lock_shared($2, organisation_id) from "${entity.table}" where id = $1::uuid`
      : 'select pg_advisory_xact_lock_shared($2, 0) where $1::uuid is not null',
    values: [id, LOCK],
  });
}

/** Until the end of the transaction nobody writes into a period of the card's organisation. Before any row is locked. */
export async function holdPeriods(tx: Tx, entity: Entity, id: string): Promise<void> {
  await tx.query({
    text: hasOrganisation(entity)
      ? `select pg_advisory_xact_lock($2, organisation_id) from "${entity.table}" where id = $1::uuid`
      : 'select pg_advisory_xact_lock($2, 0) where $1::uuid is not null',
    values: [id, LOCK],
  });
}

/** @throws PERIOD_CLOSED if one of the cards, which go with another, stands in a closed period the actor may not change */
export async function assertOpen(
  tx: Tx,
  catalogue: Catalogue,
  actor: Actor,
  entity: Entity,
  ids: readonly string[],
): Promise<void> {
  if (!hasPeriod(entity) || ids.length === 0) return;
  const tuples = catalogue.grants.filter(
    grant => grant.role === actor.role && grant.entity === entity.id && grant.actions.includes('delete'),
  );
  if (tuples.some(grant => grant.period === 'any' || grant.period === 'closed')) return;
  await waitForPeriods(tx, entity, ids[0] as string);
  const context = { catalogue, actor: undefined, params: {}, aliases: { next: 1 } };
  const frame = new Frame(context, entity, { alias: 't' });
  const closed = closedRows(frame);
  if (!closed) return;
  const conditions = [sql`${column('t', 'id')} = any(${slot('ids', 'uuid[]')})`, closed];
  const plan = compile(
    sql`select ${column('t', 'id')} as id ${frame.fromClause()} where ${and(conditions)} limit 1`,
  );
  const [row] = await tx.query<{ id: string }>(bind(plan, { ids }));
  if (row) throw periodClosed();
}

/** @throws PERIOD_STATE (409) if it is so already or runs still, INVALID without a reason to open it again */
export async function turnPeriod(
  save: Save,
  entity: Entity,
  stored: StoredCard,
  act: PeriodAct,
): Promise<void> {
  const { tx, catalogue, actor, reason } = save.context;
  const { field: flag, to } = entity.closes as NonNullable<Entity['closes']>;
  const wanted = act === 'close';
  const was = stored.fields[flag] === true;
  const state = (detail: string) => new Problem('PERIOD_STATE', 409, 'Сейчас это нельзя', detail);
  if (was === wanted) throw state(wanted ? 'Учебный год уже закрыт' : 'Учебный год и так открыт');
  const lastDay = stored.fields[to];
  if (wanted && typeof lastDay === 'string' && lastDay > actor.today)
    throw state(`Учебный год ещё идёт: закрыть его можно с ${lastDay.split('-').reverse().join('.')}`);
  if (!wanted && !reason?.trim())
    throw invalid([{ path: '/reason', code: 'REQUIRED', message: 'Укажите, почему год открывают снова' }]);
  await assertRow(tx, catalogue, actor, entity.id, `transition:${act}`, stored.id, []);
  const key = { entity, id: stored.id, organisationId: stored.organisationId };
  save.statements.push(
    updateCard({ key, changed: new Map([[flag, wanted]]), absent: undefined }),
    auditEntry(actor, {
      action: 'transition',
      entity: entity.id,
      recordId: stored.id,
      records: 1,
      details: { transition: act },
    }),
  );
  save.changes.push({
    organisationId: stored.organisationId,
    entity: entity.id,
    recordId: stored.id,
    version: stored.version + 1,
    action: 'update',
    fields: { [flag]: pair(was, wanted) },
  });
}
