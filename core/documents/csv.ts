/**
 * CSV for people: UTF-8 with BOM, CRLF, RFC 4180 quoting, semicolons (the list separator of Russian locales,
 * so that a double click opens columns), and no cell that a spreadsheet would run as a formula (IE3).
 */
import { stampLines } from './stamp.ts';
import type { CellValue, SheetColumn, SheetRow, Stamp, TableSheet } from './types.ts';
import { showDay, showInstant } from './values.ts';

const SEPARATOR = ';';
const BOM = '\ufeff';
/** After spaces and BOM: ASCII and full-width = + - @, tab, line ends. */
const FORMULA_START = /^[\s\ufeff\u200b]*[=+\-@\uff1d\uff0b\uff0d\uff20\t\r\n]/;

/** Text that a spreadsheet could take for a formula gets a leading apostrophe. */
export function neutralise(text: string): string {
  return FORMULA_START.test(text) || /^[\t\r\n]/.test(text) ? `'${text}` : text;
}

/** Letters and digits begin most cells: no formula begins so, and no space does. */
const PLAIN_START = /^[0-9A-Za-zА-Яа-яЁё№]/;
const NEEDS_QUOTES = /["\r\n;,\t]|\s$/;

const textCell = (text: string): string =>
  PLAIN_START.test(text) && !NEEDS_QUOTES.test(text) ? text : quote(neutralise(text));

function quote(text: string): string {
  return /["\r\n;,\t]/.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text;
}

function field(value: CellValue | undefined, column: SheetColumn | undefined): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'boolean') return value ? 'да' : 'нет';
  if (typeof value === 'number') return csvNumber(value, column);
  if (column?.kind === 'date') return showDay(value);
  if (column?.kind === 'instant') return showInstant(value, 'Europe/Moscow');
  return textCell(value);
}

/** True numbers stay numbers, with the decimal comma that goes with the semicolon. */
function csvNumber(value: number, column: SheetColumn | undefined): string {
  if (column?.format === 'percent1') return `${(value * 100).toFixed(1).replace('.', ',')}%`;
  if (column?.format === 'decimal1') return value.toFixed(1).replace('.', ',');
  if (column?.format === 'decimal2') return value.toFixed(2).replace('.', ',');
  return String(value).replace('.', ',');
}

/** One line of a CSV file with its CRLF. */
export function csvLine(values: readonly CellValue[], columns: readonly SheetColumn[] = []): string {
  let line = '';
  for (const [index, value] of values.entries())
    line += (index === 0 ? '' : SEPARATOR) + field(value, columns[index]);
  return `${line}\r\n`;
}

/** Beginning of a file: BOM, stamp lines (IE4), an empty line, column titles. Rows follow by `csvLine`. */
export function csvHead(title: string, columns: readonly SheetColumn[], stamp: Stamp): string {
  const lines = [title, ...stampLines(stamp)].map(line => csvLine([line])).join('');
  return `${BOM}${lines}\r\n${csvLine(columns.map(column => column.title))}`;
}

/** A whole table as CSV bytes. */
export function writeTableCsv(sheet: TableSheet): Uint8Array {
  const body = sheet.rows.map(row => csvLine('cells' in row ? (row as SheetRow).cells : row, sheet.columns));
  return new TextEncoder().encode(csvHead(sheet.title, sheet.columns, sheet.stamp) + body.join(''));
}
