/** A dataset as one flat table with group headings, subtotals and totals: what sheets, CSV and print share. */
import type {
  Block,
  Cell,
  CellValue,
  DocumentTree,
  SheetColumn,
  SheetRow,
  TableRow,
  TableSheet,
} from '../documents/types.ts';
import { showDay, showValue } from '../documents/values.ts';
import type { Dataset, DatasetColumn, GroupNode } from './dataset.ts';
import type { PrintDefinition } from './definition.ts';
import type { Figure } from './measures.ts';

export interface Signature {
  post: string;
  name: string;
}

interface LaidRow extends SheetRow {
  cells: CellValue[];
  /** Group at whose heading a printed page may break. */
  opens?: string;
}

interface Laid {
  columns: (SheetColumn & { align: 'left' | 'right' | 'center' })[];
  rows: LaidRow[];
}

const NUMBER: Laid['columns'][number] = { title: '№', kind: 'integer', width: 5, align: 'right' };
const total = (dataset: Dataset, key: string) => dataset.totals.includes(key);

function describe(caption: string, measures: readonly DatasetColumn[], figures: readonly Figure[]): string {
  const said = measures.map((measure, index) => {
    const value = showValue(figures[index] ?? null, measure.kind, measure.format);
    return `${measure.title.toLowerCase()}: ${value || '—'}`;
  });
  return said.length === 0 ? caption : `${caption}, ${said.join('; ')}`;
}

/** A row list: headings of groups, rows, subtotals whose figures stand under the columns of the same key. */
class ListLayout {
  readonly rows: LaidRow[] = [];
  readonly #dataset: Dataset;
  /** Place of each measure among the columns, -1 where no column has its key. */
  readonly #under: number[];
  #next = 0;
  #number = 0;

  constructor(dataset: Dataset) {
    this.#dataset = dataset;
    this.#under = dataset.measures.map(measure => {
      const at = dataset.columns.findIndex(column => column.key === measure.key);
      // The first column holds the words of the total.
      return at > 0 ? at : -1;
    });
    if (dataset.levels.length === 0) this.#take(dataset.rows.length, 0);
    else for (const group of dataset.groups) this.#group(group, 0);
    if (total(dataset, 'grand')) {
      this.#sum('Всего', dataset.total.count, dataset.total.measures, 0, 'total');
    }
  }

  #group(group: GroupNode, level: number): void {
    const { columns, levels } = this.#dataset;
    const last = level === levels.length - 1;
    this.rows.push({
      cells: [null, `${levels[level]!.title}: ${group.caption}`, ...columns.slice(1).map(() => null)],
      level,
      role: 'group',
      opens: group.key,
    });
    if (last) this.#take(group.count, level + 1);
    else for (const inner of group.groups) this.#group(inner, level + 1);
    if (total(this.#dataset, group.key)) {
      this.#sum(`Итого: ${group.caption}`, group.count, group.measures, level, 'subtotal');
    }
  }

  #take(count: number, level: number): void {
    for (const row of this.#dataset.rows.slice(this.#next, this.#next + count)) {
      this.#number += 1;
      this.rows.push({ cells: [this.#number, ...row.cells], level });
    }
    this.#next += count;
  }

  #sum(
    words: string,
    count: number,
    figures: readonly Figure[],
    level: number,
    role: 'subtotal' | 'total',
  ): void {
    const { columns, measures } = this.#dataset;
    const apart = measures.filter((_, index) => this.#under[index] === -1);
    const apartFigures = figures.filter((_, index) => this.#under[index] === -1);
    const caption = measures.length === 0 ? `${words} — ${count}` : describe(words, apart, apartFigures);
    const cells: CellValue[] = [null, caption, ...columns.slice(1).map(() => null)];
    this.#under.forEach((at, index) => {
      if (at > 0) cells[at + 1] = figures[index] ?? null;
    });
    this.rows.push({ cells, level, role });
  }
}

