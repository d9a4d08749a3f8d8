/**
 * The document tree: what every printed matter becomes before it is a PDF, a sheet or a preview.
 *
 * Words: a *run* is a piece of text of one look; a *block* stands on its own lines; a *stamp* is what the
 * renderer itself puts on every page (S001-4.5), so no template and no report can leave it out.
 */

export interface Stamp {
  /** Name of the information system: «Картотека». */
  system: string;
  /** Subsystem the paper comes from: «Личные карточки обучающихся». */
  subsystem: string;
  /** When it was composed, as people read it: «02.09.2026 10:15». */
  composedAt: string;
  /** Who composed it: «Иванова М. П., секретарь, МБОУ СОШ № 1». */
  executor: string;
  /** Parameters in words, one line each: «Класс: 7 «А»». */
  parameters: string[];
}

export type Align = 'left' | 'center' | 'right' | 'justify';

export interface Run {
  text: string;
  bold?: boolean;
  italic?: boolean;
  underline?: boolean;
  small?: boolean;
}

/** Text of a cell or a run list; a line end inside a text starts a new line. */
export type Inline = string | Run[];

export interface Cell {
  content: Inline;
  colspan?: number;
  rowspan?: number;
  align?: Align;
  bold?: boolean;
}

export interface TableRow {
  /** A plain text is a cell of its own with nothing special about it. */
  cells: (string | Cell)[];
  /** Look of the row: heading of a group, its subtotal, the grand total. */
  role?: 'group' | 'subtotal' | 'total';
}

export interface TableBlock {
  type: 'table';
  /** `width`: share of the line among the columns; absent: as wide as its content needs. */
  columns: { width?: number; align?: Align }[];
  /** Repeated at the top of every page. */
  head: TableRow[];
  body: TableRow[];
  borders: boolean;
}

export type Block =
  | { type: 'heading'; level: 1 | 2 | 3; content: Inline; align?: Align }
  | { type: 'paragraph'; content: Inline; align?: Align; indent?: boolean }
  | { type: 'list'; ordered: boolean; items: Inline[] }
  | TableBlock
  | { type: 'columns'; columns: { width?: number; blocks: Block[] }[] }
  | { type: 'pageBreak' }
  | { type: 'rule' }
  /** `height` in millimetres. */
  | { type: 'spacer'; height: number }
  | { type: 'signature'; post: string; name: string };

export interface DocumentTree {
  title: string;
  /**
   * `document`: A4 portrait, 14 pt serif, margins 30/15/20/20 mm; `report`: 9 pt sans with small margins.
   */
  layout: 'document' | 'report';
  orientation: 'portrait' | 'landscape';
  blocks: Block[];
}

export type CellKind = 'text' | 'integer' | 'decimal' | 'boolean' | 'date' | 'instant';
export type FormatName = 'integer' | 'decimal1' | 'decimal2' | 'percent1' | 'date' | 'text';
/** Days are ISO days, instants ISO timestamps; a `percent1` value is a fraction (0.949 is 94,9 %). */
export type CellValue = string | number | boolean | null;

export interface SheetColumn {
  title: string;
  kind: CellKind;
  format?: FormatName;
  /** In characters. */
  width?: number;
}

export interface SheetRow {
  cells: readonly CellValue[];
  /** Outline level, 0 is the top. */
  level?: number;
  role?: 'group' | 'subtotal' | 'total';
}

/** One table for a sheet or a CSV file. */
export interface TableSheet {
  title: string;
  columns: readonly SheetColumn[];
  rows: readonly (readonly CellValue[] | SheetRow)[];
  stamp: Stamp;
}
