import { Button, Menu, Modal } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconPrinter } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ReportSummary } from '../../../core/reports/dataset.ts';
import { fetchFile, saveFile } from '../../api/download.ts';
import { useAppointment } from '../../api/queries.ts';
import { type Parameters, useReports } from '../../api/report-queries.ts';
import { errorCode } from '../../components/states.tsx';
import { useReturnFocus } from '../../components/use-return-focus.ts';
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
  const button = useRef<HTMLButtonElement>(null);
  const [only, second] = reports;
  if (!only) return null;
  const begin = (report: ReportSummary) =>
    questionsOf(report).length > 0 ? setAsked(report) : print.mutate({ report, parameters: {} });
  const icon = <IconPrinter size={16} stroke={1.7} aria-hidden />;
  const questions = asked && (
    <Questions
      report={asked}
      busy={print.isPending}
      onRun={parameters => print.mutate({ report: asked, parameters })}
      onClose={() => setAsked(undefined)}
    />
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
          <Button ref={button} variant="default" leftSection={icon} loading={print.isPending}>
            {t('card.print')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {reports.map(report => (
            <Menu.Item
              key={report.id}
              onClick={() => {
                // The item goes with the menu: focus comes back to the menu's button.
                button.current?.focus();
                begin(report);
              }}
            >
              {report.title}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      {questions}
    </>
  );
}

interface QuestionsProps {
  report: ReportSummary;
  busy: boolean;
  onRun: (parameters: Parameters) => void;
  onClose: () => void;
}

function Questions({ report, busy, onRun, onClose }: QuestionsProps) {
  const { t } = useTranslation();
  useReturnFocus();
  return (
    <Modal opened onClose={onClose} title={report.title} closeButtonProps={{ 'aria-label': t('close') }}>
      <ParameterForm
        fields={questionsOf(report)}
        start={defaultsOf(report)}
        busy={busy}
        action={t('card.print.make')}
        onRun={values => onRun(givenParameters(values))}
      />
    </Modal>
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
