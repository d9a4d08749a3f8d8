import { describe, expect, it } from 'vitest';
import { mergePatch } from '../values/patch.ts';
import { leavesOf } from './layout.ts';
import { defaultsOf, formValues, prepareForm, writableValues } from './prepare.ts';

const address = (title: string) => ({
  title,
  type: 'object',
  required: ['city'],
  properties: {
    city: { title: 'Населённый пункт', type: 'string', maxLength: 100 },
    flat: { title: 'Квартира', type: 'string' },
  },
});
const schema = {
  type: 'object',
  required: ['person', 'status'],
  properties: {
    person: {
      title: 'Кто это',
      type: 'object',
      required: ['lastName'],
      properties: {
        lastName: { title: 'Фамилия', type: 'string' },
        birthDate: { title: 'Дата рождения', type: 'string', format: 'past-date' },
      },
    },
    status: { title: 'Статус', 'x-dictionary': 'statuses', default: 'studies', readOnly: true },
    socialStatus: { title: 'Социальное положение', type: 'array', items: { 'x-dictionary': 'social' } },
    residence: address('Место жительства'),
    registration: address('Место регистрации'),
    guardianships: {
      title: 'Представители',
      type: 'array',
      'x-relation': 'guardianship',
      items: {
        type: 'object',
        required: ['guardian'],
        properties: {
          id: { type: 'string' },
          guardian: { title: 'Представитель', 'x-ref': 'guardian' },
          kinship: { title: 'Степень родства', 'x-dictionary': 'kinship' },
        },
      },
    },
  },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  allOf: [{ if: { properties: { status: { const: 'studies' } } }, then: { required: ['residence'] } }],
};
const form = {
  rules: [],
  tabs: [
    {
      id: 'main',
      title: 'Личные данные',
      sections: [
        {
          id: 'who',
          title: 'Кто это',
          rows: [
            [
              { field: 'person.lastName', span: 4 },
              { field: 'person.birthDate', span: 4 },
            ],
          ],
        },
        {
          id: 'address',
          title: 'Адреса',
          rows: [[{ field: 'residence', span: 12 }], [{ field: 'registration.city', span: 14 }]],
        },
        { id: 'health', title: 'Здоровье', rows: [[{ field: 'health.group', span: 4 }]] },
        { id: 'family', title: 'Семья', rows: [[{ field: 'guardianships', span: 12 }]] },
      ],
    },
  ],
};
const prepared = prepareForm({
  schema,
  form,
  dictionaries: { statuses: [{ code: 'studies', text: 'Учится' }], social: [], kinship: [] },
});

describe('layout adapter', () => {
  it('drops fields that are not in the schema and sections left empty', () => {
    expect(prepared.tabs[0]?.sections.map(section => section.id)).toEqual(['who', 'address', 'family']);
  });
  it('spreads a group and offers to copy an earlier one of the same shape', () => {
    const blocks = prepared.tabs[0]?.sections[1]?.blocks ?? [];
    expect(blocks.map(block => block.title)).toEqual(['Место жительства', 'Место регистрации']);
    expect(blocks[1]?.copyOf?.path).toBe('residence');
    expect(blocks[0]?.rows.flat().map(cell => cell.leaf.path)).toEqual(['residence.city', 'residence.flat']);
    expect(blocks[1]?.rows[0]?.[0]?.span).toBe(12);
  });
  it('names kinds, requirements and rows', () => {
    expect(leavesOf(prepared.tabs).map(leaf => [leaf.path, leaf.kind, leaf.required])).toEqual([
      ['person.lastName', 'text', true],
      ['person.birthDate', 'date', false],
      ['residence.city', 'text', true],
      ['residence.flat', 'text', false],
      ['registration.city', 'text', true],
      ['guardianships', 'relation', false],
    ]);
    expect(prepared.leaves.get('guardianships')?.row?.map(leaf => leaf.path)).toEqual([
      'guardian',
      'kinship',
    ]);
    expect(prepared.leaves.get('socialStatus')?.kind).toBe('codes');
  });
  it('gives rjsf no conditions and no defaults, the validator both and the codes', () => {
    expect(prepared.viewSchema).not.toHaveProperty('allOf');
    expect(JSON.stringify(prepared.viewSchema)).not.toContain('default');
    expect(prepared.validationSchema).toMatchObject({ properties: { status: { enum: ['studies'] } } });
    expect(prepared.validationSchema).toHaveProperty('allOf');
  });
});

describe('values of a form', () => {
  const record = {
    id: 'r1',
    version: '3-1',
    labels: { status: 'Учится' },
    person: { id: 'p1', lastName: 'Соколова' },
    status: 'studies',
    absent: ['residence.flat'],
    guardianships: [{ id: 'g1', version: '1', guardian: 'x', kinship: 'mother', labels: {} }],
  };
  const values = formValues(record, prepared.leaves.values());
  it('keeps only what the form edits', () => {
    expect(values).toEqual({
      person: { lastName: 'Соколова' },
      status: 'studies',
      absent: ['residence.flat'],
      guardianships: [{ id: 'g1', guardian: 'x', kinship: 'mother' }],
    });
  });
  it('never writes read-only fields back', () => {
    expect(mergePatch({}, writableValues(values, prepared.leaves.values()))).not.toHaveProperty('status');
  });
  it('starts a new record from the defaults that may be written', () => {
    expect(defaultsOf(prepared.leaves.values())).toEqual({});
  });
});
