/** Answers of the form constructor (docs/forms.md). */
import type { FormDefinition, FormRule } from '../../../core/catalogue/types.ts';
import type { Level } from '../../api/types.ts';

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
export const CUSTOM_KINDS: readonly CustomKind[] = [
  'text',
  'multiline',
  'integer',
  'decimal',
  'boolean',
  'date',
  'dictionary',
  'dictionaries',
  'ref',
];

/** What a designer says of a field. */
export interface FieldSetting {
  kind: CustomKind;
  title: string;
  titleEn?: string;
  help?: string;
  dictionary?: string;
  ref?: string;
  format?: string;
  minimum?: number | string;
  maximum?: number | string;
  maxLength?: number;
  required: boolean;
  class: string;
  basis: string;
  purpose?: string;
  counts: boolean;
  absentable: boolean;
  read: string[];
  write: string[];
}

export interface CustomField extends FieldSetting {
  id: string;
  path: string;
  retired: boolean;
  state: 'draft' | 'changed' | 'live' | 'retired';
}

export interface DesignRole {
  role: string;
  title: string;
  read: boolean;
  write: boolean;
  /** Students, parents: nothing is opened to them unless somebody ticks it. */
  outside: boolean;
}

export interface CustomFieldsAnswer {
  entity: string;
  version: string;
  level: Level;
  items: CustomField[];
  inherited: { path: string; title: string; kind: string }[];
  roles: DesignRole[];
  formats: string[];
  refs: { entity: string; title: string }[];
  classes: string[];
  limit: number;
  live: number;
}

export interface OverlaySection {
  id: string;
  title: string;
  titleEn?: string;
  help?: string;
  tab?: string;
  after?: string;
  rows: { field: string; span: number }[][];
}
export interface Move {
  field: string;
  section: string;
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
  hide: string[];
  require: string[];
  relabel: Relabel[];
  rules: FormRule[];
}

export interface BaseField {
  path: string;
  title: string;
  kind: string;
  class: string;
  /** Must be filled already. */
  required: boolean;
  /** May not be hidden. */
  fixed: boolean;
  computed?: boolean;
  dictionary?: string;
}

export interface Published {
  number: number;
  at: string;
  by: string;
  role: string;
  note?: string;
}

export interface DraftAnswer {
  entity: string;
  title: string;
  level: Level;
  version: string;
  owner: { id: number; name: string; level: Level };
  overlay: Partial<Overlay>;
  changed: boolean;
  published?: Published;
  base: { form: Pick<FormDefinition, 'tabs' | 'rules'>; fields: BaseField[] };
}

export interface ImpactAnswer {
  count: number;
  items: { id: string; label: string; missing: { path: string; title: string }[] }[];
}

export interface VersionItem extends Published {
  current: boolean;
  restored?: number;
}

export interface DesignedKind {
  entity: string;
  title: string;
  plural: string;
  changed: boolean;
  /** Number of the version in force. */
  published?: number;
  fields: number;
}

export interface DictionarySummary {
  id: string;
  title: string;
  items?: number;
  closed?: boolean;
}

export interface DictionaryItemAnswer {
  code: string;
  ru: string;
  en: string;
  level: 'installed' | Level;
  own: boolean;
  state: 'active' | 'hidden' | 'retired';
}
export interface OwnLayer {
  add: { code?: string; ru: string; en?: string; retired?: boolean }[];
  relabel: { code: string; ru?: string; en?: string }[];
  hide: string[];
}
export interface DictionaryAnswerOfLevels {
  id: string;
  title: string;
  version: string;
  level: Level;
  closed: boolean;
  items: DictionaryItemAnswer[];
  own: Partial<OwnLayer>;
}
