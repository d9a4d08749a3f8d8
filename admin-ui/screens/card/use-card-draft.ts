import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef } from 'react';
import { api } from '../../api/client.ts';
import { useAppointment } from '../../api/queries.ts';
import type { References } from '../../forms/environment.ts';
import { type PreparedForm, writableValues } from '../../forms/schema/prepare.ts';
import type { Values } from '../../forms/values/paths.ts';
import { type DraftEdit, editsOf, unsavedOf } from './draft-edits.ts';

export interface CardDraft {
  /** Of the card it was typed over. */
  version: string;
  edits: DraftEdit[];
  changedAt: string;
}

interface CardDraftInput {
  entity: string;
  id: string;
  /** Of the saved card. */
  version: string;
  prepared: PreparedForm;
  references: References;
  saved: Values;
  values: Values;
  /** Whether the card may be changed at all. */
  enabled: boolean;
}

const QUIET_MS = 800;

/**
 * What is typed and not saved is kept on the server, which alone may keep personal data (AU8), and offered when the
 * card is opened next: in another browser too. While an offer is open it is not written over.
 */
export function useCardDraft(input: CardDraftInput) {
  const { entity, id, version, prepared, references, saved, values, enabled } = input;
  const appointment = useAppointment();
  const client = useQueryClient();
  const key = useMemo(() => ['o', appointment, 'draft', entity, id], [appointment, entity, id]);
  const address = `/api/records/${encodeURIComponent(entity)}/${encodeURIComponent(id)}/draft`;
  const found = useQuery({
    queryKey: key,
    enabled,
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }) =>
      (await api.get<{ draft?: CardDraft }>(address, { appointment, signal })).draft ?? null,
  });
  const offered = useMemo(() => {
    const edits = unsavedOf(found.data?.edits ?? [], saved);
    return found.data && edits.length > 0 ? { ...found.data, edits } : undefined;
  }, [found.data, saved]);

  /** Whether the server holds one. */
  const kept = useRef(false);
  const waiting = useRef<() => void>(undefined);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  // One request at a time, in the order of typing. What cannot be kept now is kept with the next key.
  const running = useRef(Promise.resolve());
  const send = useCallback((request: () => Promise<unknown>) => {
    running.current = running.current.then(request).then(
      () => undefined,
      () => undefined,
    );
  }, []);
  const hold = useCallback(() => {
    clearTimeout(timer.current);
    const keep = waiting.current;
    waiting.current = undefined;
    keep?.();
  }, []);
  const drop = useCallback(() => {
    clearTimeout(timer.current);
    waiting.current = undefined;
    kept.current = false;
    client.setQueryData(key, null);
    send(() => api.delete(address, { appointment, quiet: true }));
  }, [client, key, send, address, appointment]);

  const free = enabled && !found.isPending && offered === undefined;
  // What differs is found out in the pause, not at every key.
  useEffect(() => {
    if (!free) return;
    waiting.current = () => {
      const leaves = [...prepared.leaves.values()];
      const edits = editsOf(writableValues(saved, leaves), writableValues(values, leaves));
      if (edits.length > 0) {
        const body = { version, edits: edits.map(edit => captioned(edit, prepared, references)) };
        kept.current = true;
        send(() => api.put(address, { body, appointment, quiet: true }));
      } else if (kept.current || found.data) drop();
    };
    clearTimeout(timer.current);
    timer.current = setTimeout(hold, QUIET_MS);
  }, [
    free,
    found.data,
    saved,
    values,
    version,
    prepared,
    references,
    drop,
    send,
    hold,
    address,
    appointment,
  ]);

  useEffect(() => {
    const hidden = () => document.visibilityState === 'hidden' && hold();
    document.addEventListener('visibilitychange', hidden);
    return () => {
      document.removeEventListener('visibilitychange', hidden);
      hold();
    };
  }, [hold]);

  /** The offer was taken: what it holds stands in the form now. */
  const taken = useCallback(() => {
    kept.current = true;
    client.setQueryData(key, null);
  }, [client, key]);

  return { offered, taken, drop };
}

function captioned(edit: DraftEdit, prepared: PreparedForm, references: References): DraftEdit {
  const ref = prepared.leaves.get(edit.path)?.ref;
  const caption = ref && edit.value !== undefined ? references.caption(ref, String(edit.value)) : undefined;
  return caption ? { ...edit, caption } : edit;
}
