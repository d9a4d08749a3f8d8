/** Shapes of answers that do not depend on what is installed, as JSON Schema 2020-12. */
import type { JsonSchema } from '../../catalogue/types.ts';
import { FORM_SHAPES } from './form-shapes.ts';
import { ref } from './note.ts';

type Properties = Record<string, JsonSchema>;

export const text: JsonSchema = { type: 'string' };
export const flag: JsonSchema = { type: 'boolean' };
export const whole: JsonSchema = { type: 'integer' };
export const uuid: JsonSchema = { type: 'string', format: 'uuid' };
export const day: JsonSchema = { type: 'string', format: 'date' };
export const instant: JsonSchema = { type: 'string', format: 'date-time' };
const anything: JsonSchema = { type: 'object' };

export const list = (items: JsonSchema): JsonSchema => ({ type: 'array', items });
export const map = (values: JsonSchema): JsonSchema => ({ type: 'object', additionalProperties: values });
const choice = (...values: string[]): JsonSchema => ({ type: 'string', enum: values });

/** A closed object: the first members are always there, the second may be. */
export const shape = (always: Properties, maybe: Properties = {}): JsonSchema => ({
  type: 'object',
  additionalProperties: false,
  required: Object.keys(always),
  properties: { ...always, ...maybe },
});

const LEVEL = choice('region', 'municipality', 'organisation');
const LANGUAGE = choice('ru', 'en');
const KIND = choice(
  ...['text', 'integer', 'decimal', 'boolean', 'date', 'instant', 'dictionary', 'dictionaries'],
  ...['texts', 'ref', 'rows'],
);
const FORMAT = choice('json', 'html', 'xlsx', 'pdf', 'csv');
const CELL: JsonSchema = { type: ['string', 'number', 'boolean', 'null'] };
const FIGURE: JsonSchema = { type: ['number', 'string', 'null'] };

const problems: Properties = {
  Problem: {
    description: 'RFC 9457. `code` is stable; further members depend on it.',
    type: 'object',
    required: ['type', 'title', 'status', 'detail', 'code'],
    properties: {
      type: { type: 'string', pattern: '^urn:kartoteka:problem:' },
      title: text,
      status: { type: 'integer', minimum: 400, maximum: 599 },
      detail: text,
      code: { type: 'string', pattern: '^[A-Z][A-Z_]*$' },
      errors: list(shape({ path: text, code: text, message: text })),
    },
  },
};

const sessions: Properties = {
  SecondFactor: shape({ enrolled: flag, required: flag, recovery: whole }),
  SecondFactorSecret: shape({ secret: text, uri: text }),
  RecoveryCodes: shape({ codes: list(text) }),
  OwnLogin: shape({ id: text, current: flag, address: text, agent: text, since: text, seen: text }),
  Organisation: shape({ id: whole, name: text, fullName: text, level: LEVEL }, { municipality: text }),
  Appointment: shape(
    { id: uuid, role: text, roleTitle: text, organisation: ref('Organisation') },
    { orderNumber: text, orderDate: day },
  ),
  Session: shape({
    user: shape({ id: uuid, login: text, name: text }),
    appointments: list(ref('Appointment')),
    active: shape({
      id: uuid,
      role: text,
      roleTitle: text,
      organisation: shape(
        { id: whole, name: text, fullName: text, level: LEVEL, types: list(text) },
        { municipality: text },
      ),
      words: map(text),
      scope: shape({ organisations: whole }),
      readOnly: flag,
    }),
    csrf: { ...text, description: 'Send it as X-CSRF-Token with every write.' },
    menu: list(shape({ title: text, icon: text, list: text, plugin: text }, { view: text, filter: {} })),
    can: map(flag),
    language: LANGUAGE,
    demo: flag,
    mustChangePassword: flag,
    mustEnrol: flag,
    lastSignIn: shape({ failedTries: whole }, { previous: text }),
  }),
  SignInHint: shape({ login: text, organisation: text, roleTitle: text }, { password: text }),
};

