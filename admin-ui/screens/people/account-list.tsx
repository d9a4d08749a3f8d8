import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '../../api/queries.ts';
import { EmptyState, ErrorState, LoadingLines } from '../../components/states.tsx';
import { StatusBadge } from '../../components/status-badge.tsx';
import { useDays } from './days.ts';
import { type Account, type AccountFilter, type Staffing, useAccounts } from './people-queries.ts';

interface AccountListProps {
  roles: Staffing['items'];
  onOpen: (account: Account) => void;
}

type State = '' | 'open' | 'blocked';

/** Users by name: search, role, state; a row opens what can be done with the account. */
export function AccountList({ roles, onOpen }: AccountListProps) {
  const { t } = useTranslation();
  const [q, setQ] = useState('');
  const [role, setRole] = useState('');
  const [state, setState] = useState<State>('');
  const [trail, setTrail] = useState<string[]>([]);
  const [asked] = useDebouncedValue(q.trim(), 250);
  const after = trail.at(-1);
  const filter: AccountFilter = {
    ...(asked ? { q: asked } : {}),
    ...(role ? { role } : {}),
    ...(state ? { blocked: state === 'blocked' } : {}),
  };
  const page = useAccounts({ ...filter, ...(after ? { after } : {}) }, true);
  const changed =
    <T,>(set: (value: T) => void) =>
    (value: T) => {
      set(value);
      setTrail([]);
    };
  return (
    <section aria-label={t('people.users')}>
      <search className="k-people-filters">
        <TextInput
          label={t('people.search')}
          type="search"
          value={q}
          onChange={event => changed(setQ)(event.currentTarget.value)}
        />
        <NativeSelect
          label={t('people.role')}
          value={role}
          onChange={event => changed(setRole)(event.currentTarget.value)}
          data={[
            { value: '', label: t('people.anyRole') },
            ...roles.map(one => ({ value: one.role, label: one.roleTitle })),
          ]}
        />
        <NativeSelect
          label={t('people.state')}
          value={state}
          onChange={event => changed(setState)(event.currentTarget.value as State)}
          data={[
            { value: '', label: t('people.anyState') },
            { value: 'open', label: t('people.notBlocked') },
            { value: 'blocked', label: t('people.blocked') },
          ]}
        />
      </search>
      {page.isError ? (
        <ErrorState error={page.error} onRetry={page.refetch} />
      ) : !page.data ? (
        <LoadingLines />
      ) : page.data.items.length === 0 ? (
        <EmptyState title={t('people.nobody.title')} text={t('people.nobody.text')} />
      ) : (
        <Rows accounts={page.data.items} dimmed={page.isPlaceholderData} onOpen={onOpen} />
      )}
      <nav className="k-people-pager" aria-label={t('people.pages')}>
        <span role="status" className="k-muted">
          {page.data && t('people.count', { count: page.data.count })}
        </span>
        <span className="k-grow" />
        {trail.length > 0 && (
          <Button variant="default" onClick={() => setTrail(trail.slice(0, -1))}>
            {t('list.back')}
          </Button>
        )}
        {page.data?.next && (
          <Button variant="default" onClick={() => setTrail([...trail, page.data?.next ?? ''])}>
            {t('list.forward')}
          </Button>
        )}
      </nav>
    </section>
  );
}

function Rows({
  accounts,
  dimmed,
  onOpen,
}: {
  accounts: Account[];
  dimmed: boolean;
  onOpen: (account: Account) => void;
}) {
  const { t } = useTranslation();
  const days = useDays();
  const wide = useSession().data?.active.organisation.level !== 'organisation';
  return (
    <table className="k-people-table" aria-busy={dimmed} data-dimmed={dimmed || undefined}>
      <caption className="k-hidden">{t('people.users')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('people.name')}</th>
          <th scope="col">{t('people.login')}</th>
          <th scope="col">{t('people.roles')}</th>
          <th scope="col">{t('people.lastSignIn')}</th>
          <th scope="col">{t('people.state')}</th>
        </tr>
      </thead>
      <tbody>
        {accounts.map(account => (
          <tr key={account.id}>
            <th scope="row">
              <button type="button" className="k-plain k-people-name" onClick={() => onOpen(account)}>
                {account.name}
              </button>
            </th>
            <td data-label={t('people.login')}>{account.login}</td>
            <td data-label={t('people.roles')}>
              {account.appointments
                .filter(one => one.state !== 'ended')
                .map(one => (
                  <div key={one.id}>
                    {one.roleTitle}
                    <span className="k-caption k-muted">
                      {[wide ? one.organisation.name : '', days.order(one)]
                        .filter(Boolean)
                        .map(text => ` · ${text}`)
                        .join('')}
                    </span>
                  </div>
                ))}
            </td>
            <td data-label={t('people.lastSignIn')}>
              {account.lastSignIn ? days.moment(account.lastSignIn) : t('people.never')}
            </td>
            <td data-label={t('people.state')}>
              <AccountState account={account} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function AccountState({ account }: { account: Account }) {
  const { t } = useTranslation();
  if (account.blocked) return <StatusBadge tone="danger">{t('people.blocked')}</StatusBadge>;
  if (account.mustChangePassword) return <StatusBadge tone="warn">{t('people.oneTime')}</StatusBadge>;
  return <StatusBadge tone="ok">{t('people.works')}</StatusBadge>;
}
