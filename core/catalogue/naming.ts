/** Names in the database and in sentences, derived from paths and titles. */

/** `residence.city` -> `residence_city`, `toGroup` -> `to_group`, `movement-line` -> `movement_line`. */
export const snake = (name: string): string =>
  name
    .replace(/[.-]/g, '_')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase();

/** Columns that every table of cards has. */
export const SYSTEM_COLUMNS: ReadonlySet<string> = new Set([
  'organisation_id',
  'id',
  'version',
  'person_id',
  'absent',
  'ext',
  'consents',
  'created_at',
  'updated_at',
]);
/** Columns that every table of a repeating group has. */
export const ROW_COLUMNS: ReadonlySet<string> = new Set(['organisation_id', 'id', 'record_id', 'position']);

/** The core's dictionary of what data may be held for. */
export const CONSENT_PURPOSES = 'consent-purposes';

/** Members of a record's JSON that are no fields of the card. */
export const RESERVED_MEMBERS: ReadonlySet<string> = new Set([
  'id',
  'version',
  'allowed',
  'ext',
  'labels',
  'related',
  'absent',
  'completeness',
  'blocked',
  'isNew',
]);

const PROTOTYPE: ReadonlySet<string> = new Set([
  'constructor',
  'prototype',
  'toString',
  'valueOf',
  'hasOwnProperty',
  'isPrototypeOf',
  'toLocaleString',
  'propertyIsEnumerable',
]);
export const isPrototypeWord = (name: string): boolean => PROTOTYPE.has(name) || name.startsWith('__');

/** Tables of the core: no card may be called so. */
export const CORE_TABLES: ReadonlySet<string> = new Set([
  'organisation',
  'organisation_name',
  'organisation_type',
  'person',
  'person_name',
  'facet',
  'app_user',
  'appointment',
  'user_session',
  'sign_in_failure',
  'enablement',
  'dictionary',
  'dictionary_item',
  'change',
  'audit',
  'audit_seal',
  'file',
  'idempotency_key',
  'plugin_kept',
  'custom_field',
  'form_draft',
  'form_version',
  'plugin_state',
  'migration',
]);

/** «Место жительства» + «Улица» -> «Место жительства: улица»; abbreviations keep their capitals. */
export const joinTitles = (titles: readonly string[]): string =>
  titles.map((title, index) => (index === 0 ? title : lowerFirst(title))).join(': ');

const lowerFirst = (title: string): string =>
  /^.[А-ЯЁA-Z.]/.test(title) ? title : title.charAt(0).toLowerCase() + title.slice(1);
