import { Button, Group, Modal, Radio, Stack, Textarea } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DuplicatePair } from '../../../core/storage/people/people.types.ts';
import { ApiProblem } from '../../api/client.ts';
import { errorCode, LoadingLines } from '../../components/states.tsx';
import { useReturnFocus } from '../../components/use-return-focus.ts';
import { useMerge, usePreview, type Values } from './duplicate-queries.ts';
import { MergeFacts } from './merge-preview.tsx';
import { fullName } from './person-facts.tsx';

/** Which entry stays, what the person becomes, and what happens with the cards, before anything is done. */
export function MergeDialog({ pair, onClose }: { pair: DuplicatePair; onClose: () => void }) {
  const { t } = useTranslation();
  useReturnFocus();
  const [first, second] = pair.people;
  // The entry with more cards stays unless the reader says otherwise.
  const [keep, setKeep] = useState(second.facets.length > first.facets.length ? second.id : first.id);
  const drop = keep === first.id ? second.id : first.id;
  const [values, setValues] = useState<Values>({});
  const [reason, setReason] = useState('');
  const preview = usePreview(keep, drop, values);
  const merge = useMerge();
  const asks = (preview.data?.asks.length ?? 0) > 0;
  const closed =
    !preview.data || preview.data.conflicts.length > 0 || preview.data.fields.some(field => field.needed);
  const error = merge.error ?? preview.error;
  const perform = async () => {
    if (!preview.data) return;
    const versions = { keep: preview.data.keep.version, drop: preview.data.drop.version };
    const note = reason.trim() ? { reason: reason.trim() } : {};
    try {
      const done = await merge.mutateAsync({ keep, drop, values, versions, ask: asks, ...note });
      notifications.show({
        color: 'green',
        message: t(done.merge ? 'duplicates.done' : 'duplicates.asked'),
        closeButtonProps: { 'aria-label': t('close') },
      });
      onClose();
    } catch (problem) {
      if (!(problem instanceof ApiProblem)) throw problem;
      if (problem.code === 'STALE') await preview.refetch();
    }
  };
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={t('duplicates.merge.title')}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <form
        onSubmit={event => {
          event.preventDefault();
          void perform();
        }}
      >
        <Stack gap="sm">
          <Radio.Group
            label={t('duplicates.keep')}
            value={keep}
            onChange={id => {
              setKeep(id);
              setValues({});
            }}
          >
            <Stack gap="xs">
              {pair.people.map((person, index) => (
                <Radio
                  key={person.id}
                  value={person.id}
                  data-autofocus={index === 0 || undefined}
                  label={`${fullName(person)} (${person.facets.map(one => `${one.entityTitle}, ${one.organisation}`).join('; ')})`}
                />
              ))}
            </Stack>
          </Radio.Group>
          {preview.isPending && <LoadingLines lines={4} />}
          {preview.data && (
            <MergeFacts
              preview={preview.data}
              onChoose={(name, side) => setValues({ ...values, [name]: side })}
            />
          )}
          <Textarea
            label={t('duplicates.reason')}
            description={t('duplicates.reason.help')}
            value={reason}
            maxLength={1000}
            autosize
            minRows={2}
            onChange={event => setReason(event.currentTarget.value)}
          />
          {error && (
            <p role="alert" className="k-request-fault">
              {error.message} ({errorCode(error)})
            </p>
          )}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t('cancel')}
            </Button>
            <Button type="submit" disabled={closed} loading={merge.isPending}>
              {t(asks ? 'duplicates.merge.ask' : 'duplicates.merge.do')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
