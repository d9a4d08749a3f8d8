/**
 * The layout adapter: a form definition (tabs, sections, rows, fields in twelfths) over the fields that the reader
 * may see. The definition knows no component library; this is the one place that turns it into what is drawn.
 */
import type { FormDefinition, FormField } from '../../../core/catalogue/types.ts';
import type { Group, Leaf } from './leaves.ts';

export interface Cell {
  leaf: Leaf;
  span: number;
}
/** Rows of one group (or of none) that follow each other in a section. */
export interface Block {
  id: string;
  /** Group the fields stand in; undefined for fields of the card itself. */
  group: string | undefined;
  /** Shown above the block; undefined where the section's title says it already. */
  title: string | undefined;
  /** Earlier group of the section with the same fields, from which this one can be copied. */
  copyOf: Group | undefined;
  rows: Cell[][];
}
export interface Section {
  id: string;
  title: string;
  help: string | undefined;
  blocks: Block[];
}
export interface Tab {
  id: string;
  title: string;
  sections: Section[];
}

const SPANS: Partial<Record<Leaf['kind'], number>> = {
  multiline: 12,
  codes: 12,
  texts: 12,
  rows: 12,
  relation: 12,
  date: 3,
  boolean: 6,
  number: 3,
};
const clampSpan = (span: number): number => Math.min(12, Math.max(1, Math.round(span)));

/** A field of the definition: a leaf, or a whole group spread into leaves of ordinary widths. */
function cellsOf(field: FormField, leaves: Map<string, Leaf>): Cell[] {
  const leaf = leaves.get(field.field);
  if (leaf) return [{ leaf, span: clampSpan(field.span) }];
  const inside = [...leaves.values()].filter(candidate => candidate.path.startsWith(`${field.field}.`));
  return inside.map(candidate => ({ leaf: candidate, span: SPANS[candidate.kind] ?? 4 }));
}

/** Splits cells into rows of at most twelve twelfths. */
export function wrapCells(cells: Cell[]): Cell[][] {
  const rows: Cell[][] = [];
  let width = 13;
  for (const cell of cells) {
    if (width + cell.span > 12) {
      rows.push([]);
      width = 0;
    }
    rows.at(-1)?.push(cell);
    width += cell.span;
  }
  return rows;
}

/** The group whose heading a row stands under: that of its cells if they share one. */
function groupOf(cells: Cell[]): string | undefined {
  const group = cells[0]?.leaf.group;
  return cells.every(cell => cell.leaf.group === group) ? group : undefined;
}

/** Groups of storage, not of meaning: the person's fields and those added by the levels. */
const UNTITLED = new Set(['person', 'ext']);

function buildBlocks(
  sectionId: string,
  sectionTitle: string,
  rows: Cell[][],
  groups: Map<string, Group>,
): Block[] {
  const blocks: Block[] = [];
  for (const cells of rows) {
    const group = groupOf(cells);
    const last = blocks.at(-1);
    if (last && last.group === group) {
      last.rows.push(cells);
      continue;
    }
    const known = group === undefined ? undefined : groups.get(group);
    const earlier = blocks.find(
      block =>
        block.group && known && groups.get(block.group)?.shape === known.shape && block.group !== group,
    );
    blocks.push({
      id: `${sectionId}-${blocks.length}`,
      group,
      title: known && !UNTITLED.has(known.path) && known.title !== sectionTitle ? known.title : undefined,
      copyOf: earlier?.group === undefined ? undefined : groups.get(earlier.group),
      rows: [cells],
    });
  }
  return blocks;
}

/** Fields the reader may not see are dropped, and with them the rows, sections and tabs left empty. */
export function buildLayout(
  form: Pick<FormDefinition, 'tabs'>,
  leaves: Map<string, Leaf>,
  groups: Map<string, Group>,
): Tab[] {
  return form.tabs
    .map(tab => ({
      id: tab.id,
      title: tab.title,
      sections: tab.sections
        .map(section => ({
          id: section.id,
          title: section.title,
          help: section.help,
          blocks: buildBlocks(
            section.id,
            section.title,
            section.rows.flatMap(row => wrapCells(row.flatMap(field => cellsOf(field, leaves)))),
            groups,
          ),
        }))
        .filter(section => section.blocks.length > 0),
    }))
    .filter(tab => tab.sections.length > 0);
}

export const leavesOf = (tabs: Tab[]): Leaf[] =>
  tabs.flatMap(tab =>
    tab.sections.flatMap(section =>
      section.blocks.flatMap(block => block.rows.flatMap(row => row.map(cell => cell.leaf))),
    ),
  );
