import { Modal } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { apiContext } from '../api/client.ts';
import type { Session } from '../api/types.ts';
import { links } from '../links.ts';
import { SignInForm } from './sign-in-form.tsx';
import './session-guard.css';

/**
 * When the session has ended, asks the same person to sign in again over the screen. Requests that met the
 * end of the session wait and are repeated, so what was typed is neither lost nor sent twice.
 */
export function SessionGuard({ login }: { login: string }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [open, setOpen] = useState(false);
  const [password, setPassword] = useState('');
  const waiting = useRef<((again: boolean) => void)[]>([]);

  useEffect(() => {
    apiContext.onSignedOut(() => {
      setOpen(true);
      return new Promise(resolve => waiting.current.push(resolve));
    });
  }, []);

  const release = (again: boolean) => {
    for (const resolve of waiting.current.splice(0)) resolve(again);
  };
  const resume = (_session: Session) => {
    setOpen(false);
    setPassword('');
    release(true);
    void client.invalidateQueries({ queryKey: ['session'] });
  };
  const leave = () => {
    release(false);
    location.assign(links.signIn());
  };

  return (
    <Modal
      opened={open}
      onClose={() => undefined}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      title={t('session.expired.title')}
      overlayProps={{ className: 'k-guard-overlay', backgroundOpacity: 1 }}
      zIndex={1000}
      transitionProps={{ duration: 0 }}
    >
      <div className="k-guard">
        <p>{t('session.expired.text')}</p>
        <SignInForm
          login={login}
          loginFixed
          password={password}
          onLogin={() => undefined}
          onPassword={setPassword}
          onSignedIn={resume}
        />
        <button type="button" className="k-plain k-guard-other" onClick={leave}>
          {t('session.expired.other')}
        </button>
      </div>
    </Modal>
  );
}
