import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Dataset, ReportSummary } from '../../../core/reports/dataset.ts';
import { type Drill, isDocument, type Parameters, type RunAnswer } from '../../api/report-queries.ts';
import { PaperView } from '../../components/paper-view.tsx';
import { EmptyState } from '../../components/states.tsx';
import { useValueWords } from '../../components/use-value-words.ts';
import { instantText } from '../../components/value-text.ts';
import { DrillPanel } from './drill-panel.tsx';
import { ReportTable } from './report-table.tsx';

interface ReportResultProps {
  report: ReportSummary;
  parameters: Parameters;
  answer: RunAnswer;
}

export function ReportResult({ report, parameters, answer }: ReportResultProps) {
  if (isDocument(answer)) return <PaperView html={answer.html} title={report.title} />;
  return <TableResult report={report} parameters={parameters} dataset={answer} />;
}

function TableResult({
  report,
  parameters,
  dataset,
}: Omit<ReportResultProps, 'answer'> & { dataset: Dataset }) {
  const { t } = useTranslation();
  const { locale } = useValueWords();
  const [drill, setDrill] = useState<{ drill: Drill; title: string }>();
  return (
    <>
      <p className="k-report-about k-caption k-muted" role="status">
        {[
          t('report.rows', { count: dataset.total.count }),
          ...dataset.parameters.map(({ title, text }) => `${title}: ${text}`),
          t('report.made', { at: instantText(dataset.generatedAt, locale), by: dataset.executor }),
        ].join(' · ')}
      </p>
      {dataset.total.count === 0 ? (
        <EmptyState title={t('report.empty.title')} text={t('report.empty.text')} />
      ) : (
        <ReportTable dataset={dataset} onDrill={(next, title) => setDrill({ drill: next, title })} />
      )}
      <DrillPanel
        report={report.id}
        parameters={parameters}
        drill={drill?.drill}
        title={drill?.title ?? ''}
        onClose={() => setDrill(undefined)}
      />
    </>
  );
}
