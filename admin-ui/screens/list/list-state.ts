/**
 * What the reader typed and chose above a list. Kept in memory while the window lives, so that coming back from
 * a card finds the same rows; never in the address or in storage, because conditions may hold names.
 */
import { useSyncExternalStore } from 'react';
import type { Condition } from './conditions.ts';

export interface ListState {
  q: string;
  /** Quick filters by field path. */
  quick: Record<string, Condition>;
  conditions: Condition[];
  join: 'and' | 'or';
  /** Cursors of the pages seen so far in their order; the first page's is ''. */
  trail: string[];
}

const EMPTY: ListState = { q: '', quick: {}, conditions: [], join: 'and', trail: [''] };
const states = new Map<string, ListState>();
const listeners = new Set<() => void>();

export function useListState(key: string): [ListState, (change: Partial<ListState>) => void] {
  const state = useSyncExternalStore(
    listener => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => states.get(key) ?? EMPTY,
  );
  const change = (part: Partial<ListState>) => {
    states.set(key, { ...(states.get(key) ?? EMPTY), ...part });
    for (const listener of listeners) listener();
  };
  return [state, change];
}

export const noConditions = { q: '', quick: {}, conditions: [], trail: [''] } satisfies Partial<ListState>;
