import { describe, expect, it } from 'vitest';
import type { EntityDescription } from '../../../core/forms/description.types.ts';
import { conditionExpression, isComplete, joinConditions, operatorsOf } from './conditions.ts';
import { listQuery, sortDirection, toggleSort } from './list-query.ts';
import type { ListState } from './list-state.ts';

const description = {
  id: 'student',
  columns: [
    { path: 'person', title: 'ФИО', kind: 'text', sortable: true },
    { path: 'status', title: 'Статус', kind: 'dictionary', dictionary: 'statuses', sortable: true },
    { path: 'person.birthDate', title: 'Дата рождения', kind: 'date', sortable: true },
  ],
  list: { columns: ['person', 'status'], sort: 'person', filters: ['status'], searchable: true },
} as unknown as EntityDescription;
const state: ListState = { q: '', quick: {}, conditions: [], join: 'and', trail: [''] };
const choice = { state, view: undefined, sort: undefined, after: undefined, columns: ['person'] };

describe('conditions of a list', () => {
  it('an unfinished condition filters nothing', () => {
    expect(isComplete({ path: 'status', op: 'oneOf', value: [] })).toBe(false);
    expect(isComplete({ path: 'person', op: 'contains', value: '' })).toBe(false);
    expect(isComplete({ path: 'person', op: 'empty' })).toBe(true);
    expect(
      joinConditions([{ path: 'person', op: 'contains', value: '' }], 'and', description.columns),
    ).toBeUndefined();
  });

  it('an open end of a period is no limit', () => {
    const from = { path: 'person.birthDate', op: 'between' as const, value: ['2015-01-01', null] };
    expect(conditionExpression(from, 'date')).toEqual({
      op: '>=',
      args: [{ property: 'person.birthDate' }, '2015-01-01'],
    });
    const until = { ...from, value: [null, '2016-12-31'] };
    expect(conditionExpression(until, 'date')).toMatchObject({ op: '<=' });
  });

  it('one of several codes in a field that holds several is any of them', () => {
    const condition = { path: 'social', op: 'oneOf' as const, value: ['a', 'b'] };
    expect(conditionExpression(condition, 'dictionaries')).toEqual({
      op: 'or',
      args: [
        { op: 'contains', args: [{ property: 'social' }, 'a'] },
        { op: 'contains', args: [{ property: 'social' }, 'b'] },
      ],
    });
  });

  it('every kind of field offers a comparison', () => {
    for (const column of description.columns) expect(operatorsOf(column).length).toBeGreaterThan(0);
  });
});

describe('the question a list asks', () => {
  it('is the order of the card, one page, with its total', () => {
    expect(listQuery(description, choice)).toEqual({
      fields: ['person'],
      limit: 50,
      count: 'exact',
      sort: 'person',
    });
  });

  it('joins quick filters, all filters and the view by «и», whatever joins the rows of the panel', () => {
    const query = listQuery(description, {
      ...choice,
      view: 'incomplete',
      state: {
        ...state,
        quick: { status: { path: 'status', op: 'oneOf', value: ['active'] } },
        conditions: [
          { path: 'person', op: 'contains', value: 'ива' },
          { path: 'person.birthDate', op: 'empty' },
        ],
        join: 'or',
      },
    });
    expect(query.filter).toMatchObject({ op: 'and', args: [{ op: '<' }, { op: 'in' }, { op: 'or' }] });
  });

  it('a click on a head turns the order round', () => {
    expect(toggleSort('person', 'person')).toBe('-person');
    expect(toggleSort('-person', 'person')).toBe('person');
    expect(sortDirection('-status,person', 'status')).toBe('descending');
    expect(sortDirection('-status,person', 'person')).toBeUndefined();
  });
});
