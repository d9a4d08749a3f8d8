import { Button, Group, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client.ts';
import { useAppointment } from '../../api/queries.ts';
import { ErrorState, LoadingLines } from '../../components/states.tsx';
import { StatusBadge } from '../../components/status-badge.tsx';
import { QrPicture } from './qr-picture.tsx';

interface State {
  enrolled: boolean;
  required: boolean;
  recovery: number;
}

/** Enrolment in two steps: the key goes into the app, a code of the app comes back. */
export function SecondFactor({ onChange }: { onChange: () => void }) {
  const { t } = useTranslation();
  const appointment = useAppointment();
  const client = useQueryClient();
  const key = ['o', appointment, 'second-factor'];
  const state = useQuery({ queryKey: key, queryFn: () => api.get<State>('/api/session/second-factor') });
  const [codes, setCodes] = useState<string[]>();
  const begin = useMutation({
    mutationFn: () => api.post<{ secret: string; uri: string }>('/api/session/second-factor'),
  });
  const settle = () => {
    begin.reset();
    void client.invalidateQueries({ queryKey: key });
    onChange();
  };
  if (state.isError) return <ErrorState error={state.error} onRetry={() => void state.refetch()} />;
  if (!state.data) return <LoadingLines lines={3} />;
  const { enrolled, required, recovery } = state.data;
  return (
    <section className="k-panel k-security-part" aria-labelledby="second-factor">
      <h2 id="second-factor">
        {t('factor.title')}{' '}
        <StatusBadge tone={enrolled ? 'ok' : 'plain'}>{t(enrolled ? 'factor.on' : 'factor.off')}</StatusBadge>
      </h2>
      {codes ? (
        <RecoveryCodes codes={codes} onDone={() => setCodes(undefined)} />
      ) : enrolled ? (
        <>
          <p>{t('factor.left', { count: recovery })}</p>
          {!required && <CodeForm act="remove" onDone={settle} />}
        </>
      ) : begin.data ? (
        <>
          <p>{t('factor.key')}</p>
          <QrPicture text={begin.data.uri} label={t('factor.qr')} />
          <p>
            <code className="k-security-key">{begin.data.secret.match(/.{1,4}/g)?.join(' ')}</code>
          </p>
          <p>
            <a href={begin.data.uri}>{t('factor.open')}</a>
          </p>
          <CodeForm
            act="confirm"
            onDone={answer => {
              setCodes((answer as { codes: string[] }).codes);
              settle();
            }}
          />
        </>
      ) : (
        <>
          <p>{t('factor.text')}</p>
          {begin.isError && <p role="alert">{begin.error.message}</p>}
          <Group>
            <Button loading={begin.isPending} onClick={() => begin.mutate()}>
              {t('factor.begin')}
            </Button>
          </Group>
        </>
      )}
    </section>
  );
}

function CodeForm({ act, onDone }: { act: 'confirm' | 'remove'; onDone: (answer: unknown) => void }) {
  const { t } = useTranslation();
  const [otp, setOtp] = useState('');
  const send = useMutation({
    mutationFn: () => api.post<unknown>(`/api/session/second-factor/${act}`, { body: { otp: otp.trim() } }),
    onSuccess: onDone,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    send.mutate();
  };
  return (
    <form className="k-security-code" onSubmit={submit}>
      <TextInput
        label={t('factor.code')}
        inputMode="numeric"
        autoComplete="one-time-code"
        required
        withAsterisk={false}
        minLength={6}
        maxLength={40}
        value={otp}
        error={send.isError && send.error.message}
        onChange={event => setOtp(event.currentTarget.value)}
      />
      <Button type="submit" variant={act === 'confirm' ? 'filled' : 'default'} loading={send.isPending}>
        {t(`factor.${act}`)}
      </Button>
    </form>
  );
}

function RecoveryCodes({ codes, onDone }: { codes: string[]; onDone: () => void }) {
  const { t } = useTranslation();
  return (
    <>
      <p role="status">{t('factor.codes')}</p>
      <ul className="k-security-codes">
        {codes.map(code => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <Group>
        <Button variant="default" onClick={() => window.print()}>
          {t('factor.print')}
        </Button>
        <Button onClick={onDone}>{t('factor.kept')}</Button>
      </Group>
    </>
  );
}
