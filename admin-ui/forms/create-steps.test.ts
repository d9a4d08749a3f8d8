import { describe, expect, it } from 'vitest';
import type { EntityDescription } from '../../core/forms/description.types.ts';
import {
  buildSteps,
  composeBody,
  detailSteps,
  isUntouched,
  stepOfPath,
  withDemands,
} from './create-steps.ts';

const description = {
  id: 'student',
  title: 'Обучающийся',
  list: { columns: ['person', 'shift'] },
  schema: {
    type: 'object',
    required: ['person'],
    properties: {
      person: { type: 'object', properties: { lastName: { type: 'string', title: 'Фамилия' } } },
      shift: { title: 'Смена', 'x-dictionary': 'shifts' },
      homePhone: { title: 'Телефон', type: 'string', 'x-absent': true },
      consents: {
        title: 'Согласия',
        type: 'array',
        'x-relation': 'consent',
        items: {
          type: 'object',
          required: ['purpose', 'form', 'signedOn'],
          properties: {
            purpose: { title: 'Цель', 'x-dictionary': 'purposes' },
            form: { title: 'Как дано', 'x-dictionary': 'forms', default: 'paper' },
            signedOn: { title: 'Дата', type: 'string', format: 'past-date' },
          },
        },
      },
      movements: {
        title: 'Движение',
        type: 'array',
        'x-relation': 'movements',
        items: {
          type: 'object',
          required: ['toGroup', 'kind'],
          properties: {
            toGroup: { title: 'В класс', 'x-ref': 'study-group' },
            kind: { title: 'Вид', 'x-dictionary': 'kinds', default: 'opening' },
          },
        },
      },
      guardianships: {
        title: 'Родители',
        type: 'array',
        'x-relation': 'guardianship',
        items: {
          type: 'object',
          required: ['guardian', 'kinship'],
          properties: {
            guardian: { title: 'Родитель', 'x-ref': 'guardian' },
            kinship: { title: 'Степень родства', 'x-dictionary': 'kinship' },
          },
        },
      },
    },
  },
  form: {
    entity: 'student',
    tabs: [],
    rules: [],
    create: [
      { id: 'who', title: 'Кто это', kind: 'person', required: true },
      {
        id: 'consent',
        title: 'Согласие',
        kind: 'relation',
        relation: 'consents',
        fields: [
          [
            { field: 'form', span: 4 },
            { field: 'signedOn', span: 4 },
          ],
        ],
        values: { purpose: 'education-process' },
        required: true,
      },
      {
        id: 'card',
        title: 'Карточка',
        kind: 'fields',
        fields: [
          [
            { field: 'shift', span: 4 },
            { field: 'homePhone', span: 4 },
          ],
        ],
      },
      {
        id: 'guardians',
        title: 'Родители',
        kind: 'relation',
        relation: 'guardianships',
        fields: [
          [
            { field: 'guardian', span: 8 },
            { field: 'kinship', span: 4 },
          ],
        ],
      },
      {
        id: 'group',
        title: 'Класс',
        kind: 'relation',
        relation: 'movements',
        fields: [[{ field: 'toGroup', span: 6 }]],
        values: { kind: 'opening' },
      },
    ],
  },
  dictionaries: { purposes: [], forms: [], shifts: [], kinship: [] },
} as unknown as EntityDescription;
const steps = buildSteps(description);

describe('steps of adding', () => {
  it('knows one record from many', () => {
    expect(steps.map(step => step.kind)).toEqual(['person', 'row', 'fields', 'rows', 'row']);
    expect(steps[1]?.initial).toEqual({ form: 'paper' });
    expect(steps[4]?.initial).toEqual({});
  });
  it('makes one body of everything and leaves out what nobody touched', () => {
    const data = {
      person: { kind: 'new' as const, person: { lastName: 'Крот', isNew: true }, label: 'Крот' },
      steps: {
        consent: { form: 'paper', signedOn: '2026-09-01' },
        card: { shift: 'first', absent: ['homePhone'] },
        guardians: { guardianships: [{ guardian: 'g1', kinship: 'mother' }] },
      },
    };
    expect(composeBody(steps, data)).toEqual({
      person: { lastName: 'Крот', isNew: true },
      consents: [{ purpose: 'education-process', form: 'paper', signedOn: '2026-09-01' }],
      shift: 'first',
      absent: ['homePhone'],
      guardianships: [{ guardian: 'g1', kinship: 'mother' }],
    });
    expect(isUntouched(steps[4]!, data)).toBe(true);
  });
  it('finds the step of a fault', () => {
    expect(stepOfPath(steps, 'person.lastName')).toEqual({ index: 0, path: 'person.lastName' });
    expect(stepOfPath(steps, 'consents.0.signedOn')).toEqual({ index: 1, path: 'signedOn' });
    expect(stepOfPath(steps, 'shift')).toEqual({ index: 2, path: 'shift' });
    expect(stepOfPath(steps, 'guardianships.0.kinship')).toEqual({
      index: 3,
      path: 'guardianships.0.kinship',
    });
    expect(stepOfPath(steps, 'movements.0.toGroup')).toEqual({ index: 4, path: 'toGroup' });
    expect(stepOfPath(steps, 'elsewhere')).toBeUndefined();
  });
  it('is the whole form where no steps are given', () => {
    const plain = {
      ...description,
      form: { entity: 'x', tabs: [], rules: [] },
    } as unknown as EntityDescription;
    expect(buildSteps(plain).map(step => step.kind)).toEqual(['fields']);
  });
  it('asks beside the person what its own steps ask, and nothing of a person who is only named', () => {
    const beside = detailSteps(description);
    expect(beside.map(step => step.id)).toEqual(['consent', 'card', 'group']);
    const person = { kind: 'new' as const, person: { lastName: 'Крот' }, label: 'Крот' };
    const named = { person, steps: { consent: { form: 'paper' }, card: {} } };
    expect(composeBody(withDemands(beside, named), named)).toEqual({});
    const called = { person, steps: { card: { shift: 'first' } } };
    expect(withDemands(beside, called)[0]?.required).toBe(true);
    const { create: _steps, ...form } = description.form;
    expect(detailSteps({ ...description, form }).map(step => step.kind)).toEqual(['fields']);
  });
});
