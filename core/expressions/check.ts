/**
 * Typed check of an expression before it is compiled or interpreted: closed list of operators, numbers of
 * arguments, types, names and limits (RP1, RP2). Pure: the same check runs in the browser's constructor.
 */
import type { Operator, ValueType } from './types.ts';
import {
  commonType,
  comparable,
  fitsType,
  isLiteral,
  isScalar,
  literalType,
  TYPE_NAMES,
} from './value-types.ts';

export interface CheckScope {
  /** Type of the value at the path; undefined: no such name (or no right to it, which is the same answer). */
  property(path: string): ValueType | undefined;
  /** Scope of the records that a to-many relation leads to. */
  rollup(path: string): CheckScope | undefined;
  /** Type of a parameter; without it no parameter is known. */
  param?(name: string): ValueType | undefined;
  /** The functions over the whole record (`filled`, `fillable`, `missing`) have something to count. */
  record?: boolean;
  /** Is this a part of the record to count: a named one, a group, a field, child cards that count? */
  part?(name: string): boolean;
}

export interface CheckLimits {
  /** Comparisons and functions with a truth value. */
  conditions: number;
  depth: number;
}
/** Of filters made by people (RP2). */
export const USER_LIMITS: CheckLimits = { conditions: 20, depth: 5 };
/** Of files in plugins: still bounded, so that no expression exhausts the stack. */
export const FILE_LIMITS: CheckLimits = { conditions: 200, depth: 24 };

export interface ExpressionProblem {
  /** JSON pointer into the expression. */
  pointer: string;
  code: 'EXPRESSION_INVALID' | 'FIELD_UNKNOWN' | 'PARAM_UNKNOWN' | 'TOO_COMPLEX';
  message: string;
  /** The unknown path, for FIELD_UNKNOWN. */
  path?: string;
}

export interface CheckResult {
  type: ValueType;
  problems: ExpressionProblem[];
}

/** Fewest and most arguments of each operator. */
const ARITY: Record<Operator, [number, number]> = {
  and: [1, 50],
  or: [1, 50],
  not: [1, 1],
  '=': [2, 2],
  '<>': [2, 2],
  '<': [2, 2],
  '<=': [2, 2],
  '>': [2, 2],
  '>=': [2, 2],
  between: [3, 3],
  in: [2, 2],
  contains: [2, 2],
  startsWith: [2, 2],
  isNull: [1, 1],
  '+': [2, 50],
  '-': [1, 2],
  '*': [2, 50],
  '/': [2, 2],
  coalesce: [1, 50],
  concat: [1, 50],
  age: [1, 2],
  year: [1, 1],
  month: [1, 1],
  dateText: [1, 1],
  today: [0, 0],
  addDays: [2, 2],
  addMonths: [2, 2],
  caption: [1, 1],
  filled: [0, 1],
  fillable: [0, 1],
  missing: [0, 1],
};
const ROLLUPS = new Set(['exists', 'count', 'sum', 'min', 'max', 'first', 'last', 'list']);
const CONDITIONS = new Set<string>([
  '=',
  '<>',
  '<',
  '<=',
  '>',
  '>=',
  'between',
  'in',
  'contains',
  'startsWith',
  'isNull',
]);
const MAX_LIST = 1_000;
const MAX_TEXT = 2_000;

