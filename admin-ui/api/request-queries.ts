/** Proposals to change cards: reading, and the acts on them. After an act the boxes and the card are asked for anew. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Decision, RequestDetail, RequestPage } from '../../core/storage/requests/request.types.ts';
import { api } from './client.ts';
import { useAppointment } from './queries.ts';

const keyOf = (appointment: string) => ['o', appointment, 'requests'] as const;
const enc = encodeURIComponent;

export interface RequestCount {
  incoming: number;
  outgoing: number;
}
export type Box = 'incoming' | 'outgoing';
export type BoxState = 'open' | 'closed';

export function useRequestCount(enabled: boolean) {
  const appointment = useAppointment();
  return useQuery({
    queryKey: [...keyOf(appointment), 'count'],
    enabled: enabled && appointment !== '',
    staleTime: 60_000,
    queryFn: ({ signal }) =>
      api.get<RequestCount>('/api/requests/count', { appointment, signal, quiet: true }),
  });
}

export function useRequests(box: Box, state: BoxState, after: string | undefined) {
  const appointment = useAppointment();
  return useQuery({
    queryKey: [...keyOf(appointment), 'list', box, state, after ?? ''],
    queryFn: ({ signal }) =>
      api.get<RequestPage>(`/api/requests?box=${box}&state=${state}${after ? `&after=${enc(after)}` : ''}`, {
        appointment,
        signal,
      }),
  });
}

export function useRequest(id: string) {
  const appointment = useAppointment();
  return useQuery({
    queryKey: [...keyOf(appointment), 'one', id],
    queryFn: ({ signal }) => api.get<RequestDetail>(`/api/requests/${enc(id)}`, { appointment, signal }),
  });
}

export type RequestAct =
  | ({ act: 'approve' } & Decision)
  | { act: 'refuse'; comment: string }
  | { act: 'withdraw' };

export function useRequestAct(id: string) {
  const client = useQueryClient();
  const appointment = useAppointment();
  return useMutation({
    mutationFn: ({ act, ...body }: RequestAct) =>
      api.post<undefined>(`/api/requests/${enc(id)}/${act}`, { body, appointment }),
    onSettled: () => client.invalidateQueries({ queryKey: ['o', appointment] }),
  });
}

export const sendRequest = (
  entity: string,
  id: string,
  body: { patch: Record<string, unknown>; reason?: string },
  appointment: string,
) => api.post<{ id: string }>(`/api/records/${enc(entity)}/${enc(id)}/requests`, { body, appointment });

export const requestsKey = keyOf;
