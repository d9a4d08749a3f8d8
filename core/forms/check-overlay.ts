/**
 * What is wrong with an overlay, for who designs it. It may hide, require, move, rename and add; it never loosens what
 * the card, its module or a level above asks (design of forms).
 */
import { metaSchemas } from '../catalogue/meta.ts';
import type { Catalogue, Entity, FormDefinition, FormRule } from '../catalogue/types.ts';
import { catalogueScope } from '../expressions/catalogue-scope.ts';
import { type CheckScope, checkExpression, USER_LIMITS } from '../expressions/check.ts';
import { textFlaw } from '../formats/text.ts';
import type { FieldProblem } from '../problems.ts';
import { propertiesIn } from './derive-form.ts';
import { fixedNames } from './fixed-names.ts';
import type { Overlay } from './layers.ts';

const WIDTH = 12;

export interface OverlaySetting {
  /** With this level's own custom fields, without its overlay. */
  catalogue: Catalogue;
  entity: Entity;
  /** Custom fields of levels above that are closed to the designer: they answer as if there were none. */
  closed: ReadonlySet<string>;
  /** Paths of this level's retired fields: what is said of them waits with their values until they come back. */
  retired: ReadonlySet<string>;
}

export function overlayShapeProblems(json: unknown, at = ''): FieldProblem[] {
  return metaSchemas()
    .check('overlay', json)
    .map(({ pointer, reason }) => ({ path: at + pointer, code: 'SHAPE', message: reason }));
}

export function overlayProblems(setting: OverlaySetting, overlay: Overlay, at = ''): FieldProblem[] {
  const check = new OverlayCheck(setting, overlay);
  check.run();
  return check.problems.slice(0, 100).map(problem => ({ ...problem, path: at + problem.path }));
}

class OverlayCheck {
  readonly problems: FieldProblem[] = [];
  readonly #catalogue: Catalogue;
  readonly #entity: Entity;
  readonly #closed: ReadonlySet<string>;
  readonly #retired: ReadonlySet<string>;
  readonly #overlay: Overlay;
  readonly #sections: Set<string>;
  readonly #fixed: ReadonlySet<string>;

  constructor({ catalogue, entity, closed, retired }: OverlaySetting, overlay: Overlay) {
    this.#catalogue = catalogue;
    this.#entity = entity;
    this.#closed = closed;
    this.#retired = retired;
    this.#overlay = overlay;
    this.#sections = new Set([...sectionsOf(entity.form), ...overlay.sections.map(section => section.id)]);
    this.#fixed = fixedNames(entity);
  }

