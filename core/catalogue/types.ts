/**
 * The one compiled description of everything installed: what a card's JSON Schema says, resolved once at
 * start and read by storage, access, forms, lists, search, reports, import and documentation.
 *
 * Words: an *entity* is a kind of card (student); a *record* is one card; a *field* is addressed by a path
 * (`residence.city`, `person.lastName`); a *relation* leads from a record to one (`currentGroup`) or to many
 * others (`guardianships`); a *facet* is a record through which one organisation knows a person.
 */
import type { Expression } from '../expressions/types.ts';
import type { PluginMigration } from './migrations.ts';

export type JsonSchema = { [keyword: string]: unknown };

export type FieldKind =
  | 'text'
  | 'integer'
  | 'decimal'
  | 'boolean'
  | 'date' // ISO day, no time, no zone
  | 'instant' // UTC timestamp
  | 'dictionary' // one code of a dictionary
  | 'dictionaries' // several codes, text[]
  | 'texts' // several strings, text[]
  | 'ref' // id of another record
  | 'rows'; // repeating group in a child table of its own

/** Protection class of a field (S001-4.1): drives masks, logs and export rights. */
export type FieldClass = 'open' | 'service' | 'personal' | 'special';
/** On what ground the field may be held (S001-5.4). */
export type Basis = 'law' | 'consent' | 'contract';

export interface Field {
  /** Path in the record's JSON: `snils`, `residence.city`, `person.lastName`. */
  path: string;
  /** Whose column: the card's own table or the shared `person` table. */
  owner: 'record' | 'person';
  column: string;
  kind: FieldKind;
  /** PostgreSQL type of the column; for `rows` the name of the child table. */
  sqlType: string;
  title: string;
  /** Title with the names of its groups, for reports and messages: «Место жительства: улица». */
  fullTitle: string;
  class: FieldClass;
  basis: Basis;
  /** What it is held for, a code of `consent-purposes`; always there when the basis is `consent`. */
  purpose?: string;
  /** Clause ids of the regulations. */
  source: string[];
  required: boolean;
  /** Required by a level's form and not by the card itself: who may not fill it adds a card without it. */
  requiredByLevel?: true;
  /** Kept by the system; never accepted from a request. */
  computed: boolean;
  /** May be marked «нет»: then it counts as filled though empty (C13). */
  absentable: boolean;
  /** Counts in the completeness of the card. */
  counts: boolean;
  dictionary?: string;
  ref?: string;
  /** ajv format: date, snils, inn10 … */
  format?: string;
  /** Input mask of the form: `000-000-000 00`. */
  mask?: string;
  index: boolean;
  unique: boolean;
  /** Explanation under the input, Russian. */
  help?: string;
  default?: unknown;
  /** Fields of one row, for `rows`. Paths are relative to the row. */
  rows?: Field[];
  /** Set for a field that a level of management has added (core/forms): its value stands in the column `ext`. */
  custom?: CustomOrigin;
}

/** Where a custom field comes from, and the tuples of rights that it has been added to. */
export interface CustomOrigin {
  /** `cf_7k2m9x4q1z` */
  id: string;
  organisationId: number;
  read: ReadonlySet<Grant>;
  write: ReadonlySet<Grant>;
}

export interface Relation {
  name: string;
  kind: 'one' | 'many';
  /** Entity at the other end. */
  entity: string;
  /**
   * How the two are joined:
   * - `ref`: this record's field `via` holds the other's id (kind one);
   * - `inverse`: the other's field `via` holds this record's id (kind many);
   * - `person`: both stand for the same person in the same organisation (kind many).
   */
  join: 'ref' | 'inverse' | 'person';
  via: string;
  title: string;
  /** Without such a record the card counts as less than full. Only of child cards. */
  counts?: boolean;
  /** The card may say «нет» instead of having such records (C13). */
  absentable?: boolean;
}

/** A stored field of another card that records of this entity keep current (x-entity.maintains). */
export interface Maintain {
  /** Reference field of this entity that leads to the kept record, e.g. `student`. */
  through: string;
  /** Field of this entity by which the latest record wins; ties by id. */
  latestBy: string;
  where?: Expression;
  /** Field of the kept card -> expression over this entity. */
  set: Record<string, Expression>;
}

/** Fields of the register of consents (x-entity.consent), one person and one purpose in each record. */
export interface ConsentRegister {
  purpose: string;
  from: string;
  /** Last day; empty until the purpose is reached. */
  until: string;
  withdrawn: string;
}

export interface ListDefinition {
  columns: string[];
  /** `person.lastName,-birthDate` */
  sort: string;
  /** Paths offered as quick filters. */
  filters: string[];
}

