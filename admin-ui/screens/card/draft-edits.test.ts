import { expect, test } from 'vitest';
import { editsOf, unsavedOf, withEdits } from './draft-edits.ts';

const before = { person: { lastName: 'Крот' }, phone: '1', group: 'a' };
const typed = { person: { lastName: 'Кротова' }, phone: '', group: 'a' };

test('RL3 edits put on the saved card give what was typed, and what it was typed over', () => {
  const edits = editsOf(before, typed);
  expect(edits.map(edit => edit.path)).toEqual(['person.lastName', 'phone']);
  const meanwhile = { ...before, person: { lastName: 'Иванов' }, group: 'b' };
  expect(withEdits(meanwhile, edits, 'value')).toEqual({ ...typed, group: 'b' });
  expect(withEdits(meanwhile, edits, 'before')).toEqual({ ...before, group: 'b' });
});

test('an edit that the saved card holds by now is no longer offered', () => {
  const edits = editsOf(before, typed);
  expect(unsavedOf(edits, { ...before, phone: '' }).map(edit => edit.path)).toEqual(['person.lastName']);
  expect(unsavedOf(edits, typed)).toEqual([]);
});
