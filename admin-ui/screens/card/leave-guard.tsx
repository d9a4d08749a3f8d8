import { useBlocker } from '@tanstack/react-router';
import type { RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';

/**
 * Asks before unsaved input is left: inside the application by our dialog, at closing the page by the browser's.
 * Nothing typed is ever put into browser storage (AU8): leaving inside the application really loses it.
 */
export function LeaveGuard({ dirty, onLeave }: { dirty: RefObject<boolean>; onLeave?: () => void }) {
  const { t } = useTranslation();
  const blocker = useBlocker({
    shouldBlockFn: () => dirty.current,
    enableBeforeUnload: () => dirty.current,
    withResolver: true,
  });
  return (
    <ConfirmDialog
      opened={blocker.status === 'blocked'}
      title={t('card.leave.title')}
      text={t('card.leave.text')}
      confirm={t('card.leave.confirm')}
      danger
      onConfirm={() => {
        onLeave?.();
        blocker.proceed?.();
      }}
      onClose={() => blocker.reset?.()}
    />
  );
}
