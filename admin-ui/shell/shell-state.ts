import { useSyncExternalStore } from 'react';

const STORED = 'kartoteka.sidebar';
const listeners = new Set<() => void>();

/** Whether the reader folded the sidebar; remembered in this browser. */
export function useSidebarFolded(): [boolean, () => void] {
  const folded = useSyncExternalStore(
    listener => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => localStorage.getItem(STORED) === 'folded',
  );
  const toggle = () => {
    localStorage.setItem(STORED, folded ? 'open' : 'folded');
    for (const listener of listeners) listener();
  };
  return [folded, toggle];
}
