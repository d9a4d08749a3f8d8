/** Reading hooks. Every key starts with the appointment: two organisations never share an answer. */
import {
  keepPreviousData,
  QueryClient,
  queryOptions,
  useInfiniteQuery,
  useQuery,
} from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { EntityDescription } from '../../core/forms/description.types.ts';
import type { HistoryEntry, ListQuery, RecordAnswer } from '../../core/storage/gateway.types.ts';
import type { FormerName } from '../../core/storage/people/former-names.ts';
import type { AccessPage } from '../../core/subject/access-log.ts';
import { ApiProblem, api, apiContext } from './client.ts';
import type {
  DictionaryAnswer,
  EntitySummary,
  Home,
  ListPage,
  ModulesAnswer,
  SearchHit,
  Session,
  SignInHint,
} from './types.ts';

/** A refusal is an answer: only a broken connection or a busy server is worth a second try. */
const worthRetrying = (failures: number, error: unknown) =>
  failures < 2 && error instanceof ApiProblem && (error.status === 0 || error.status === 503);

export const makeQueryClient = () =>
  new QueryClient({
    defaultOptions: {
      queries: { staleTime: 15_000, retry: worthRetrying, refetchOnWindowFocus: false },
      mutations: { retry: false },
    },
  });

/** The appointment of the page's address; empty outside `/o/…`. */
export function useAppointment(): string {
  const params = useParams({ strict: false }) as { appointment?: string };
  return params.appointment ?? '';
}

export const keys = {
  session: (appointment: string) => ['session', appointment] as const,
  entity: (appointment: string, entity: string) => ['o', appointment, 'entity', entity] as const,
  records: (appointment: string, entity: string) => ['o', appointment, 'records', entity] as const,
  record: (appointment: string, entity: string, id: string) =>
    ['o', appointment, 'records', entity, 'one', id] as const,
  history: (appointment: string, entity: string, id: string) =>
    ['o', appointment, 'records', entity, 'history', id] as const,
  home: (appointment: string) => ['o', appointment, 'home'] as const,
};

const enc = encodeURIComponent;
const minutes = (count: number) => count * 60_000;

/** The session as seen under one appointment; rejects with 401 when signed out. Its token is kept for writes. */
export const sessionQuery = (appointment: string) =>
  queryOptions({
    queryKey: keys.session(appointment),
    staleTime: minutes(5),
    queryFn: async ({ signal }) => {
      const session = await api.get<Session>('/api/session', { appointment, signal, quiet: true });
      apiContext.setCsrf(session.csrf);
      return session;
    },
  });
export const useSession = () => useQuery(sessionQuery(useAppointment()));

export const useSignInHints = () =>
  useQuery({
    queryKey: ['sign-in-hints'],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }) => {
      const answer = await api.get<SignInHint[] | { items: SignInHint[] }>('/api/sign-in-hints', { signal });
      return Array.isArray(answer) ? answer : answer.items;
    },
  });

export function useEntities() {
  const appointment = useAppointment();
  return useQuery({
    queryKey: ['o', appointment, 'entities'],
    staleTime: minutes(5),
    queryFn: async ({ signal }) => {
      const answer = await api.get<EntitySummary[] | { items: EntitySummary[] }>('/api/entities', {
        appointment,
        signal,
      });
      return Array.isArray(answer) ? answer : answer.items;
    },
  });
}

export const entityQuery = (appointment: string, entity: string) =>
  queryOptions({
    queryKey: keys.entity(appointment, entity),
    staleTime: minutes(5),
    queryFn: ({ signal }) =>
      api.get<EntityDescription>(`/api/entities/${enc(entity)}`, { appointment, signal }),
  });
export const useEntity = (entity: string, enabled = true) =>
  useQuery({ ...entityQuery(useAppointment(), entity), enabled: enabled && entity !== '' });

/** One card. `include`: relation names, `guardianships.guardian` one deeper. `version` is the ETag without quotes. */
export function useRecord(entity: string, id: string, include: string[] = []) {
  const appointment = useAppointment();
  const query = include.length > 0 ? `?include=${enc(include.join(','))}` : '';
  return useQuery({
    queryKey: [...keys.record(appointment, entity, id), include],
    queryFn: ({ signal }) =>
      api.get<RecordAnswer>(`/api/records/${enc(entity)}/${enc(id)}${query}`, { appointment, signal }),
  });
}

export function useHistory(entity: string, id: string, enabled = true) {
  const appointment = useAppointment();
  return useQuery({
    queryKey: keys.history(appointment, entity, id),
    enabled,
    queryFn: async ({ signal }) => {
      const path = `/api/records/${enc(entity)}/${enc(id)}/history`;
      const answer = await api.get<HistoryEntry[] | { items: HistoryEntry[] }>(path, { appointment, signal });
      return Array.isArray(answer) ? answer : answer.items;
    },
  });
}

/** Former names of the person behind a card. */
export function useFormerNames(entity: string, id: string) {
  const appointment = useAppointment();
  return useQuery({
    queryKey: [...keys.record(appointment, entity, id), 'names'],
    staleTime: minutes(5),
    queryFn: async ({ signal }) =>
      (
        await api.get<{ items: FormerName[] }>(`/api/records/${enc(entity)}/${enc(id)}/names`, {
          appointment,
          signal,
        })
      ).items,
  });
}

export function useAccessLog(entity: string, id: string, enabled: boolean) {
  const appointment = useAppointment();
  return useInfiniteQuery({
    queryKey: [...keys.history(appointment, entity, id), 'access'],
    enabled,
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) => {
      const path = `/api/records/${enc(entity)}/${enc(id)}/access-log`;
      return api.get<AccessPage>(pageParam ? `${path}?after=${pageParam}` : path, { appointment, signal });
    },
    getNextPageParam: page => page.next,
  });
}

/** One page of a list. Asked by POST: conditions may hold personal data, and addresses are logged. */
export const queryRecords = (
  appointment: string,
  entity: string,
  query: ListQuery,
  signal?: AbortSignal | undefined,
) => api.post<ListPage>(`/api/records/${enc(entity)}/query`, { body: query, appointment, signal });

export function useList(entity: string, query: ListQuery, enabled = true) {
  const appointment = useAppointment();
  return useQuery({
    queryKey: [...keys.records(appointment, entity), 'list', query],
    enabled,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => queryRecords(appointment, entity, query, signal),
  });
}

export function useDictionary(id: string, enabled = true) {
  const appointment = useAppointment();
  return useQuery({
    queryKey: ['o', appointment, 'dictionary', id],
    enabled: enabled && id !== '',
    staleTime: minutes(5),
    queryFn: ({ signal }) =>
      api.get<DictionaryAnswer>(`/api/dictionaries/${enc(id)}`, { appointment, signal }),
  });
}

export function useHome() {
  const appointment = useAppointment();
  return useQuery({
    queryKey: keys.home(appointment),
    queryFn: ({ signal }) => api.get<Home>('/api/home', { appointment, signal }),
  });
}

export function useModules() {
  const appointment = useAppointment();
  return useQuery({
    queryKey: ['o', appointment, 'modules'],
    queryFn: ({ signal }) => api.get<ModulesAnswer>('/api/modules', { appointment, signal }),
  });
}

/** Records of any kind by a few letters, for the command palette. */
export function useGlobalSearch(text: string) {
  const appointment = useAppointment();
  return useQuery({
    queryKey: ['o', appointment, 'search', text],
    enabled: text.length >= 2,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      api.post<{ items: SearchHit[] }>('/api/search', { body: { q: text }, appointment, signal }),
  });
}
