import { describe, expect, it } from 'vitest';
import { changedMembers, newSetting, usable } from './field-setting.ts';
import type { CustomField } from './types.ts';

const roles = [
  { role: 'secretary', title: 'Секретарь', read: true, write: true, outside: false },
  { role: 'teacher', title: 'Учитель', read: true, write: false, outside: false },
  { role: 'coordinator', title: 'Координатор', read: true, write: false, outside: false },
  { role: 'parent', title: 'Родитель', read: true, write: false, outside: true },
];

describe('setting of a field', () => {
  it('opens a new field to those who keep the card and to its designer, to nobody else', () => {
    expect(newSetting(roles, 'coordinator')).toMatchObject({
      read: ['secretary', 'coordinator'],
      write: ['secretary'],
    });
  });

  it('sends what the kind has: no length of a date, no purpose without a consent', () => {
    const sent = usable({
      ...newSetting(roles, 'coordinator'),
      kind: 'date',
      title: 'День',
      maxLength: 5,
      purpose: 'x',
      help: '',
    });
    expect(sent).not.toHaveProperty('maxLength');
    expect(sent).not.toHaveProperty('purpose');
    expect(sent).not.toHaveProperty('help');
    expect(usable({ ...newSetting(roles, 'coordinator'), basis: 'consent', purpose: 'x' })).toHaveProperty(
      'purpose',
      'x',
    );
  });

  it('changes only what differs and clears by null', () => {
    const field = {
      ...newSetting(roles, 'coordinator'),
      id: 'cf_a',
      path: 'ext.cf_a',
      title: 'Было',
      help: 'Совет',
    } as CustomField;
    expect(changedMembers(field, usable({ ...field, title: 'Стало', help: '' }))).toEqual({
      title: 'Стало',
      help: null,
    });
  });
});
