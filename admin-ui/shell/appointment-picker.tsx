import { TextInput } from '@mantine/core';
import { type KeyboardEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Appointment, Session } from '../api/types.ts';
import { groupAppointments } from './appointment-groups.ts';
import { recentAppointments } from './recent-appointments.ts';

/** Searchable list of one's appointments. Arrow down leaves the search box, Enter takes the first one. */
export function AppointmentPicker({
  session,
  onPick,
}: {
  session: Session;
  onPick: (appointment: Appointment) => void;
}) {
  const { t } = useTranslation();
  const [search, setSearch] = useState('');
  const groups = groupAppointments(session.appointments, recentAppointments(), search, {
    recent: t('organisation.recent'),
    region: t('organisation.region'),
  });
  const first = groups[0]?.appointments[0];

  const onKey = (event: KeyboardEvent<HTMLElement>) => {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    event.preventDefault();
    const rows = [...event.currentTarget.querySelectorAll<HTMLElement>('button[data-row]')];
    const at = rows.indexOf(document.activeElement as HTMLElement) + (event.key === 'ArrowDown' ? 1 : -1);
    rows[Math.max(0, Math.min(rows.length - 1, at))]?.focus();
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: arrows only add to Tab, which works everywhere
    <div onKeyDown={onKey}>
      <TextInput
        aria-label={t('organisation.search')}
        placeholder={t('organisation.search')}
        value={search}
        data-autofocus
        onChange={event => setSearch(event.currentTarget.value)}
        onKeyDown={event => {
          if (event.key === 'Enter' && first) onPick(first);
        }}
      />
      <div className="k-org-list">
        {groups.length === 0 && <p className="k-muted">{t('nothingFound')}</p>}
        {groups.map(group => (
          <section key={group.title}>
            <h3 className="k-caption k-muted">{group.title}</h3>
            {group.appointments.map(item => (
              <button
                key={item.id}
                type="button"
                data-row
                className="k-plain k-org-row"
                aria-current={item.id === session.active.id ? 'true' : undefined}
                onClick={() => onPick(item)}
              >
                <span>{item.organisation.name}</span>
                <span className="k-caption k-muted">{item.roleTitle}</span>
              </button>
            ))}
          </section>
        ))}
      </div>
    </div>
  );
}