const cards: Properties = {
  Allowed: shape(
    { update: flag, delete: flag, write: list(text) },
    { acts: list(text), request: list(text), period: { type: 'string', enum: ['closed'] } },
  ),
  Completeness: shape({ filled: whole, total: whole }),
  CardKind: shape(
    { id: text, plugin: text, title: text, plural: text, single: flag, facet: flag },
    { childOf: text },
  ),
  CardDescription: shape(
    {
      id: text,
      plugin: text,
      title: text,
      plural: text,
      help: text,
      single: flag,
      facet: flag,
      files: flag,
      manyPerPerson: flag,
      can: shape({ read: flag, create: flag, update: flag, delete: flag, export: flag }),
      schema: { ...anything, description: 'JSON Schema of the card as the reader may see and change it.' },
      form: shape({ entity: text, tabs: list(anything), rules: list(anything) }, { create: list(anything) }),
      list: shape({ columns: list(text), sort: text, filters: list(text), searchable: flag }),
      columns: list(
        shape(
          { path: text, title: text, kind: KIND, sortable: flag },
          { dictionary: text, ref: text, format: text, exported: flag },
        ),
      ),
      relations: list(
        shape({
          name: text,
          kind: choice('one', 'many'),
          entity: text,
          title: text,
          can: shape({ read: flag, create: flag, update: flag, delete: flag }),
        }),
      ),
      dictionaries: map(list(ref('DictionaryItem'))),
    },
    { consents: shape({ purposes: map(text) }, { relation: text }) },
  ),
  HistoryEntry: shape(
    {
      at: instant,
      action: choice('create', 'update', 'delete', 'derive', 'merge', 'split'),
      by: text,
      of: choice('record', 'person'),
      fields: list(shape({ path: text, title: text }, { from: {}, to: {}, fromLabel: text, toLabel: text })),
    },
    { role: text, reason: text },
  ),
  AccessEntry: shape(
    { at: instant, action: text, result: text },
    { by: text, role: text, organisation: text },
  ),
  AccessLog: shape({ items: list(ref('AccessEntry')) }, { next: text }),
  Extract: shape({
    person: text,
    organisation: text,
    day,
    cards: list(
      shape({
        entity: text,
        title: text,
        id: uuid,
        label: text,
        fields: list(
          shape(
            { path: text, title: text, value: {}, text, basis: choice('law', 'consent', 'contract') },
            { purpose: text, until: day, by: text, at: instant },
          ),
        ),
        blocked: list(text),
      }),
    ),
    seen: list(ref('AccessEntry')),
    given: list(ref('AccessEntry')),
  }),
  DictionaryItem: shape({ code: text, text }, { extra: anything, retired: flag }),
  Dictionary: shape({ id: text, title: text, items: list(ref('DictionaryItem')) }),
  DictionarySummary: shape({ id: text, title: text, count: whole }, { closed: flag, own: flag }),
  PersonMatch: shape(
    {
      id: uuid,
      lastName: text,
      firstName: text,
      facets: list(
        shape({ entity: text, entityTitle: text, organisation: text, own: flag }, { recordId: uuid }),
      ),
    },
    { middleName: text, birthDate: day, sex: text },
  ),
};