  run(): void {
    this.#addedSections();
    for (const [index, move] of this.#overlay.move.entries()) {
      this.#name(move.field, `/move/${index}/field`);
      if (!this.#sections.has(move.section))
        this.#refuse(`/move/${index}/section`, 'CHOICE', 'Такого раздела нет');
    }
    for (const [index, name] of this.#overlay.hide.entries()) this.#hidden(name, `/hide/${index}`);
    for (const [index, path] of this.#overlay.require.entries()) this.#required(path, `/require/${index}`);
    this.#labels();
    for (const [index, rule] of this.#overlay.rules.entries()) this.#rule(rule, `/rules/${index}`);
  }

  #addedSections(): void {
    const taken = new Set(sectionsOf(this.#entity.form));
    const placed = new Set<string>();
    for (const [index, section] of this.#overlay.sections.entries()) {
      const at = `/sections/${index}`;
      if (taken.has(section.id)) this.#refuse(`${at}/id`, 'DUPLICATE', `Раздел «${section.id}» уже есть`);
      if (section.tab !== undefined && !this.#entity.form.tabs.some(tab => tab.id === section.tab))
        this.#refuse(`${at}/tab`, 'CHOICE', 'Такой вкладки нет');
      if (section.after !== undefined && !taken.has(section.after))
        this.#refuse(`${at}/after`, 'CHOICE', 'Такого раздела нет');
      taken.add(section.id);
      for (const member of ['title', 'titleEn', 'help'] as const)
        this.#text(section[member], `${at}/${member}`);
      for (const [r, row] of section.rows.entries()) {
        const width = row.reduce((sum, cell) => sum + (cell.span ?? 0), 0);
        if (width > WIDTH)
          this.#refuse(`${at}/rows/${r}`, 'RANGE', `В строке ${width} двенадцатых, больше ${WIDTH} нельзя`);
        for (const [c, cell] of row.entries()) {
          const place = `${at}/rows/${r}/${c}/field`;
          if (placed.has(cell.field)) this.#refuse(place, 'DUPLICATE', 'Поле стоит в форме один раз');
          else this.#name(cell.field, place);
          placed.add(cell.field);
        }
      }
    }
  }

  #hidden(name: string, at: string): void {
    if (!this.#name(name, at)) return;
    const fixed = [...this.#fixed].find(one => one === name || one.startsWith(`${name}.`));
    if (fixed !== undefined)
      this.#refuse(at, 'REQUIRED_BY_LAW', `Поле «${this.#title(fixed)}» обязательно: скрыть его нельзя`);
    else if (this.#overlay.require.some(path => path === name || path.startsWith(`${name}.`)))
      this.#refuse(at, 'CONFLICT', 'Одно и то же поле нельзя и скрыть, и сделать обязательным');
  }

  #required(path: string, at: string): void {
    if (!this.#name(path, at)) return;
    const field = this.#entity.fields.get(path);
    if (!field) this.#refuse(at, 'KIND', 'Обязательным делают поле, а не группу полей или перечень карточек');
    else if (field.computed) this.#refuse(at, 'COMPUTED', `Поле «${field.title}» ведёт система`);
  }

  #labels(): void {
    const seen = new Set<string>();
    for (const [index, change] of this.#overlay.relabel.entries()) {
      const at = `/relabel/${index}`;
      if ((change.field === undefined) === (change.section === undefined)) {
        this.#refuse(at, 'CHOICE', 'Укажите одно из: field, section');
        continue;
      }
      const key = `${change.field ?? ''} ${change.section ?? ''}`;
      if (seen.has(key)) this.#refuse(at, 'DUPLICATE', 'Новое название даётся один раз');
      seen.add(key);
      if (change.field !== undefined) this.#name(change.field, `${at}/field`);
      else if (!this.#sections.has(change.section as string))
        this.#refuse(`${at}/section`, 'CHOICE', 'Такого раздела нет');
      for (const member of ['title', 'titleEn', 'help'] as const)
        this.#text(change[member], `${at}/${member}`);
    }
  }

  #rule(rule: FormRule, at: string): void {
    if (propertiesIn(rule.when).some(path => this.#retired.has(path))) return;
    const { type, problems } = checkExpression(rule.when, this.#scope(), USER_LIMITS);
    for (const { pointer, code, message } of problems) this.#refuse(`${at}/when${pointer}`, code, message);
    if (problems.length === 0 && type !== 'boolean')
      this.#refuse(`${at}/when`, 'TYPE', 'Условие должно давать «да» или «нет»');
    if (asksMore(rule.when))
      this.#refuse(`${at}/when`, 'EXPRESSION_INVALID', 'Правило смотрит только на поля самой карточки');
    if (!rule.show && !rule.hide && !rule.require)
      this.#refuse(at, 'REQUIRED', 'Укажите, что правило делает');
    for (const key of ['show', 'hide'] as const)
      for (const [index, name] of (rule[key] ?? []).entries())
        if (this.#sections.has(name)) this.#hiddenSection(name, `${at}/${key}/${index}`);
        else this.#hidden(name, `${at}/${key}/${index}`);
    for (const [index, path] of (rule.require ?? []).entries())
      this.#required(path, `${at}/require/${index}`);
  }

  #hiddenSection(id: string, at: string): void {
    const inside = this.#entity.form.tabs
      .flatMap(tab => tab.sections)
      .filter(section => section.id === id)
      .flatMap(section => section.rows.flat().map(cell => cell.field));
    for (const name of inside)
      if (this.#fixed.has(name)) {
        this.#refuse(
          at,
          'REQUIRED_BY_LAW',
          `В разделе есть обязательное поле «${this.#title(name)}»: скрыть его нельзя`,
        );
        return;
      }
  }

  /** Only the card's own fields: the browser has no others, and the server checks the same. */
  #scope(): CheckScope {
    const whole = catalogueScope(this.#catalogue, this.#entity.id);
    return {
      property: path =>
        this.#entity.fields.has(path) && !this.#closed.has(path) ? whole.property(path) : undefined,
      rollup: () => undefined,
    };
  }

  #name(name: string, at: string): boolean {
    if (this.#retired.has(name)) return false;
    const known =
      this.#entity.fields.has(name) ||
      this.#entity.groups.has(name) ||
      this.#entity.relations.get(name)?.kind === 'many';
    if (known && !this.#closed.has(name)) return true;
    this.#refuse(at, 'FIELD_UNKNOWN', `Поля «${name}» нет`);
    return false;
  }

  #title(path: string): string {
    return this.#entity.fields.get(path)?.title ?? this.#entity.groups.get(path) ?? path;
  }

  #text(value: string | undefined, at: string): void {
    const found = value === undefined ? undefined : textFlaw(value);
    if (found) this.#refuse(at, found.code, `Текст: ${found.reason}`);
  }

  #refuse(path: string, code: string, message: string): void {
    this.problems.push({ path, code, message });
  }
}

const sectionsOf = (form: FormDefinition): string[] =>
  form.tabs.flatMap(tab => tab.sections.map(section => section.id));

/** Something that is not in the record: the day, who asks, other cards. */
function asksMore(expression: unknown): boolean {
  if (typeof expression !== 'object' || expression === null) return false;
  const node = expression as Record<string, unknown>;
  if ('actor' in node || 'param' in node || 'rollup' in node) return true;
  if (node.op === 'age' && (node.args as unknown[]).length < 2) return true;
  if (['today', 'caption', 'filled', 'fillable', 'missing'].includes(String(node.op))) return true;
  return Object.values(node).some(asksMore);
}
