/**
 * Sheets for people: typed cells, number and date formats, frozen head, filter, outline of groups, the stamp of
 * S001-4.5 above the table and in the printed header and footer.
 *
 * Text is always written as a string cell, so `=HYPERLINK(...)` typed into a card stays text (IE3).
 */
import { type Cell, type CellStyle, type WriteSheet, writeXlsx } from 'hucre/xlsx';
import { stampLines } from './stamp.ts';
import type { CellValue, SheetColumn, SheetRow, Stamp, TableSheet } from './types.ts';
import { showInstant } from './values.ts';

type RowDef = NonNullable<WriteSheet['rowDefs']> extends Map<number, infer R> ? R : never;

/** What a cell of the format holds at most. */
const LONGEST_TEXT = 32_767;
const HEAD_STYLE: CellStyle = {
  font: { bold: true },
  fill: { type: 'pattern', pattern: 'solid', fgColor: { rgb: 'E9ECEF' } },
  alignment: { wrapText: true, vertical: 'center' },
  border: { bottom: { style: 'thin', color: { rgb: '868E96' } } },
};

function numberFormat(column: SheetColumn): string | undefined {
  if (column.format === 'percent1') return '0.0%';
  if (column.format === 'decimal1') return '#,##0.0';
  if (column.format === 'decimal2') return '#,##0.00';
  if (column.kind === 'date' || column.format === 'date') return 'dd.mm.yyyy';
  if (column.kind === 'instant') return 'dd.mm.yyyy hh:mm';
  if (column.kind === 'integer' || column.format === 'integer') return '#,##0';
  return column.kind === 'text' ? '@' : undefined;
}

function typed(
  value: CellValue | undefined,
  column: SheetColumn | undefined,
): string | number | boolean | Date | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'boolean') return value ? 'да' : 'нет';
  if (typeof value === 'number') return value;
  if ((column?.kind === 'date' || column?.kind === 'instant') && /^\d{4}-\d{2}-\d{2}/.test(value)) {
    return column.kind === 'date' ? new Date(`${value.slice(0, 10)}T00:00:00Z`) : wallClock(value);
  }
  return value.length > LONGEST_TEXT ? `${value.slice(0, LONGEST_TEXT - 1)}…` : value;
}

/** Sheets know no time zones: an instant is written as the region's wall clock. */
function wallClock(instant: string): Date {
  const [day = '', time = '00:00'] = showInstant(instant, 'Europe/Moscow').split(' ');
  return new Date(`${day.split('.').reverse().join('-')}T${time}:00Z`);
}

/** Wide enough for what stands in the first rows, 6..48 characters. */
function widthOf(column: SheetColumn, index: number, rows: readonly SheetRow[]): number {
  if (column.width) return column.width;
  const longest = rows
    .slice(0, 200)
    .reduce(
      (most, row) => Math.max(most, String(row.cells[index] ?? '').length),
      Math.min(column.title.length, 24),
    );
  return Math.min(48, Math.max(column.kind === 'date' ? 11 : 6, longest + 2));
}

function sheetName(title: string): string {
  const clean = title.replace(/[[\]:*?/\\']/g, ' ').trim();
  return clean.slice(0, 31) || 'Лист1';
}

function styleRows(rows: readonly SheetRow[], columns: readonly SheetColumn[], firstRow: number) {
  const cells = new Map<string, Partial<Cell>>();
  const rowDefs = new Map<number, RowDef>();
  rows.forEach((row, index) => {
    if (row.level) rowDefs.set(firstRow + index, { outlineLevel: row.level });
    if (!row.role) return;
    columns.forEach((column, at) => {
      const numFmt = numberFormat(column);
      cells.set(`${firstRow + index},${at}`, {
        style: { font: { bold: true }, ...(numFmt ? { numFmt } : {}) },
      });
    });
  });
  return { cells, rowDefs };
}

/** Printed pages of a sheet carry the stamp too; `&` starts a code there and is doubled. */
function printedStamp(stamp: Stamp) {
  const plain = (text: string) => text.replaceAll('&', '&&').slice(0, 110);
  return {
    oddHeader: `&L${plain(`${stamp.system} — ${stamp.subsystem}`)}&R${plain(stamp.composedAt)}`,
    oddFooter: `&L${plain(`Исполнитель: ${stamp.executor}`)}&RСтр. &P из &N`,
  };
}

/**
 * One table as an XLSX file.
 *
 * @returns bytes of the file
 */
export async function writeTableXlsx(table: TableSheet): Promise<Uint8Array> {
  const rows: SheetRow[] = table.rows.map(row => ('cells' in row ? (row as SheetRow) : { cells: row }));
  const above = [table.title, ...stampLines(table.stamp)];
  const headRow = above.length + 1;
  const { cells, rowDefs } = styleRows(rows, table.columns, headRow + 1);
  const plainText: CellStyle = { numFmt: 'General' };
  above.forEach((_, index) => {
    cells.set(`${index},0`, { style: index === 0 ? { font: { bold: true, size: 14 } } : plainText });
  });
  table.columns.forEach((_, index) => {
    cells.set(`${headRow},${index}`, { style: HEAD_STYLE });
  });
  const body = rows.map(row => table.columns.map((column, index) => typed(row.cells[index], column)));
  const lastRow = headRow + rows.length;
  return writeXlsx({
    properties: { title: table.title, creator: `${table.stamp.system}: ${table.stamp.executor}` },
    sheets: [
      {
        name: sheetName(table.title),
        columns: table.columns.map((column, index) => {
          const numFmt = numberFormat(column);
          return { width: widthOf(column, index, rows), ...(numFmt ? { numFmt } : {}) };
        }),
        rows: [...above.map(line => [line]), [], table.columns.map(column => column.title), ...body],
        cells,
        rowDefs,
        freezePane: { rows: headRow + 1 },
        autoFilter: { range: `A${headRow + 1}:${columnLetter(table.columns.length - 1)}${lastRow + 1}` },
        outlineProperties: { summaryBelow: false },
        headerFooter: printedStamp(table.stamp),
        pageSetup: {
          paperSize: 'a4',
          orientation: table.columns.length > 6 ? 'landscape' : 'portrait',
          fitToPage: true,
          fitToWidth: 1,
          fitToHeight: 0,
          printTitlesRow: `$${headRow + 1}:$${headRow + 1}`,
        },
      },
    ],
  });
}

function columnLetter(index: number): string {
  const first = index >= 26 ? String.fromCharCode(64 + Math.floor(index / 26)) : '';
  return first + String.fromCharCode(65 + (index % 26));
}
