import { Button, PasswordInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiProblem, api } from '../../api/client.ts';
import { useSession } from '../../api/queries.ts';
import { PageHeader } from '../../components/page-header.tsx';
import { useDocumentTitle } from '../../components/use-document-title.ts';
import { links } from '../../links.ts';
import './password.css';

/** A password of one's own. Other sessions end with the change, and this one starts anew. */
export function PasswordScreen() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const session = useSession().data;
  const [present, setPresent] = useState('');
  const [wanted, setWanted] = useState('');
  const [again, setAgain] = useState('');
  const [differs, setDiffers] = useState(false);
  useDocumentTitle(t('password.title'));
  const change = useMutation({
    mutationFn: () => api.put('/api/session/password', { body: { present, wanted } }),
    onSuccess: () => {
      client.clear();
      location.assign(links.signIn());
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setDiffers(wanted !== again);
    if (wanted === again) change.mutate();
  };
  const wrongPresent = change.error instanceof ApiProblem && change.error.code === 'PASSWORD_WRONG';
  const show = { 'aria-label': t('signIn.show'), tabIndex: 0 };
  return (
    <>
      <PageHeader title={t('password.title')} help={t('password.help')} />
      <form className="k-password k-panel" onSubmit={submit}>
        {session?.mustChangePassword && <p>{t('password.must')}</p>}
        {change.isError && (
          <p className="k-password-error" role="alert">
            {change.error.message}
          </p>
        )}
        <input type="hidden" name="username" autoComplete="username" value={session?.user.login ?? ''} />
        <PasswordInput
          label={t('password.present')}
          autoComplete="current-password"
          required
          withAsterisk={false}
          visibilityToggleButtonProps={show}
          error={wrongPresent}
          value={present}
          onChange={event => setPresent(event.currentTarget.value)}
        />
        <PasswordInput
          label={t('password.wanted')}
          description={t('password.rule')}
          autoComplete="new-password"
          required
          withAsterisk={false}
          visibilityToggleButtonProps={show}
          error={change.isError && !wrongPresent}
          value={wanted}
          onChange={event => setWanted(event.currentTarget.value)}
        />
        <PasswordInput
          label={t('password.again')}
          autoComplete="new-password"
          required
          withAsterisk={false}
          visibilityToggleButtonProps={show}
          error={differs ? t('password.differs') : undefined}
          value={again}
          onChange={event => setAgain(event.currentTarget.value)}
        />
        <Button type="submit" loading={change.isPending}>
          {t('password.submit')}
        </Button>
      </form>
    </>
  );
}
