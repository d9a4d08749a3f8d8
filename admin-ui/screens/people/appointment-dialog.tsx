import { Button, Group, Modal, NativeSelect, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client.ts';
import { useSession } from '../../api/queries.ts';
import { DateField } from '../../components/date-field.tsx';
import { RefSelect } from '../../components/ref-select.tsx';
import { useReturnFocus } from '../../components/use-return-focus.ts';
import {
  type Account,
  faultOf,
  type Givable,
  type Handed,
  type HeldAppointment,
  useAct,
  usePlaces,
} from './people-queries.ts';
import type { Dialog } from './people-screen.tsx';

interface AppointmentDialogProps {
  /** Absent: a person without an account is chosen. */
  account?: Account;
  /** Present: its order and days are changed. */
  appointment?: HeldAppointment;
  role?: string;
  givable: Givable[];
  onDialog: (dialog: Dialog) => void;
  onClose: () => void;
}

const ENTITY = {
  staff: 'staff-member',
  authority: 'staff-member',
  student: 'student',
  guardian: 'guardian',
} as const;
const CARD_KIND = { staff: 'staff', authority: 'staff', student: 'student', guardian: 'guardian' } as const;

interface Draft {
  role: string;
  orderNumber: string;
  orderDate: string;
  from: string;
  to: string;
  /** Empty: where the card stands, or one's own. */
  place: string;
  login: string;
  card: string[];
  name: string;
}

/** A role by an order, from a day to a day: for a new user, for one who is there, or corrected. */
export function AppointmentDialog(props: AppointmentDialogProps) {
  useReturnFocus();
  const { t } = useTranslation();
  const { account, appointment, givable, onClose } = props;
  const { draft, set, save, error, busy } = useDraft(props);
  const chosen = givable.find(one => one.role === draft.role);
  const title = appointment ? 'people.changeTitle' : account ? 'people.appointTitle' : 'people.add';
  return (
    <Modal
      opened
      onClose={onClose}
      size={560}
      title={account ? `${t(title)}: ${account.name}` : t(title)}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <form
        noValidate
        onSubmit={event => {
          event.preventDefault();
          save();
        }}
      >
        <Stack gap={12}>
          {appointment ? (
            <p>{appointment.roleTitle}</p>
          ) : (
            <NativeSelect
              label={t('people.role')}
              required
              data-autofocus
              error={faultOf(error, 'role')}
              value={draft.role}
              onChange={event => set({ role: event.currentTarget.value, card: [], name: '', place: '' })}
              data={givable.map(one => ({ value: one.role, label: one.roleTitle }))}
            />
          )}
          {!account && chosen && (
            <Person key={chosen.kind} kind={chosen.kind} draft={draft} set={set} error={error} />
          )}
          {!appointment && chosen && <Place draft={draft} set={set} level={chosen.level} />}
          <Order draft={draft} set={set} error={error} required={chosen?.order === true} />
          <Group justify="flex-end" gap={8}>
            <Button variant="default" onClick={onClose}>
              {t('cancel')}
            </Button>
            <Button type="submit" loading={busy}>
              {t(appointment ? 'people.save' : 'people.appoint')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

interface PartProps {
  draft: Draft;
  set: (part: Partial<Draft>) => void;
  error: unknown;
}

function Person({ kind, draft, set, error }: PartProps & { kind: Givable['kind'] }) {
  const { t } = useTranslation();
  return (
    <>
      <RefSelect
        entity={ENTITY[kind]}
        label={t(`people.person.${kind}`)}
        required={kind !== 'authority'}
        error={faultOf(error, 'card')}
        value={draft.card}
        onChange={(card, captions) => set({ card, name: captions[card[0] ?? ''] ?? '' })}
      />
      <TextInput
        label={t('people.login')}
        description={t(kind === 'authority' ? 'people.loginAsked' : 'people.loginProposed')}
        autoComplete="off"
        error={faultOf(error, 'login')}
        value={draft.login}
        onChange={event => set({ login: event.currentTarget.value })}
      />
    </>
  );
}

/** The region appoints in any organisation; others only in their own. */
function Place({ draft, set, level }: Omit<PartProps, 'error'> & { level: Givable['level'] }) {
  const { t } = useTranslation();
  const wide = useSession().data?.active.organisation.level !== 'organisation';
  const places = usePlaces(wide).data ?? [];
  if (!wide) return null;
  return (
    <NativeSelect
      label={t('people.place')}
      value={draft.place}
      onChange={event => set({ place: event.currentTarget.value })}
      data={[
        { value: '', label: t('people.placeOfCard') },
        ...places.filter(one => one.level === level).map(one => ({ value: String(one.id), label: one.name })),
      ]}
    />
  );
}

function Order({ draft, set, error, required }: PartProps & { required: boolean }) {
  const { t } = useTranslation();
  const date = (field: 'orderDate' | 'from' | 'to') => ({
    value: draft[field],
    error: faultOf(error, field),
    onChange: (value: string) => set({ [field]: value }),
  });
  return (
    <div className="k-people-order">
      <TextInput
        label={t('people.orderNumber')}
        required={required}
        error={faultOf(error, 'orderNumber')}
        value={draft.orderNumber}
        onChange={event => set({ orderNumber: event.currentTarget.value })}
      />
      <DateField label={t('people.orderDate')} required={required} {...date('orderDate')} />
      <DateField label={t('people.firstDay')} {...date('from')} />
      <DateField label={t('people.lastDay')} {...date('to')} />
    </div>
  );
}

function useDraft({ account, appointment, role, givable, onDialog, onClose }: AppointmentDialogProps) {
  const organisation = useSession().data?.active.organisation.id;
  const [draft, setDraft] = useState<Draft>({
    role: appointment?.role ?? role ?? givable[0]?.role ?? '',
    orderNumber: appointment?.orderNumber ?? '',
    orderDate: appointment?.orderDate ?? '',
    from: appointment?.from ?? '',
    to: appointment?.to ?? '',
    place: '',
    login: '',
    card: [],
    name: '',
  });
  const days = {
    ...(draft.orderNumber ? { orderNumber: draft.orderNumber } : {}),
    ...(draft.orderDate ? { orderDate: draft.orderDate } : {}),
    ...(draft.from ? { from: draft.from } : {}),
    ...(draft.to ? { to: draft.to } : {}),
  };
  const open = useAct((body: object) => api.post<Handed>('/api/accounts', { body }));
  const give = useAct((body: object) => api.post(`/api/accounts/${account?.id}/appointments`, { body }));
  const change = useAct((body: object) => api.patch(`/api/appointments/${appointment?.id}`, { body }));
  const save = () => {
    const kind = givable.find(one => one.role === draft.role)?.kind ?? 'staff';
    const [card] = draft.card;
    if (appointment)
      change.mutate(
        {
          orderNumber: draft.orderNumber || null,
          orderDate: draft.orderDate || null,
          to: draft.to || null,
          ...(draft.from ? { from: draft.from } : {}),
        },
        { onSuccess: onClose },
      );
    else if (account)
      give.mutate(
        {
          role: draft.role,
          organisation: Number(draft.place) || (placeOf(account) ?? organisation),
          ...days,
        },
        { onSuccess: onClose },
      );
    else
      open.mutate(
        {
          ...(card ? { card: { kind: CARD_KIND[kind], id: card } } : {}),
          ...(draft.login.trim() ? { login: draft.login.trim() } : {}),
          appointment: {
            role: draft.role,
            ...(draft.place ? { organisation: Number(draft.place) } : {}),
            ...days,
          },
        },
        { onSuccess: handed => onDialog({ kind: 'handed', name: draft.name || handed.login, handed }) },
      );
  };
  return {
    draft,
    set: (part: Partial<Draft>) => setDraft(now => ({ ...now, ...part })),
    save,
    error: open.error ?? give.error ?? change.error,
    busy: open.isPending || give.isPending || change.isPending,
  };
}

/** Where the user already works: one appoints there. */
const placeOf = (account: Account): number | undefined => account.appointments[0]?.organisation.id;
