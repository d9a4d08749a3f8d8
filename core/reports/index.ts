export type {
  Dataset,
  DatasetColumn,
  DatasetRow,
  DocumentAnswer,
  DrillAnswer,
  GroupNode,
  ReportFormat,
  ReportRunRequest,
  ReportSummary,
} from './dataset.ts';
export type { ReportDefinition } from './definition.ts';
export { checkDefinition } from './definition-check.ts';
export { Reports } from './reports.ts';
export { reportRoutes } from './routes.ts';
export type { ReportSource } from './sources.ts';
