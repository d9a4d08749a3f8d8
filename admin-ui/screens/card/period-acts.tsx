import { Button, Group, Modal, Text, Textarea } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RecordAnswer } from '../../../core/storage/gateway.types.ts';
import { useAppointment } from '../../api/queries.ts';
import { StatusBadge } from '../../components/status-badge.tsx';
import { actOn } from './saving.ts';

type Act = 'close' | 'reopen';
const isAct = (name: string): name is Act => name === 'close' || name === 'reopen';

/** Says that the card's year is closed: that is why nothing in it can be changed. */
export function PeriodBadge({ record }: { record: RecordAnswer }) {
  const { t } = useTranslation();
  return record.allowed.period === 'closed' ? (
    <StatusBadge tone="info">{t('card.period.closed')}</StatusBadge>
  ) : null;
}

/** Closing a school year, and opening it again: only for those whom the server tells that they may. */
export function PeriodActs({
  entity,
  record,
  title,
}: {
  entity: string;
  record: RecordAnswer;
  title: string;
}) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState<Act>();
  const acts = (record.allowed.acts ?? []).filter(isAct);
  return (
    <>
      {acts.map(act => (
        <Button key={act} variant="default" onClick={() => setAsked(act)}>
          {t(`card.${act}`)}
        </Button>
      ))}
      <Modal
        opened={asked !== undefined}
        onClose={() => setAsked(undefined)}
        title={asked && t(`card.${asked}.title`, { title })}
        closeButtonProps={{ 'aria-label': t('close') }}
      >
        {asked && <ActForm act={asked} entity={entity} record={record} onClose={() => setAsked(undefined)} />}
      </Modal>
    </>
  );
}

interface ActFormProps {
  act: Act;
  entity: string;
  record: RecordAnswer;
  onClose: () => void;
}

function ActForm({ act, entity, record, onClose }: ActFormProps) {
  const { t } = useTranslation();
  const appointment = useAppointment();
  const client = useQueryClient();
  const [reason, setReason] = useState('');
  const turn = useMutation({
    mutationFn: () => actOn(entity, record.id, record.version, act, reason.trim(), appointment),
    onSuccess: () => {
      onClose();
      // What may be changed has become another in every card of the year.
      return client.invalidateQueries();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    turn.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Text mb="md">{t(`card.${act}.text`)}</Text>
      {turn.isError && (
        <Text mb="md" c="red" role="alert">
          {turn.error.message}
        </Text>
      )}
      <Textarea
        label={t('card.act.reason')}
        required={act === 'reopen'}
        maxLength={500}
        autosize
        minRows={2}
        mb="md"
        data-autofocus
        value={reason}
        onChange={event => setReason(event.currentTarget.value)}
      />
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          {t('cancel')}
        </Button>
        <Button type="submit" loading={turn.isPending}>
          {t(`card.${act}`)}
        </Button>
      </Group>
    </form>
  );
}
