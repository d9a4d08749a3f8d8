/** Audit rows that the gateway writes in the transaction of the act itself (AU2, AU3). No card values in them. */
import type { Actor } from '../access/actor.ts';
import type { Statement } from './database.ts';

export interface AuditEntry {
  action:
    | 'create'
    | 'update'
    | 'delete'
    | 'transition'
    | 'export'
    | 'view'
    | 'people-search'
    | 'history'
    | 'access-log'
    | 'extract'
    | 'file-add'
    | 'file-read'
    | 'file-delete'
    | 'request-add'
    | 'request-approve'
    | 'request-refuse'
    | 'request-withdraw'
    | 'people-merge'
    | 'people-split';
  entity?: string;
  recordId?: string;
  /** Number of cards concerned. */
  records?: number;
  details?: Record<string, unknown>;
}

const INSERT = `insert into audit
  (user_id, user_name, appointment_id, role, organisation_id, address, action, entity, record_id, records, details)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`;

export function auditEntry(actor: Actor, entry: AuditEntry): Statement {
  return {
    text: INSERT,
    values: [
      actor.userId,
      actor.name,
      actor.appointmentId,
      actor.role,
      actor.organisationId,
      actor.address,
      entry.action,
      entry.entity ?? null,
      entry.recordId ?? null,
      entry.records ?? null,
      JSON.stringify(entry.details ?? {}),
    ],
  };
}
