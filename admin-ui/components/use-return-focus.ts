import { useEffect, useState } from 'react';

/**
 * For a dialog that is there only while it is open: when it goes, focus is again where it was. (Dialogs that are
 * always there and change `opened` do this themselves.)
 */
export function useReturnFocus() {
  const [opener] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      // A frame later the dialog is gone; whoever has taken focus meanwhile keeps it.
      requestAnimationFrame(() => {
        const lost = document.activeElement === null || document.activeElement === document.body;
        if (lost && opener instanceof HTMLElement && opener.isConnected)
          opener.focus({ preventScroll: true });
      });
    },
    [opener],
  );
}
