/** Proposals to change a card or a shared person, as stored and as answered. */
import type { JsonValue } from '../gateway.types.ts';
import type { MergePreview } from '../people/people.types.ts';

/** `card`: by whoever may not write it; `person`, `merge`: other organisations are asked. */
export type RequestKind = 'card' | 'person' | 'merge';
export type RequestState = 'open' | 'approved' | 'refused' | 'withdrawn';

export interface RequestRow {
  organisation_id: number;
  organisation: string;
  id: string;
  kind: RequestKind;
  entity: string;
  record_id: string;
  person_id: string | null;
  patch: Record<string, JsonValue>;
  before: Record<string, JsonValue>;
  paths: string[];
  reason: string | null;
  state: RequestState;
  created_at: string;
  user_id: string;
  user_name: string;
  role: string | null;
  forwarded_by: string | null;
  decided_at: string | null;
  decider_name: string | null;
  comment: string | null;
  kept: string[];
}

export interface RequestField {
  path: string;
  title: string;
  /** As it was when the change was proposed; absent where it was empty. */
  before?: JsonValue;
  /** Absent: the proposal is to clear the field. */
  proposed?: JsonValue;
  /** As it is now; only of one request, and for whoever may read the field. */
  present?: JsonValue;
  /** The field has become something else since it was proposed, and not what is proposed. */
  conflict?: boolean;
}

export interface RequestVoice {
  organisation: string;
  state: 'open' | 'approved' | 'refused';
  by?: string;
  at?: string;
  comment?: string;
}

export interface RequestItem {
  id: string;
  kind: RequestKind;
  state: RequestState;
  at: string;
  by: string;
  role?: string;
  /** Of whoever asks. */
  organisation: string;
  entity: string;
  entityTitle: string;
  /** The reader's own card: for another organisation its card of the same person. Absent: out of sight. */
  recordId?: string;
  label: string;
  reason?: string;
  decidedAt?: string;
  decidedBy?: string;
  comment?: string;
  fields: RequestField[];
  /** Paths whose value the decider left as it was. */
  kept: string[];
  voices: RequestVoice[];
}

export interface RequestDetail extends RequestItem {
  /** Of the card the decision is about; send it back with the decision. */
  version?: string;
  /** What joining two entries of a person would do. */
  merge?: MergePreview;
  may: { decide: boolean; withdraw: boolean };
}

export interface RequestPage {
  items: RequestItem[];
  next?: string;
}

export interface RequestsQuery {
  box: 'incoming' | 'outgoing';
  state: 'open' | 'closed';
  after?: string;
}

export interface Decision {
  comment?: string | undefined;
  /** Version of the card that the decider has seen; absent: whatever it is. */
  version?: string | undefined;
  /** Paths whose present value stays. */
  keep?: string[];
  /** Paths that are taken though the card has changed there meanwhile. */
  take?: string[];
}
