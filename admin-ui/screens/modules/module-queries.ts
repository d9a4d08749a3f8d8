import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import { useAppointment } from '../../api/queries.ts';
import type { EnablementPreview, ModuleAnswer, OrganisationNode } from '../../api/types.ts';

/** What the dialog asks the server for; `enabled` null: as the wider target says. */
export interface Change {
  organisationType?: string;
  organisationId?: number;
  enabled: boolean | null;
  from: string;
  to: string | null;
}

const path = (module: string) => `/api/modules/${encodeURIComponent(module)}/enablement`;

export function useOrganisationTree(enabled: boolean) {
  const appointment = useAppointment();
  return useQuery({
    queryKey: ['o', appointment, 'organisations'],
    enabled,
    queryFn: async ({ signal }) =>
      (await api.get<{ items: OrganisationNode[] }>('/api/organisations', { appointment, signal })).items,
  });
}

/** Whom the change would concern, asked anew with every choice. */
export function usePreview(module: string, change: Change | undefined) {
  const appointment = useAppointment();
  return useQuery({
    queryKey: ['o', appointment, 'modules', 'preview', module, change],
    enabled: change !== undefined,
    placeholderData: keepPreviousData,
    gcTime: 0,
    queryFn: ({ signal }) =>
      api.put<EnablementPreview>(`${path(module)}?preview=true`, { body: change, appointment, signal }),
  });
}

/** A module that comes or goes changes menus, lists and reports: everything kept is asked for again. */
export function useChange(module: string) {
  const appointment = useAppointment();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (change: Change) => api.put<ModuleAnswer>(path(module), { body: change, appointment }),
    onSuccess: () => client.invalidateQueries(),
  });
}
