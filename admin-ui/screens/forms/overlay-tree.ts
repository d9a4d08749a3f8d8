/**
 * The form as its designer sees it: sections with all their fields, hidden ones marked, and the changes that the
 * buttons make. Pure: a change answers a new overlay.
 */
import type { BaseField, CustomField, DraftAnswer, Move, Overlay, OverlaySection, Relabel } from './types.ts';

export interface OutlineField extends BaseField {
  /** Title of the levels above, when this level has renamed the field. */
  renamedFrom?: string;
  hidden: boolean;
  /** Required by this level. */
  demanded: boolean;
  custom?: CustomField;
}
export interface OutlineSection {
  id: string;
  title: string;
  /** Added by this level. */
  own: boolean;
  fields: OutlineField[];
}

/** Where custom fields stand that nobody has placed; nothing can be moved into it. */
export const EXTRA_SECTION = 's_extra';

export const emptyOverlay = (): Overlay => ({
  sections: [],
  move: [],
  hide: [],
  require: [],
  relabel: [],
  rules: [],
});
export const wholeOverlay = (given: Partial<Overlay>): Overlay => ({ ...emptyOverlay(), ...given });

interface Draft {
  base: DraftAnswer['base'];
  overlay: Overlay;
  customs: readonly CustomField[];
}

/** @param extraTitle  of the section for fields that stand nowhere yet */
export function outlineOf({ base, overlay, customs }: Draft, extraTitle: string): OutlineSection[] {
  const live = customs.filter(field => !field.retired);
  const known = new Map<string, BaseField>(base.fields.map(field => [field.path, field]));
  for (const field of live) known.set(field.path, asBase(field));
  const places = base.form.tabs.flatMap(tab =>
    tab.sections.map(section => ({
      id: section.id,
      tab: tab.id,
      title: section.title,
      own: false,
      paths: section.rows.flat().map(cell => cell.field),
    })),
  );
  for (const section of overlay.sections) addSection(places, section);
  for (const move of overlay.move) applyMove(places, move);
  const placed = new Set(places.flatMap(section => section.paths));
  const rest = live.map(field => field.path).filter(path => !placed.has(path));
  const extra = places.find(section => section.id === EXTRA_SECTION);
  if (extra) extra.paths.push(...rest);
  else if (rest.length > 0)
    places.push({ id: EXTRA_SECTION, tab: '', title: extraTitle, own: false, paths: rest });
  const titles = new Map(overlay.relabel.map(one => [one.field ?? `#${one.section}`, one.title]));
  const customOf = new Map(live.map(field => [field.path, field]));
  return places.map(({ id, title, own, paths }) => ({
    id,
    title: titles.get(`#${id}`) ?? title,
    own,
    fields: paths.flatMap(path => {
      const field = known.get(path);
      if (!field) return [];
      const title = titles.get(path);
      const custom = customOf.get(path);
      return [
        {
          ...field,
          ...(title && title !== field.title ? { title, renamedFrom: field.title } : {}),
          hidden: overlay.hide.some(name => name === path || path.startsWith(`${name}.`)),
          demanded: overlay.require.includes(path),
          ...(custom ? { custom } : {}),
        },
      ];
    }),
  }));
}

const asBase = (field: CustomField): BaseField => ({
  path: field.path,
  title: field.title,
  kind: field.kind,
  class: field.class,
  required: field.required,
  fixed: field.required,
  ...(field.dictionary ? { dictionary: field.dictionary } : {}),
});

interface Place {
  id: string;
  tab: string;
  title: string;
  own: boolean;
  paths: string[];
}

function addSection(places: Place[], section: OverlaySection): void {
  const paths = section.rows.flat().map(cell => cell.field);
  for (const path of paths) remove(places, path);
  const after = places.findIndex(one => one.id === section.after);
  const lastOfTab = places.findLastIndex(one => one.tab === (section.tab ?? places[0]?.tab));
  const tab = places[after >= 0 ? after : lastOfTab]?.tab ?? '';
  const added = { id: section.id, tab, title: section.title, own: true, paths };
  places.splice((after >= 0 ? after : lastOfTab) + 1, 0, added);
}

function applyMove(places: Place[], { field, section, position }: Move): void {
  const target = places.find(one => one.id === section);
  if (!target) return;
  remove(places, field);
  target.paths.splice(position ?? target.paths.length, 0, field);
}

function remove(places: Place[], path: string): void {
  for (const place of places) place.paths = place.paths.filter(one => one !== path);
}

/** Puts the field there; several moves of the same field in a row are one. */
export function moveField(overlay: Overlay, field: string, section: string, position: number): Overlay {
  const last = overlay.move.at(-1);
  const before = last?.field === field ? overlay.move.slice(0, -1) : overlay.move;
  return { ...overlay, move: [...before, { field, section, position }] };
}

export const toggle = (names: readonly string[], name: string, on: boolean): string[] =>
  on ? [...names.filter(one => one !== name), name] : names.filter(one => one !== name);

/** A hidden group stays hidden as far as its other fields go. */
export function setHidden(overlay: Overlay, path: string, hidden: boolean, all: readonly string[]): Overlay {
  const group = overlay.hide.find(name => path.startsWith(`${name}.`));
  if (hidden || !group) return { ...overlay, hide: toggle(overlay.hide, path, hidden) };
  const others = all.filter(one => one.startsWith(`${group}.`) && one !== path);
  return { ...overlay, hide: [...overlay.hide.filter(name => name !== group), ...others] };
}

export const setRequired = (overlay: Overlay, path: string, required: boolean): Overlay => ({
  ...overlay,
  require: toggle(overlay.require, path, required),
});

/** An empty title gives the name of the levels above back. */
export function rename(overlay: Overlay, name: Pick<Relabel, 'field' | 'section'>, title: string): Overlay {
  const same = (one: Relabel) => one.field === name.field && one.section === name.section;
  const known = overlay.relabel.find(same);
  const { title: _, ...rest }: Relabel = known ?? name;
  const next = title ? { ...rest, title } : rest.help ? rest : undefined;
  return { ...overlay, relabel: [...overlay.relabel.filter(one => !same(one)), ...(next ? [next] : [])] };
}

export function renameOwnSection(overlay: Overlay, id: string, title: string): Overlay {
  return {
    ...overlay,
    sections: overlay.sections.map(section => (section.id === id ? { ...section, title } : section)),
  };
}

export function newSection(overlay: Overlay, id: string, title: string, after: string | undefined): Overlay {
  const section = { id, title, ...(after ? { after } : {}), rows: [] };
  return { ...overlay, sections: [...overlay.sections, section] };
}

/** Fields of a section that goes return to where they stood. */
export function removeSection(overlay: Overlay, id: string): Overlay {
  return {
    ...overlay,
    sections: overlay.sections.filter(section => section.id !== id),
    move: overlay.move.filter(move => move.section !== id),
    relabel: overlay.relabel.filter(one => one.section !== id),
  };
}

/** A new id for a section: random, for a level above may add one at any time, and of two with one name its own wins. */
export const sectionId = (): string => `s_${crypto.randomUUID().replaceAll('-', '').slice(0, 12)}`;
