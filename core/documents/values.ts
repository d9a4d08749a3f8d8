/** How values of reports and exports are shown to people, in one place for screen, PDF and CSV. */
import type { CellKind, CellValue, FormatName } from './types.ts';

const NO_BREAK_SPACE = '\u00a0';
const numbers = new Map<string, Intl.NumberFormat>();

function numberFormat(digits: number, fixed: boolean): Intl.NumberFormat {
  const key = `${digits}${fixed}`;
  let found = numbers.get(key);
  if (!found) {
    found = new Intl.NumberFormat('ru-RU', {
      maximumFractionDigits: digits,
      ...(fixed ? { minimumFractionDigits: digits } : {}),
    });
    numbers.set(key, found);
  }
  return found;
}

/** ISO day -> «01.09.2026»; anything else is returned as it is. */
export function showDay(day: string): string {
  const parts = /^(\d{4})-(\d{2})-(\d{2})/.exec(day);
  return parts ? `${parts[3]}.${parts[2]}.${parts[1]}` : day;
}

/** Instant -> «01.09.2026 10:15» in the given time zone. */
export function showInstant(instant: string | Date, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('ru-RU', {
    timeZone,
    day: '2-digit',
    month: '2-digit',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  }).format(new Date(instant));
  return parts.replace(',', '');
}

function showNumber(value: number, format: FormatName | undefined, kind: CellKind): string {
  if (format === 'percent1') return `${numberFormat(1, true).format(value * 100)}${NO_BREAK_SPACE}%`;
  if (format === 'decimal1') return numberFormat(1, true).format(value);
  if (format === 'decimal2') return numberFormat(2, true).format(value);
  if (format === 'integer' || kind === 'integer') return numberFormat(0, false).format(value);
  return numberFormat(6, false).format(value);
}

/**
 * A value as people read it: decimal comma, дд.мм.гггг, да/нет, nothing for an empty one.
 *
 * @param timeZone of instants; default `Europe/Moscow`
 */
export function showValue(
  value: CellValue | undefined,
  kind: CellKind,
  format?: FormatName,
  timeZone = 'Europe/Moscow',
): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'boolean') return value ? 'да' : 'нет';
  if (typeof value === 'number') return showNumber(value, format, kind);
  if (kind === 'date' || format === 'date') return showDay(value);
  if (kind === 'instant') return showInstant(value, timeZone);
  return value;
}
