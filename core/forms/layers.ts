/**
 * What a level of management lays over the installed catalogue: shapes as they are stored and published, checked by
 * schemas/meta/custom-field and schemas/meta/overlay. A published layer never changes; the next one takes its place.
 */
import type { Basis, FieldClass, FormField, FormRule } from '../catalogue/types.ts';

export type CustomKind =
  | 'text'
  | 'multiline'
  | 'integer'
  | 'decimal'
  | 'boolean'
  | 'date'
  | 'dictionary'
  | 'dictionaries'
  | 'ref';

export interface CustomField {
  /** `cf_` and ten small letters or digits; never changes, like kind, dictionary and ref. */
  id: string;
  kind: CustomKind;
  title: string;
  titleEn?: string;
  help?: string;
  required: boolean;
  format?: string;
  minimum?: number;
  maximum?: number;
  maxLength?: number;
  dictionary?: string;
  /** Kind of card that it refers to. */
  ref?: string;
  class: FieldClass;
  basis: Basis;
  /** A code of `consent-purposes`, with the basis `consent`. */
  purpose?: string;
  counts: boolean;
  absentable: boolean;
  /** Roles. Who may write may read. */
  read: string[];
  write: string[];
  /** Seen nowhere; values stay and come back with the field. */
  retired: boolean;
}

export interface OverlaySection {
  /** `s_` and up to thirty small letters, digits, `_` */
  id: string;
  title: string;
  titleEn?: string;
  help?: string;
  tab?: string;
  /** Section that it stands behind; absent: at the end of the tab. */
  after?: string;
  rows: { field: string; span?: number }[][];
}

export interface Move {
  field: string;
  section: string;
  /** Among the fields of the section, from 0; absent: at the end. */
  position?: number;
  span?: number;
}

export interface Relabel {
  field?: string;
  section?: string;
  title?: string;
  titleEn?: string;
  help?: string;
}

export interface Overlay {
  sections: OverlaySection[];
  move: Move[];
  /** Names of the form: fields, groups, repeating groups, to-many relations. */
  hide: string[];
  require: string[];
  relabel: Relabel[];
  rules: FormRule[];
}

/** Everything that one level has laid over one kind of card. */
export interface FormLayer {
  fields: CustomField[];
  overlay: Overlay;
}

export interface OwnItem {
  code: string;
  ru: string;
  en?: string;
  retired?: boolean;
}

/** What one level has laid over one dictionary. */
export interface DictionaryLayer {
  /** Of a dictionary of one's own. */
  title?: string;
  titleEn?: string;
  add: OwnItem[];
  relabel: OwnItem[];
  /** Codes that are no longer offered. */
  hide: string[];
}

/** One publication, the last of its level for its subject. */
export type PublishedLayer = {
  /** Of the version; two servers never mean different things by one. */
  id: string;
  organisationId: number;
  level: 'region' | 'municipality' | 'organisation';
  /** Kind of card, or id of the dictionary. */
  subject: string;
} & ({ kind: 'form'; definition: FormLayer } | { kind: 'dictionary'; definition: DictionaryLayer });

export const emptyOverlay = (): Overlay => ({
  sections: [],
  move: [],
  hide: [],
  require: [],
  relabel: [],
  rules: [],
});
export const emptyForm = (): FormLayer => ({ fields: [], overlay: emptyOverlay() });
export const emptyDictionary = (): DictionaryLayer => ({ add: [], relabel: [], hide: [] });

export type Cell = FormField;
