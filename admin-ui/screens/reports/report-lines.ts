/** A dataset laid out as the lines of one table: headings of groups, rows, subtotals, the grand total. */
import type { Dataset, DatasetRow, GroupNode } from '../../../core/reports/dataset.ts';
import type { Drill } from '../../api/report-queries.ts';

export interface FigureLine {
  caption: string;
  measures: (number | string | null)[];
  count: number;
  drill: Drill;
}
export type ReportLine =
  | { type: 'heading'; key: string; level: number; caption: string; title: string; count: number }
  | { type: 'row'; key: string; row: DatasetRow; number: number }
  | ({ type: 'subtotal' | 'figures'; key: string; level: number } & FigureLine)
  | ({ type: 'grand'; key: string } & FigureLine);

/** Lines of the whole dataset, outermost groups first. An aggregate has lines of figures in place of rows. */
export function reportLines(dataset: Dataset): ReportLine[] {
  const lines: ReportLine[] = [];
  const rows = rowsByGroup(dataset);
  const counter = { next: 1 };
  if (dataset.levels.length === 0) pushRows(lines, dataset.rows, counter);
  for (const node of dataset.groups) pushGroup(lines, dataset, rows, node, [], counter);
  if (dataset.totals.includes('grand') || dataset.columns.length === 0) {
    lines.push({
      type: 'grand',
      key: 'grand',
      caption: '',
      count: dataset.total.count,
      measures: dataset.total.measures,
      drill: { group: {} },
    });
  }
  return lines;
}

const pathKey = (path: readonly (string | null)[]) => JSON.stringify(path);

function rowsByGroup(dataset: Dataset): Map<string, DatasetRow[]> {
  const rows = new Map<string, DatasetRow[]>();
  for (const row of dataset.rows) {
    const key = pathKey(row.group);
    const known = rows.get(key);
    if (known) known.push(row);
    else rows.set(key, [row]);
  }
  return rows;
}

function pushRows(lines: ReportLine[], rows: DatasetRow[], counter: { next: number }) {
  for (const row of rows) {
    lines.push({ type: 'row', key: `row ${counter.next} ${row.id}`, row, number: counter.next });
    counter.next += 1;
  }
}

function pushGroup(
  lines: ReportLine[],
  dataset: Dataset,
  rows: Map<string, DatasetRow[]>,
  node: GroupNode,
  above: (string | null)[],
  counter: { next: number },
) {
  const path = [...above, node.value];
  const level = above.length;
  const key = pathKey(path);
  const figures: FigureLine = {
    caption: node.caption,
    count: node.count,
    measures: node.measures,
    drill: { group: groupValues(dataset, path) },
  };
  if (dataset.columns.length === 0) {
    lines.push({ type: 'figures', key, level, ...figures });
    for (const child of node.groups) pushGroup(lines, dataset, rows, child, path, counter);
    return;
  }
  const title = dataset.levels[level]?.title ?? '';
  lines.push({ type: 'heading', key: `head ${key}`, level, caption: node.caption, title, count: node.count });
  for (const child of node.groups) pushGroup(lines, dataset, rows, child, path, counter);
  pushRows(lines, rows.get(key) ?? [], counter);
  if (dataset.totals.includes(node.key))
    lines.push({ type: 'subtotal', key: `sum ${key}`, level, ...figures });
}

function groupValues(dataset: Dataset, path: (string | null)[]): Record<string, string | null> {
  return Object.fromEntries(path.map((value, index) => [dataset.levels[index]?.key ?? '', value]));
}
