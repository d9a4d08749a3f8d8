/** Reading hooks of reports. A run is asked by POST: parameters never stand in addresses. */
import { useQuery } from '@tanstack/react-query';
import type {
  Dataset,
  DocumentAnswer,
  DrillAnswer,
  ReportRunRequest,
  ReportSummary,
} from '../../core/reports/dataset.ts';
import { api } from './client.ts';
import { useAppointment } from './queries.ts';

export type Parameters = Record<string, unknown>;
export type RunAnswer = Dataset | DocumentAnswer;

export const isDocument = (answer: RunAnswer): answer is DocumentAnswer => 'html' in answer;

export function useReports() {
  const appointment = useAppointment();
  return useQuery({
    queryKey: ['o', appointment, 'reports'],
    staleTime: 60_000,
    queryFn: async ({ signal }) =>
      (await api.get<{ items: ReportSummary[] }>('/api/reports', { appointment, signal })).items,
  });
}

const run = <T>(body: ReportRunRequest, appointment: string, signal: AbortSignal) =>
  api.post<T>('/api/report-runs', { body, appointment, signal });

/** The report under these parameters; undefined asks nothing yet. Always fresh: figures must not be old. */
export function useReportRun(report: string, parameters: Parameters | undefined) {
  const appointment = useAppointment();
  return useQuery({
    queryKey: ['o', appointment, 'report-run', report, parameters],
    enabled: parameters !== undefined,
    staleTime: 60_000,
    queryFn: ({ signal }) =>
      run<RunAnswer>({ report, parameters: parameters ?? {}, format: 'json' }, appointment, signal),
  });
}

export interface Drill {
  group: Record<string, string | null>;
  measure?: string;
}

/** The records behind one figure. */
export function useDrill(report: string, parameters: Parameters, drill: Drill | undefined) {
  const appointment = useAppointment();
  return useQuery({
    queryKey: ['o', appointment, 'report-drill', report, parameters, drill],
    enabled: drill !== undefined,
    queryFn: ({ signal }) =>
      run<DrillAnswer>({ report, parameters, drill: drill ?? { group: {} } }, appointment, signal),
  });
}
