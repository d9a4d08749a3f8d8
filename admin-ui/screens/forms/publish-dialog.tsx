import { Alert, Button, Modal, Stack, Textarea } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiProblem } from '../../api/client.ts';
import { useAppointment } from '../../api/queries.ts';
import { AppLink } from '../../components/app-link.tsx';
import { LoadingLines } from '../../components/states.tsx';
import { links } from '../../links.ts';
import { useImpact, usePublish } from './form-queries.ts';
import type { ImpactAnswer } from './types.ts';
import type { OverlayEditing } from './use-overlay.ts';

interface PublishDialogProps {
  entity: string;
  editing: OverlayEditing;
  onClose: () => void;
}

/** What the draft would do to the cards that are there, and the act that puts it in force. */
export function PublishDialog({ entity, editing, onClose }: PublishDialogProps) {
  const { t } = useTranslation();
  const [note, setNote] = useState('');
  const impact = useImpact(entity, editing.state === 'saved');
  const publish = usePublish(entity);
  const send = async () => {
    const version = await editing.flush();
    if (version === undefined) return;
    publish.mutate(
      { note: note.trim(), version },
      {
        onSuccess: ({ number }) => {
          notifications.show({ message: t('constructor.publish.done', { number }) });
          onClose();
        },
      },
    );
  };
  return (
    <Modal
      opened
      onClose={onClose}
      size={620}
      title={t('constructor.publish.title')}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <form
        onSubmit={event => {
          event.preventDefault();
          void send();
        }}
      >
        <Stack gap={12}>
          <p>{t('constructor.publish.text')}</p>
          {impact.data ? <Impact entity={entity} impact={impact.data} /> : <LoadingLines lines={2} />}
          <Textarea
            label={t('constructor.publish.note')}
            description={t('constructor.publish.note.help')}
            maxLength={500}
            autosize
            minRows={2}
            data-autofocus
            value={note}
            onChange={event => setNote(event.currentTarget.value)}
          />
          {publish.isError && (
            <Alert color="red" variant="light" role="alert">
              {publish.error instanceof ApiProblem ? publish.error.detail || publish.error.title : ''}
            </Alert>
          )}
          <div className="k-row k-end">
            <Button variant="default" onClick={onClose}>
              {t('cancel')}
            </Button>
            <Button type="submit" loading={publish.isPending}>
              {t('constructor.publish')}
            </Button>
          </div>
        </Stack>
      </form>
    </Modal>
  );
}

const SHOWN = 12;

/** Cards that would become incomplete: they stay usable and open with their debts. */
function Impact({ entity, impact }: { entity: string; impact: ImpactAnswer }) {
  const { t } = useTranslation();
  const appointment = useAppointment();
  if (impact.count === 0) return <p className="k-muted">{t('constructor.impact.none')}</p>;
  return (
    <section aria-label={t('constructor.impact')} className="k-impact">
      <p role="status">{t('constructor.impact.count', { count: impact.count })}</p>
      <ul>
        {impact.items.slice(0, SHOWN).map(({ id, label, missing }) => (
          <li key={id}>
            <AppLink to={links.card(appointment, entity, id)}>{label}</AppLink>{' '}
            <span className="k-muted">{missing.map(({ title }) => title).join(', ')}</span>
          </li>
        ))}
      </ul>
      {impact.count > SHOWN && (
        <p className="k-muted">{t('constructor.impact.more', { count: impact.count - SHOWN })}</p>
      )}
    </section>
  );
}
