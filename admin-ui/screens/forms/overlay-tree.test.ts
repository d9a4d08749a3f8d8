import { describe, expect, it } from 'vitest';
import {
  emptyOverlay,
  moveField,
  newSection,
  outlineOf,
  removeSection,
  rename,
  setHidden,
  setRequired,
} from './overlay-tree.ts';
import type { CustomField, DraftAnswer, Overlay } from './types.ts';

const field = (path: string) => ({
  path,
  title: path,
  kind: 'text',
  class: 'open',
  required: false,
  fixed: false,
});
const paths = ['phone', 'email', 'home.city', 'home.street'];
const base: DraftAnswer['base'] = {
  form: {
    tabs: [
      {
        id: 'main',
        title: 'Карточка',
        sections: [
          {
            id: 'contacts',
            title: 'Контакты',
            rows: [
              [
                { field: 'phone', span: 6 },
                { field: 'email', span: 6 },
              ],
            ],
          },
          {
            id: 'home',
            title: 'Адрес',
            rows: [[{ field: 'home.city', span: 6 }], [{ field: 'home.street', span: 6 }]],
          },
        ],
      },
    ],
    rules: [],
  },
  fields: paths.map(field),
};
const custom = { ...field('ext.cf_a'), id: 'cf_a', retired: false } as unknown as CustomField;
const shown = (overlay: Overlay, customs: CustomField[] = []) =>
  outlineOf({ base, overlay, customs }, 'Ещё').map(({ id, fields }) => [id, fields.map(one => one.path)]);

describe('the outline of a form', () => {
  it('puts a custom field nobody has placed at the end, and a retired one nowhere', () => {
    expect(shown(emptyOverlay(), [custom]).at(-1)).toEqual(['s_extra', ['ext.cf_a']]);
    expect(shown(emptyOverlay(), [{ ...custom, retired: true }]).length).toBe(2);
  });

  it('moves within a section, to another one and into a new one', () => {
    const up = moveField(emptyOverlay(), 'email', 'contacts', 0);
    expect(shown(up)[0]).toEqual(['contacts', ['email', 'phone']]);
    const away = moveField(up, 'phone', 'home', 1);
    expect(shown(away)).toEqual([
      ['contacts', ['email']],
      ['home', ['home.city', 'phone', 'home.street']],
    ]);
    const own = moveField(newSection(away, 's_own1', 'Своё', 'contacts'), 'ext.cf_a', 's_own1', 0);
    expect(shown(own, [custom])[1]).toEqual(['s_own1', ['ext.cf_a']]);
    expect(shown(removeSection(own, 's_own1'), [custom]).at(-1)).toEqual(['s_extra', ['ext.cf_a']]);
  });

  it('keeps one move for a field pressed up several times', () => {
    const twice = moveField(moveField(emptyOverlay(), 'email', 'contacts', 0), 'email', 'home', 0);
    expect(twice.move).toEqual([{ field: 'email', section: 'home', position: 0 }]);
  });

  it('shows one field of a hidden group again and leaves the others hidden', () => {
    const hidden = setHidden(emptyOverlay(), 'home', true, paths);
    expect(outlineOf({ base, overlay: hidden, customs: [] }, '')[1]?.fields.every(one => one.hidden)).toBe(
      true,
    );
    expect(setHidden(hidden, 'home.city', false, paths).hide).toEqual(['home.street']);
  });

  it('renames and gives the old name back, requires and lets go', () => {
    const renamed = rename(emptyOverlay(), { field: 'phone' }, 'Телефон матери');
    const [first] = outlineOf({ base, overlay: renamed, customs: [] }, '')[0]?.fields ?? [];
    expect(first).toMatchObject({ title: 'Телефон матери', renamedFrom: 'phone' });
    expect(rename(renamed, { field: 'phone' }, '').relabel).toEqual([]);
    const required = setRequired(emptyOverlay(), 'email', true);
    expect(outlineOf({ base, overlay: required, customs: [] }, '')[0]?.fields[1]?.demanded).toBe(true);
    expect(setRequired(required, 'email', false).require).toEqual([]);
  });
});
