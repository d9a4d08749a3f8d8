import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, type KeyboardEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiProblem, api, apiContext } from '../api/client.ts';
import type { Session } from '../api/types.ts';
import './sign-in-form.css';

interface SignInFormProps {
  login: string;
  password: string;
  onLogin: (login: string) => void;
  onPassword: (password: string) => void;
  /** The person of an expired session signs in again: the name stays. */
  loginFixed?: boolean;
  onSignedIn: (session: Session) => void;
}

/** Login and password. Says that Caps Lock is on; a refusal is read out and focus goes to the password. */
export function SignInForm(props: SignInFormProps) {
  const { t } = useTranslation();
  const [capsLock, setCapsLock] = useState(false);
  const [otp, setOtp] = useState<string>();
  const passwordRef = useRef<HTMLInputElement>(null);
  const signIn = useMutation({
    mutationFn: () =>
      api.post<Session>('/api/session', {
        body: { login: props.login.trim(), password: props.password, ...(otp ? { otp: otp.trim() } : {}) },
        appointment: '',
        quiet: true,
      }),
    onSuccess: session => {
      apiContext.setCsrf(session.csrf);
      props.onSignedIn(session);
    },
    onError: error => {
      const code = error instanceof ApiProblem ? error.code : '';
      if (code === 'OTP_REQUIRED' || code === 'OTP_WRONG') setOtp('');
      else passwordRef.current?.select();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    signIn.mutate();
  };
  const watchCapsLock = (event: KeyboardEvent) => setCapsLock(event.getModifierState?.('CapsLock') ?? false);

  return (
    <form className="k-signin-form" onSubmit={submit} onKeyDown={watchCapsLock} onKeyUp={watchCapsLock}>
      {signIn.isError && (
        <div className="k-signin-error" role="alert">
          {refusalText(signIn.error, t)}
        </div>
      )}
      <TextInput
        label={t('signIn.login')}
        name="login"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        required
        withAsterisk={false}
        readOnly={props.loginFixed ?? false}
        autoFocus={!props.loginFixed}
        value={props.login}
        onChange={event => props.onLogin(event.currentTarget.value)}
      />
      <PasswordInput
        label={t('signIn.password')}
        name="password"
        ref={passwordRef}
        autoComplete="current-password"
        required
        withAsterisk={false}
        autoFocus={props.loginFixed ?? false}
        data-autofocus={props.loginFixed || undefined}
        visibilityToggleButtonProps={{ 'aria-label': t('signIn.show'), tabIndex: 0 }}
        value={props.password}
        onChange={event => props.onPassword(event.currentTarget.value)}
        description={capsLock ? t('signIn.capsLock') : undefined}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
      />
      {otp !== undefined && (
        <TextInput
          label={t('factor.code')}
          description={t('factor.codeHelp')}
          name="otp"
          inputMode="text"
          autoComplete="one-time-code"
          required
          withAsterisk={false}
          autoFocus
          maxLength={40}
          value={otp}
          onChange={event => setOtp(event.currentTarget.value)}
        />
      )}
      <Button type="submit" fullWidth loading={signIn.isPending}>
        {t('signIn.submit')}
      </Button>
    </form>
  );
}

function refusalText(error: unknown, t: (key: string) => string): string {
  if (error instanceof ApiProblem) {
    if (error.detail) return error.detail;
    if (error.status === 401) return t('signIn.wrong');
    if (error.status === 429) return t('signIn.tooMany');
    if (error.status === 0) return t('error.network.text');
  }
  return t('error.other.text');
}
