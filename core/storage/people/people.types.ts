/** Two entries of one person: how they are found, what joining them would do, what was joined. */
import type { PersonMatch } from '../gateway.types.ts';

export type IdentityName = 'lastName' | 'firstName' | 'middleName' | 'birthDate' | 'sex' | 'snils';
export type Side = 'keep' | 'drop';

/** Few fields, as the search across the region shows them; of the СНИЛС the last figures. */
export interface PersonView extends PersonMatch {
  version: number;
  snils?: string;
}

export interface DuplicatePair {
  /** `same`: name and birth date; `letter`: a letter apart, one birth date; `undated`: one has no birth date. */
  reason: 'same' | 'letter' | 'undated';
  people: [PersonView, PersonView];
  /** Names of the identity's fields that differ. */
  differs: IdentityName[];
}

export interface DuplicatePage {
  items: DuplicatePair[];
  next?: string;
}

export interface MergeWish {
  keep: string;
  drop: string;
  /** Whose value the person is to have; what is not named is that of the kept entry, or the only one there is. */
  values?: Partial<Record<IdentityName, Side>>;
  /** As the preview told them; absent: whatever they are. */
  versions?: { keep: number; drop: number };
  reason?: string;
  /** Ask the other organisations where they know one of the two. */
  ask?: boolean;
}

export interface MergeField {
  name: IdentityName;
  title: string;
  keep?: string;
  drop?: string;
  taken: Side;
  /** Both have a value of their own and it may be the sign of two people: the choice must be made. */
  needed?: boolean;
}

export interface MovedCard {
  entity: string;
  entityTitle: string;
  organisation: string;
  own: boolean;
  recordId?: string;
}

export interface MergePreview {
  keep: PersonView;
  drop: PersonView;
  /** What the person becomes: the fields in which the two differ. */
  fields: MergeField[];
  /** Cards that come over to the kept entry. */
  cards: MovedCard[];
  accounts: number;
  /** Why the two cannot be joined as they stand. */
  conflicts: { code: string; message: string }[];
  /** Organisations that must agree first. */
  asks: string[];
}

export interface MergeOutcome {
  /** Of the merger; absent where other organisations are asked first. */
  merge?: string;
  /** Of the proposal. */
  request?: string;
}

export interface MergeItem {
  id: string;
  at: string;
  by: string;
  person: PersonView;
  /** Name of the entry that was given up. */
  dropped: string;
  cards: number;
  undone?: { at: string; by: string };
}
