/**
 * Check of one definition against itself and what it may name. Rights come in through `DefinitionNames`: files of
 * plugins may name everything, a reader only what the reader may know.
 */
import { type FileFlaw, MetaSchemas } from '../catalogue/meta.ts';
import type { Catalogue } from '../catalogue/types.ts';
import { catalogueScope } from '../expressions/catalogue-scope.ts';
import { type CheckScope, checkExpression } from '../expressions/check.ts';
import type { Expression, ValueType } from '../expressions/types.ts';
import { withoutIfGiven } from './conditions.ts';
import {
  type ColumnDefinition,
  columnKey,
  expressionOf,
  type GroupDefinition,
  type MeasureDefinition,
  type ParameterDefinition,
  type ReportDefinition,
} from './definition.ts';

const meta = new MetaSchemas();
const MAX_COLUMNS = 30;

/** What a definition may name: everything for files of plugins, what may be read for reports of people. */
export interface DefinitionNames {
  entity(id: string): boolean;
  /** Names and types of one kind of card. */
  scope(entity: string): CheckScope;
}

const namesOfCatalogue = (catalogue: Catalogue): DefinitionNames => ({
  entity: id => catalogue.entities.has(id),
  scope: entity => catalogueScope(catalogue, entity),
});

/** Flaws of a definition, each with its JSON pointer; empty when there are none. */
export function checkDefinition(
  json: unknown,
  catalogue: Catalogue,
  names: DefinitionNames = namesOfCatalogue(catalogue),
): FileFlaw[] {
  const shape = meta.check('report', json);
  if (shape.length > 0) return shape;
  const definition = json as ReportDefinition;
  if (!names.entity(definition.source)) {
    return [{ pointer: '/source', reason: `Вида карточек «${definition.source}» нет` }];
  }
  const check = new DefinitionCheck(definition, catalogue, names);
  check.run();
  return check.flaws.slice(0, 50);
}

class DefinitionCheck {
  readonly flaws: FileFlaw[] = [];
  readonly #definition: ReportDefinition;
  readonly #catalogue: Catalogue;
  readonly #names: DefinitionNames;
  readonly #scope: CheckScope;

