/** Shapes of the data door, shared by HTTP, reports, exchange and the SDK. */
import type { Expression } from '../expressions/types.ts';

export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

/**
 * A record as answered. Absent means empty; null is never sent. Reserved members: `id`, `version` (the ETag
 * without quotes: card version, or `card-person`), `allowed`, `person`, `ext`, `labels` (path -> caption of a
 * reference or dictionary code), `related` (name -> record, for refs named in `include`), `absent` (paths
 * marked «нет»), `completeness`, `blocked` (path of a field or group that is shut for want of a consent -> purpose).
 */
export interface RecordAnswer {
  id: string;
  version: string;
  allowed: {
    update: boolean;
    delete: boolean;
    write: string[];
    /** Fields whose change may be proposed by who may not make it. */
    request?: string[];
    /** Acts with a right of their own: `close`, `reopen`. */
    acts?: string[];
    /** The school year of the card is closed. */
    period?: 'closed';
  };
  person?: { id: string } & Record<string, JsonValue>;
  labels: Record<string, string>;
  ext?: Record<string, JsonValue>;
  absent?: string[];
  related?: Record<string, RecordAnswer>;
  completeness?: { filled: number; total: number };
  blocked?: Record<string, string>;
  [field: string]: unknown;
}

export interface ListQuery {
  filter?: Expression;
  q?: string;
  /** `person.lastName,-birthDate` */
  sort?: string;
  fields?: string[];
  /** 1..500, default 50 */
  limit?: number;
  after?: string;
  count?: 'exact';
}

export interface ListAnswer {
  items: Record<string, unknown>[];
  next?: string;
  count?: number;
}

/** One row of a file: a cell for each path asked for, captions in place of codes and references, days as ISO text. */
export interface ExportedRow {
  id: string;
  cells: (string | number | boolean | null)[];
}

export interface HistoryEntry {
  at: string;
  action: 'create' | 'update' | 'delete' | 'derive' | 'merge' | 'split';
  by: string;
  role?: string;
  reason?: string;
  /** `person` for changes of the shared person. */
  of: 'record' | 'person';
  fields: {
    path: string;
    title: string;
    from?: JsonValue;
    to?: JsonValue;
    fromLabel?: string;
    toLabel?: string;
  }[];
}

export interface PersonMatch {
  id: string;
  lastName: string;
  firstName: string;
  middleName?: string;
  birthDate?: string;
  sex?: string;
  /** Where this person already stands. `recordId` only for the actor's own organisations. */
  facets: { entity: string; entityTitle: string; organisation: string; own: boolean; recordId?: string }[];
}
