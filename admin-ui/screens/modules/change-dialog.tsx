import { Alert, Button, Group, Modal, NativeSelect, Radio, Select, Stack } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiProblem } from '../../api/client.ts';
import type { ModuleAnswer, ModulesAnswer, OrganisationNode } from '../../api/types.ts';
import { DateField } from '../../components/date-field.tsx';
import { useReturnFocus } from '../../components/use-return-focus.ts';
import { type Change, useChange, useOrganisationTree, usePreview } from './module-queries.ts';
import { nextMonday, nextSchoolYear, rowsOf, stateOf, type Target } from './module-state.ts';

interface ChangeDialogProps {
  module: ModuleAnswer;
  answer: ModulesAnswer;
  target: Target;
  onClose: () => void;
}

type Wanted = 'on' | 'off' | 'inherit';
const ENABLED: Record<Wanted, boolean | null> = { on: true, off: false, inherit: null };
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** For whom, what, from which day, and whom that concerns; a refusal is told before anything is pressed. */
export function ChangeDialog({ module, answer, target, onClose }: ChangeDialogProps) {
  useReturnFocus();
  const { t } = useTranslation();
  const exception = target.organisationType === undefined || target.organisationId !== undefined;
  const [type, setType] = useState(target.organisationType ?? '');
  const [organisation, setOrganisation] = useState(target.organisationId?.toString() ?? null);
  const [wanted, setWanted] = useState<Wanted>(
    stateOf(rowsOf(module, target), answer.today).enabled ? 'off' : 'on',
  );
  const [from, setFrom] = useState(answer.today);
  const [to, setTo] = useState('');
  const change = useChange(module.id);
  const complete = DAY.test(from) && (to === '' || DAY.test(to)) && (!exception || organisation !== null);
  const body: Change | undefined = complete
    ? {
        ...(type ? { organisationType: type } : {}),
        ...(organisation ? { organisationId: Number(organisation) } : {}),
        enabled: ENABLED[wanted],
        from,
        to: to || null,
      }
    : undefined;
  const preview = usePreview(module.id, body);
  const faults = faultsOf(change.error) ?? faultsOf(preview.error);
  const refusal = refusalOf(change.error) || preview.data?.refusal || '';
  const save = () => body && change.mutate(body, { onSuccess: onClose });
  return (
    <Modal
      opened
      onClose={onClose}
      size={560}
      title={module.title}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <form
        onSubmit={event => {
          event.preventDefault();
          save();
        }}
      >
        <Stack gap={12}>
          {exception && <OrganisationChoice value={organisation} onChange={setOrganisation} />}
          {exception ? (
            <NativeSelect
              label={t('modules.type')}
              value={type}
              onChange={event => setType(event.currentTarget.value)}
              data={[
                { value: '', label: t('modules.allTypes') },
                ...answer.types.map(one => ({ value: one.id, label: one.title })),
              ]}
            />
          ) : (
            <p>{answer.types.find(one => one.id === type)?.title}</p>
          )}
          <Radio.Group
            label={t('modules.wanted')}
            value={wanted}
            onChange={value => setWanted(value as Wanted)}
          >
            <Group gap={20} mt={4}>
              <Radio value="on" label={t('modules.switchOn')} data-autofocus={wanted === 'on' || undefined} />
              <Radio
                value="off"
                label={t('modules.switchOff')}
                data-autofocus={wanted === 'off' || undefined}
              />
              {exception && <Radio value="inherit" label={t('modules.inherit')} />}
            </Group>
          </Radio.Group>
          <Days today={answer.today} from={from} to={to} faults={faults} onFrom={setFrom} onTo={setTo} />
          <Outcome
            concerned={body ? preview.data?.concerned : undefined}
            refusal={body ? refusal : ''}
            wanted={wanted}
          />
          <Group justify="flex-end" gap={8}>
            <Button variant="default" onClick={onClose}>
              {t('cancel')}
            </Button>
            <Button type="submit" disabled={!body || refusal !== ''} loading={change.isPending}>
              {t('modules.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function OrganisationChoice({
  value,
  onChange,
}: {
  value: string | null;
  onChange: (id: string | null) => void;
}) {
  const { t } = useTranslation();
  const tree = useOrganisationTree(true);
  return (
    <Select
      label={t('modules.organisation')}
      required
      searchable
      value={value}
      onChange={onChange}
      data={grouped(tree.data ?? [], t('modules.municipalities'))}
      nothingFoundMessage={t('nothingFound')}
      comboboxProps={{ withinPortal: true }}
    />
  );
}

/** Municipalities first, then the organisations of each. */
function grouped(nodes: readonly OrganisationNode[], municipalities: string) {
  const item = ({ id, name }: OrganisationNode) => ({ value: String(id), label: name });
  const towns = nodes.filter(node => node.level === 'municipality');
  return [
    { group: municipalities, items: towns.map(item) },
    ...towns.map(town => ({
      group: town.name,
      items: nodes.filter(node => node.level === 'organisation' && node.parent === town.id).map(item),
    })),
  ];
}

interface DaysProps {
  today: string;
  from: string;
  to: string;
  faults: Record<string, string> | undefined;
  onFrom: (day: string) => void;
  onTo: (day: string) => void;
}

function Days({ today, from, to, faults, onFrom, onTo }: DaysProps) {
  const { t } = useTranslation();
  const quick = [
    { day: today, text: t('modules.today') },
    { day: nextMonday(today), text: t('modules.nextMonday') },
    { day: nextSchoolYear(today), text: t('modules.nextYear') },
  ];
  return (
    <div className="k-change-days">
      <DateField
        label={t('modules.from')}
        required
        value={from}
        error={faults?.['/from']}
        onChange={onFrom}
      />
      <DateField label={t('modules.to')} value={to} error={faults?.['/to']} onChange={onTo} />
      <div className="k-row">
        {quick.map(({ day, text }) => (
          <Button
            key={day}
            size="compact-sm"
            variant={day === from ? 'light' : 'default'}
            aria-pressed={day === from}
            onClick={() => onFrom(day)}
          >
            {text}
          </Button>
        ))}
      </div>
    </div>
  );
}

interface OutcomeProps {
  concerned: { count: number; names: string[] } | undefined;
  refusal: string;
  wanted: Wanted;
}

function Outcome({ concerned, refusal, wanted }: OutcomeProps) {
  const { t } = useTranslation();
  const more = concerned ? concerned.count - concerned.names.length : 0;
  return (
    <div role="status" className="k-change-outcome">
      {refusal !== '' ? (
        <Alert color="red" variant="light">
          {refusal}
        </Alert>
      ) : concerned ? (
        <>
          <p>
            {concerned.count === 0
              ? t('modules.concerns.nobody')
              : `${t('modules.concerns', { count: concerned.count })} ${concerned.names.join(', ')}${more > 0 ? ` ${t('modules.concerns.more', { count: more })}` : ''}`}
          </p>
          {wanted !== 'on' && <p className="k-muted">{t('modules.dataStay')}</p>}
        </>
      ) : null}
    </div>
  );
}

/** Faults of single inputs by their pointer. */
function faultsOf(error: unknown): Record<string, string> | undefined {
  if (!(error instanceof ApiProblem) || error.errors.length === 0) return undefined;
  return Object.fromEntries(error.errors.map(({ path, message }) => [path, message]));
}

const refusalOf = (error: unknown): string =>
  error instanceof ApiProblem && error.errors.length === 0 ? error.detail || error.title : '';
