import { describe, expect, it } from 'vitest';
import type { Dataset } from '../../../core/reports/dataset.ts';
import { reportText } from './cell-text.ts';
import { givenParameters, missingParameters, type ParameterField } from './parameters.ts';
import { reportLines } from './report-lines.ts';

const words = { yes: 'да', no: 'нет', locale: 'ru-RU' };
const node = (value: string | null, measures: number[]) => ({
  key: 'group',
  value,
  caption: value ?? '',
  count: measures[0] ?? 0,
  measures,
  groups: [],
});
const dataset = {
  columns: [{ key: 'name', title: 'ФИО', kind: 'text', align: 'left' }],
  measures: [{ key: 'students', title: 'Обучающихся', kind: 'integer', align: 'right' }],
  levels: [{ key: 'group', title: 'Класс' }],
  rows: [
    { id: '1', cells: ['Абрамов'], group: ['7А'] },
    { id: '2', cells: ['Бойко'], group: ['7А'] },
    { id: '3', cells: ['Жук'], group: [null] },
  ],
  groups: [node('7А', [2]), node(null, [1])],
  total: { count: 3, measures: [3] },
  totals: ['group', 'grand'],
} as unknown as Dataset;

describe('lines of a report', () => {
  it('every group has its heading, its rows and its subtotal, the whole its total', () => {
    expect(reportLines(dataset).map(line => line.type)).toEqual([
      'heading',
      'row',
      'row',
      'subtotal',
      'heading',
      'row',
      'subtotal',
      'grand',
    ]);
  });

  it('a figure carries the way to the rows behind it, a group without a value included', () => {
    const drills = reportLines(dataset).flatMap(line => (line.type === 'subtotal' ? [line.drill] : []));
    expect(drills).toEqual([{ group: { group: '7А' } }, { group: { group: null } }]);
  });

  it('an aggregate has figures in place of rows', () => {
    const lines = reportLines({ ...dataset, columns: [], rows: [] });
    expect(lines.map(line => line.type)).toEqual(['figures', 'figures', 'grand']);
  });
});

describe('figures and parameters', () => {
  it('are written with a decimal comma', () => {
    expect(reportText(0.865, { kind: 'decimal', format: 'percent1' }, words)).toBe('86,5\u00a0%');
    expect(reportText('2026-09-01', { kind: 'date' }, words)).toBe('01.09.2026');
    expect(reportText(true, { kind: 'boolean' }, words)).toBe('да');
    expect(reportText(null, { kind: 'integer' }, words)).toBe('');
  });

  it('an empty answer is not sent, and a missing required one is named', () => {
    expect(givenParameters({ a: '', b: [], c: false, d: 'x' })).toEqual({ d: 'x' });
    const field: ParameterField = {
      key: 'a',
      title: 'А',
      required: true,
      kind: 'text',
      of: '',
      multiple: false,
    };
    expect(missingParameters([field], { a: '' })).toEqual([field]);
  });
});
