import { Button } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Dataset } from '../../../core/reports/dataset.ts';
import { useAppointment } from '../../api/queries.ts';
import type { Drill } from '../../api/report-queries.ts';
import { AppLink } from '../../components/app-link.tsx';
import { useValueWords } from '../../components/use-value-words.ts';
import { links } from '../../links.ts';
import { reportText } from './cell-text.ts';
import '../../components/data-table.css';
import { FigureCells } from './figure-cells.tsx';
import { type ReportLine, reportLines } from './report-lines.ts';

const CHUNK = 300;

interface ReportTableProps {
  dataset: Dataset;
  onDrill: (drill: Drill, title: string) => void;
}

/** Rows in groups with subtotals and totals; every figure opens the rows behind it, every row its card. */
export function ReportTable({ dataset, onDrill }: ReportTableProps) {
  const { t } = useTranslation();
  const [limit, setLimit] = useState(CHUNK);
  const lines = useMemo(() => reportLines(dataset), [dataset]);
  const aggregate = dataset.columns.length === 0;
  const columns = aggregate ? dataset.measures : dataset.columns;
  const grand = lines.filter(line => line.type === 'grand');
  const body = lines.filter(line => line.type !== 'grand');
  return (
    <>
      <section className="k-table-box k-report-box" aria-label={dataset.report.title}>
        <table className="k-table k-report-table">
          <caption className="k-hidden">{dataset.report.title}</caption>
          <thead>
            <tr>
              <th scope="col">
                {aggregate ? dataset.levels.map(({ title }) => title).join(', ') : columns[0]?.title}
              </th>
              {(aggregate ? columns : columns.slice(1)).map(column => (
                <th
                  key={column.key}
                  scope="col"
                  data-align={column.align}
                  style={{ minWidth: minWidth(column.width) }}
                >
                  {column.title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {[...body.slice(0, limit), ...grand].map(line => (
              <Line key={line.key} line={line} dataset={dataset} onDrill={onDrill} />
            ))}
          </tbody>
        </table>
      </section>
      {body.length > limit && (
        <Button variant="default" className="k-noprint" onClick={() => setLimit(limit + CHUNK * 3)}>
          {t('report.more', { shown: limit, all: body.length })}
        </Button>
      )}
    </>
  );
}

/** Long texts get room on a phone too: characters of the printed column, up to forty. */
const minWidth = (characters = 0) => Math.max(90, Math.min(40, characters) * 7);

interface LineProps {
  line: ReportLine;
  dataset: Dataset;
  onDrill: ReportTableProps['onDrill'];
}

function Line({ line, dataset, onDrill }: LineProps) {
  const { t } = useTranslation();
  const words = useValueWords();
  const appointment = useAppointment();
  if (line.type === 'heading') {
    return (
      <tr className="k-report-heading" data-level={line.level}>
        <th scope="rowgroup" colSpan={Math.max(1, dataset.columns.length)}>
          {line.title}: {line.caption || t('report.noValue')}
        </th>
      </tr>
    );
  }
  if (line.type === 'row') {
    return (
      <tr>
        {dataset.columns.map((column, index) => {
          const text = reportText(line.row.cells[index], column, words);
          return index === 0 ? (
            <th key={column.key} scope="row">
              <AppLink to={links.card(appointment, dataset.report.entity, line.row.id)}>
                {text || t('report.open')}
              </AppLink>
            </th>
          ) : (
            <td key={column.key} data-align={column.align}>
              {text}
            </td>
          );
        })}
      </tr>
    );
  }
  return <FigureCells line={line} dataset={dataset} onDrill={onDrill} />;
}
