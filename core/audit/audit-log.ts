/**
 * The journal of security events that no card transaction writes (AU1): sign-ins and failures, refused access,
 * exports, changes of modules. The gateway writes its own rows in the transaction of the change.
 *
 * The role that writes may only insert and read (AU2). Values of cards never stand here: ids and counts do.
 */
import type { Actor } from '../access/actor.ts';
import type { Database } from '../storage/database.ts';

export type AuditAction =
  | 'sign-in'
  | 'sign-out'
  | 'sign-in-failed'
  | 'confirm'
  | 'appointment-switch'
  | 'access-refused'
  | 'export'
  | 'export-file'
  | 'report'
  | 'print'
  | 'modules-change'
  | 'form-publish'
  | 'dictionary-change'
  | 'user-change'
  | 'appointment-change';

export interface AuditEvent {
  action: AuditAction;
  /** Who, if known; a failed sign-in has an address only. */
  actor?: Pick<Actor, 'userId' | 'name' | 'appointmentId' | 'role' | 'organisationId'>;
  userId?: string;
  address?: string;
  entity?: string;
  recordId?: string;
  /** Number of records concerned. */
  records?: number;
  result?: 'ok' | 'refused' | 'failed';
  details?: Record<string, unknown>;
}

const INSERT = `insert into audit
  (user_id, user_name, appointment_id, role, organisation_id, address, action, entity, record_id, records, result, details)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`;

export class AuditLog {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Writes one event; what it belongs to must wait for it (AU3). */
  async write(event: AuditEvent): Promise<void> {
    const statement = auditStatement(event);
    await this.#database.system(tx => tx.query(statement));
  }
}

/** The same as a statement, for callers that write it in a transaction of their own. */
export function auditStatement(event: AuditEvent) {
  const { actor } = event;
  return {
    text: INSERT,
    values: [
      actor?.userId ?? event.userId ?? null,
      actor?.name ?? null,
      actor?.appointmentId ?? null,
      actor?.role ?? null,
      actor?.organisationId ?? null,
      event.address ?? null,
      event.action,
      event.entity ?? null,
      event.recordId ?? null,
      event.records ?? null,
      event.result ?? 'ok',
      JSON.stringify(event.details ?? {}),
    ],
  };
}
