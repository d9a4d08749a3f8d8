import { Button, Group, Modal, Radio, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { DateField } from '../../components/date-field.tsx';
import { useReturnFocus } from '../../components/use-return-focus.ts';

/** What is sent beside a changed name. */
export interface Rename {
  changedOn?: string;
  changeDocument?: string;
  correction?: true;
}

interface RenameDialogProps {
  before: string;
  after: string;
  busy: boolean;
  onSave: (rename: Rename) => void;
  onClose: () => void;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** A name that is changed by a paper is kept as a former one; a slip of the pen leaves nothing behind. */
export function RenameDialog({ before, after, busy, onSave, onClose }: RenameDialogProps) {
  const { t } = useTranslation();
  useReturnFocus();
  const [kind, setKind] = useState<'changed' | 'correction'>('changed');
  const [day, setDay] = useState('');
  const [paper, setPaper] = useState('');
  const [fault, setFault] = useState<string>();
  const save = () => {
    if (kind === 'correction') return onSave({ correction: true });
    if (!DAY.test(day)) return setFault(t('card.rename.dayNeeded'));
    onSave({ changedOn: day, ...(paper.trim() ? { changeDocument: paper.trim() } : {}) });
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('card.rename.title')}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <form
        onSubmit={event => {
          event.preventDefault();
          save();
        }}
      >
        <Stack gap="sm">
          <p>
            <del>{before}</del> <strong>{after}</strong>
          </p>
          <Radio.Group
            value={kind}
            onChange={value => setKind(value as typeof kind)}
            label={t('card.rename.kind')}
          >
            <Stack gap="xs">
              <Radio value="changed" label={t('card.rename.changed')} data-autofocus />
              <Radio value="correction" label={t('card.rename.correction')} />
            </Stack>
          </Radio.Group>
          {kind === 'changed' && (
            <>
              <DateField label={t('card.rename.day')} value={day} onChange={setDay} error={fault} />
              <TextInput
                label={t('card.rename.document')}
                description={t('card.rename.document.help')}
                value={paper}
                maxLength={300}
                onChange={event => setPaper(event.currentTarget.value)}
              />
            </>
          )}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t('card.conflict.back')}
            </Button>
            <Button type="submit" loading={busy}>
              {t('card.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
