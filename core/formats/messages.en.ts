/** The sentences of `messages.ts` in English: what was expected, by the same codes. Pure. */
import { formatTitle } from './formats.ts';
import type { Explanation, SchemaFault } from './messages.ts';

export function explainInEnglish(fault: SchemaFault, code: string | undefined): Explanation | undefined {
  const { keyword, schema } = fault;
  if (keyword === 'if' || keyword === 'propertyNames') return undefined;
  const title = typeof schema.title === 'string' ? schema.title : 'Value';
  if (keyword === 'required') return { code: 'REQUIRED', message: `${title}: ${neededOf(schema)}` };
  if (code === undefined) return undefined;
  const own = schema['x-message'];
  return { code, message: typeof own === 'string' ? own : `${title}: ${reasonOf(fault, code)}` };
}

function neededOf(schema: SchemaFault['schema']): string {
  if (schema['x-dictionary'] || schema['x-ref']) return 'choose a value';
  if (schema['x-rows'] || schema['x-relation']) return 'add at least one row';
  return 'fill in this field';
}

const TYPES: Record<string, string> = {
  integer: 'a whole number is expected',
  number: 'a number is expected',
  boolean: 'yes or no is expected',
  array: 'a list is expected',
  object: 'a group of fields is expected',
};

function reasonOf({ keyword, limit, schema }: SchemaFault, code: string): string {
  switch (keyword) {
    case 'format':
      return formatReason(String(limit), code);
    case 'pattern':
      return 'the value does not fit the pattern';
    case 'type':
      if (schema['x-dictionary']) return 'choose a value from the list';
      if (schema.format === 'date' || schema.format === 'past-date') return 'enter a date';
      return TYPES[String(limit)] ?? 'a text is expected';
    case 'enum':
      return 'choose a value from the list';
    case 'maxLength':
      return `at most ${number(limit)} characters`;
    case 'minLength':
      return `at least ${number(limit)} characters`;
    case 'minimum':
      return `at least ${number(limit)}`;
    case 'maximum':
      return `at most ${number(limit)}`;
    case 'exclusiveMinimum':
      return `more than ${number(limit)}`;
    case 'exclusiveMaximum':
      return `less than ${number(limit)}`;
    case 'multipleOf':
      return `a multiple of ${number(limit)}`;
    case 'minItems':
      return `at least ${number(limit)} rows`;
    case 'maxItems':
      return `at most ${number(limit)} rows`;
    case 'uniqueItems':
      return 'the values repeat';
    default:
      return code === 'NOT_ALLOWED' ? 'this value is not allowed here' : 'the value is not accepted';
  }
}

function formatReason(format: string, code: string): string {
  switch (code) {
    case 'CHECKSUM':
      return 'the check number does not agree: look for a misprint';
    case 'ZEROS':
      return 'the number cannot be all zeros';
    case 'LENGTH':
      return 'the length is wrong';
    case 'RANGE':
      return 'the value is out of range';
    default:
      return `not written as expected (${formatTitle(format)})`;
  }
}

const number = (value: unknown): string => new Intl.NumberFormat('en').format(Number(value));
