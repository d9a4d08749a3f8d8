import { Button, Group, Modal, Stack } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client.ts';
import { useReturnFocus } from '../../components/use-return-focus.ts';
import { AccountState } from './account-list.tsx';
import { useDays } from './days.ts';
import { type Account, useAct } from './people-queries.ts';
import type { Dialog } from './people-screen.tsx';

interface AccountDialogProps {
  account: Account;
  mayAppoint: boolean;
  onDialog: (dialog: Dialog) => void;
  onClose: () => void;
}

type Asked = 'block' | 'password';

/** One account: its appointments, and what may be done with it. What cannot be taken back is asked about first. */
export function AccountDialog({ account, mayAppoint, onDialog, onClose }: AccountDialogProps) {
  useReturnFocus();
  const { t } = useTranslation();
  const [asked, setAsked] = useState<Asked>();
  const path = `/api/accounts/${account.id}`;
  const block = useAct(() => api.post(`${path}/${account.blocked ? 'unblock' : 'block'}`));
  const reset = useAct(() => api.post<{ password: string }>(`${path}/password`));
  const handOver = () =>
    reset.mutate(undefined, {
      onSuccess: ({ password }) =>
        onDialog({ kind: 'handed', name: account.name, handed: { login: account.login, password } }),
    });
  return (
    <Modal
      opened
      onClose={onClose}
      size={640}
      title={account.name}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <Stack gap={12}>
        <Group gap={8}>
          <span>{t('people.loginIs', { login: account.login })}</span>
          <AccountState account={account} />
        </Group>
        {account.elsewhere > 0 && <p className="k-muted">{t('people.elsewhere')}</p>}
        <Appointments account={account} onDialog={onDialog} />
        {asked ? (
          <div className="k-people-ask" role="alert">
            <p>{t(`people.ask.${asked}`)}</p>
            <Group gap={8}>
              <Button
                color="red"
                loading={block.isPending || reset.isPending}
                onClick={() =>
                  asked === 'block' ? block.mutate(undefined, { onSuccess: onClose }) : handOver()
                }
              >
                {t(`people.${asked}`)}
              </Button>
              <Button variant="default" data-autofocus onClick={() => setAsked(undefined)}>
                {t('cancel')}
              </Button>
            </Group>
          </div>
        ) : (
          <Group gap={8}>
            {mayAppoint && account.may.appoint && (
              <Button onClick={() => onDialog({ kind: 'appoint', account })}>{t('people.appoint')}</Button>
            )}
            {account.may.password && (
              <Button variant="default" onClick={() => setAsked('password')}>
                {t('people.password')}
              </Button>
            )}
            {account.may.block && account.blocked && (
              <Button
                variant="default"
                loading={block.isPending}
                onClick={() => block.mutate(undefined, { onSuccess: onClose })}
              >
                {t('people.unblock')}
              </Button>
            )}
            {account.may.block && !account.blocked && (
              <Button variant="default" onClick={() => setAsked('block')}>
                {t('people.block')}
              </Button>
            )}
          </Group>
        )}
      </Stack>
    </Modal>
  );
}

function Appointments({ account, onDialog }: Pick<AccountDialogProps, 'account' | 'onDialog'>) {
  const { t } = useTranslation();
  const days = useDays();
  return (
    <ul className="k-people-held" aria-label={t('people.appointments')}>
      {account.appointments.map(one => (
        <li key={one.id} data-ended={one.state === 'ended' || undefined}>
          <div className="k-grow">
            <strong>{one.roleTitle}</strong>
            <div className="k-caption k-muted">
              {[one.organisation.name, days.order(one), days.span(one)].filter(Boolean).join(' · ')}
            </div>
          </div>
          {one.change && (
            <Button
              variant="default"
              aria-label={t('people.changeOf', { role: one.roleTitle })}
              onClick={() => onDialog({ kind: 'appoint', account, appointment: one })}
            >
              {t('people.change')}
            </Button>
          )}
        </li>
      ))}
    </ul>
  );
}
