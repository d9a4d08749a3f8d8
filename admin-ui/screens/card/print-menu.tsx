import { Button, Menu, Modal } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconPrinter } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ReportSummary } from '../../../core/reports/dataset.ts';
import { fetchFile, saveFile } from '../../api/download.ts';
import { useAppointment } from '../../api/queries.ts';
import { type Parameters, useReports } from '../../api/report-queries.ts';
import { errorCode } from '../../components/states.tsx';
import { ParameterForm } from '../reports/parameter-form.tsx';
import { givenParameters, parameterFields } from '../reports/parameters.ts';

/** Papers that are printed from one card. */
export function PrintMenu({ entity, id }: { entity: string; id: string }) {
  const { t } = useTranslation();
  const appointment = useAppointment();
  const all = useReports().data ?? [];
  // Papers about one record, given as the parameter `record`: «Справка об обучении».
  const reports = all.filter(report => report.shape === 'document' && report.source === entity);
  const [asked, setAsked] = useState<ReportSummary>();
  const print = useMutation({
    mutationFn: ({ report, parameters }: Printing) =>
      fetchFile(
        '/api/report-runs',
        { report: report.id, parameters: { ...parameters, record: id }, format: 'pdf' },
        `${report.title}.pdf`,
        appointment,
      ),
    onSuccess: file => {
      saveFile(file);
      setAsked(undefined);
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
  const begin = (report: ReportSummary) =>
    questionsOf(report).length > 0 ? setAsked(report) : print.mutate({ report, parameters: {} });
  const icon = <IconPrinter size={16} stroke={1.7} aria-hidden />;
  const questions = asked && (
    <Modal
      opened
      onClose={() => setAsked(undefined)}
      title={asked.title}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <ParameterForm
        fields={questionsOf(asked)}
        start={defaultsOf(asked)}
        busy={print.isPending}
        action={t('card.print.make')}
        onRun={values => print.mutate({ report: asked, parameters: givenParameters(values) })}
      />
    </Modal>
  );
  if (!second) {
    return (
      <>
        <Button variant="default" leftSection={icon} loading={print.isPending} onClick={() => begin(only)}>
          {only.title}
        </Button>
        {questions}
      </>
    );
  }
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="default" leftSection={icon} loading={print.isPending}>
            {t('card.print')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {reports.map(report => (
            <Menu.Item key={report.id} onClick={() => begin(report)}>
              {report.title}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      {questions}
    </>
  );
}

interface Printing {
  report: ReportSummary;
  parameters: Parameters;
}

/** What a paper asks besides the card it is printed from: the number, for whom. */
const questionsOf = (report: ReportSummary) =>
  parameterFields(report).filter(field => field.key !== 'record');

const defaultsOf = (report: ReportSummary): Parameters =>
  Object.fromEntries(
    questionsOf(report).flatMap(field => (field.default === undefined ? [] : [[field.key, field.default]])),
  );
