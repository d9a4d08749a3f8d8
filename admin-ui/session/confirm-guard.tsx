import { Button, Group, Modal, PasswordInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, apiContext } from '../api/client.ts';
import './session-guard.css';

/** Escape closes this dialog alone, not the one that it stands over. */
const OVER_DIALOGS = { 'data-mantine-stop-propagation': 'true' };

/**
 * Asks for the password before an act that wants it anew (ID12). The request that met the refusal waits and is
 * repeated; whoever closes the dialog sees the refusal where the act was begun.
 */
export function ConfirmGuard({ login }: { login: string }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const [password, setPassword] = useState('');
  const input = useRef<HTMLInputElement>(null);
  const waiting = useRef<((again: boolean) => void)[]>([]);
  const confirm = useMutation({
    mutationFn: () => api.post('/api/session/confirm', { body: { password }, quiet: true }),
    onSuccess: () => release(true),
    onError: () => input.current?.select(),
  });

  useEffect(() => {
    apiContext.onUnconfirmed(() => {
      setOpen(true);
      return new Promise(resolve => waiting.current.push(resolve));
    });
  }, []);

  const release = (again: boolean) => {
    setOpen(false);
    setPassword('');
    confirm.reset();
    for (const resolve of waiting.current.splice(0)) resolve(again);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    // The form may stand, as React sees it, within the form of the act.
    event.stopPropagation();
    confirm.mutate();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') release(false);
  };

  return (
    <Modal
      opened={open}
      onClose={() => release(false)}
      closeOnEscape={false}
      title={t('confirm.title')}
      closeButtonProps={{ 'aria-label': t('close'), ...OVER_DIALOGS }}
      onKeyDown={onKeyDown}
      zIndex={900}
      transitionProps={{ duration: 0 }}
    >
      <form className="k-guard" onSubmit={submit}>
        <p>{t('confirm.text')}</p>
        {confirm.isError && (
          <p className="k-guard-error" role="alert">
            {confirm.error.message}
          </p>
        )}
        <input type="hidden" name="username" autoComplete="username" value={login} />
        <PasswordInput
          ref={input}
          label={t('signIn.password')}
          name="password"
          autoComplete="current-password"
          required
          withAsterisk={false}
          data-autofocus
          visibilityToggleButtonProps={{ 'aria-label': t('signIn.show'), tabIndex: 0, ...OVER_DIALOGS }}
          error={confirm.isError}
          value={password}
          onChange={event => setPassword(event.currentTarget.value)}
          {...OVER_DIALOGS}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={() => release(false)} {...OVER_DIALOGS}>
            {t('cancel')}
          </Button>
          <Button type="submit" loading={confirm.isPending} {...OVER_DIALOGS}>
            {t('confirm.submit')}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