  constructor(definition: ReportDefinition, catalogue: Catalogue, names: DefinitionNames) {
    this.#names = names;
    this.#definition = definition;
    this.#catalogue = catalogue;
    const parameters = definition.parameters?.properties ?? {};
    this.#scope = withParameters(names.scope(definition.source), name =>
      Object.hasOwn(parameters, name) ? parameterType(parameters[name]!) : undefined,
    );
  }

  run(): void {
    const { columns = [], groups = [], measures = [], print } = this.#definition;
    if (columns.length + groups.length + measures.length === 0) {
      this.#flaw('', 'Нужны столбцы (columns) или группы и показатели (groups, measures)');
    }
    // A paper about one record may take more than fits a table.
    if (columns.length > MAX_COLUMNS && !print?.template)
      this.#flaw('/columns', `Столбцов больше ${MAX_COLUMNS}`);
    this.#parameters();
    if (this.#definition.where !== undefined) this.#condition(this.#definition.where, '/where');
    this.#unique(columns.map(columnKey), 'columns');
    this.#unique(
      groups.map(group => group.key),
      'groups',
    );
    this.#unique(
      measures.map(measure => measure.key),
      'measures',
    );
    for (const [index, column] of columns.entries()) this.#column(column, `/columns/${index}`);
    for (const [index, group] of groups.entries()) this.#group(group, `/groups/${index}`);
    for (const [index, measure] of measures.entries()) this.#measure(measure, `/measures/${index}`);
    this.#keys();
    if (print?.template) this.#document();
  }

  #flaw(pointer: string, reason: string): void {
    this.flaws.push({ pointer, reason });
  }

  #unique(keys: string[], list: string): void {
    keys.forEach((key, index) => {
      if (keys.indexOf(key) < index) this.#flaw(`/${list}/${index}/key`, `Ключ «${key}» уже есть`);
    });
  }

  #parameters(): void {
    const { properties = {}, required = [] } = this.#definition.parameters ?? {};
    for (const [name, parameter] of Object.entries(properties)) {
      const at = `/parameters/properties/${name}`;
      const { 'x-ref': ref, 'x-dictionary': dictionary, type } = parameter;
      if ([ref, dictionary, type].filter(one => one !== undefined).length !== 1) {
        this.#flaw(at, 'Укажите одно из: type, x-ref, x-dictionary');
      }
      if (ref !== undefined && !this.#names.entity(ref))
        this.#flaw(`${at}/x-ref`, `Вида карточек «${ref}» нет`);
      if (dictionary !== undefined && !this.#catalogue.dictionaries.has(dictionary)) {
        this.#flaw(`${at}/x-dictionary`, `Справочника «${dictionary}» нет`);
      }
    }
    required.forEach((name, index) => {
      if (!Object.hasOwn(properties, name))
        this.#flaw(`/parameters/required/${index}`, `Параметра «${name}» нет`);
    });
  }

  #expression(e: Expression, at: string, scope = this.#scope): ValueType {
    const { type, problems } = checkExpression(e, scope);
    for (const { pointer, message } of problems) this.#flaw(at + pointer, message);
    return type;
  }

  #condition(e: Expression, at: string): void {
    const { expression, params } = withoutIfGiven(e, () => true);
    for (const { name, pointer } of params) {
      if (this.#scope.param?.(name) === undefined)
        this.#flaw(`${at}${pointer}/ifGiven`, `Параметра «${name}» нет`);
    }
    if (expression === undefined) return;
    const type = this.#expression(expression, at);
    if (type !== 'boolean' && type !== 'unknown') this.#flaw(at, 'Здесь нужно условие (да или нет)');
  }

  #column(column: ColumnDefinition, at: string, scope = this.#scope): void {
    const property = column.rollup === undefined ? column.property : undefined;
    const kinds = [column.formula, column.rollup, column.rows, property];
    if (kinds.filter(kind => kind !== undefined).length !== 1) {
      this.#flaw(at, 'Столбец задаётся одним из: property, formula, rollup с fn, rows с columns');
      return;
    }
    if (column.rows !== undefined) {
      this.#rows(column, at, scope);
      return;
    }
    if (column.title === undefined && column.property === undefined)
      this.#flaw(at, 'Нет обязательного ключа «title»');
    const expression = expressionOf(column);
    if (expression !== undefined)
      this.#expression(expression, at + (column.formula === undefined ? '' : '/formula'), scope);
  }

  /** Records that a document goes through; what stands in a table has `rollup`. */
  #rows(column: ColumnDefinition, at: string, scope: CheckScope): void {
    const { rows = '', columns = [], sort = [], where } = column;
    const inner = scope.rollup(rows);
    if (!this.#definition.print?.template || scope !== this.#scope)
      this.#flaw(`${at}/rows`, 'rows бывает только в печатном документе и только на одном уровне');
    else if (!inner) this.#flaw(`${at}/rows`, `Связи «${rows}» нет`);
    else {
      if (columns.length === 0) this.#flaw(at, 'У rows должны быть columns');
      if (where !== undefined) this.#expression(where, `${at}/where`, inner);
      this.#unique(columns.map(columnKey), `${at.slice(1)}/columns`);
      for (const [index, one] of columns.entries()) this.#column(one, `${at}/columns/${index}`, inner);
      sort.forEach(({ key }, index) => {
        if (!columns.map(columnKey).includes(key))
          this.#flaw(`${at}/sort/${index}/key`, `Столбца «${key}» нет`);
      });
    }
  }

  #group(group: GroupDefinition, at: string): void {
    if ((group.property === undefined) === (group.expression === undefined)) {
      this.#flaw(at, 'Группа задаётся одним из: property, expression');
      return;
    }
    const expression = expressionOf(group);
    if (expression !== undefined)
      this.#expression(expression, group.property === undefined ? `${at}/expression` : at);
    for (const [index, key] of (group.sortBy ?? []).entries()) this.#expression(key, `${at}/sortBy/${index}`);
  }

  #measure(measure: MeasureDefinition, at: string): void {
    const columns = (this.#definition.columns ?? []).map(columnKey);
    const measures = (this.#definition.measures ?? []).map(one => one.key).filter(key => key !== measure.key);
    if (measure.where !== undefined) this.#condition(measure.where, `${at}/where`);
    if (measure.fn === 'rank') {
      if (measure.of === undefined || !measures.includes(measure.of))
        this.#flaw(`${at}/of`, 'Нужен ключ другого показателя');
      return;
    }
    if (measure.fn === 'ratio' || measure.fn === 'share') {
      const names = [...measures, ...columns];
      if (measure.of === undefined || !names.includes(measure.of)) {
        this.#flaw(`${at}/of`, 'Нужен ключ другого показателя или столбца');
      }
      if (measure.fn === 'ratio' && (measure.to === undefined || !names.includes(measure.to))) {
        this.#flaw(`${at}/to`, 'Нужен ключ другого показателя или столбца');
      }
      return;
    }
    const inputs = [measure.property, measure.expression, measure.of].filter(one => one !== undefined);
    if (measure.fn === 'count' ? inputs.length > 0 : inputs.length !== 1) {
      this.#flaw(
        at,
        measure.fn === 'count'
          ? 'count считает записи и поля не берёт'
          : 'Нужно одно из: property, expression, of',
      );
      return;
    }
    if (measure.of !== undefined && !columns.includes(measure.of))
      this.#flaw(`${at}/of`, `Столбца «${measure.of}» нет`);
    this.#measureInput(measure, at);
  }

  #measureInput(measure: MeasureDefinition, at: string): void {
    const column = this.#definition.columns?.find((one, index) => columnKey(one, index) === measure.of);
    const expression = column ? expressionOf(column) : expressionOf(measure);
    if (expression === undefined) return;
    const { type } = checkExpression(expression, this.#scope);
    if (measure.of === undefined) this.#expression(expression, at);
    if ((measure.fn === 'sum' || measure.fn === 'avg') && type !== 'number' && type !== 'unknown') {
      this.#flaw(at, 'Складывать можно только числа');
    }
  }

  #keys(): void {
    const {
      columns = [],
      groups = [],
      measures = [],
      totals = [],
      sort = [],
      print,
      chart,
    } = this.#definition;
    const groupKeys = groups.map(group => group.key);
    const all = [...columns.map(columnKey), ...groupKeys, ...measures.map(measure => measure.key)];
    totals.forEach((key, index) => {
      if (key !== 'grand' && !groupKeys.includes(key)) this.#flaw(`/totals/${index}`, `Группы «${key}» нет`);
    });
    sort.forEach(({ key }, index) => {
      if (!all.includes(key)) this.#flaw(`/sort/${index}/key`, `Столбца «${key}» нет`);
    });
    measures.forEach(({ within }, index) => {
      if (within !== undefined && within !== 'grand' && !groupKeys.includes(within)) {
        this.#flaw(`/measures/${index}/within`, `Группы «${within}» нет`);
      }
    });
    if (print?.pageBreak !== undefined && !groupKeys.includes(print.pageBreak)) {
      this.#flaw('/print/pageBreak', `Группы «${print.pageBreak}» нет`);
    }
    for (const key of chart ? [chart.category, ...chart.values] : []) {
      if (!all.includes(key)) this.#flaw('/chart', `Столбца «${key}» нет`);
    }
    print?.signatures?.forEach((role, index) => {
      if (!this.#catalogue.roles.has(role)) this.#flaw(`/print/signatures/${index}`, `Роли «${role}» нет`);
    });
  }

  #document(): void {
    const { columns = [], parameters, print, source } = this.#definition;
    if (parameters?.properties.record?.['x-ref'] !== source) {
      this.#flaw('/parameters', 'Документу нужен параметр record с x-ref на source');
    }
    const keys = columns.map(columnKey);
    for (const key of print?.declined ? [...print.declined.name, print.declined.sex] : []) {
      if (!keys.includes(key)) this.#flaw('/print/declined', `Столбца «${key}» нет`);
    }
  }
}

/** Parameters are known inside rollups too. */
const withParameters = (scope: CheckScope, param: NonNullable<CheckScope['param']>): CheckScope => ({
  ...scope,
  param,
  rollup: path => {
    const inner = scope.rollup(path);
    return inner && withParameters(inner, param);
  },
});

function parameterType(parameter: ParameterDefinition): ValueType {
  if (parameter['x-multiple'] || parameter['x-ref'] !== undefined || parameter.format === 'date')
    return 'unknown';
  if (parameter.type === 'integer' || parameter.type === 'number') return 'number';
  return parameter.type === 'boolean' ? 'boolean' : 'text';
}
