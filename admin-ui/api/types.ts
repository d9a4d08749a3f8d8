/** Answers of the server that only screens need; cards and lists use the types of core. */
import type { Expression } from '../../core/expressions/types.ts';
import type { Debt, LatestChange } from '../../core/http/home-blocks.ts';
export interface Appointment {
  id: string;
  role: string;
  roleTitle: string;
  organisation: { id: number; name: string; level: Level; municipality?: string };
  orderNumber?: string;
  orderDate?: string;
}
export type Level = 'region' | 'municipality' | 'organisation';

export interface MenuEntry {
  title: string;
  icon: string;
  /** Entity whose list it opens. */
  list: string;
  plugin: string;
  /** A part of the list under a title of its own, named in the address. */
  view?: string;
  filter?: Expression;
}

export interface Session {
  user: { id: string; login: string; name: string };
  appointments: Appointment[];
  active: {
    id: string;
    role: string;
    roleTitle: string;
    organisation: {
      id: number;
      name: string;
      fullName?: string;
      level: Level;
      types: string[];
      municipality?: string;
    };
    words: Record<string, string>;
    scope: { organisations: number };
    /** True when this appointment may only look. */
    readOnly?: boolean;
  };
  csrf: string;
  menu: MenuEntry[];
  language: string;
  demo: boolean;
  /** Screens of administration that this role may open. */
  can: {
    modules: boolean;
    people: boolean;
    slips: boolean;
    forms: boolean;
    requests: boolean;
    merge: boolean;
  };
  mustChangePassword: boolean;
  /** Nothing opens but the screen on which a second factor is set up. */
  mustEnrol: boolean;
  /** The sign-in before this one, and tries that failed since. */
  lastSignIn: { previous?: string; failedTries: number };
}

export interface SignInHint {
  login: string;
  roleTitle: string;
  organisation: string;
  /** The one password of all demo sign-ins, if the server tells it. */
  password?: string;
}

export interface Home {
  guide: { title: string; text: string; to: string }[];
  /** What waits, by reports that say so. */
  notices: { report: string; text: string; count: number }[];
  debts: Debt[];
  changes: LatestChange[];
  reports: { id: string; title: string }[];
}

export interface EntitySummary {
  id: string;
  title: string;
  plural: string;
  plugin: string;
  can: { read: boolean; create: boolean };
}

export interface SearchHit {
  entity: string;
  entityTitle: string;
  id: string;
  label: string;
  detail?: string;
}

export interface DictionaryAnswer {
  id: string;
  title: string;
  items: { code: string; text: string; extra?: Record<string, unknown> }[];
}

/** One row of a list: the asked fields nested as in records, captions beside under `labels`. */
export interface ListItem {
  id: string;
  label: string;
  labels?: Record<string, string>;
  [field: string]: unknown;
}
export interface ListPage {
  items: ListItem[];
  next?: string;
  count?: number;
}

/** One stretch of days for a type of organisations, a subtree, or a type within a subtree. */
export interface EnablementRowAnswer {
  id: number;
  organisationType?: string;
  typeTitle?: string;
  organisation?: { id: number; name: string; level: Level };
  enabled: boolean;
  from: string;
  to?: string;
  /** Holds today. */
  active: boolean;
}

export interface ModuleAnswer {
  id: string;
  title: string;
  version: string;
  requires: Record<string, string>;
  requiredBy: string[];
  entities: { id: string; title: string }[];
  organisationTypes: { id: string; title: string }[];
  /** Switched on for the organisation of this appointment. */
  enabled: boolean;
  /** Number of organisations of the region where it is on today. */
  organisations: number;
  enablement: EnablementRowAnswer[];
  /** Only for those who may switch modules. */
  health?: {
    state: 'current' | 'other-version' | 'missing';
    version?: string;
    appliedAt?: string;
    tables: number;
    /** About so many. */
    records: number;
  };
}

export interface ModulesAnswer {
  today: string;
  /** Number of organisations of the region. */
  organisations: number;
  types: { id: string; title: string; organisations: number }[];
  plugins: ModuleAnswer[];
  /** Not taken in; `serving` is the former version that works meanwhile. */
  quarantine: { plugin: string; file: string; pointer: string; reason: string; serving?: string }[];
  /** Modules whose folder is gone and whose tables stand. */
  removed: { id: string; version: string; tables: number; records: number }[];
  can: { enable: boolean };
}

export interface EnablementPreview {
  concerned: { count: number; names: string[] };
  /** Why it would be refused; empty when it would not. */
  refusal: string;
}

export interface OrganisationNode {
  id: number;
  name: string;
  fullName: string;
  level: Level;
  parent?: number;
  types: string[];
}
