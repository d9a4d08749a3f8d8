import { catalogueScope } from '../expressions/catalogue-scope.ts';
import { checkExpression } from '../expressions/check.ts';
import { type Refuse, refuseIn, step } from './fault.ts';
import type { JsonFile } from './files.ts';
import { cellOf, groupRows } from './layout.ts';
import type { Catalogue, CreateStep, Entity, FormDefinition, FormField, FormRule } from './types.ts';

interface RawCell {
  field: string;
  span?: number;
}
interface RawForm {
  entity: string;
  tabs: {
    id: string;
    title: string;
    sections: { id: string; title: string; help?: string; rows: RawCell[][] }[];
  }[];
  rules?: FormRule[];
  create?: (Omit<CreateStep, 'fields'> & { fields?: RawCell[][] })[];
}

/**
 * Compiles a form file against the catalogue: every name is checked, a group stands for its fields, widths
 * that are not given come from the kind of field.
 *
 * @throws CatalogueFault naming the place
 */
export function compileForm(file: JsonFile, catalogue: Catalogue, entity: Entity): FormDefinition {
  const raw = file.json as unknown as RawForm;
  const refuse = refuseIn(file.file);
  const compiler = new FormCompiler(catalogue, refuse);
  const ids = new Set<string>();
  const unique = (id: string, pointer: string) => {
    if (ids.has(id)) refuse(pointer, `Имя «${id}» в форме уже есть`);
    ids.add(id);
  };
  const tabs = raw.tabs.map((tab, t) => {
    unique(`tab ${tab.id}`, `/tabs/${t}/id`);
    const sections = tab.sections.map((section, s) => {
      const pointer = `/tabs/${t}/sections/${s}`;
      unique(section.id, `${pointer}/id`);
      return { ...section, rows: compiler.rows(entity, section.rows, `${pointer}/rows`) };
    });
    return { ...tab, sections };
  });
  const rules = (raw.rules ?? []).map((rule, r) => compiler.rule(entity, rule, ids, `/rules/${r}`));
  const create = raw.create?.map((one, c) => compiler.step(entity, one, `/create/${c}`));
  return { entity: entity.id, tabs, rules, ...(create ? { create } : {}) };
}

class FormCompiler {
  readonly #catalogue: Catalogue;
  readonly #refuse: Refuse;

  constructor(catalogue: Catalogue, refuse: Refuse) {
    this.#catalogue = catalogue;
    this.#refuse = refuse;
  }

  rows(entity: Entity, rows: RawCell[][], pointer: string): FormField[][] {
    return rows.flatMap((row, r) => {
      const cells = row.map((cell, c) => this.#cells(entity, cell, `${pointer}/${r}/${c}`));
      const only = cells.length === 1 ? cells[0]! : undefined;
      // A group alone in its row takes as many rows as it needs.
      if (only && only.length > 1) return groupRows(entity, row[0]!.field);
      const flat = cells.flat();
      const width = flat.reduce((total, cell) => total + cell.span, 0);
      if (width > 12) this.#refuse(`${pointer}/${r}`, `В строке ${width} двенадцатых, больше 12 нельзя`);
      return [flat];
    });
  }

  /** One cell, or all cells of a group. */
  #cells(entity: Entity, cell: RawCell, pointer: string): FormField[] {
    const field = entity.fields.get(cell.field);
    if (field) return [{ field: cell.field, span: cell.span ?? cellOf(entity, field).span }];
    if (entity.relations.get(cell.field)?.kind === 'many')
      return [{ field: cell.field, span: cell.span ?? 12 }];
    const inside = groupRows(entity, cell.field).flat();
    if (inside.length === 0)
      this.#refuse(`${pointer}/field`, `В карточке «${entity.id}» нет поля «${cell.field}»`);
    return inside;
  }

  rule(entity: Entity, rule: FormRule, ids: ReadonlySet<string>, pointer: string): FormRule {
    const { problems } = checkExpression(rule.when, catalogueScope(this.#catalogue, entity.id));
    const first = problems[0];
    if (first) this.#refuse(`${pointer}/when${first.pointer}`, first.message);
    for (const key of ['show', 'hide', 'require'] as const)
      for (const [index, name] of (rule[key] ?? []).entries())
        if (!ids.has(name) && !this.#known(entity, name))
          this.#refuse(`${pointer}/${key}/${index}`, `В форме нет поля или раздела «${name}»`);
    return rule;
  }

  #known(entity: Entity, name: string): boolean {
    return entity.fields.has(name) || entity.groups.has(name) || entity.relations.get(name)?.kind === 'many';
  }

  /**
   * A step over a relation that no card gives yet stays as it is: a plugin that needs this one may bring it.
   * `core/forms` leaves such a step out as long as the relation is not there.
   */
  step(
    entity: Entity,
    raw: Omit<CreateStep, 'fields'> & { fields?: RawCell[][] },
    pointer: string,
  ): CreateStep {
    const { fields, ...rest } = raw;
    if (raw.kind === 'person' && !entity.person)
      this.#refuse(`${pointer}/kind`, 'Шаг «человек» возможен только у карточки человека');
    const target = raw.kind === 'relation' ? this.#target(entity, raw.relation ?? '', pointer) : entity;
    if (!target)
      return {
        ...rest,
        ...(fields ? { fields: fields.map(row => row.map(cell => ({ span: 6, ...cell }))) } : {}),
      };
    for (const name of Object.keys(raw.values ?? {}))
      if (!target.fields.has(name))
        this.#refuse(`${pointer}/values${step(name)}`, `В карточке «${target.id}» нет поля «${name}»`);
    return { ...rest, ...(fields ? { fields: this.rows(target, fields, `${pointer}/fields`) } : {}) };
  }

  #target(entity: Entity, name: string, pointer: string): Entity | undefined {
    const relation = entity.relations.get(name);
    if (!relation) return undefined;
    if (relation.kind !== 'many')
      this.#refuse(`${pointer}/relation`, `Связь «${name}» ведёт к одной записи, а не к нескольким`);
    return this.#catalogue.entities.get(relation.entity);
  }
}
