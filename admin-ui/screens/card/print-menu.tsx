import { Button, Menu } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconPrinter } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { ReportSummary } from '../../../core/reports/dataset.ts';
import { fetchFile, saveFile } from '../../api/download.ts';
import { useAppointment } from '../../api/queries.ts';
import { useReports } from '../../api/report-queries.ts';
import { errorCode } from '../../components/states.tsx';

/** Papers that are printed from one card. */
export function PrintMenu({ entity, id }: { entity: string; id: string }) {
  const { t } = useTranslation();
  const appointment = useAppointment();
  const all = useReports().data ?? [];
  // Papers about one record, given as the parameter `record`: «Справка об обучении».
  const reports = all.filter(report => report.shape === 'document' && report.source === entity);
  const print = useMutation({
    mutationFn: (report: ReportSummary) =>
      fetchFile(
        '/api/report-runs',
        { report: report.id, parameters: { record: id }, format: 'pdf' },
        `${report.title}.pdf`,
        appointment,
      ),
    onSuccess: file => {
      saveFile(file);
      notifications.show({
        message: t('card.printed', { name: file.name }),
        closeButtonProps: { 'aria-label': t('close') },
      });
    },
    onError: error =>
      notifications.show({
        color: 'red',
        title: t('card.printFailed'),
        message: `${error.message} (${errorCode(error)})`,
        closeButtonProps: { 'aria-label': t('close') },
      }),
  });
  const [only, second] = reports;
  if (!only) return null;
  const icon = <IconPrinter size={16} stroke={1.7} aria-hidden />;
  if (!second) {
    return (
      <Button
        variant="default"
        leftSection={icon}
        loading={print.isPending}
        onClick={() => print.mutate(only)}
      >
        {only.title}
      </Button>
    );
  }
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" leftSection={icon} loading={print.isPending}>
          {t('card.print')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {reports.map(report => (
          <Menu.Item key={report.id} onClick={() => print.mutate(report)}>
            {report.title}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
