/**
 * Rows of a list as a file for people: CSV streamed batch by batch, XLSX as one sheet. The file carries the system,
 * the day and who made it (IE4, S001-4.5); no cell is a formula (IE3).
 */
import { Readable } from 'node:stream';
import type { Catalogue, Entity, Field, FieldKind } from '../catalogue/types.ts';
import { csvHead, csvLine } from '../documents/csv.ts';
import type { CellKind, CellValue, SheetColumn, Stamp } from '../documents/types.ts';
import { writeTableXlsx } from '../documents/xlsx.ts';
import { showFormat } from '../formats/formats.ts';
import { Problem } from '../problems.ts';
import type { ExportedRow } from '../storage/gateway.types.ts';

export interface ExportColumn extends SheetColumn {
  path: string;
  /** Format of the stored text, which people write otherwise: `snils`. */
  textFormat?: string;
}

export type Batches = AsyncIterable<ExportedRow[]>;

const CELL_KINDS: Partial<Record<FieldKind, CellKind>> = {
  integer: 'integer',
  decimal: 'decimal',
  boolean: 'boolean',
  date: 'date',
  instant: 'instant',
};

/** A sheet of this many rows still opens in an office program without pain, and fits the memory of one request. */
export const XLSX_ROWS = 50_000;

/** Titles and kinds of the columns; a path leads along relations to one (`currentGroup.grade`). */
export function exportColumns(
  catalogue: Catalogue,
  entity: Entity,
  paths: readonly string[],
): ExportColumn[] {
  return paths.map(path => {
    const { field, title } = findColumn(catalogue, entity, path);
    const kind = (field && CELL_KINDS[field.kind]) ?? 'text';
    return { path, title, kind, ...(kind === 'text' && field?.format ? { textFormat: field.format } : {}) };
  });
}

function findColumn(
  catalogue: Catalogue,
  entity: Entity,
  path: string,
): { field: Field | undefined; title: string } {
  const own = entity.fields.get(path);
  if (own) return { field: own, title: own.fullTitle };
  if (path === 'person' && entity.person) return { field: undefined, title: 'Фамилия, имя, отчество' };
  const relation = [...entity.relations.values()].find(one => path.startsWith(`${one.name}.`));
  const target = relation && catalogue.entities.get(relation.entity);
  if (!relation || !target) return { field: undefined, title: path };
  const end = findColumn(catalogue, target, path.slice(relation.name.length + 1));
  return { field: end.field, title: `${relation.title}: ${end.title}` };
}

/** A cell as people write it: identifiers with their hyphens. */
function written(row: ExportedRow, columns: readonly ExportColumn[]): CellValue[] {
  const { cells } = row;
  for (const [index, { textFormat }] of columns.entries()) {
    const value = cells[index];
    if (textFormat !== undefined && typeof value === 'string') cells[index] = showFormat(textFormat, value);
  }
  return cells;
}

/** The whole file as a stream. The first batch is fetched before, so that a refusal is still a clean answer. */
export async function csvFile(
  title: string,
  columns: ExportColumn[],
  stamp: Stamp,
  batches: Batches,
): Promise<Readable> {
  const iterator = batches[Symbol.asyncIterator]();
  let step = await iterator.next();
  const lines = (rows: ExportedRow[]) => rows.map(row => csvLine(written(row, columns), columns)).join('');
  async function* parts() {
    yield csvHead(title, columns, stamp);
    while (!step.done) {
      yield lines(step.value);
      step = await iterator.next();
    }
  }
  return Readable.from(parts(), { objectMode: false });
}

/** @throws Problem EXPORT_TOO_LARGE (422) beyond 50,000 rows: CSV has no such limit */
export async function xlsxFile(
  title: string,
  columns: ExportColumn[],
  stamp: Stamp,
  batches: Batches,
): Promise<Uint8Array> {
  const rows: CellValue[][] = [];
  for await (const batch of batches) {
    for (const row of batch) rows.push(written(row, columns));
    if (rows.length > XLSX_ROWS)
      throw new Problem(
        'EXPORT_TOO_LARGE',
        422,
        'Слишком много строк',
        `В XLSX выгружается не больше ${XLSX_ROWS} строк. Сузьте условия или выберите CSV`,
      );
  }
  return writeTableXlsx({ title, columns, rows, stamp });
}

/**
 * `attachment` with the true name, and a plain one for old programs (RFC 6266).
 *
 * @param plain  ASCII without quotes
 */
export function attachment(name: string, plain: string): string {
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    char => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
