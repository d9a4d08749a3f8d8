import { useParams, useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ReportSummary } from '../../../core/reports/dataset.ts';
import { ApiProblem } from '../../api/client.ts';
import { useAppointment, useSession } from '../../api/queries.ts';
import { type Parameters, useReportRun, useReports } from '../../api/report-queries.ts';
import { PageHeader } from '../../components/page-header.tsx';
import { ErrorState, FailedScreen, LoadingLines } from '../../components/states.tsx';
import { useDocumentTitle } from '../../components/use-document-title.ts';
import { links } from '../../links.ts';
import { ParameterForm } from './parameter-form.tsx';
import {
  givenParameters,
  missingParameters,
  parameterFields,
  rememberValues,
  startingValues,
} from './parameters.ts';
import { ReportFiles } from './report-files.tsx';
import { ReportResult } from './report-result.tsx';
import './reports.css';

/** One report: its parameters, the result, and the files made of it. */
export function ReportScreen() {
  const { id = '' } = useParams({ strict: false }) as { id?: string };
  const session = useSession().data;
  const reports = useReports();
  if (reports.isError) return <FailedScreen error={reports.error} onRetry={reports.refetch} />;
  if (!reports.data || !session) return <LoadingLines />;
  const report = reports.data.find(candidate => candidate.id === id);
  if (!report) return <FailedScreen error={new ApiProblem(404, { code: 'NOT_FOUND' })} />;
  return <ReportBody key={id} report={report} login={session.user.login} />;
}

function ReportBody({ report, login }: { report: ReportSummary; login: string }) {
  const { t } = useTranslation();
  const appointment = useAppointment();
  const search = useSearch({ strict: false }) as { record?: string };
  const fields = useMemo(() => parameterFields(report), [report]);
  const [start] = useState<Parameters>(() => ({
    ...startingValues(login, report, fields),
    ...(search.record && fields.some(({ key }) => key === 'record') ? { record: search.record } : {}),
  }));
  // A report that asks for nothing more is built at once.
  const [parameters, setParameters] = useState<Parameters | undefined>(() =>
    missingParameters(fields, start).length === 0 ? givenParameters(start) : undefined,
  );
  const run = useReportRun(report.id, parameters);
  useDocumentTitle(report.title, t('reports.title'));
  const build = (values: Parameters) => {
    rememberValues(login, report, fields, values);
    const next = givenParameters(values);
    if (JSON.stringify(next) === JSON.stringify(parameters)) void run.refetch();
    else setParameters(next);
  };
  return (
    <>
      <PageHeader
        title={report.title}
        crumbs={[{ title: t('reports.title'), to: links.reports(appointment) }]}
        help={report.description}
        actions={<ReportFiles report={report} parameters={parameters} />}
      />
      <div className="k-report">
        <ParameterForm fields={fields} start={start} busy={run.isFetching} onRun={build} />
        {run.isError ? (
          <ErrorState error={run.error} onRetry={run.refetch} />
        ) : run.data && parameters ? (
          <ReportResult report={report} parameters={parameters} answer={run.data} />
        ) : parameters ? (
          <LoadingLines lines={12} />
        ) : (
          <p className="k-muted">{t('report.notYet')}</p>
        )}
      </div>
    </>
  );
}
