import { showDay } from '../../../core/formats/dates.ts';
import { showFormat } from '../../../core/formats/formats.ts';
import type { DatasetColumn } from '../../../core/reports/dataset.ts';
import { instantText, type ValueWords } from '../../components/value-text.ts';

const DIGITS: Record<string, number> = { integer: 0, decimal1: 1, decimal2: 2 };

/** A cell or a figure as people read it: decimal comma, percents, дд.мм.гггг, да/нет. */
export function reportText(
  value: unknown,
  column: Pick<DatasetColumn, 'kind' | 'format'>,
  words: ValueWords,
): string {
  if (value === null || value === undefined || value === '') return '';
  if (typeof value === 'boolean') return value ? words.yes : words.no;
  if (typeof value === 'number') return numberText(value, column.format, words.locale);
  const text = String(value);
  if (column.kind === 'date' || column.format === 'date') return showDay(text);
  if (column.kind === 'instant') return instantText(text, words.locale);
  return column.format ? showFormat(column.format, text) : text;
}

function numberText(value: number, format: string | undefined, locale: string): string {
  if (format === 'percent1') return `${fixed(value * 100, 1, locale)}\u00a0%`;
  const digits = format === undefined ? undefined : DIGITS[format];
  return digits === undefined
    ? value.toLocaleString(locale, { maximumFractionDigits: 6 })
    : fixed(value, digits, locale);
}

const fixed = (value: number, digits: number, locale: string) =>
  value.toLocaleString(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits });
