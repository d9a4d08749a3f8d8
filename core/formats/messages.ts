/**
 * Russian sentences for what JSON Schema finds wrong, naming the field and the reason: the same wherever a card
 * is checked. Pure; takes a keyword, its parameters, the schema of the place and the value there.
 */
import { checkFormat } from './formats.ts';
import { explainInEnglish } from './messages.en.ts';

export interface SchemaFault {
  keyword: string;
  /** The keyword's own value in the schema: the limit, the format, the pattern. */
  limit?: unknown;
  /** Schema of the place, for title, `x-message` and type. */
  schema: { [keyword: string]: unknown };
  value?: unknown;
}

export interface Explanation {
  code: string;
  message: string;
}

/**
 * «СНИЛС: контрольное число не сходится», in English if asked for; undefined for keywords that say nothing by
 * themselves (`if`).
 */
export function explainFault(fault: SchemaFault, language: 'ru' | 'en' = 'ru'): Explanation | undefined {
  const { keyword, schema } = fault;
  if (language === 'en') return explainInEnglish(fault, reasonOf(fault)?.code);
  if (keyword === 'if' || keyword === 'propertyNames') return undefined;
  const title = typeof schema.title === 'string' ? schema.title : 'Значение';
  if (keyword === 'required') return { code: 'REQUIRED', message: requiredMessage(title, schema) };
  const found = reasonOf(fault);
  if (!found) return undefined;
  const own = schema['x-message'];
  return { code: found.code, message: typeof own === 'string' ? own : `${title}: ${found.reason}` };
}

function requiredMessage(title: string, schema: SchemaFault['schema']): string {
  if (schema['x-dictionary'] || schema['x-ref']) return `${title}: выберите значение`;
  if (schema['x-rows'] || schema['x-relation']) return `${title}: добавьте хотя бы одну строку`;
  return `${title}: заполните поле`;
}

function reasonOf(fault: SchemaFault): { code: string; reason: string } | undefined {
  const limit = Number(fault.limit);
  switch (fault.keyword) {
    case 'format':
      return formatReason(String(fault.limit), fault.value);
    case 'pattern':
      return { code: 'FORMAT', reason: 'значение не подходит под образец' };
    case 'type':
      return { code: 'TYPE', reason: typeReason(String(fault.limit), fault.schema) };
    case 'enum':
      return { code: 'NOT_IN_LIST', reason: 'выберите значение из списка' };
    case 'const':
      return { code: 'NOT_ALLOWED', reason: 'такое значение здесь недопустимо' };
    case 'maxLength':
      return { code: 'TOO_LONG', reason: `не больше ${limit} ${signs(limit, 'знака', 'знаков')}` };
    case 'minLength':
      return { code: 'TOO_SHORT', reason: `не меньше ${limit} ${signs(limit, 'знака', 'знаков')}` };
    case 'minimum':
      return { code: 'RANGE', reason: `не меньше ${number(limit)}` };
    case 'maximum':
      return { code: 'RANGE', reason: `не больше ${number(limit)}` };
    case 'exclusiveMinimum':
      return { code: 'RANGE', reason: `должно быть больше ${number(limit)}` };
    case 'exclusiveMaximum':
      return { code: 'RANGE', reason: `должно быть меньше ${number(limit)}` };
    case 'multipleOf':
      return { code: 'RANGE', reason: `должно быть кратно ${number(limit)}` };
    case 'minItems':
      return { code: 'TOO_FEW', reason: `нужно не меньше ${limit} ${signs(limit, 'строки', 'строк')}` };
    case 'maxItems':
      return { code: 'TOO_MANY', reason: `не больше ${limit} ${signs(limit, 'строки', 'строк')}` };
    case 'uniqueItems':
      return { code: 'REPEATED', reason: 'значения повторяются' };
    case 'not':
    case 'anyOf':
    case 'oneOf':
    case 'contains':
      return { code: 'NOT_ALLOWED', reason: 'сочетание значений недопустимо' };
    default:
      return { code: 'INVALID', reason: 'значение не принимается' };
  }
}

function formatReason(format: string, value: unknown): { code: string; reason: string } {
  const found = typeof value === 'string' ? checkFormat(format, value) : undefined;
  return found ?? { code: 'FORMAT', reason: 'значение записано неверно' };
}

function typeReason(type: string, schema: SchemaFault['schema']): string {
  if (schema['x-dictionary']) return 'выберите значение из списка';
  if (schema.format === 'date' || schema.format === 'past-date') return 'введите дату';
  switch (type) {
    case 'integer':
      return 'ожидается целое число';
    case 'number':
      return 'ожидается число';
    case 'boolean':
      return 'ожидается «да» или «нет»';
    case 'array':
      return 'ожидается список';
    case 'object':
      return 'ожидается группа полей';
    default:
      return 'ожидается текст';
  }
}

const rules = new Intl.PluralRules('ru');

/** Genitive: 21 знака, 20 знаков. */
const signs = (count: number, one: string, many: string): string =>
  rules.select(count) === 'one' ? one : many;

const number = (value: number): string => new Intl.NumberFormat('ru').format(value);