const REQUEST_STATE = choice('open', 'approved', 'refused', 'withdrawn');
const requestItem: [Properties, Properties] = [
  {
    id: uuid,
    kind: choice('card', 'person', 'merge'),
    state: REQUEST_STATE,
    at: instant,
    by: text,
    organisation: text,
    entity: text,
    entityTitle: text,
    label: text,
    fields: list(
      shape({ path: text, title: text }, { before: {}, proposed: {}, present: {}, conflict: flag }),
    ),
    kept: list(text),
    voices: list(
      shape(
        { organisation: text, state: choice('open', 'approved', 'refused') },
        { by: text, at: instant, comment: text },
      ),
    ),
  },
  { role: text, recordId: uuid, reason: text, decidedAt: instant, decidedBy: text, comment: text },
];
const requests: Properties = {
  RequestItem: shape(...requestItem),
  RequestPage: shape({ items: list(ref('RequestItem')) }, { next: uuid }),
  RequestDetail: shape(
    { ...requestItem[0], may: shape({ decide: flag, withdraw: flag }) },
    { ...requestItem[1], version: text, merge: ref('MergePreview') },
  ),
  RequestCount: shape({ incoming: whole, outgoing: whole }),
  PersonView: shape(
    {
      id: uuid,
      version: whole,
      lastName: text,
      firstName: text,
      facets: list(
        shape({ entity: text, entityTitle: text, organisation: text, own: flag }, { recordId: uuid }),
      ),
    },
    { middleName: text, birthDate: day, sex: text, snils: text },
  ),
  DuplicatePage: shape(
    {
      items: list(
        shape({
          reason: choice('same', 'letter', 'undated'),
          people: list(ref('PersonView')),
          differs: list(text),
        }),
      ),
    },
    { next: uuid },
  ),
  MergePreview: shape({
    keep: ref('PersonView'),
    drop: ref('PersonView'),
    fields: list(
      shape(
        { name: text, title: text, taken: choice('keep', 'drop') },
        { keep: text, drop: text, needed: flag },
      ),
    ),
    cards: list(
      shape({ entity: text, entityTitle: text, organisation: text, own: flag }, { recordId: uuid }),
    ),
    accounts: whole,
    conflicts: list(shape({ code: text, message: text })),
    asks: list(text),
  }),
  MergeOutcome: shape({}, { merge: uuid, request: uuid }),
  MergeItem: shape(
    { id: uuid, at: instant, by: text, person: ref('PersonView'), dropped: text, cards: whole },
    { undone: shape({ at: instant, by: text }) },
  ),
  FormerName: shape({ lastName: text, firstName: text }, { middleName: text, until: day, document: text }),
};

const screens: Properties = {
  Home: shape({
    guide: list(shape({ title: text, text, to: text })),
    notices: list(shape({ report: text, text, count: whole })),
    debts: list(
      shape({
        entity: text,
        title: text,
        records: whole,
        incomplete: whole,
        filled: whole,
        total: whole,
        to: text,
      }),
    ),
    changes: list(
      shape({
        at: instant,
        by: text,
        entity: text,
        entityTitle: text,
        id: uuid,
        label: text,
        action: text,
        count: whole,
      }),
    ),
    reports: list(ref('ReportSummary')),
  }),
  SearchAnswer: shape(
    {
      items: list(shape({ entity: text, entityTitle: text, id: text, label: text, detail: text })),
    },
    { layout: { ...text, description: 'What was searched for: the words of the other keyboard layout.' } },
  ),
  OrganisationNode: shape(
    { id: whole, name: text, fullName: text, level: LEVEL, types: list(text) },
    { parent: whole, closedOn: day },
  ),
  Module: shape(
    {
      id: text,
      title: text,
      version: text,
      requires: map(text),
      requiredBy: list(text),
      organisationTypes: list(shape({ id: text, title: text })),
      entities: list(shape({ id: text, title: text })),
      enabled: flag,
      organisations: whole,
      enablement: list(
        shape(
          { id: whole, enabled: flag, from: day, active: flag },
          {
            organisationType: text,
            typeTitle: text,
            organisation: shape({ id: whole, name: text, level: LEVEL }),
            to: day,
          },
        ),
      ),
    },
    {
      health: shape(
        { state: choice('current', 'other-version', 'missing'), tables: whole, records: whole },
        { version: text, appliedAt: instant },
      ),
    },
  ),
  Modules: shape({
    today: day,
    organisations: whole,
    types: list(shape({ id: text, title: text, organisations: whole })),
    plugins: list(ref('Module')),
    quarantine: list(shape({ plugin: text, file: text, pointer: text, reason: text }, { serving: text })),
    removed: list(shape({ id: text, version: text, tables: whole, records: whole })),
    can: shape({ enable: flag }),
  }),
  EnablementPreview: shape({ concerned: shape({ count: whole, names: list(text) }), refusal: text }),
  Health: shape({ status: text }, { database: flag, catalogue: text }),
};

const summary: Properties = {
  id: text,
  title: text,
  area: text,
  plugin: text,
  shape: choice('list', 'aggregate', 'document'),
  source: text,
  unit: text,
  parameters: shape({ type: { const: 'object' }, required: list(text), properties: map(anything) }),
  formats: list(FORMAT),
};

