import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client.ts';
import { useAppointment } from '../../api/queries.ts';
import { ErrorState, LoadingLines } from '../../components/states.tsx';

interface OwnLogin {
  id: string;
  current: boolean;
  address: string;
  agent: string;
  since: string;
  seen: string;
}

/** Where one is signed in now; what one does not know can be ended. */
export function OwnLogins() {
  const { t, i18n } = useTranslation();
  const appointment = useAppointment();
  const client = useQueryClient();
  const key = ['o', appointment, 'logins'];
  const logins = useQuery({
    queryKey: key,
    queryFn: () => api.get<{ items: OwnLogin[] }>('/api/session/logins'),
  });
  const end = useMutation({
    mutationFn: (id: string) => api.delete(`/api/session/logins/${id}`),
    onSettled: () => client.invalidateQueries({ queryKey: key }),
  });
  const moment = (iso: string) => new Date(iso).toLocaleString(i18n.language);
  if (logins.isError) return <ErrorState error={logins.error} onRetry={() => void logins.refetch()} />;
  if (!logins.data) return <LoadingLines lines={3} />;
  return (
    <section className="k-panel k-security-part" aria-labelledby="own-logins">
      <h2 id="own-logins">{t('logins.title')}</h2>
      <ul className="k-security-logins">
        {logins.data.items.map(login => (
          <li key={login.id}>
            <span>
              <span>{browserOf(login.agent) ?? t('logins.unknown')}</span>{' '}
              <span className="k-muted">{login.address}</span>
              <br />
              <span className="k-caption k-muted">
                {t('logins.times', { since: moment(login.since), seen: moment(login.seen) })}
              </span>
            </span>
            {login.current ? (
              <span className="k-muted">{t('logins.this')}</span>
            ) : (
              <Button
                variant="default"
                size="xs"
                aria-label={t('logins.end.of', { since: moment(login.since) })}
                onClick={() => end.mutate(login.id)}
              >
                {t('logins.end')}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** «Firefox, Linux»: what people know their devices by. */
function browserOf(agent: string): string | undefined {
  const browser = [
    [/Edg\//, 'Edge'],
    [/YaBrowser\//, 'Yandex'],
    [/Firefox\//, 'Firefox'],
    [/Chrome\//, 'Chrome'],
    [/Safari\//, 'Safari'],
  ].find(([pattern]) => (pattern as RegExp).test(agent))?.[1] as string | undefined;
  const system = /Windows|Android|iPhone|iPad|Mac OS|Linux/.exec(agent)?.[0];
  return browser && [browser, system].filter(Boolean).join(', ');
}