/** Checks the expression; `type` is `unknown` where a problem makes it undecidable. */
export function checkExpression(
  expression: unknown,
  scope: CheckScope,
  limits: CheckLimits = FILE_LIMITS,
): CheckResult {
  const checker = new Checker(limits);
  const type = checker.check(expression, scope, '', 0);
  return { type, problems: checker.problems };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
class Checker {
  problems: ExpressionProblem[] = [];
  #conditions = 0;
  #limits: CheckLimits;

  constructor(limits: CheckLimits) {
    this.#limits = limits;
  }

  #fail(
    pointer: string,
    message: string,
    code: ExpressionProblem['code'] = 'EXPRESSION_INVALID',
    path?: string,
  ) {
    // A hostile expression does not get a hundred sentences back.
    if (this.problems.length < 20)
      this.problems.push(path === undefined ? { pointer, code, message } : { pointer, code, message, path });
    return 'unknown' as const;
  }

  check(e: unknown, scope: CheckScope, at: string, depth: number): ValueType {
    if (depth > this.#limits.depth)
      return this.#fail(at, `Условие вложено глубже ${this.#limits.depth} уровней`, 'TOO_COMPLEX');
    if (isScalar(e)) return this.#scalar(e, at);
    if (Array.isArray(e)) return this.#fail(at, 'Перечень допускается только в in');
    const node = e as Record<string, unknown>;
    if ('op' in node) return this.#operator(node, scope, at, depth);
    // Before `property`, which a rollup has too.
    if ('rollup' in node) return this.#rollup(node, scope, at, depth);
    if ('property' in node) return this.#property(node, scope, at);
    if ('param' in node) return this.#param(node, scope, at);
    if ('actor' in node) return this.#actor(node, at);
    if ('case' in node) return this.#case(node, scope, at, depth);
    return this.#fail(at, 'Ожидалось выражение: op, property, param, actor, rollup или case');
  }

  #scalar(value: unknown, at: string): ValueType {
    if (typeof value === 'string' && (value.length > MAX_TEXT || value.includes('\0')))
      return this.#fail(at, `Текст длиннее ${MAX_TEXT} знаков или с недопустимым знаком`);
    if (typeof value === 'number' && (!Number.isFinite(value) || Math.abs(value) > Number.MAX_SAFE_INTEGER))
      return this.#fail(at, 'Число слишком велико');
    if (!['string', 'number', 'boolean'].includes(typeof value) && value !== null)
      return this.#fail(at, 'Значение такого вида в выражении не допускается');
    return literalType(value);
  }

  #list(list: unknown[], scope: CheckScope, at: string, depth: number): ValueType {
    if (list.length > MAX_LIST) return this.#fail(at, `В перечне больше ${MAX_LIST} значений`, 'TOO_COMPLEX');
    let type: ValueType = 'unknown';
    list.forEach((item, index) => {
      if (Array.isArray(item)) this.#fail(`${at}/${index}`, 'Перечень внутри перечня не допускается');
      else type = this.#join(type, this.check(item, scope, `${at}/${index}`, depth + 1), `${at}/${index}`);
    });
    return type;
  }

  #join(a: ValueType, b: ValueType, at: string): ValueType {
    if (a === 'unknown') return b;
    return comparable(a, b) ? a : this.#fail(at, 'Значения разных видов');
  }

  #keys(node: Record<string, unknown>, allowed: string[], at: string): void {
    for (const key of Object.keys(node))
      if (!allowed.includes(key)) this.#fail(`${at}/${key}`, `Неизвестный ключ «${key.slice(0, 60)}»`);
  }

  #property(node: Record<string, unknown>, scope: CheckScope, at: string): ValueType {
    this.#keys(node, ['property'], at);
    const path = node.property;
    if (typeof path !== 'string') return this.#fail(`${at}/property`, 'Ожидался путь к полю');
    const shown = path.slice(0, 100);
    return (
      scope.property(path) ?? this.#fail(`${at}/property`, `Поля «${shown}» нет`, 'FIELD_UNKNOWN', shown)
    );
  }

  #param(node: Record<string, unknown>, scope: CheckScope, at: string): ValueType {
    this.#keys(node, ['param'], at);
    const name = String(node.param).slice(0, 100);
    return scope.param?.(name) ?? this.#fail(`${at}/param`, `Параметра «${name}» нет`, 'PARAM_UNKNOWN');
  }

  #actor(node: Record<string, unknown>, at: string): ValueType {
    this.#keys(node, ['actor'], at);
    if (node.actor === 'person' || node.actor === 'user') return 'uuid';
    if (node.actor === 'organisation') return 'number';
    if (node.actor === 'role') return 'text';
    return this.#fail(`${at}/actor`, 'Ожидалось person, user, organisation или role');
  }

  #case(node: Record<string, unknown>, scope: CheckScope, at: string, depth: number): ValueType {
    this.#keys(node, ['case', 'else'], at);
    if (!Array.isArray(node.case) || node.case.length === 0)
      return this.#fail(`${at}/case`, 'Ожидался перечень случаев');
    let type: ValueType = 'unknown';
    for (const [index, branch] of node.case.entries()) {
      const here = `${at}/case/${index}`;
      if (!isObject(branch) || !('when' in branch) || !('then' in branch)) {
        this.#fail(here, 'У случая должны быть when и then');
        continue;
      }
      this.#keys(branch, ['when', 'then'], here);
      this.#truth(branch.when, scope, `${here}/when`, depth + 1);
      type = this.#join(type, this.check(branch.then, scope, `${here}/then`, depth + 1), `${here}/then`);
    }
    if (node.else !== undefined)
      type = this.#join(type, this.check(node.else, scope, `${at}/else`, depth + 1), `${at}/else`);
    return type;
  }

  #truth(e: unknown, scope: CheckScope, at: string, depth: number): void {
    const type = this.check(e, scope, at, depth);
    if (!comparable(type, 'boolean')) this.#fail(at, 'Здесь нужно условие (да или нет)');
  }

  #rollup(node: Record<string, unknown>, scope: CheckScope, at: string, depth: number): ValueType {
    this.#keys(node, ['rollup', 'fn', 'property', 'by', 'where', 'separator'], at);
    this.#condition(at);
    const path = String(node.rollup).slice(0, 100);
    const inner = scope.rollup(path);
    if (!inner) return this.#fail(`${at}/rollup`, `Поля «${path}» нет`, 'FIELD_UNKNOWN', path);
    const fn = String(node.fn);
    if (!ROLLUPS.has(fn)) return this.#fail(`${at}/fn`, `Сводки «${fn.slice(0, 60)}» нет`);
    if (node.where !== undefined) this.#truth(node.where, inner, `${at}/where`, depth + 1);
    if ((fn === 'first' || fn === 'last') && node.by === undefined)
      this.#fail(`${at}/by`, 'Укажите поле, по которому выбирается первая или последняя запись');
    if (node.by !== undefined) this.#property({ property: node.by }, inner, `${at}/by`);
    if (node.separator !== undefined && (typeof node.separator !== 'string' || node.separator.length > 20))
      this.#fail(`${at}/separator`, 'Разделитель: текст до 20 знаков');
    return this.#rollupType(node, fn, inner, at);
  }

  #rollupType(node: Record<string, unknown>, fn: string, inner: CheckScope, at: string): ValueType {
    const needed = fn !== 'exists' && fn !== 'count' && fn !== 'list';
    if (node.property === undefined)
      if (needed) return this.#fail(`${at}/property`, 'Укажите поле, которое сводится');
      else return fn === 'exists' ? 'boolean' : fn === 'count' ? 'number' : 'text';
    const type = this.#property({ property: node.property }, inner, at);
    if (fn === 'exists') return 'boolean';
    if (fn === 'count') return 'number';
    if (fn === 'list') return 'text';
    if (fn === 'sum' && !comparable(type, 'number'))
      return this.#fail(`${at}/property`, 'Складывать можно только числа');
    return type;
  }

  #condition(at: string): void {
    this.#conditions++;
    if (this.#conditions === this.#limits.conditions + 1)
      this.#fail(at, `Больше ${this.#limits.conditions} условий`, 'TOO_COMPLEX');
  }

  #operator(node: Record<string, unknown>, scope: CheckScope, at: string, depth: number): ValueType {
    this.#keys(node, ['op', 'args'], at);
    const op = node.op as Operator;
    const arity = typeof op === 'string' && Object.hasOwn(ARITY, op) ? ARITY[op] : undefined;
    if (!arity) return this.#fail(`${at}/op`, `Действия «${String(op).slice(0, 60)}» нет`);
    const args = node.args === undefined && arity[0] === 0 ? [] : node.args;
    if (!Array.isArray(args)) return this.#fail(`${at}/args`, 'Ожидался перечень args');
    if (args.length < arity[0] || args.length > arity[1])
      return this.#fail(
        `${at}/args`,
        `У «${op}» должно быть ${arity[0]}–${arity[1]} значений, дано ${args.length}`,
      );
    if (CONDITIONS.has(op)) this.#condition(at);
    if (this.problems.some(problem => problem.code === 'TOO_COMPLEX')) return 'unknown';
    const types = args.map((arg, index) => this.#argument(op, arg, scope, `${at}/args/${index}`, depth + 1));
    return this.#apply(op, args, types, scope, `${at}/args`);
  }

  #argument(op: Operator, arg: unknown, scope: CheckScope, at: string, depth: number): ValueType {
    if (op === 'in' && Array.isArray(arg)) return this.#list(arg, scope, at, depth);
    return this.check(arg, scope, at, depth);
  }

  #apply(op: Operator, args: unknown[], types: ValueType[], scope: CheckScope, at: string): ValueType {
    switch (op) {
      case 'and':
      case 'or':
      case 'not':
        this.#expectAll(types, 'boolean', args, at);
        return 'boolean';
      case '=':
      case '<>':
      case '<':
      case '<=':
      case '>':
      case '>=':
      case 'between':
      case 'coalesce':
      case 'in':
        return this.#alike(op, args, types, at);
      case 'contains':
      case 'startsWith':
        if (types[0] !== 'texts') this.#expect(types[0]!, 'text', args[0], `${at}/0`);
        else if (op === 'startsWith') this.#fail(`${at}/0`, 'Здесь нужен текст');
        this.#expect(types[1]!, 'text', args[1], `${at}/1`);
        return 'boolean';
      case 'isNull':
        return 'boolean';
      case '+':
      case '-':
      case '*':
      case '/':
        this.#expectAll(types, 'number', args, at);
        return 'number';
      case 'concat':
        types.forEach((type, i) => {
          if (type === 'texts') this.#fail(`${at}/${i}`, 'Здесь нужно одно значение');
        });
        return 'text';
      case 'dateText':
        this.#expectAll(types, 'date', args, at);
        return 'text';
      case 'age':
        this.#expectAll(types, 'date', args, at);
        return 'number';
      case 'year':
      case 'month':
        if (types[0] !== 'instant') this.#expect(types[0]!, 'date', args[0], `${at}/0`);
        return 'number';
      case 'today':
        return 'date';
      case 'addDays':
      case 'addMonths':
        this.#expect(types[0]!, 'date', args[0], `${at}/0`);
        this.#expect(types[1]!, 'number', args[1], `${at}/1`);
        return 'date';
      case 'caption':
        if (!isObject(args[0]) || !('property' in args[0])) this.#fail(`${at}/0`, 'Здесь нужно поле');
        return 'text';
      default:
        if (!scope.record) this.#fail(at, `«${op}» здесь не применяется`);
        if (args.length > 0) this.#part(args[0], scope, `${at}/0`);
        return op === 'missing' ? 'text' : 'number';
    }
  }

  /** Of a part that the reader may not know, or that is not there, is said the same (G3). */
  #part(name: unknown, scope: CheckScope, at: string): void {
    if (typeof name !== 'string') this.#fail(at, 'Здесь нужно имя части карточки');
    else if (!scope.part?.(name))
      this.#fail(at, `Поля «${name.slice(0, 100)}» нет`, 'FIELD_UNKNOWN', name.slice(0, 100));
  }

  #expectAll(types: ValueType[], wanted: ValueType, args: unknown[], at: string): void {
    for (const [i, type] of types.entries()) this.#expect(type, wanted, args[i], `${at}/${i}`);
  }

  #expect(type: ValueType, wanted: ValueType, value: unknown, at: string): void {
    if (isLiteral(value) ? !fitsType(value, wanted) : !comparable(type, wanted))
      this.#fail(at, `Здесь нужно ${TYPE_NAMES[wanted]}, а дано ${TYPE_NAMES[type]}`);
  }

  /** All arguments are of one kind; plain texts take the kind of the others. */
  #alike(op: Operator, args: unknown[], types: ValueType[], at: string): ValueType {
    if (op === 'in' && Array.isArray(args[1]) === false && !isObject(args[1]))
      return this.#fail(`${at}/1`, 'Здесь нужен перечень значений');
    const common = commonType(args, types);
    args.forEach((arg, i) => {
      if (Array.isArray(arg))
        arg.forEach((item, j) => {
          if (isLiteral(item)) this.#expect(literalType(item), common, item, `${at}/${i}/${j}`);
        });
      else if (!(op === 'in' && i === 1 && types[1] === 'texts'))
        this.#expect(types[i]!, common, arg, `${at}/${i}`);
    });
    if (op !== 'coalesce' && common === 'texts')
      return this.#fail(at, 'Наборы значений так не сравниваются: используйте contains');
    return op === 'coalesce' ? common : 'boolean';
  }
}
