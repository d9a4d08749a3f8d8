import { describe, expect, it } from 'vitest';
import { prepareForm } from '../schema/prepare.ts';
import { shownProblems, withRequiredByRules } from './shown-problems.ts';

const text = (title: string) => ({ title, type: 'string' });
const prepared = prepareForm({
  schema: {
    type: 'object',
    properties: {
      name: text('Название'),
      letter: text('Литера'),
      memo: text('Заметка'),
      unseen: text('Нет в форме'),
    },
  },
  form: {
    rules: [],
    tabs: [
      {
        id: 'main',
        title: '',
        sections: [
          {
            id: 'own',
            title: '',
            rows: [
              [
                { field: 'name', span: 6 },
                { field: 'letter', span: 6 },
              ],
            ],
          },
          { id: 'more', title: '', rows: [[{ field: 'memo', span: 12 }]] },
        ],
      },
    ],
  },
  dictionaries: {},
});
const all = new Map(['/name', '/letter', '/memo', '/unseen'].map(pointer => [pointer, 'плохо']));
const effects = (hidden: string[], required: string[] = []) => ({
  hidden: new Set(hidden),
  required: new Set(required),
});

describe('faults a form shows', () => {
  it('leaves out what it does not show', () => {
    expect([...shownProblems(all, effects([]), prepared).keys()]).toEqual(['/name', '/letter', '/memo']);
    expect([...shownProblems(all, effects(['letter']), prepared).keys()]).toEqual(['/name', '/memo']);
    expect([...shownProblems(all, effects(['more']), prepared).keys()]).toEqual(['/name', '/letter']);
  });
  it('adds what a rule requires and is empty', () => {
    const found = withRequiredByRules(
      new Map(),
      effects([], ['letter', 'name', 'elsewhere']),
      { name: '7Б' },
      prepared,
      'Заполните поле',
    );
    expect([...found]).toEqual([['/letter', 'Заполните поле']]);
  });
});
