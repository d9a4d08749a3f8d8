import { useTranslation } from 'react-i18next';
import type { Dataset, DatasetColumn } from '../../../core/reports/dataset.ts';
import type { Drill } from '../../api/report-queries.ts';
import { useValueWords } from '../../components/use-value-words.ts';
import { reportText } from './cell-text.ts';
import type { ReportLine } from './report-lines.ts';

type FigureReportLine = Extract<ReportLine, { type: 'subtotal' | 'figures' | 'grand' }>;

interface FigureCellsProps {
  line: FigureReportLine;
  dataset: Dataset;
  onDrill: (drill: Drill, title: string) => void;
}

/**
 * Figures of a group or of the whole. In a table of rows a figure stands under the column of its key, and those
 * without a column stand beside the caption.
 */
export function FigureCells({ line, dataset, onDrill }: FigureCellsProps) {
  const { t } = useTranslation();
  const aggregate = dataset.columns.length === 0;
  const name = line.caption || t('report.noValue');
  const caption =
    line.type === 'grand' ? t('report.grand') : aggregate ? name : t('report.subtotal', { caption: name });
  const columns: Pick<DatasetColumn, 'key' | 'align'>[] = aggregate
    ? dataset.measures
    : dataset.columns.slice(1);
  const beside = aggregate
    ? []
    : dataset.measures.filter(measure => !columns.some(column => column.key === measure.key));
  const figure = (key: string) => (
    <Figure dataset={dataset} line={line} measureKey={key} caption={caption} onDrill={onDrill} />
  );
  return (
    <tr className={line.type === 'figures' ? undefined : 'k-report-sum'} data-type={line.type}>
      <th scope="row" data-level={line.type === 'figures' ? line.level : undefined}>
        {caption}
        {beside.map(measure => (
          <span key={measure.key} className="k-report-beside">
            {measure.title}: {figure(measure.key)}
          </span>
        ))}
      </th>
      {columns.map(column => (
        <td key={column.key} data-align={column.align}>
          {figure(column.key)}
        </td>
      ))}
    </tr>
  );
}

interface FigureProps extends FigureCellsProps {
  measureKey: string;
  caption: string;
}

function Figure({ dataset, line, measureKey, caption, onDrill }: FigureProps) {
  const { t } = useTranslation();
  const words = useValueWords();
  const index = dataset.measures.findIndex(({ key }) => key === measureKey);
  const measure = dataset.measures[index];
  if (!measure) return null;
  const text = reportText(line.measures[index], measure, words);
  if (text === '') return null;
  const title = `${caption}: ${measure.title} ${text}`;
  return (
    <button
      type="button"
      className="k-plain k-figure"
      aria-label={t('report.drill', { title })}
      onClick={() => onDrill({ ...line.drill, measure: measure.key }, title)}
    >
      {text}
    </button>
  );
}
