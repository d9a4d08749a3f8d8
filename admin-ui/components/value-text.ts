import { showDay } from '../../core/formats/dates.ts';
import { showFormat } from '../../core/formats/formats.ts';
import type { ColumnDescription } from '../../core/forms/description.types.ts';

/** Value at a path of a nested answer: `person.birthDate`; beyond a reference it stands under `related`. */
export function valueAt(item: Record<string, unknown>, path: string): unknown {
  return stepsFrom(item, path) ?? stepsFrom(item.related, path);
}

function stepsFrom(start: unknown, path: string): unknown {
  let value = start;
  for (const step of path.split('.')) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<string, unknown>)[step];
  }
  return value;
}

export interface ValueWords {
  yes: string;
  no: string;
  locale: string;
}

type ValueColumn = Pick<ColumnDescription, 'kind'> & { format?: string | undefined };

/** A value as people read it: days дд.мм.гггг, decimal comma, да/нет, masks of identifiers. */
export function valueText(value: unknown, column: ValueColumn, words: ValueWords): string {
  if (value === undefined || value === null || value === '') return '';
  if (Array.isArray(value)) return value.map(part => valueText(part, column, words)).join(', ');
  switch (column.kind) {
    case 'boolean':
      return value === true ? words.yes : words.no;
    case 'date':
      return showDay(String(value));
    case 'instant':
      return instantText(String(value), words.locale);
    case 'integer':
    case 'decimal':
      return typeof value === 'number' ? value.toLocaleString(words.locale) : String(value).replace('.', ',');
    default:
      return typeof value === 'object'
        ? ''
        : column.format
          ? showFormat(column.format, String(value))
          : String(value);
  }
}

export function instantText(iso: string, locale: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  return at.toLocaleString(locale, {
    day: '2-digit',
    month: '2-digit',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  });
}
