import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconFileTypeCsv, IconFileTypePdf, IconFileTypeXls } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { ReportFormat, ReportSummary } from '../../../core/reports/dataset.ts';
import { fetchFile, saveFile } from '../../api/download.ts';
import { useAppointment } from '../../api/queries.ts';
import type { Parameters } from '../../api/report-queries.ts';
import { errorCode } from '../../components/states.tsx';

const FILES = [
  { format: 'xlsx', name: 'XLSX', Icon: IconFileTypeXls },
  { format: 'csv', name: 'CSV', Icon: IconFileTypeCsv },
  { format: 'pdf', name: 'PDF', Icon: IconFileTypePdf },
] as const satisfies { format: ReportFormat; name: string; Icon: unknown }[];

/** The built report as a file; the same parameters, all rows. */
export function ReportFiles({
  report,
  parameters,
}: {
  report: ReportSummary;
  parameters: Parameters | undefined;
}) {
  const { t } = useTranslation();
  const appointment = useAppointment();
  const file = useMutation({
    mutationFn: (format: ReportFormat) =>
      fetchFile(
        '/api/report-runs',
        { report: report.id, parameters: parameters ?? {}, format },
        `${report.title}.${format}`,
        appointment,
      ),
    onSuccess: saveFile,
    onError: error =>
      notifications.show({
        color: 'red',
        title: t('list.file.failed'),
        message: `${error.message} (${errorCode(error)})`,
        closeButtonProps: { 'aria-label': t('close') },
      }),
  });
  return FILES.filter(({ format }) => report.formats.includes(format)).map(({ format, name, Icon }) => (
    <Button
      key={format}
      variant="default"
      disabled={parameters === undefined || file.isPending}
      loading={file.isPending && file.variables === format}
      leftSection={<Icon size={18} stroke={1.6} aria-hidden />}
      onClick={() => file.mutate(format)}
    >
      {name}
    </Button>
  ));
}
