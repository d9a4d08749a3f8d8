/** What a run of a report answers: plain data for the screen, and the input of every emitter. */
import type { CellKind, CellValue, FormatName, Stamp } from '../documents/types.ts';

export interface DatasetColumn {
  key: string;
  title: string;
  kind: CellKind;
  format?: FormatName;
  align: 'left' | 'right' | 'center';
  /** In characters. */
  width?: number;
}

export interface DatasetRow {
  /** Id of the record behind the row: the way to its card. */
  id: string;
  cells: CellValue[];
  /** Values of the groups it stands in, outermost first. */
  group: (string | null)[];
}

/** One group with its subtotals. `value` is what a drill-down sends back; `caption` is what people read. */
export interface GroupNode {
  key: string;
  value: string | null;
  caption: string;
  /** Records in the group. */
  count: number;
  /** In the order of `measures`. */
  measures: (number | string | null)[];
  groups: GroupNode[];
}

export interface Dataset {
  report: { id: string; title: string; description?: string; unit: string; entity: string; area: string };
  /** Empty for an aggregate: then groups and measures are the table. */
  columns: DatasetColumn[];
  measures: DatasetColumn[];
  /** Levels of grouping, outermost first. */
  levels: { key: string; title: string }[];
  rows: DatasetRow[];
  /** The outermost groups. */
  groups: GroupNode[];
  total: { count: number; measures: (number | string | null)[] };
  /** Which subtotals are shown: keys of levels, `grand`. */
  totals: string[];
  /** Parameters in words: «Класс: 7А, 7Б». */
  parameters: { key: string; title: string; text: string }[];
  /** Day the figures are true for, ISO. */
  asOf: string;
  /** Instant of the run, ISO. */
  generatedAt: string;
  executor: string;
  stamp: Stamp;
}

/** Answer of a document per record in JSON: the preview itself. */
export interface DocumentAnswer {
  report: { id: string; title: string };
  /** A whole HTML page without scripts, for a sandboxed frame. */
  html: string;
  generatedAt: string;
  executor: string;
}

/** The records behind one figure. */
export interface DrillAnswer {
  entity: string;
  title: string;
  count: number;
  items: { id: string; label: string }[];
}

export interface ReportSummary {
  id: string;
  title: string;
  description?: string;
  /** Title of the module it comes from. */
  area: string;
  plugin: string;
  /** `list`: rows, maybe grouped; `aggregate`: groups and measures; `document`: a paper about one record. */
  shape: 'list' | 'aggregate' | 'document';
  /** Kind of card that is counted. */
  source: string;
  unit: string;
  /** JSON Schema of the parameters with `x-ref`, `x-dictionary`, `x-multiple` and defaults already resolved. */
  parameters: { type: 'object'; required: string[]; properties: Record<string, unknown> };
  formats: ReportFormat[];
}

/** How many records a report lists now, said on the overview. */
export interface ReportNotice {
  report: string;
  text: string;
  count: number;
}

export type ReportFormat = 'json' | 'html' | 'xlsx' | 'pdf' | 'csv';

/** Body of `POST /api/report-runs`: one of `report` (id) and `definition`. */
export interface ReportRunRequest {
  report?: string;
  definition?: unknown;
  parameters?: Record<string, unknown>;
  /** ISO day; only today so far. */
  asOf?: string;
  format?: ReportFormat;
  /** Asks for the records behind a figure: the group values on the way to it, and whose figure it is. */
  drill?: { group?: Record<string, string | null>; measure?: string };
}
