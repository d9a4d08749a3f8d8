/** Entries that may be one person, and the acts on them. After an act all that shows people is asked for anew. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type {
  DuplicatePage,
  IdentityName,
  MergeItem,
  MergeOutcome,
  MergePreview,
  MergeWish,
  Side,
} from '../../../core/storage/people/people.types.ts';
import { api } from '../../api/client.ts';
import { useAppointment } from '../../api/queries.ts';

const keyOf = (appointment: string) => ['o', appointment, 'duplicates'] as const;

export type Values = Partial<Record<IdentityName, Side>>;

export function useDuplicates(after: string | undefined) {
  const appointment = useAppointment();
  return useQuery({
    queryKey: [...keyOf(appointment), after ?? ''],
    queryFn: ({ signal }) =>
      api.get<DuplicatePage>(`/api/people/duplicates${after ? `?after=${encodeURIComponent(after)}` : ''}`, {
        appointment,
        signal,
      }),
  });
}

export function useMerges() {
  const appointment = useAppointment();
  return useQuery({
    queryKey: [...keyOf(appointment), 'merges'],
    queryFn: async ({ signal }) =>
      (await api.get<{ items: MergeItem[] }>('/api/people/merges', { appointment, signal })).items,
  });
}

export function usePreview(keep: string, drop: string, values: Values) {
  const appointment = useAppointment();
  return useQuery({
    queryKey: [...keyOf(appointment), 'preview', keep, drop, values],
    staleTime: 0,
    queryFn: ({ signal }) =>
      api.post<MergePreview>('/api/people/merge?preview=true', {
        body: { keep, drop, values },
        appointment,
        signal,
      }),
  });
}

export function useMerge() {
  const client = useQueryClient();
  const appointment = useAppointment();
  return useMutation({
    mutationFn: (wish: MergeWish) => api.post<MergeOutcome>('/api/people/merge', { body: wish, appointment }),
    onSettled: () => client.invalidateQueries({ queryKey: ['o', appointment] }),
  });
}

export function useUndo() {
  const client = useQueryClient();
  const appointment = useAppointment();
  return useMutation({
    mutationFn: (id: string) =>
      api.post<undefined>(`/api/people/merges/${encodeURIComponent(id)}/undo`, { body: {}, appointment }),
    onSettled: () => client.invalidateQueries({ queryKey: ['o', appointment] }),
  });
}
