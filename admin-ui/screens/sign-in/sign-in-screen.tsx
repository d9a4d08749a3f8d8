import { SegmentedControl } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSignInHints } from '../../api/queries.ts';
import type { Session, SignInHint } from '../../api/types.ts';
import { useDocumentTitle } from '../../components/use-document-title.ts';
import { changeLanguage, type Language } from '../../i18n/index.ts';
import { links } from '../../links.ts';
import { SignInForm } from '../../session/sign-in-form.tsx';
import { safeReturn } from './safe-return.ts';
import './sign-in.css';

export function SignInScreen() {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const client = useQueryClient();
  const search = useSearch({ strict: false }) as { to?: string };
  const [login, setLogin] = useState('');
  const [password, setPassword] = useState('');
  useDocumentTitle(t('signIn.title'));

  const enter = (session: Session) => {
    client.clear();
    const { failedTries } = session.lastSignIn;
    if (failedTries > 0)
      notifications.show({
        color: 'yellow',
        message: t('security.failed', { count: failedTries }),
        autoClose: 15_000,
        closeButtonProps: { 'aria-label': t('close') },
      });
    void navigate({ to: safeReturn(search.to) ?? links.home(session.active.id), replace: true });
  };
  const useHint = (hint: SignInHint) => {
    setLogin(hint.login);
    setPassword(hint.password ?? '');
    document.querySelector<HTMLInputElement>('input[name="password"]')?.focus();
  };

  return (
    <main className="k-signin">
      <div className="k-signin-box k-panel">
        <div className="k-signin-head">
          <img src="/favicon.svg" alt="" width={32} height={32} />
          <span className="k-signin-name">{t('app.name')}</span>
          <SegmentedControl
            size="xs"
            aria-label={t('language')}
            value={i18n.language}
            onChange={value => void changeLanguage(value as Language)}
            data={[
              { value: 'ru', label: 'Рус' },
              { value: 'en', label: 'Eng' },
            ]}
          />
        </div>
        <h1>{t('signIn.title')}</h1>
        <SignInForm
          login={login}
          password={password}
          onLogin={setLogin}
          onPassword={setPassword}
          onSignedIn={enter}
        />
        <p className="k-caption k-muted">{t('signIn.warning')}</p>
      </div>
      <DemoSignIns onPick={useHint} />
    </main>
  );
}

/** Sign-ins of the demo region; a real region answers with none. */
function DemoSignIns({ onPick }: { onPick: (hint: SignInHint) => void }) {
  const { t } = useTranslation();
  const hints = useSignInHints().data ?? [];
  if (hints.length === 0) return null;
  return (
    <section className="k-signin-box k-panel k-signin-hints" aria-labelledby="demo-sign-ins">
      <h2 id="demo-sign-ins">{t('signIn.demo.title')}</h2>
      <p className="k-muted">{t('signIn.demo.text')}</p>
      <ul>
        {hints.map(hint => (
          <li key={hint.login}>
            <button type="button" className="k-plain k-signin-hint" onClick={() => onPick(hint)}>
              <span className="k-signin-hint-role">{hint.roleTitle}</span>
              <code>{hint.login}</code>
              <span className="k-caption k-muted">{hint.organisation}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
