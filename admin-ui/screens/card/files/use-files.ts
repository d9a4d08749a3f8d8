/** Files of one card: what is there, what is on its way, what was refused and why. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { FileEntry } from '../../../../core/files/card-files.ts';
import { ApiProblem, api } from '../../../api/client.ts';
import { openFile, saveFile } from '../../../api/download.ts';
import { keys, useAppointment } from '../../../api/queries.ts';
import { uploadFile } from '../../../api/upload.ts';

/** As the server counts; told before 20 MB have been sent for nothing. */
const MAX_BYTES = 20 * 1024 * 1024;

export interface Sending {
  key: string;
  name: string;
  /** Share that has gone, 0..1; undefined while it waits. */
  share: number | undefined;
  problem: string | undefined;
}

const address = (entity: string, id: string) =>
  `/api/records/${encodeURIComponent(entity)}/${encodeURIComponent(id)}/files`;

export function useFiles(entity: string, id: string) {
  const { t } = useTranslation();
  const appointment = useAppointment();
  const client = useQueryClient();
  const queryKey = [...keys.record(appointment, entity, id), 'files'];
  const [sending, setSending] = useState<Sending[]>([]);
  const stops = useRef(new Map<string, AbortController>());
  const list = useQuery({
    queryKey,
    queryFn: async ({ signal }) =>
      (await api.get<{ items: FileEntry[] }>(address(entity, id), { appointment, signal })).items,
  });
  const said = (error: unknown) =>
    error instanceof ApiProblem && error.status > 0 ? error.message : t('files.lost');
  const change = (key: string, more: Partial<Sending>) =>
    setSending(all => all.map(one => (one.key === key ? { ...one, ...more } : one)));
  const forget = (key: string) => {
    stops.current.get(key)?.abort();
    stops.current.delete(key);
    setSending(all => all.filter(one => one.key !== key));
  };

  const send = async (key: string, file: File) => {
    const stop = new AbortController();
    stops.current.set(key, stop);
    try {
      if (file.size > MAX_BYTES) throw new ApiProblem(413, { detail: t('files.tooLarge') });
      change(key, { share: 0 });
      const added = await uploadFile<FileEntry>(address(entity, id), file, {
        appointment,
        signal: stop.signal,
        onProgress: share => change(key, { share }),
      });
      client.setQueryData<FileEntry[]>(queryKey, (known = []) => [
        ...known.filter(one => one.id !== added.id),
        added,
      ]);
      forget(key);
    } catch (error) {
      if (!stop.signal.aborted) change(key, { share: undefined, problem: said(error) });
    }
  };

  /** One after the other: the lines of a school are narrow. */
  const add = async (files: readonly File[]) => {
    const queued = files.map(file => ({ file, key: crypto.randomUUID() }));
    setSending(all => [
      ...all,
      ...queued.map(({ file, key }) => ({ key, name: file.name, share: undefined, problem: undefined })),
    ]);
    for (const { file, key } of queued) await send(key, file);
  };

  const open = async (file: FileEntry) =>
    saveFile(await openFile(`${address(entity, id)}/${file.id}`, file.name, appointment));

  const remove = async (file: FileEntry) => {
    await api.delete(`${address(entity, id)}/${file.id}`, { appointment });
    client.setQueryData<FileEntry[]>(queryKey, (known = []) => known.filter(one => one.id !== file.id));
  };

  return { list, sending, add, forget, open, remove, said };
}
