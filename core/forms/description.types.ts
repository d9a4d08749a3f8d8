/** What a screen needs to know of one kind of card: the answer of `GET /api/entities/{entity}`. */
import type { FieldKind, FormDefinition, JsonSchema } from '../catalogue/types.ts';

export interface ColumnDescription {
  path: string;
  title: string;
  kind: FieldKind;
  dictionary?: string;
  ref?: string;
  format?: string;
  sortable: boolean;
  /** Only to be seen: a file of the list is made without it. */
  exported?: false;
}

export interface RelationDescription {
  name: string;
  kind: 'one' | 'many';
  entity: string;
  title: string;
  can: { read: boolean; create: boolean; update: boolean; delete: boolean };
}

/**
 * Rights are applied already: a field without the right to read is absent from everything here.
 *
 * `schema` is the card's JSON Schema for the form: `person` and groups as objects, `x-rows` as arrays of
 * objects, a to-many relation that the form names as an array with `x-relation`, its items being the target's
 * schema without the way back. A field that may not be written carries `readOnly: true`.
 */
export interface EntityDescription {
  id: string;
  plugin: string;
  title: string;
  plural: string;
  /** One sentence about the screen, in the reader's language. */
  help: string;
  single: boolean;
  facet: boolean;
  /** Its screen shows the files of the card. */
  files: boolean;
  /** A person may have several such records in one organisation: consents. */
  manyPerPerson: boolean;
  can: { read: boolean; create: boolean; update: boolean; delete: boolean; export: boolean };
  /** Data held by consent: the purposes in words, and where the consents stand on this card. */
  consents?: { purposes: Record<string, string>; relation?: string };
  schema: JsonSchema;
  form: FormDefinition;
  list: { columns: string[]; sort: string; filters: string[]; searchable: boolean };
  /** Every readable column, for the column picker, filters and export. */
  columns: ColumnDescription[];
  relations: RelationDescription[];
  /** Items of every dictionary that the schema names, `text` in the reader's language; `retired` are not offered. */
  dictionaries: Record<
    string,
    { code: string; text: string; extra?: Record<string, unknown>; retired?: boolean }[]
  >;
}
