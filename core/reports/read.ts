/** The answer of the database -> rows, a tree of groups with subtotals, and the total. */
import type { CellKind } from '../documents/types.ts';
import { showValue } from '../documents/values.ts';
import type { Language } from '../forms/captions.ts';
import { cellOf } from './columns.ts';
import type { CompiledGroup, CompiledReport } from './compile.ts';
import type { DatasetRow, GroupNode } from './dataset.ts';
import type { Figure } from './measures.ts';
import { truthWord } from './texts.ts';

/** [id, cells, group values] */
export type RawRow = [string, unknown[], (string | null)[]];
/** [bits of rolled up levels, group values, captions, records, figures] */
export type RawTotal = [number, (string | null)[], (string | null)[], number, Figure[]];

export interface RawAnswer {
  rows: RawRow[];
  totals: RawTotal[] | null;
}

export interface Figures {
  rows: DatasetRow[];
  groups: GroupNode[];
  total: { count: number; measures: Figure[] };
}

export function readAnswer(report: CompiledReport, answer: RawAnswer): Figures {
  const rows = answer.rows.map(([id, cells, group]) => ({
    id,
    cells: report.columns.map((column, index) => cellOf(column, cells[index])),
    group,
  }));
  return { rows, ...readTotals(report, answer.totals ?? []) };
}

function readTotals(report: CompiledReport, totals: readonly RawTotal[]): Omit<Figures, 'rows'> {
  const { measures, groups: levels } = report;
  const figuresAt = new Map<string, Figure[]>();
  const nodes = new Map<string, GroupNode>();
  const roots: GroupNode[] = [];
  const siblings = new Map<string, { node: GroupNode; figures: Figure[] }[]>();
  let total: Figures['total'] = { count: 0, measures: measures.shown.map(() => null) };

  // Outer groups come first, so what stands around a group is complete before it.
  for (const [bits, values, captions, count, sums] of totals) {
    const depth = levels.length - bitCount(bits);
    const path = values.slice(0, depth);
    const figures = spread(report, sums);
    figuresAt.set(JSON.stringify(path), figures);
    const around = path.map((_, index) => figuresAt.get(JSON.stringify(path.slice(0, index)))!);
    measures.complete([...around, figures]);
    if (depth === 0) {
      total = { count, measures: measures.pick(figures) };
      continue;
    }
    const level = levels[depth - 1]!;
    const value = path[depth - 1] ?? null;
    const caption = captionOf(level, value, captions[depth - 1] ?? null, report.language);
    const node: GroupNode = {
      key: level.key,
      value,
      caption,
      count,
      measures: measures.pick(figures),
      groups: [],
    };
    nodes.set(JSON.stringify(path), node);
    const whole = JSON.stringify(path.slice(0, -1));
    (nodes.get(whole)?.groups ?? roots).push(node);
    siblings.set(whole, [...(siblings.get(whole) ?? []), { node, figures }]);
  }
  for (const side of siblings.values()) {
    measures.rank(side.map(one => one.figures));
    for (const { node, figures } of side) node.measures = measures.pick(figures);
  }
  sortByMeasures(report, roots);
  return { groups: roots, total };
}

const bitCount = (bits: number) => [...bits.toString(2)].filter(bit => bit === '1').length;

/** Figures of the database at their places among all measures. */
function spread(report: CompiledReport, sums: readonly Figure[]): Figure[] {
  const figures: Figure[] = report.measures.all.map(() => null);
  report.measures.aggregates.forEach(({ index }, place) => {
    figures[index] = sums[place] ?? null;
  });
  return figures;
}

function captionOf(
  level: CompiledGroup,
  value: string | null,
  caption: string | null,
  language: Language,
): string {
  if (value === null || caption === null || caption === '') return level.empty;
  if (level.hasCaption) return caption;
  if (level.type === 'boolean') return truthWord(value === 'true', language);
  if (level.type === 'number') return value.replace('.', ',');
  return showValue(
    caption,
    level.type === 'date' || level.type === 'instant' ? (level.type as CellKind) : 'text',
  );
}

/** An aggregate may be sorted by its figures; equal ones keep the order of their captions. */
function sortByMeasures(report: CompiledReport, roots: GroupNode[]): void {
  if (report.columns.length > 0) return;
  const keys = (report.definition.sort ?? []).flatMap(({ key, descending = false }) => {
    const index = report.measures.shown.findIndex(measure => measure.key === key);
    return index < 0 ? [] : [{ index, sign: descending ? -1 : 1 }];
  });
  if (keys.length === 0) return;
  const compare = (a: GroupNode, b: GroupNode): number => {
    for (const { index, sign } of keys) {
      const [left, right] = [a.measures[index] ?? null, b.measures[index] ?? null];
      if (left === right) continue;
      if (left === null) return 1;
      if (right === null) return -1;
      return (left < right ? -1 : 1) * sign;
    }
    return 0;
  };
  const sort = (nodes: GroupNode[]) => {
    nodes.sort(compare);
    for (const node of nodes) sort(node.groups);
  };
  sort(roots);
}
