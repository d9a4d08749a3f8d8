/**
 * «Кто видел мою карточку» (R12): what the audit says of one card, for those who hold the right `access-log` on it.
 * Values of cards never stand in the audit, so nothing of a closed field is told here.
 */
import type { Actor } from '../access/actor.ts';
import type { Catalogue } from '../catalogue/types.ts';
import { badRequest, notFound } from '../problems.ts';
import { anyOrganisation } from '../query/row-scope.ts';
import { ScopedQuery } from '../query/scoped-query.ts';
import { slot, sql } from '../query/sql.ts';
import { auditEntry } from '../storage/audit-entry.ts';
import type { Database } from '../storage/database.ts';

export interface AccessEntry {
  at: string;
  /** Short name: «Иванова М. П.»; absent for the system itself. */
  by?: string;
  role?: string;
  organisation?: string;
  /** Code of the audit: view, update, file-read … */
  action: string;
  result: string;
}

export interface AccessPage {
  items: AccessEntry[];
  /** To be sent as `after` for the entries before these. */
  next?: string;
}

const PAGE = 50;
const ENTRIES = `select a.id, a.at, a.user_name, a.role, o.name as organisation, a.action, a.result
  from audit a left join organisation o on o.id = a.organisation_id
 where a.record_id = any ($1::uuid[]) and ($2::bigint is null or a.id < $2)
 order by a.id desc limit $3`;

interface Row {
  id: string;
  at: string;
  user_name: string | null;
  role: string | null;
  organisation: string | null;
  action: string;
  result: string;
}

/** Newest first, of the cards with these ids. */
export async function entriesOf(
  database: Database,
  ids: readonly string[],
  after: string | undefined,
  most: number,
): Promise<(AccessEntry & { id: string })[]> {
  const rows = await database.ask<Row>({ text: ENTRIES, values: [ids, after ?? null, most] });
  return rows.map(row => ({
    id: String(row.id),
    at: row.at,
    ...(row.user_name ? { by: row.user_name } : {}),
    ...(row.role ? { role: row.role } : {}),
    ...(row.organisation ? { organisation: row.organisation } : {}),
    action: row.action,
    result: row.result,
  }));
}

/** @throws FORBIDDEN without the right on the kind, NOT_FOUND outside its rows, CURSOR_INVALID */
export async function accessLog(
  { database, catalogue }: { database: Database; catalogue: Catalogue },
  actor: Actor,
  entityId: string,
  id: string,
  after: string | undefined,
): Promise<AccessPage> {
  if (after !== undefined && !/^[1-9][0-9]{0,17}$/.test(after))
    throw badRequest('CURSOR_INVALID', 'Начните с первой страницы', [
      { path: '/after', code: 'CURSOR_INVALID', message: 'Нет такой страницы' },
    ]);
  const query = new ScopedQuery(catalogue, actor, entityId, { action: 'access-log' });
  if (query.entity.builtin) throw notFound();
  query.condition(sql`${query.id} = ${slot('id', 'uuid')}`);
  const probes = actor.everywhere ? anyOrganisation(query.frame) : undefined;
  if (probes) query.condition(probes);
  const statement = query.toStatement(sql`select ${query.id} as id ${query.tail()}`, { id });
  await database.scoped(actor, async tx => {
    const [found] = await tx.query(statement);
    if (!found) throw notFound();
    await tx.query(auditEntry(actor, { action: 'access-log', entity: entityId, recordId: id, records: 1 }));
  });
  const rows = await entriesOf(database, [id], after, PAGE + 1);
  const page = rows.slice(0, PAGE);
  const last = page.at(-1);
  return {
    items: page.map(({ id: _, ...entry }) => entry),
    ...(rows.length > PAGE && last ? { next: last.id } : {}),
  };
}
