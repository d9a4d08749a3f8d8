import { TextInput } from '@mantine/core';
import { IconFileText, IconReportAnalytics, IconSearch, IconTable } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ReportSummary } from '../../../core/reports/dataset.ts';
import { useAppointment } from '../../api/queries.ts';
import { useReports } from '../../api/report-queries.ts';
import { AppLink } from '../../components/app-link.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { EmptyState, ErrorState, LoadingLines } from '../../components/states.tsx';
import { useDocumentTitle } from '../../components/use-document-title.ts';
import { links } from '../../links.ts';
import { fold } from '../../shell/appointment-groups.ts';
import './reports.css';

const ICONS = { list: IconTable, aggregate: IconReportAnalytics, document: IconFileText };

/** All reports one may run, by the module they come from. */
export function ReportsScreen() {
  const { t } = useTranslation();
  const [search, setSearch] = useState('');
  const reports = useReports();
  useDocumentTitle(t('reports.title'));
  const found = (reports.data ?? []).filter(report =>
    fold(`${report.title} ${report.description ?? ''} ${report.area}`).includes(fold(search)),
  );
  return (
    <>
      <PageHeader title={t('reports.title')} help={t('reports.help')} />
      {reports.isError ? (
        <ErrorState error={reports.error} onRetry={reports.refetch} />
      ) : !reports.data ? (
        <LoadingLines />
      ) : reports.data.length === 0 ? (
        <EmptyState title={t('reports.empty.title')} text={t('reports.empty.text')} />
      ) : (
        <div className="k-reports">
          <TextInput
            className="k-search"
            type="search"
            aria-label={t('reports.search')}
            placeholder={t('reports.search')}
            leftSection={<IconSearch size={16} stroke={1.7} aria-hidden />}
            value={search}
            onChange={event => setSearch(event.currentTarget.value)}
          />
          <p className="k-hidden" role="status">
            {search ? t('reports.found', { count: found.length }) : ''}
          </p>
          {found.length === 0 && <EmptyState title={t('nothingFound')} />}
          {areasOf(found).map(([area, items]) => (
            <Area key={area} title={area} reports={items} />
          ))}
        </div>
      )}
    </>
  );
}

function Area({ title, reports }: { title: string; reports: ReportSummary[] }) {
  const { t } = useTranslation();
  const appointment = useAppointment();
  return (
    <section aria-label={title}>
      <h2>{title}</h2>
      <ul className="k-report-cards">
        {reports.map(report => {
          const Icon = ICONS[report.shape];
          return (
            <li key={report.id}>
              <AppLink to={links.report(appointment, report.id)} className="k-panel k-report-card">
                <Icon size={22} stroke={1.5} aria-hidden />
                <span>
                  <span className="k-report-title">{report.title}</span>
                  <span className="k-muted">{report.description}</span>
                  <span className="k-caption k-muted">{t(`reports.shape.${report.shape}`)}</span>
                </span>
              </AppLink>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function areasOf(reports: ReportSummary[]): [string, ReportSummary[]][] {
  const areas = new Map<string, ReportSummary[]>();
  for (const report of reports) areas.set(report.area, [...(areas.get(report.area) ?? []), report]);
  return [...areas];
}
