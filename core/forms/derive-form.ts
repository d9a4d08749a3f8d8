/** A form with one level's overlay: its sections, what it moves and hides, its rules, and where its fields stand. */
import { cellOf, groupRows, packRows } from '../catalogue/layout.ts';
import type {
  CreateStep,
  Entity,
  FormDefinition,
  FormField,
  FormRule,
  FormSection,
} from '../catalogue/types.ts';
import { CUSTOM_GROUP_TITLE } from './custom-fields.ts';
import type { Move, Overlay, OverlaySection } from './layers.ts';

/** Where custom fields stand that nobody has placed. */
export const EXTRA_SECTION = 's_extra';
const WIDTH = 12;

type Tab = FormDefinition['tabs'][number];

/**
 * @param entity    with the fields of this level
 * @param required  what this level requires, so that it can be filled when a card is added
 */
export function layOut(entity: Entity, overlay: Overlay, required: readonly string[]): FormDefinition {
  const { form } = entity;
  const plan = new Plan(
    entity,
    form.tabs.map(tab => ({ ...tab, sections: tab.sections.map(section => ({ ...section })) })),
  );
  for (const section of overlay.sections) plan.addSection(section);
  for (const move of overlay.move) plan.move(move);
  plan.placeTheRest();
  for (const change of overlay.relabel) plan.relabel(change);
  for (const name of overlay.hide) plan.remove(name);
  const create = form.create && steps(entity, form.create, overlay.hide, required);
  return {
    entity: form.entity,
    tabs: plan.tabs,
    rules: [...form.rules, ...overlay.rules.flatMap(rule => checkedRule(rule, plan, entity))],
    ...(create ? { create } : {}),
  };
}

class Plan {
  readonly tabs: Tab[];
  readonly #entity: Entity;

  constructor(entity: Entity, tabs: Tab[]) {
    this.#entity = entity;
    this.tabs = tabs.length > 0 ? tabs : [{ id: 'main', title: entity.title, sections: [] }];
  }

  hasSection(id: string): boolean {
    return this.tabs.some(tab => tab.sections.some(section => section.id === id));
  }

