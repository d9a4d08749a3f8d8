import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { EntityDescription } from '../../../core/forms/description.types.ts';
import { api } from '../../api/client.ts';
import { useAppointment } from '../../api/queries.ts';
import type {
  CustomField,
  CustomFieldsAnswer,
  DesignedKind,
  DictionaryAnswerOfLevels,
  DictionarySummary,
  DraftAnswer,
  FieldSetting,
  ImpactAnswer,
  Overlay,
  OwnLayer,
  Published,
  VersionItem,
} from './types.ts';

const enc = encodeURIComponent;
const overlayPath = (entity: string) => `/api/forms/${enc(entity)}/overlay`;
const fieldsPath = (entity: string) => `/api/custom-fields/${enc(entity)}`;
const dictionaryPath = (id: string) => `/api/dictionaries/${enc(id)}/items`;
const withVersion = (version: string) => ({ 'If-Match': `"${version}"` });

export const formKeys = {
  all: (appointment: string) => ['o', appointment, 'forms'] as const,
  draft: (appointment: string, entity: string) => ['o', appointment, 'forms', entity] as const,
  dictionaries: (appointment: string) => ['o', appointment, 'dictionaries'] as const,
};

export function useDesignedKinds() {
  const appointment = useAppointment();
  return useQuery({
    queryKey: formKeys.all(appointment),
    queryFn: async ({ signal }) =>
      (await api.get<{ items: DesignedKind[] }>('/api/forms', { appointment, signal })).items,
  });
}

export function useDraft(entity: string) {
  const appointment = useAppointment();
  return useQuery({
    queryKey: [...formKeys.draft(appointment, entity), 'draft'],
    queryFn: ({ signal }) => api.get<DraftAnswer>(overlayPath(entity), { appointment, signal }),
  });
}

export function useCustomFields(entity: string) {
  const appointment = useAppointment();
  return useQuery({
    queryKey: [...formKeys.draft(appointment, entity), 'fields'],
    queryFn: ({ signal }) => api.get<CustomFieldsAnswer>(fieldsPath(entity), { appointment, signal }),
  });
}

/** The card as the role would get it, with the overlay that is on the screen. */
export function usePreviewAs(entity: string, role: string, overlay: Overlay, version: string) {
  const appointment = useAppointment();
  return useQuery({
    queryKey: [...formKeys.draft(appointment, entity), 'preview', role, overlay, version],
    enabled: role !== '',
    placeholderData: keepPreviousData,
    gcTime: 0,
    queryFn: ({ signal }) =>
      api.post<EntityDescription>(`${overlayPath(entity)}/preview`, {
        body: { role, draft: overlay },
        appointment,
        signal,
      }),
  });
}

export function useImpact(entity: string, enabled: boolean) {
  const appointment = useAppointment();
  return useQuery({
    queryKey: [...formKeys.draft(appointment, entity), 'impact'],
    enabled,
    gcTime: 0,
    queryFn: ({ signal }) =>
      api.post<ImpactAnswer>(`${overlayPath(entity)}/impact`, { body: {}, appointment, signal }),
  });
}

export function useVersions(entity: string, enabled: boolean) {
  const appointment = useAppointment();
  return useQuery({
    queryKey: [...formKeys.draft(appointment, entity), 'versions'],
    enabled,
    queryFn: async ({ signal }) =>
      (await api.get<{ items: VersionItem[] }>(`${overlayPath(entity)}/versions`, { appointment, signal }))
        .items,
  });
}

export function saveOverlay(appointment: string, entity: string, overlay: Overlay, version: string) {
  return api.put<DraftAnswer>(overlayPath(entity), {
    body: overlay,
    headers: withVersion(version),
    appointment,
  });
}

/** Adds a field, or changes one by its id; everything kept of this form is asked for again. */
export function useSaveField(entity: string) {
  const appointment = useAppointment();
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({
      id,
      setting,
      version,
    }: {
      id?: string;
      setting: Partial<CustomField>;
      version: string;
    }) =>
      id
        ? api.patch<CustomField>(`${fieldsPath(entity)}/${enc(id)}`, {
            body: setting,
            headers: withVersion(version),
            appointment,
          })
        : api.post<CustomField>(fieldsPath(entity), { body: setting as FieldSetting, appointment }),
    onSuccess: () => client.invalidateQueries({ queryKey: formKeys.draft(appointment, entity) }),
  });
}

/** What is published changes cards, lists and reports: everything kept is asked for again. */
export function usePublish(entity: string) {
  const appointment = useAppointment();
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ note, version }: { note: string; version: string }) =>
      api.post<Published>(`${overlayPath(entity)}/publish`, {
        body: note ? { note } : {},
        headers: withVersion(version),
        appointment,
      }),
    onSuccess: () => client.invalidateQueries(),
  });
}

export function useRestore(entity: string) {
  const appointment = useAppointment();
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ number, version }: { number: number; version: string }) =>
      api.post<Published>(`${overlayPath(entity)}/versions/${number}/restore`, {
        body: {},
        headers: withVersion(version),
        appointment,
      }),
    onSuccess: () => client.invalidateQueries(),
  });
}

export function useDictionaries(enabled = true) {
  const appointment = useAppointment();
  return useQuery({
    queryKey: formKeys.dictionaries(appointment),
    enabled,
    queryFn: async ({ signal }) =>
      (await api.get<{ items: DictionarySummary[] }>('/api/dictionaries', { appointment, signal })).items,
  });
}

export function useDictionaryItems(id: string, enabled = true) {
  const appointment = useAppointment();
  return useQuery({
    queryKey: [...formKeys.dictionaries(appointment), id],
    enabled: enabled && id !== '',
    queryFn: ({ signal }) => api.get<DictionaryAnswerOfLevels>(dictionaryPath(id), { appointment, signal }),
  });
}

export function useSaveDictionary(id: string) {
  const appointment = useAppointment();
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ own, version }: { own: OwnLayer; version: string }) =>
      api.put<DictionaryAnswerOfLevels>(dictionaryPath(id), {
        body: own,
        headers: withVersion(version),
        appointment,
      }),
    onSuccess: () => client.invalidateQueries(),
  });
}

export function useNewDictionary() {
  const appointment = useAppointment();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { title: string; items: { ru: string }[] }) =>
      api.post<DictionarySummary>('/api/dictionaries', { body, appointment }),
    onSuccess: () => client.invalidateQueries({ queryKey: formKeys.dictionaries(appointment) }),
  });
}
