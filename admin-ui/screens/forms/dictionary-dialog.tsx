import { Alert, Button, Modal, Stack, Textarea, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiProblem } from '../../api/client.ts';
import { useAppointment } from '../../api/queries.ts';
import { useReturnFocus } from '../../components/use-return-focus.ts';
import { links } from '../../links.ts';
import { useNewDictionary } from './form-queries.ts';

/** A dictionary of one's own: a title and its values, one a line. */
export function DictionaryDialog({ onClose }: { onClose: () => void }) {
  useReturnFocus();
  const { t } = useTranslation();
  const appointment = useAppointment();
  const navigate = useNavigate();
  const [title, setTitle] = useState('');
  const [lines, setLines] = useState('');
  const create = useNewDictionary();
  const items = lines
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '')
    .map(ru => ({ ru }));
  const send = () =>
    create.mutate(
      { title: title.trim(), items },
      {
        onSuccess: ({ id }) => {
          onClose();
          void navigate({ to: links.dictionary(appointment, id) });
        },
      },
    );
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('constructor.dictionary.new')}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <form
        onSubmit={event => {
          event.preventDefault();
          send();
        }}
      >
        <Stack gap={12}>
          <TextInput
            label={t('constructor.name')}
            required
            maxLength={200}
            data-autofocus
            value={title}
            onChange={event => setTitle(event.currentTarget.value)}
          />
          <Textarea
            label={t('constructor.dictionary.values')}
            description={t('constructor.dictionary.values.help')}
            required
            autosize
            minRows={4}
            maxRows={14}
            value={lines}
            onChange={event => setLines(event.currentTarget.value)}
          />
          {create.error instanceof ApiProblem && (
            <Alert color="red" variant="light" role="alert">
              {create.error.errors.map(({ message }) => message).join('. ') || create.error.detail}
            </Alert>
          )}
          <div className="k-row k-end">
            <Button variant="default" onClick={onClose}>
              {t('cancel')}
            </Button>
            <Button
              type="submit"
              loading={create.isPending}
              disabled={items.length === 0 || title.trim() === ''}
            >
              {t('constructor.dictionary.create')}
            </Button>
          </div>
        </Stack>
      </form>
    </Modal>
  );
}
