import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useAppointment } from '../../api/queries.ts';
import { sameValue } from '../../forms/values/paths.ts';
import { formKeys, saveOverlay } from './form-queries.ts';
import { wholeOverlay } from './overlay-tree.ts';
import type { DraftAnswer, Overlay } from './types.ts';

const QUIET_MS = 500;

export interface OverlayEditing {
  overlay: Overlay;
  /** Version of the draft on the server. */
  version: string;
  state: 'saved' | 'saving' | 'failed';
  error: unknown;
  change: (next: Overlay) => void;
  undo: (() => void) | undefined;
  /** Sends what is not saved yet; resolves with the version then, undefined when that failed. */
  flush: () => Promise<string | undefined>;
}

/**
 * The draft on the screen: every change is kept on the server after a short pause, one request at a time, and may
 * be undone. A draft that somebody else changed meanwhile is not written over: `state` is `failed`.
 */
export function useOverlay(entity: string, answer: DraftAnswer): OverlayEditing {
  const appointment = useAppointment();
  const client = useQueryClient();
  const [overlay, setOverlay] = useState(() => wholeOverlay(answer.overlay));
  const [past, setPast] = useState<Overlay[]>([]);
  const [state, setState] = useState<OverlayEditing['state']>('saved');
  const [error, setError] = useState<unknown>();
  const now = useRef({ overlay, unsaved: false, sending: false, version: answer.version });
  const running = useRef<Promise<string | undefined>>(undefined);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  // Fields, publications and other designers of this level change the draft too.
  useEffect(() => {
    const { unsaved, sending, version } = now.current;
    if (unsaved || sending || version === answer.version) return;
    const theirs = wholeOverlay(answer.overlay);
    now.current.version = answer.version;
    if (sameValue(theirs, now.current.overlay)) return;
    now.current.overlay = theirs;
    setOverlay(theirs);
    setPast([]);
  }, [answer]);

  const send = useCallback(async (): Promise<string | undefined> => {
    while (now.current.unsaved) {
      now.current.unsaved = false;
      now.current.sending = true;
      setState('saving');
      try {
        const saved = await saveOverlay(appointment, entity, now.current.overlay, now.current.version);
        now.current.version = saved.version;
        client.setQueryData([...formKeys.draft(appointment, entity), 'draft'], saved);
      } catch (failure) {
        setError(failure);
        setState('failed');
        return undefined;
      } finally {
        now.current.sending = false;
      }
    }
    setState('saved');
    setError(undefined);
    return now.current.version;
  }, [appointment, entity, client]);

  const flush = useCallback(async () => {
    clearTimeout(timer.current);
    await running.current;
    running.current = send();
    return running.current;
  }, [send]);

  const keep = useCallback(
    (next: Overlay) => {
      // A field that was just added has raised the version before this screen was drawn with it.
      const known = client.getQueryData<DraftAnswer>([...formKeys.draft(appointment, entity), 'draft']);
      if (known && !now.current.unsaved && !now.current.sending) now.current.version = known.version;
      setOverlay(next);
      now.current.overlay = next;
      now.current.unsaved = true;
      clearTimeout(timer.current);
      timer.current = setTimeout(() => void flush(), QUIET_MS);
    },
    [flush, client, appointment, entity],
  );
  // What was changed last is sent though the screen is left.
  useEffect(
    () => () => {
      if (now.current.unsaved) void flush();
    },
    [flush],
  );
  const change = (next: Overlay) => {
    setPast(before => [...before.slice(-49), overlay]);
    keep(next);
  };
  const last = past.at(-1);
  const undo = last && (() => (setPast(past.slice(0, -1)), keep(last)));
  return { overlay, version: now.current.version, state, error, change, undo, flush };
}
