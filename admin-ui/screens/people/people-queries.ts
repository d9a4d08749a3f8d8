/** Answers about accounts, and the acts on them. After every act the list and the overview are asked for anew. */
import { notifications } from '@mantine/notifications';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type {
  AccountAppointment,
  AccountItem,
  StaffingLine,
} from '../../../core/identity/account-directory.ts';
import { ApiProblem, api } from '../../api/client.ts';
import { type Download, fetchFile } from '../../api/download.ts';
import { useAppointment } from '../../api/queries.ts';
import type { Level } from '../../api/types.ts';
import { errorCode } from '../../components/states.tsx';

export type HeldAppointment = AccountAppointment & { roleTitle: string };
export type Account = Omit<AccountItem, 'appointments'> & { appointments: HeldAppointment[] };
export interface AccountPage {
  items: Account[];
  next?: string;
  count: number;
}
export interface Givable {
  role: string;
  roleTitle: string;
  kind: 'staff' | 'student' | 'guardian' | 'authority';
  /** Of the organisations in which the role is held. */
  level: Level;
  order: boolean;
}
export interface Staffing {
  items: (StaffingLine & { roleTitle: string })[];
  givable: Givable[];
}
export interface AccountFilter {
  q?: string;
  role?: string;
  blocked?: boolean;
  after?: string;
}
/** What is handed over, told once. */
export interface Handed {
  login: string;
  password?: string;
}
export interface SlipsWish {
  group?: { id: string; of: 'student' | 'guardian' };
  staff?: boolean;
  renew: boolean;
}

const keyOf = (appointment: string) => ['o', appointment, 'accounts'] as const;

export function useAccounts(filter: AccountFilter, enabled: boolean) {
  const appointment = useAppointment();
  return useQuery({
    queryKey: [...keyOf(appointment), 'list', filter],
    enabled,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      api.post<AccountPage>('/api/accounts/query', { body: { limit: 50, ...filter }, appointment, signal }),
  });
}

export function useStaffing(enabled: boolean) {
  const appointment = useAppointment();
  return useQuery({
    queryKey: [...keyOf(appointment), 'staffing'],
    enabled,
    queryFn: ({ signal }) => api.get<Staffing>('/api/accounts/staffing', { appointment, signal }),
  });
}

/** Where one may appoint: asked for only by those who look after more than one organisation. */
export function usePlaces(enabled: boolean) {
  const appointment = useAppointment();
  return useQuery({
    queryKey: ['o', appointment, 'organisations'],
    enabled,
    queryFn: async ({ signal }) =>
      (
        await api.get<{ items: { id: number; name: string; level: Level }[] }>('/api/organisations', {
          appointment,
          signal,
        })
      ).items,
  });
}

/** One act on accounts; a refusal that belongs to no field is shown as a notice. */
export function useAct<Input, Answer>(act: (input: Input) => Promise<Answer>) {
  const client = useQueryClient();
  const appointment = useAppointment();
  const { t } = useTranslation();
  return useMutation({
    mutationFn: act,
    onSettled: () => client.invalidateQueries({ queryKey: keyOf(appointment) }),
    onError: error => {
      if (error instanceof ApiProblem && error.errors.length > 0) return;
      notifications.show({
        color: 'red',
        title: t('people.failed'),
        message: `${error.message} (${errorCode(error)})`,
        closeButtonProps: { 'aria-label': t('close') },
      });
    },
  });
}

/** The paper; undefined when there was nobody to give a password to. */
export async function fetchSlips(wish: SlipsWish, appointment: string): Promise<Download | undefined> {
  const file = await fetchFile(
    '/api/accounts/slips',
    { ...wish, format: 'pdf' },
    'passwords.pdf',
    appointment,
  );
  return file.blob.type.startsWith('application/pdf') ? file : undefined;
}

/** Words of the server for a field, by the last step of their place. */
export function faultOf(error: unknown, field: string): string | undefined {
  if (!(error instanceof ApiProblem)) return undefined;
  return error.errors.find(fault => fault.path.split('/').at(-1) === field)?.message;
}