const reports: Properties = {
  ReportSummary: shape(summary, { description: text }),
  Report: shape({ ...summary, definition: anything }, { description: text }),
  ReportSource: shape({
    id: text,
    title: text,
    plural: text,
    plugin: text,
    fields: list(
      shape({ path: text, title: text, kind: KIND }, { dictionary: text, ref: text, format: text }),
    ),
    relations: list(shape({ name: text, kind: choice('one', 'many'), entity: text, title: text })),
  }),
  ReportColumn: shape(
    {
      key: text,
      title: text,
      kind: choice('text', 'integer', 'decimal', 'boolean', 'date', 'instant'),
      align: choice('left', 'right', 'center'),
    },
    { format: text, width: whole },
  ),
  ReportGroup: shape({
    key: text,
    value: { type: ['string', 'null'] },
    caption: text,
    count: whole,
    measures: list(FIGURE),
    groups: list(ref('ReportGroup')),
  }),
  ReportDataset: shape({
    report: shape({ id: text, title: text, unit: text, entity: text, area: text }, { description: text }),
    columns: list(ref('ReportColumn')),
    measures: list(ref('ReportColumn')),
    levels: list(shape({ key: text, title: text })),
    rows: list(shape({ id: text, cells: list(CELL), group: list({ type: ['string', 'null'] }) })),
    groups: list(ref('ReportGroup')),
    total: shape({ count: whole, measures: list(FIGURE) }),
    totals: list(text),
    parameters: list(shape({ key: text, title: text, text })),
    asOf: day,
    generatedAt: instant,
    executor: text,
    stamp: shape({ system: text, subsystem: text, composedAt: text, executor: text, parameters: list(text) }),
  }),
  ReportDocument: shape({
    report: shape({ id: text, title: text }),
    html: text,
    generatedAt: instant,
    executor: text,
  }),
  ReportDrill: shape({
    entity: text,
    title: text,
    count: whole,
    items: list(shape({ id: text, label: text })),
  }),
};

const accounts: Properties = {
  Account: shape(
    {
      id: uuid,
      login: text,
      name: text,
      blocked: flag,
      mustChangePassword: flag,
      appointments: list(ref('HeldAppointment')),
      elsewhere: { ...whole, description: 'Appointments out of sight that hold today or later' },
      may: shape({ appoint: flag, block: flag, password: flag }),
    },
    { lastSignIn: instant },
  ),
  HeldAppointment: shape(
    {
      id: uuid,
      role: text,
      roleTitle: text,
      organisation: shape({ id: whole, name: text }),
      from: day,
      state: choice('valid', 'future', 'ended'),
      change: flag,
    },
    { orderNumber: text, orderDate: day, to: day },
  ),
  AccountPage: shape({ items: list(ref('Account')), count: whole }, { next: uuid }),
  Staffing: shape({
    items: list(
      shape({
        role: text,
        roleTitle: text,
        wanted: choice('one', 'all', 'none'),
        count: whole,
        holders: list(shape({ user: uuid, name: text, from: day }, { orderNumber: text, orderDate: day })),
      }),
    ),
    givable: list(
      shape({
        role: text,
        roleTitle: text,
        kind: choice('staff', 'student', 'guardian', 'authority'),
        level: LEVEL,
        order: { ...flag, description: 'Number and date of an order are required' },
      }),
    ),
  }),
  OpenedAccount: shape(
    { id: uuid, login: text },
    { password: { ...text, description: 'Told once; absent when the person had an account before' } },
  ),
  NewId: shape({ id: uuid }),
  OneTimePassword: shape({ password: text }),
  Slips: shape(
    {
      items: list(shape({ userId: uuid, name: text, login: text, password: text, created: flag })),
      skipped: list(
        shape({
          name: text,
          reason: choice('no-account', 'own-password', 'other-roles', 'blocked', 'self'),
        }),
      ),
    },
    { group: text },
  ),
};

export const SHAPES: Properties = {
  ...problems,
  ...sessions,
  ...cards,
  ...requests,
  ...screens,
  ...reports,
  ...accounts,
  ...FORM_SHAPES,
};
