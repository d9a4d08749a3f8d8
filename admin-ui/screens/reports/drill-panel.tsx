import { Drawer } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useAppointment } from '../../api/queries.ts';
import { type Drill, type Parameters, useDrill } from '../../api/report-queries.ts';
import { AppLink } from '../../components/app-link.tsx';
import { EmptyState, ErrorState, LoadingLines } from '../../components/states.tsx';
import { links } from '../../links.ts';

interface DrillPanelProps {
  report: string;
  parameters: Parameters;
  drill: Drill | undefined;
  title: string;
  onClose: () => void;
}

/** The cards behind one figure of a report. */
export function DrillPanel({ report, parameters, drill, title, onClose }: DrillPanelProps) {
  const { t } = useTranslation();
  const appointment = useAppointment();
  const answer = useDrill(report, parameters, drill);
  return (
    <Drawer
      opened={drill !== undefined}
      onClose={onClose}
      position="right"
      size={420}
      title={title}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      {answer.isError ? (
        <ErrorState error={answer.error} onRetry={answer.refetch} />
      ) : !answer.data ? (
        <LoadingLines />
      ) : answer.data.items.length === 0 ? (
        <EmptyState title={t('nothingFound')} />
      ) : (
        <>
          <p className="k-muted" role="status">
            {t('list.total', { count: answer.data.count, shownCount: answer.data.count })}
            {answer.data.items.length < answer.data.count &&
              `, ${t('report.firstRows', { count: answer.data.items.length })}`}
          </p>
          <ol className="k-drill">
            {answer.data.items.map(item => (
              <li key={item.id}>
                <AppLink to={links.card(appointment, answer.data.entity, item.id)}>{item.label}</AppLink>
              </li>
            ))}
          </ol>
        </>
      )}
    </Drawer>
  );
}
