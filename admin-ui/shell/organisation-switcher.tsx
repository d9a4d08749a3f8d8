import { Popover } from '@mantine/core';
import { IconBuilding, IconSelector } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Appointment, Session } from '../api/types.ts';
import { links } from '../links.ts';
import { AppointmentPicker } from './appointment-picker.tsx';
import { rememberAppointment } from './recent-appointments.ts';
import './organisation-switcher.css';

/**
 * The organisation and post one acts under. The choice stands in the address, so two windows may show two
 * organisations; with a single appointment it is only a sign.
 */
export function OrganisationSwitcher({ session, folded }: { session: Session; folded: boolean }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [open, setOpen] = useState(false);
  const { active } = session;
  const single = session.appointments.length < 2;
  const pick = (appointment: Appointment) => {
    setOpen(false);
    rememberAppointment(appointment.id);
    void navigate({ to: links.home(appointment.id) });
  };
  const face = folded ? (
    <IconBuilding size={20} stroke={1.7} aria-hidden />
  ) : (
    <>
      <span className="k-org-text">
        <span className="k-org-name">{active.organisation.name}</span>
        <span className="k-caption k-muted">
          {[active.roleTitle, active.organisation.municipality].filter(Boolean).join(' · ')}
        </span>
      </span>
      {!single && <IconSelector size={16} stroke={1.7} aria-hidden />}
    </>
  );
  if (single) {
    return (
      <div className="k-org" title={active.organisation.fullName ?? active.organisation.name}>
        {face}
      </div>
    );
  }
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-start" width={340} trapFocus returnFocus>
      <Popover.Target>
        <button
          type="button"
          className="k-plain k-org k-org-button"
          aria-haspopup="dialog"
          aria-expanded={open}
          onClick={() => setOpen(value => !value)}
        >
          {folded && <span className="k-hidden">{active.organisation.name}</span>}
          {face}
          <span className="k-hidden">{t('organisation.switch')}</span>
        </button>
      </Popover.Target>
      <Popover.Dropdown p={8} aria-label={t('organisation.list')}>
        <AppointmentPicker session={session} onPick={pick} />
      </Popover.Dropdown>
    </Popover>
  );
}
