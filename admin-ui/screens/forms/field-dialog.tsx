import {
  Alert,
  Button,
  Checkbox,
  Modal,
  NativeSelect,
  NumberInput,
  Select,
  Stack,
  TextInput,
} from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiProblem } from '../../api/client.ts';
import { useSession } from '../../api/queries.ts';
import { useReturnFocus } from '../../components/use-return-focus.ts';
import { byTitle } from './by-title.ts';
import { FieldRoles } from './field-roles.tsx';
import { changedMembers, newSetting, usable } from './field-setting.ts';
import { useDictionaries, useDictionaryItems, useSaveField } from './form-queries.ts';
import { EXTRA_SECTION, moveField, type OutlineSection } from './overlay-tree.ts';
import { CUSTOM_KINDS, type CustomField, type CustomFieldsAnswer, type FieldSetting } from './types.ts';
import type { OverlayEditing } from './use-overlay.ts';

interface FieldDialogProps {
  entity: string;
  answer: CustomFieldsAnswer;
  sections: OutlineSection[];
  editing: OverlayEditing;
  /** Absent: a new one. */
  field?: CustomField;
  onClose: () => void;
}

/** A field of one's own: what it holds, who sees it, where it stands. Its kind never changes afterwards. */
export function FieldDialog({ entity, answer, sections, editing, field, onClose }: FieldDialogProps) {
  useReturnFocus();
  const { t } = useTranslation();
  const session = useSession();
  const [setting, setSetting] = useState<FieldSetting>(
    () => field ?? newSetting(answer.roles, session.data?.active.role ?? ''),
  );
  const [section, setSection] = useState(sections.find(one => one.id !== EXTRA_SECTION)?.id ?? '');
  const save = useSaveField(entity);
  const set = (change: Partial<FieldSetting>) => setSetting(before => ({ ...before, ...change }));
  const faults = faultsOf(save.error);
  const send = async (more: Partial<CustomField> = {}) => {
    const version = await editing.flush();
    if (version === undefined) return;
    const whole = usable(setting);
    const body = field ? { ...changedMembers(field, whole), ...more } : whole;
    save.mutate(
      { ...(field ? { id: field.id } : {}), setting: body, version },
      {
        onSuccess: added => {
          if (!field && section) {
            const target = sections.find(one => one.id === section);
            editing.change(moveField(editing.overlay, added.path, section, target?.fields.length ?? 0));
          }
          onClose();
        },
      },
    );
  };
  return (
    <Modal
      opened
      onClose={onClose}
      size={680}
      title={field ? field.title : t('constructor.field.new')}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <form
        onSubmit={event => {
          event.preventDefault();
          void send();
        }}
      >
        <Stack gap={12}>
          <Naming setting={setting} set={set} faults={faults} />
          <KindChoice
            setting={setting}
            set={set}
            answer={answer}
            faults={faults}
            known={field !== undefined}
          />
          <Limits setting={setting} set={set} answer={answer} faults={faults} />
          {!field && (
            <NativeSelect
              label={t('constructor.place.section')}
              value={section}
              onChange={event => setSection(event.currentTarget.value)}
              data={sections
                .filter(one => one.id !== EXTRA_SECTION)
                .map(one => ({ value: one.id, label: one.title }))}
            />
          )}
          <Protection setting={setting} set={set} answer={answer} faults={faults} />
          <FieldRoles
            roles={answer.roles}
            setting={setting}
            set={set}
            fault={faults['/read'] ?? faults['/write']}
          />
          <Refusal error={save.error} />
          <div className="k-row k-end">
            {field && (
              <Button
                variant="subtle"
                color={field.retired ? 'accent' : 'red'}
                onClick={() => void send({ retired: !field.retired })}
              >
                {t(field.retired ? 'constructor.field.restore' : 'constructor.field.retire')}
              </Button>
            )}
            <span className="k-grow" />
            <Button variant="default" onClick={onClose}>
              {t('cancel')}
            </Button>
            <Button type="submit" loading={save.isPending}>
              {t(field ? 'constructor.field.save' : 'constructor.field.add')}
            </Button>
          </div>
        </Stack>
      </form>
    </Modal>
  );
}

type Faults = Record<string, string>;

function faultsOf(error: unknown): Faults {
  if (!(error instanceof ApiProblem)) return {};
  return Object.fromEntries(error.errors.map(({ path, message }) => [path, message]));
}

function Refusal({ error }: { error: unknown }) {
  if (!(error instanceof ApiProblem)) return null;
  const text = [error.detail || error.title, ...error.errors.map(({ message }) => message)].join('. ');
  return (
    <Alert color="red" variant="light" role="alert">
      {text}
    </Alert>
  );
}

interface PartProps {
  setting: FieldSetting;
  set: (change: Partial<FieldSetting>) => void;
  faults: Faults;
}

function Naming({ setting, set, faults }: PartProps) {
  const { t } = useTranslation();
  return (
    <>
      <TextInput
        label={t('constructor.field.title')}
        required
        data-autofocus
        maxLength={200}
        value={setting.title}
        error={faults['/title']}
        onChange={event => set({ title: event.currentTarget.value })}
      />
      <div className="k-pair">
        <TextInput
          label={t('constructor.field.titleEn')}
          maxLength={200}
          value={setting.titleEn ?? ''}
          error={faults['/titleEn']}
          onChange={event => set({ titleEn: event.currentTarget.value })}
        />
        <TextInput
          label={t('constructor.field.help')}
          maxLength={300}
          value={setting.help ?? ''}
          error={faults['/help']}
          onChange={event => set({ help: event.currentTarget.value })}
        />
      </div>
    </>
  );
}

