import { Button, Group, Modal, Stack, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useReturnFocus } from '../../../components/use-return-focus.ts';
import type { FormEnvironment } from '../../../forms/environment.ts';
import { describeValue } from '../../../forms/values/describe-value.ts';
import { getAt, type Values } from '../../../forms/values/paths.ts';

interface SharedDialogProps {
  /** The identity that was typed, as a patch: `{ lastName: … }`. */
  identity: Values;
  before: Values;
  environment: FormEnvironment;
  busy: boolean;
  onSend: (reason: string) => void;
  onClose: () => void;
}

/** Another organisation knows the person too: what is theirs as well is changed with their consent. */
export function SharedDialog({ identity, before, environment, busy, onSend, onClose }: SharedDialogProps) {
  const { t } = useTranslation();
  useReturnFocus();
  const [reason, setReason] = useState('');
  const say = (name: string, value: unknown) => {
    const leaf = environment.prepared.leaves.get(`person.${name}`);
    return (leaf && describeValue(leaf, value, environment, t)) || t('form.empty');
  };
  return (
    <Modal opened onClose={onClose} title={t('shared.title')} closeButtonProps={{ 'aria-label': t('close') }}>
      <form
        onSubmit={event => {
          event.preventDefault();
          onSend(reason.trim());
        }}
      >
        <Stack gap="sm">
          <p>{t('shared.text')}</p>
          <dl className="k-differences">
            {Object.entries(identity).map(([name, value]) => (
              <div key={name}>
                <dt>{environment.prepared.leaves.get(`person.${name}`)?.title ?? name}</dt>
                <dd>
                  <del>{say(name, getAt(before, ['person', name]))}</del> <ins>{say(name, value)}</ins>
                </dd>
              </div>
            ))}
          </dl>
          <Textarea
            label={t('shared.reason')}
            description={t('shared.reason.help')}
            value={reason}
            maxLength={1000}
            autosize
            minRows={2}
            data-autofocus
            onChange={event => setReason(event.currentTarget.value)}
          />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t('card.conflict.back')}
            </Button>
            <Button type="submit" loading={busy}>
              {t('shared.send')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
