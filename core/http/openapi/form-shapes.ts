/** Shapes of the form constructor and of dictionaries by levels; docs/forms.md tells them in words. */
import type { JsonSchema } from '../../catalogue/types.ts';
import { ref } from './note.ts';

const text: JsonSchema = { type: 'string' };
const flag: JsonSchema = { type: 'boolean' };
const whole: JsonSchema = { type: 'integer' };
const number: JsonSchema = { type: 'number' };
const instant: JsonSchema = { type: 'string', format: 'date-time' };
const anything: JsonSchema = { type: 'object' };
const list = (items: JsonSchema): JsonSchema => ({ type: 'array', items });
const choice = (...values: string[]): JsonSchema => ({ type: 'string', enum: values });
const shape = (always: Record<string, JsonSchema>, maybe: Record<string, JsonSchema> = {}): JsonSchema => ({
  type: 'object',
  additionalProperties: false,
  required: Object.keys(always),
  properties: { ...always, ...maybe },
});

const LEVEL = choice('region', 'municipality', 'organisation');
const KIND = choice(
  ...['text', 'multiline', 'integer', 'decimal', 'boolean', 'date', 'dictionary', 'dictionaries', 'ref'],
);
const CLASS = choice('open', 'service', 'personal', 'special');
const OWNER = shape({ id: whole, name: text, level: LEVEL });

const settings = {
  required: flag,
  class: CLASS,
  basis: choice('law', 'consent', 'contract'),
  counts: flag,
  absentable: flag,
  read: list(text),
  write: list(text),
  retired: flag,
};
const bounds = {
  titleEn: text,
  help: text,
  format: text,
  minimum: number,
  maximum: number,
  maxLength: whole,
  dictionary: text,
  ref: text,
  purpose: text,
};
const head = { number: whole, at: instant, by: text, note: text };
const headMaybe = { role: text, restored: whole };
const item = shape({ ru: text }, { code: text, en: text, retired: flag });
const layer = shape(
  {},
  { title: text, titleEn: text, add: list(item), relabel: list(item), hide: list(text) },
);

const overlayMembers = {
  sections: list(
    shape(
      { id: text, title: text, rows: list(list(shape({ field: text }, { span: whole }))) },
      { titleEn: text, help: text, tab: text, after: text },
    ),
  ),
  move: list(shape({ field: text, section: text }, { position: whole, span: whole })),
  hide: list(text),
  require: list(text),
  relabel: list(shape({}, { field: text, section: text, title: text, titleEn: text, help: text })),
  rules: list(shape({ when: {} }, { show: list(text), hide: list(text), require: list(text) })),
};

export const FORM_SHAPES: Record<string, JsonSchema> = {
  DesignedForm: shape(
    { entity: text, title: text, plural: text, fields: whole, changed: flag },
    { published: { ...whole, description: 'Number of the version in force' } },
  ),
  CustomFieldNew: shape({ kind: KIND, title: text }, { ...settings, ...bounds }),
  CustomField: shape(
    {
      id: text,
      path: text,
      kind: KIND,
      title: text,
      ...settings,
      state: choice('draft', 'changed', 'live', 'retired'),
      owner: OWNER,
    },
    bounds,
  ),
  CustomFields: shape({
    entity: text,
    level: LEVEL,
    version: text,
    items: list(ref('CustomField')),
    inherited: list(
      shape(
        {
          id: text,
          path: text,
          kind: text,
          title: text,
          class: CLASS,
          required: flag,
          organisationId: whole,
        },
        { dictionary: text, ref: text, help: text },
      ),
    ),
    roles: list(shape({ role: text, title: text, read: flag, write: flag, outside: flag })),
    refs: list(shape({ entity: text, title: text })),
    formats: list(text),
    classes: list(CLASS),
    limit: whole,
    live: whole,
  }),
  Overlay: shape({}, overlayMembers),
  FormDraft: shape(
    {
      entity: text,
      title: text,
      level: LEVEL,
      version: text,
      owner: OWNER,
      overlay: ref('Overlay'),
      fields: list(ref('CustomField')),
      changed: flag,
      base: shape({
        form: shape({ entity: text, tabs: list(anything), rules: list(anything) }),
        fields: list(
          shape({
            path: text,
            title: text,
            kind: text,
            class: CLASS,
            required: flag,
            fixed: { ...flag, description: 'May not be hidden' },
            computed: flag,
          }),
        ),
      }),
    },
    { published: ref('FormVersion') },
  ),
  FormImpact: shape({
    count: whole,
    items: list(shape({ id: text, label: text, missing: list(shape({ path: text, title: text })) })),
    fields: list(text),
  }),
  FormVersion: shape(head, headMaybe),
  FormVersionLine: shape({ ...head, current: flag }, headMaybe),
  FormVersionWhole: shape({ ...head, overlay: ref('Overlay'), fields: list(anything) }, headMaybe),
  DictionaryLayer: layer,
  DictionaryNew: shape({ title: text }, { titleEn: text, items: list(item) }),
  DictionaryItems: shape(
    {
      id: text,
      title: text,
      level: LEVEL,
      version: text,
      closed: { ...flag, description: 'Nothing can be added: the system goes by the codes' },
      items: list(
        shape({
          code: text,
          ru: text,
          en: text,
          level: choice('installed', 'region', 'municipality', 'organisation'),
          own: flag,
          state: choice('active', 'hidden', 'retired'),
        }),
      ),
      own: layer,
    },
    {},
  ),
};