interface KindChoiceProps extends PartProps {
  answer: CustomFieldsAnswer;
  known: boolean;
}

function KindChoice({ setting, set, answer, faults, known }: KindChoiceProps) {
  const { t } = useTranslation();
  const listed = setting.kind === 'dictionary' || setting.kind === 'dictionaries';
  const dictionaries = useDictionaries(listed);
  return (
    <div className="k-pair">
      <NativeSelect
        label={t('constructor.field.kind')}
        description={known ? t('constructor.field.kind.fixed') : undefined}
        disabled={known}
        value={setting.kind}
        onChange={event => set({ kind: event.currentTarget.value as FieldSetting['kind'] })}
        data={CUSTOM_KINDS.map(kind => ({ value: kind, label: t(`constructor.kind.${kind}`) }))}
      />
      {listed && (
        <Select
          label={t('constructor.dictionary')}
          required
          searchable
          disabled={known}
          value={setting.dictionary ?? null}
          error={faults['/dictionary']}
          onChange={value => set({ dictionary: value ?? '' })}
          data={[...(dictionaries.data ?? [])]
            .sort(byTitle)
            .map(({ id, title }) => ({ value: id, label: title }))}
          nothingFoundMessage={t('nothingFound')}
        />
      )}
      {setting.kind === 'ref' && (
        <Select
          label={t('constructor.field.ref')}
          required
          searchable
          disabled={known}
          value={setting.ref ?? null}
          error={faults['/ref']}
          onChange={value => set({ ref: value ?? '' })}
          data={answer.refs.map(one => ({ value: one.entity, label: one.title }))}
          nothingFoundMessage={t('nothingFound')}
        />
      )}
      {setting.kind === 'text' && (
        <NativeSelect
          label={t('constructor.field.format')}
          value={setting.format ?? ''}
          error={faults['/format']}
          onChange={event => set({ format: event.currentTarget.value })}
          data={[
            { value: '', label: t('constructor.format.any') },
            ...answer.formats.map(format => ({
              value: format,
              label: t(`constructor.format.${format}`, { defaultValue: format }),
            })),
          ]}
        />
      )}
    </div>
  );
}

function Limits({ setting, set, faults }: PartProps & { answer: CustomFieldsAnswer }) {
  const { t } = useTranslation();
  const numeric = setting.kind === 'integer' || setting.kind === 'decimal';
  const number = (value: string | number) => (value === '' ? undefined : Number(value));
  if (numeric)
    return (
      <div className="k-pair">
        {(['minimum', 'maximum'] as const).map(name => (
          <NumberInput
            key={name}
            label={t(`constructor.field.${name}`)}
            value={(setting[name] as number | undefined) ?? ''}
            error={faults[`/${name}`]}
            allowDecimal={setting.kind === 'decimal'}
            decimalSeparator=","
            onChange={value => set({ [name]: number(value) } as Partial<FieldSetting>)}
          />
        ))}
      </div>
    );
  if (setting.kind === 'text' || setting.kind === 'multiline')
    return (
      <NumberInput
        label={t('constructor.field.maxLength')}
        value={setting.maxLength ?? ''}
        min={1}
        max={setting.kind === 'text' ? 300 : 2000}
        error={faults['/maxLength']}
        onChange={value => set({ maxLength: number(value) } as Partial<FieldSetting>)}
      />
    );
  return null;
}

/** Protection class, ground, and how the field counts. */
function Protection({ setting, set, answer, faults }: PartProps & { answer: CustomFieldsAnswer }) {
  const { t } = useTranslation();
  const consents = setting.basis === 'consent';
  const purposes = useDictionaryItems('consent-purposes', consents);
  return (
    <>
      <div className="k-pair">
        <NativeSelect
          label={t('constructor.field.class')}
          value={setting.class}
          error={faults['/class']}
          onChange={event => set({ class: event.currentTarget.value })}
          data={answer.classes.map(one => ({ value: one, label: t(`constructor.class.${one}`) }))}
        />
        <NativeSelect
          label={t('constructor.field.basis')}
          value={setting.basis}
          error={faults['/basis']}
          onChange={event => set({ basis: event.currentTarget.value })}
          data={['law', 'consent', 'contract'].map(one => ({
            value: one,
            label: t(`constructor.basis.${one}`),
          }))}
        />
      </div>
      {consents && (
        <NativeSelect
          label={t('constructor.field.purpose')}
          required
          value={setting.purpose ?? ''}
          error={faults['/purpose']}
          onChange={event => set({ purpose: event.currentTarget.value })}
          data={[
            { value: '', label: '—' },
            ...(purposes.data?.items ?? []).map(item => ({ value: item.code, label: item.ru })),
          ]}
        />
      )}
      <div className="k-row k-checks">
        <Checkbox
          label={t('constructor.field.required')}
          checked={setting.required}
          onChange={event => set({ required: event.currentTarget.checked })}
        />
        <Checkbox
          label={t('constructor.field.counts')}
          checked={setting.counts}
          onChange={event => set({ counts: event.currentTarget.checked })}
        />
        <Checkbox
          label={t('constructor.field.absentable')}
          checked={setting.absentable}
          onChange={event => set({ absentable: event.currentTarget.checked })}
        />
      </div>
    </>
  );
}
