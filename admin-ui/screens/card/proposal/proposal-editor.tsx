import { Button, Textarea } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { EntityDescription } from '../../../../core/forms/description.types.ts';
import type { RecordAnswer } from '../../../../core/storage/gateway.types.ts';
import { ApiProblem } from '../../../api/client.ts';
import { useAppointment } from '../../../api/queries.ts';
import { requestsKey, sendRequest } from '../../../api/request-queries.ts';
import { PageHeader } from '../../../components/page-header.tsx';
import { useDocumentTitle } from '../../../components/use-document-title.ts';
import { References } from '../../../forms/environment.ts';
import { formValues, prepareForm } from '../../../forms/schema/prepare.ts';
import { SchemaForm, type SchemaFormHandle } from '../../../forms/schema-form.tsx';
import { NO_PROBLEMS, type Problems } from '../../../forms/validation/problems.ts';
import { links } from '../../../links.ts';
import css from '../card.module.css';
import { ErrorSummary, type ErrorSummaryHandle } from '../error-summary.tsx';
import { LeaveGuard } from '../leave-guard.tsx';
import { recordTitle } from '../record-title.ts';
import { patchOf, placeProblems } from '../saving.ts';
import { SectionIndex } from '../section-index.tsx';
import { useSaveKey } from '../use-save-key.ts';
import { proposalOf, withoutPatch } from './proposal-form.ts';

interface ProposalEditorProps {
  description: EntityDescription;
  record: RecordAnswer;
  onClose: () => void;
}

const PREFIX = 'proposal';
const NOTHING: string[] = [];

/** The card as its reader says it ought to be: the same form, sent as a proposal to whoever may change it. */
export function ProposalEditor({ description, record, onClose }: ProposalEditorProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const appointment = useAppointment();
  const form = useRef<SchemaFormHandle>(null);
  const summary = useRef<ErrorSummaryHandle>(null);
  const dirty = useRef(false);
  const [references] = useState(() => new References());
  const { prepared, initial } = useMemo(() => {
    const made = prepareForm(proposalOf(description, record.allowed.request ?? []));
    references.learnFrom(record, made.leaves.values());
    return { prepared: made, initial: formValues(record, made.leaves.values()) };
  }, [description, record, references]);
  const [values, setValues] = useState(initial);
  const [problems, setProblems] = useState<Problems>(NO_PROBLEMS);
  const [general, setGeneral] = useState(NOTHING);
  const [reason, setReason] = useState('');
  const [sending, setSending] = useState(false);
  const patch = useMemo(() => patchOf(prepared, initial, values), [prepared, initial, values]);
  dirty.current = Object.keys(patch).length > 0;
  const title = t('proposal.title', { title: recordTitle(record, description) });
  useDocumentTitle(title);
  const cardHref = useCallback(
    (entity: string, id: string) => links.card(appointment, entity, id),
    [appointment],
  );
  const tell = (lines: string[]) => {
    setGeneral(lines);
    setTimeout(() => summary.current?.focus());
  };
  const send = async () => {
    if (sending) return;
    if ((form.current?.check().size ?? 0) > 0) return tell([]);
    if (!dirty.current) return tell([t('proposal.nothing')]);
    setSending(true);
    try {
      const sent = reason.trim() ? { patch, reason: reason.trim() } : { patch };
      await sendRequest(description.id, record.id, sent, appointment);
      dirty.current = false;
      await client.invalidateQueries({ queryKey: requestsKey(appointment) });
      notifications.show({
        color: 'green',
        message: t('proposal.sent'),
        closeButtonProps: { 'aria-label': t('close') },
      });
      onClose();
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      const errors = error.errors.map(one => ({ ...one, path: withoutPatch(one.path) }));
      const placed = placeProblems(errors, prepared);
      form.current?.show(placed.problems);
      tell(errors.length > 0 ? placed.general : [error.detail]);
    } finally {
      setSending(false);
    }
  };
  useSaveKey(() => void send());
  return (
    <>
      <PageHeader
        title={title}
        help={t('proposal.help')}
        detail={t('proposal.detail')}
        actions={
          <>
            <Button variant="default" onClick={onClose}>
              {t('cancel')}
            </Button>
            <Button loading={sending} onClick={() => void send()} aria-keyshortcuts="Control+S">
              {t('proposal.send')}
            </Button>
          </>
        }
      />
      <div className={css.body}>
        <SectionIndex tabs={prepared.tabs} idPrefix={PREFIX} more={[]} />
        <div className={css.column}>
          <ErrorSummary
            ref={summary}
            problems={problems}
            general={general}
            prepared={prepared}
            onGo={pointer => form.current?.focus(pointer)}
          />
          <section className={`k-panel ${css.reason}`}>
            <Textarea
              label={t('proposal.reason')}
              description={t('proposal.reason.help')}
              value={reason}
              maxLength={1000}
              autosize
              minRows={2}
              onChange={event => setReason(event.currentTarget.value)}
            />
          </section>
          <SchemaForm
            ref={form}
            prepared={prepared}
            dictionaries={description.dictionaries}
            references={references}
            initial={initial}
            base={initial}
            cardHref={cardHref}
            idPrefix={PREFIX}
            onChange={setValues}
            onProblems={setProblems}
          />
        </div>
      </div>
      <LeaveGuard dirty={dirty} />
    </>
  );
}