/** An aggregate: a column for each level, then the figures. */
function layAggregate(dataset: Dataset): LaidRow[] {
  const rows: LaidRow[] = [];
  const depth = dataset.levels.length;
  const visit = (nodes: readonly GroupNode[], level: number, before: string[]) => {
    for (const node of nodes) {
      const path = [...before, node.caption];
      if (level === depth - 1) {
        rows.push({ cells: [...path, ...node.measures], level });
        continue;
      }
      visit(node.groups, level + 1, path);
      if (!total(dataset, node.key)) continue;
      const words = [...before, `Итого: ${node.caption}`, ...Array(depth - level - 1).fill(null)];
      rows.push({ cells: [...words, ...node.measures], level, role: 'subtotal' });
    }
  };
  visit(dataset.groups, 0, []);
  if (total(dataset, 'grand') || depth === 0) {
    const words = depth === 0 ? [] : ['Всего', ...Array(depth - 1).fill(null)];
    rows.push({ cells: [...words, ...dataset.total.measures], role: 'total' });
  }
  return rows;
}

function lay(dataset: Dataset): Laid {
  if (dataset.columns.length > 0) {
    return { columns: [NUMBER, ...dataset.columns], rows: new ListLayout(dataset).rows };
  }
  const levels = dataset.levels.map(level => ({
    title: level.title,
    kind: 'text' as const,
    align: 'left' as const,
  }));
  return { columns: [...levels, ...dataset.measures], rows: layAggregate(dataset) };
}

/** For XLSX and CSV. */
export function sheetOf(dataset: Dataset): TableSheet {
  const { columns, rows } = lay(dataset);
  return { title: dataset.report.title, columns, rows, stamp: dataset.stamp };
}

/** For print and preview: the title, parameters in words, the table, who signs. */
export function treeOf(
  dataset: Dataset,
  print: PrintDefinition,
  signatures: readonly Signature[],
): DocumentTree {
  const { columns, rows } = lay(dataset);
  const blocks: Block[] = [{ type: 'heading', level: 1, content: dataset.report.title, align: 'center' }];
  const intro = dataset.parameters.map(one => `${one.title}: ${one.text}`);
  const unit = dataset.report.unit ? ` (единица учёта: ${dataset.report.unit})` : '';
  intro.push(`Данные на ${showDay(dataset.asOf)}. Всего записей: ${dataset.total.count}${unit}`);
  blocks.push({ type: 'paragraph', content: intro.join('\n'), align: 'left' });

  // Two characters more for the space inside a cell.
  const shares = columns.map(column => (column.width ?? (column.kind === 'text' ? 18 : 10)) + 2);
  const head: TableRow[] = [{ cells: columns.map(column => ({ content: column.title, align: 'center' })) }];
  let body: TableRow[] = [];
  const flush = () => {
    if (body.length === 0) return;
    const table = columns.map((column, index) => ({ width: shares[index]!, align: column.align }));
    blocks.push({ type: 'table', columns: table, head, body, borders: true });
    body = [];
  };
  for (const row of rows) {
    if (row.opens !== undefined && row.opens === print.pageBreak && body.length > 0) {
      flush();
      blocks.push({ type: 'pageBreak' });
    }
    body.push({ cells: printed(row, columns), ...(row.role ? { role: row.role } : {}) });
  }
  flush();
  if (rows.length === 0)
    blocks.push({ type: 'paragraph', content: 'Под условия не подходит ни одна запись.' });
  blocks.push(...signatures.map(one => ({ type: 'signature' as const, ...one })));
  return {
    title: dataset.report.title,
    layout: 'report',
    orientation: print.orientation ?? (columns.length > 6 ? 'landscape' : 'portrait'),
    blocks,
  };
}

function printed(row: LaidRow, columns: Laid['columns']): (string | Cell)[] {
  const texts = row.cells.map((value, index) =>
    showValue(value, columns[index]!.kind, columns[index]!.format),
  );
  if (row.role !== 'group' && row.role !== 'subtotal' && row.role !== 'total') return texts;
  if (row.cells[0] !== null) return texts;
  // Words of a heading or total reach over the empty cells up to the next figure.
  const next = row.cells.findIndex((value, index) => index > 1 && value !== null);
  const end = next < 0 ? texts.length : next;
  return [{ content: texts[1] ?? '', colspan: end, align: 'left' }, ...texts.slice(end)];
}