  addSection(added: OverlaySection): void {
    if (this.hasSection(added.id)) return;
    const tab = this.tabs.find(one => one.id === added.tab) ?? (this.tabs[0] as Tab);
    const rows = added.rows
      .map(row => row.flatMap(cell => this.#cells(cell.field, cell.span)))
      .filter(row => row.length > 0);
    for (const cell of rows.flat()) this.remove(cell.field);
    const section: FormSection = {
      id: added.id,
      title: added.title,
      ...(added.help ? { help: added.help } : {}),
      rows: rows.flatMap(row => (widthOf(row) > WIDTH ? packRows(row) : [row])),
    };
    const place = tab.sections.findIndex(one => one.id === added.after);
    tab.sections = place < 0 ? [...tab.sections, section] : tab.sections.toSpliced(place + 1, 0, section);
  }

  move({ field, section: id, position, span }: Move): void {
    const section = this.#section(id);
    const cells = this.#cells(field, span, this.#spanNow(field));
    if (!section || cells.length === 0) return;
    for (const cell of cells) this.remove(cell.field);
    const known = section.rows.flat();
    section.rows = packRows(known.toSpliced(position ?? known.length, 0, ...cells));
  }

  /** Custom fields that stand nowhere yet. */
  placeTheRest(): void {
    const placed = new Set(
      this.tabs.flatMap(tab => tab.sections.flatMap(one => one.rows.flat())).map(cell => cell.field),
    );
    const rest = [...this.#entity.fields.values()].filter(field => field.custom && !placed.has(field.path));
    if (rest.length === 0) return;
    const rows = packRows(rest.map(field => cellOf(this.#entity, field)));
    const extra = this.#section(EXTRA_SECTION);
    if (extra) extra.rows = [...extra.rows, ...rows];
    else
      (this.tabs[0] as Tab).sections = [
        ...(this.tabs[0] as Tab).sections,
        { id: EXTRA_SECTION, title: CUSTOM_GROUP_TITLE, rows },
      ];
  }

  relabel(change: { section?: string; title?: string; help?: string }): void {
    const section = change.section === undefined ? undefined : this.#section(change.section);
    if (section && change.title) section.title = change.title;
    if (section && change.help) section.help = change.help;
  }

  remove(name: string): void {
    for (const tab of this.tabs)
      for (const section of tab.sections) section.rows = without(section.rows, name);
  }

  #section(id: string): FormSection | undefined {
    return this.tabs.flatMap(tab => tab.sections).find(one => one.id === id);
  }

  #spanNow(name: string): number | undefined {
    return this.tabs
      .flatMap(tab => tab.sections.flatMap(one => one.rows.flat()))
      .find(cell => cell.field === name)?.span;
  }

  /** Cells of a name: a field, a relation, or all fields of a group. */
  #cells(name: string, span?: number, now?: number): FormField[] {
    const field = this.#entity.fields.get(name);
    if (field) return [{ field: name, span: span ?? now ?? cellOf(this.#entity, field).span }];
    if (this.#entity.relations.get(name)?.kind === 'many') return [{ field: name, span: span ?? WIDTH }];
    return groupRows(this.#entity, name).flat();
  }
}

const widthOf = (row: readonly FormField[]): number => row.reduce((sum, cell) => sum + cell.span, 0);

const without = (rows: readonly FormField[][], name: string): FormField[][] =>
  rows
    .map(row => row.filter(cell => cell.field !== name && !cell.field.startsWith(`${name}.`)))
    .filter(row => row.length > 0);

/** Steps of adding without what is hidden, and with what this level requires. */
function steps(
  entity: Entity,
  known: readonly CreateStep[],
  hidden: readonly string[],
  required: readonly string[],
): CreateStep[] {
  const kept = known.map(step => {
    if (step.kind !== 'fields' || !step.fields) return step;
    return { ...step, fields: hidden.reduce((rows, name) => without(rows, name), step.fields) };
  });
  const asked = new Set(
    kept.flatMap(step => (step.kind === 'fields' ? (step.fields ?? []).flat() : [])).map(cell => cell.field),
  );
  const missing = required.flatMap(path => {
    const field = entity.fields.get(path);
    // A person is described in a step of its own.
    return field && field.owner === 'record' && !asked.has(path) ? [cellOf(entity, field)] : [];
  });
  if (missing.length === 0) return kept;
  const place = kept.findLastIndex(step => step.kind === 'fields');
  const last = kept[place];
  if (!last)
    return [
      ...kept,
      { id: EXTRA_SECTION, title: CUSTOM_GROUP_TITLE, kind: 'fields', fields: packRows(missing) },
    ];
  return kept.with(place, { ...last, fields: [...(last.fields ?? []), ...packRows(missing)] });
}

/** A rule stays as far as what it speaks of is there. */
function checkedRule(rule: FormRule, plan: Plan, entity: Entity): FormRule[] {
  const there = (name: string) =>
    entity.fields.has(name) || entity.groups.has(name) || entity.relations.has(name) || plan.hasSection(name);
  if (!propertiesIn(rule.when).every(path => entity.fields.has(path))) return [];
  const kept: FormRule = { when: rule.when, checked: true };
  for (const key of ['show', 'hide', 'require'] as const) {
    const names = rule[key]?.filter(there);
    if (names && names.length > 0) kept[key] = names;
  }
  return [kept];
}

/** Paths that an expression looks at. */
export function propertiesIn(expression: unknown): string[] {
  if (typeof expression !== 'object' || expression === null) return [];
  const { property } = expression as { property?: unknown };
  const own = typeof property === 'string' ? [property] : [];
  return [...own, ...Object.values(expression).flatMap(propertiesIn)];
}
