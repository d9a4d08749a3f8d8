import { useEffect, useRef } from 'react';

/** Ctrl+S (by the key's place, so in the Russian layout too) saves instead of opening the browser's dialog. */
export function useSaveKey(save: () => void): void {
  const latest = useRef(save);
  latest.current = save;
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey || event.code !== 'KeyS')
        return;
      event.preventDefault();
      // The field being typed in is left first, so that its value is tidied and taken in.
      const active = document.activeElement;
      if (active instanceof HTMLElement && active.matches('input, textarea, select')) {
        active.blur();
        active.focus({ preventScroll: true });
      }
      setTimeout(() => latest.current());
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, []);
}