export interface Entity {
  id: string;
  plugin: string;
  /** «Обучающийся» */
  title: string;
  /** «Обучающиеся» */
  plural: string;
  description: string;
  /** One Russian sentence about the screen, shown under its title; empty when the card gives none. */
  help: string;
  table: string;
  scope: 'organisation' | 'region';
  /** At most one record per organisation. */
  single: boolean;
  /** Template of the caption: `{person}`, `{grade}{letter}`. */
  label: string;
  /** Paths searched by the list's search box. */
  search: string[];
  childOf?: { field: string; entity: string; inverse: string };
  /** Fields of the person shown in this card, if it is a facet: `lastName`, … */
  person?: string[];
  /** Name of the to-many relation that other facets of the same person get to this entity. */
  personInverse?: string;
  /** Field that says from when the record is true. */
  temporal?: string;
  /** A record is a period (a school year) that can be closed: its flag, first and last day. */
  closes?: { field: string; from: string; to: string };
  /** The period a record belongs to: a path to a reference to one, or a day and the kind of period that has it. */
  period?: { by: string; of?: string };
  /** All fields by path, `person.*` included, in the order of the schema. */
  fields: Map<string, Field>;
  /** By name; one for every ref field, one for every inverse, `organisation` always. */
  relations: Map<string, Relation>;
  maintains: Maintain[];
  /** This card is the register of consents; at most one of all is. */
  consent?: ConsentRegister;
  /** Named parts of the card, for their completeness: name -> paths of fields and names of counted relations. */
  parts: Map<string, string[]>;
  /** The screen shows its files. */
  files: boolean;
  /** Sets of field paths whose values together are unique within an organisation. */
  uniqueTogether: string[][];
  list: ListDefinition;
  /** The card's schema as validated: definitions inlined, vocabulary kept. */
  schema: JsonSchema;
  form: FormDefinition;
  source: string[];
  /** Groups in which a level's form requires a field: they count as given, so that the field is named. */
  present?: string[];
  /** Titles of the groups of fields by path: `residence` -> «Место жительства»; `person` of a facet too. */
  groups: Map<string, string>;
  /** True for core entities that no plugin declared (organisation). */
  builtin: boolean;
}

export interface FormField {
  field: string;
  /** Width in twelfths. */
  span: number;
}
export interface FormSection {
  id: string;
  title: string;
  help?: string;
  rows: FormField[][];
  /** The plugin that added it to another's card, whose words it speaks. */
  plugin?: string;
}
export interface FormRule {
  when: Expression;
  show?: string[];
  hide?: string[];
  require?: string[];
  /** Of an overlay: `require` holds at saving too, because no condition of the schema says the same. */
  checked?: true;
}
export interface FormDefinition {
  entity: string;
  tabs: { id: string; title: string; sections: FormSection[] }[];
  rules: FormRule[];
  /** Steps of adding a record; absent: the whole form at once. See schemas/meta/form.schema.json. */
  create?: CreateStep[];
}
/** `person` searches the region first; `relation` fills rows of a to-many relation; `fields` shows fields. */
export interface CreateStep {
  id: string;
  title: string;
  help?: string;
  kind: 'person' | 'relation' | 'fields';
  relation?: string;
  fields?: FormField[][];
  /** Values the step sets by itself: `{ "kind": "opening" }`. */
  values?: Record<string, unknown>;
  required?: boolean;
}

export type RowScope = 'self' | 'organisation' | 'subtree' | 'region';

/** One whole tuple of rights; several are OR-ed as wholes, never merged in parts (design of access). */
export interface Grant {
  role: string;
  entity: string;
  /**
   * read, create, update, delete, export; `request`: propose what may not be written; `merge`: join two entries of
   * one person; `transition:<name>` (`close`, `reopen` of a period)
   */
  actions: string[];
  rows: RowScope | Expression;
  /** Field paths or `*`; a group name (`person`, `residence`) covers its fields. */
  fields: '*' | { read: string[]; write: string[] };
  /** State of the period the record belongs to. Absent: `any` for looking, `open` for everything that changes. */
  period?: 'open' | 'closed' | 'any';
  source?: string;
  /** The tuple as it was given, of one whose period was filled in. */
  given?: Grant;
}

export interface DictionaryItem {
  code: string;
  ru: string;
  en: string;
  /** Further attributes of the item as in the start file (`format`, `type` …). */
  extra: Record<string, unknown>;
  /** No longer to be chosen; cards that have the code keep it, with its caption. */
  retired?: boolean;
}
export interface Dictionary {
  id: string;
  title: string;
  source: string;
  plugin: string;
  items: DictionaryItem[];
  /** The system itself goes by the codes: none can be added at run time. */
  closed?: boolean;
  /** Captions that levels of management have changed or added, by code; they stand in no table of the database. */
  own?: ReadonlyMap<string, { ru: string; en: string }>;
}

export interface OrganisationType {
  id: string;
  title: string;
  /** The words this type of organisation uses: student -> воспитанник. */
  words: Record<string, string>;
}

export interface MenuItem {
  title: string;
  icon: string;
  list: string;
  plugin: string;
  /** A part of the list under a name of its own: the records for which `filter` holds. */
  view?: string;
  filter?: Expression;
}

/** A short line of «what to do first» for a role, shown on the home screen. */
export interface GuideStep {
  role: string;
  title: string;
  text: string;
  to: string;
}

export interface ReportFile {
  id: string;
  plugin: string;
  /** Absolute path of the definition; templates are looked up in the plugin's `templates/`. */
  file: string;
  definition: JsonSchema;
}

export interface PluginInfo {
  id: string;
  version: string;
  title: string;
  folder: string;
  requires: Record<string, string>;
  organisationTypes: string[];
  entities: string[];
  menu: MenuItem[];
  guide: GuideStep[];
  /** Declared dangerous changes, in their order. */
  migrations: PluginMigration[];
}

/** A plugin that could not be taken in; the core and the others run on. */
export interface Quarantine {
  plugin: string;
  file: string;
  /** JSON pointer into the file. */
  pointer: string;
  reason: string;
  /** Version that serves in its place: the last one whose tables stand. */
  serving?: string;
}

export interface Catalogue {
  /** Hash of everything below; changes when any plugin file changes. */
  version: string;
  plugins: Map<string, PluginInfo>;
  quarantine: Quarantine[];
  entities: Map<string, Entity>;
  dictionaries: Map<string, Dictionary>;
  roles: Map<string, { id: string; title: string; titleEn: string }>;
  organisationTypes: Map<string, OrganisationType>;
  grants: Grant[];
  reports: Map<string, ReportFile>;
  /** English captions by `<plugin>` -> key -> text (plugins/<id>/locales/en.json). */
  locales: Map<string, Record<string, string>>;
}
