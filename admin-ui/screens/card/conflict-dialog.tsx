import { Button, Group, Modal, Radio, Stack } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useReturnFocus } from '../../components/use-return-focus.ts';
import type { FormEnvironment } from '../../forms/environment.ts';
import { describeValue } from '../../forms/values/describe-value.ts';
import css from './card.module.css';
import type { EditedField, Side } from './merge-edits.ts';

export interface Conflict {
  changedBy: string | undefined;
  changedAt: string | undefined;
  fields: EditedField[];
}

interface ConflictDialogProps {
  conflict: Conflict;
  environment: FormEnvironment;
  busy: boolean;
  onSave: (chosen: ReadonlyMap<string, Side>) => void;
  onClose: () => void;
}

/** Somebody saved this card meanwhile: both values stand side by side, nothing typed is lost. */
export function ConflictDialog({ conflict, environment, busy, onSave, onClose }: ConflictDialogProps) {
  const { t, i18n } = useTranslation();
  useReturnFocus();
  const [chosen, setChosen] = useState<ReadonlyMap<string, Side>>(new Map());
  const clashes = conflict.fields.filter(field => field.clash);
  const others = conflict.fields.length - clashes.length;
  const when = new Intl.DateTimeFormat(i18n.language, { dateStyle: 'medium', timeStyle: 'short' });
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={t('card.conflict.title')}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <p>
        {t('card.conflict.text', {
          by: conflict.changedBy ?? t('card.conflict.somebody'),
          at: conflict.changedAt ? when.format(new Date(conflict.changedAt)) : '',
        })}
      </p>
      {others > 0 && <p className="k-muted">{t('card.conflict.merged', { count: others })}</p>}
      <Stack gap="sm" mt="md">
        {clashes.map(field => (
          <Clash
            key={field.path}
            field={field}
            environment={environment}
            value={chosen.get(field.path) ?? 'mine'}
            onChange={side => setChosen(new Map([...chosen, [field.path, side]]))}
          />
        ))}
      </Stack>
      <Group justify="flex-end" gap="xs" mt="lg">
        <Button variant="default" onClick={onClose}>
          {t('card.conflict.back')}
        </Button>
        <Button loading={busy} onClick={() => onSave(chosen)} data-autofocus>
          {t('card.conflict.save')}
        </Button>
      </Group>
    </Modal>
  );
}

interface ClashProps {
  field: EditedField;
  environment: FormEnvironment;
  value: Side;
  onChange: (side: Side) => void;
}

function Clash({ field, environment, value, onChange }: ClashProps) {
  const { t } = useTranslation();
  const { leaves, groups } = environment.prepared;
  const leaf = leaves.get(field.path);
  const say = (side: unknown) => (leaf ? describeValue(leaf, side, environment, t) : '') || t('form.empty');
  const group = leaf?.group && leaf.group !== 'person' ? groups.get(leaf.group)?.title : undefined;
  const title = field.path === 'absent' ? t('card.conflict.absent') : (leaf?.title ?? field.path);
  return (
    <fieldset className={css.clash}>
      <legend>{group ? `${group}: ${title.toLowerCase()}` : title}</legend>
      {field.path !== 'absent' && (
        <p className="k-caption k-muted">{t('card.conflict.base', { value: say(field.base) })}</p>
      )}
      <Radio.Group value={value} onChange={side => onChange(side as Side)} aria-label={title}>
        <Stack gap="xs">
          <Radio value="mine" label={t('card.conflict.mine', { value: say(field.mine) })} />
          <Radio value="theirs" label={t('card.conflict.theirs', { value: say(field.theirs) })} />
        </Stack>
      </Radio.Group>
    </fieldset>
  );
}
