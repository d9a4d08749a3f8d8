/** Kinds of values in expressions and what plain values fit them. Pure: also used in the browser. */
import type { ValueType } from './types.ts';

/** Are values of the two types compared as one? Texts written in the expression stand for days and ids. */
export const comparable = (a: ValueType, b: ValueType): boolean =>
  a === b ||
  a === 'unknown' ||
  b === 'unknown' ||
  (a === 'date' && b === 'instant') ||
  (a === 'instant' && b === 'date');

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Real calendar days 1850..2150 (SC6). */
export function isDay(text: string): boolean {
  if (!DAY.test(text) || text < '1850-01-01' || text > '2150-12-31') return false;
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

/** May this plain value stand where the type is expected? */
export function fitsType(value: unknown, type: ValueType): boolean {
  if (value === null || type === 'unknown') return true;
  if (Array.isArray(value)) return type === 'texts' && value.every(item => typeof item === 'string');
  if (typeof value === 'number') return type === 'number' && Number.isFinite(value);
  if (typeof value === 'boolean') return type === 'boolean';
  if (typeof value !== 'string') return false;
  switch (type) {
    case 'text':
    case 'texts':
      return true;
    case 'date':
      return isDay(value);
    case 'instant':
      return (
        isDay(value) || (INSTANT.test(value) && isDay(value.slice(0, 10)) && !Number.isNaN(Date.parse(value)))
      );
    case 'uuid':
      return UUID.test(value);
    default:
      return false;
  }
}

export const isScalar = (value: unknown) => value === null || typeof value !== 'object';
/** A plain value or a list of plain values, written in the expression itself. */
export const isLiteral = (value: unknown): boolean =>
  isScalar(value) || (Array.isArray(value) && value.every(isScalar));

export function literalType(value: unknown): ValueType {
  if (typeof value === 'number') return 'number';
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'string') return 'text';
  return 'unknown';
}

/** The type that the arguments share: of the first that is not written as a plain value, else of the first. */
export function commonType(args: readonly unknown[], types: readonly ValueType[]): ValueType {
  const decided = args.findIndex(
    (arg, i) => !isLiteral(arg) && types[i] !== 'unknown' && !Array.isArray(arg),
  );
  if (decided >= 0) return types[decided]!;
  return types.find(type => type !== 'unknown') ?? 'unknown';
}

export const TYPE_NAMES: Record<ValueType, string> = {
  text: 'текст',
  number: 'число',
  boolean: '«да» или «нет»',
  date: 'день в виде ГГГГ-ММ-ДД',
  instant: 'время',
  uuid: 'номер записи',
  texts: 'набор значений',
  unknown: 'значение неизвестного вида',
};
