import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { StatusBadge } from '../../components/status-badge.tsx';
import { useDays } from './days.ts';
import type { Staffing } from './people-queries.ts';

/** Who is appointed (S001-П2-3.2): a role that the regulation wants and nobody holds is an empty row with a button. */
export function StaffingTable({
  staffing,
  onAppoint,
}: {
  staffing: Staffing;
  onAppoint: (role: string) => void;
}) {
  const { t } = useTranslation();
  const days = useDays();
  const givable = new Set(staffing.givable.map(one => one.role));
  return (
    <table className="k-people-table">
      <caption className="k-hidden">{t('people.staffing')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('people.role')}</th>
          <th scope="col">{t('people.holders')}</th>
          <th scope="col">{t('people.action')}</th>
        </tr>
      </thead>
      <tbody>
        {staffing.items.map(line => (
          <tr key={line.role}>
            <th scope="row">
              {line.roleTitle}
              <div className="k-caption k-muted">{t(`people.wanted.${line.wanted}`)}</div>
            </th>
            <td data-label={t('people.holders')}>
              {line.count === 0 && <StatusBadge tone="warn">{t('people.vacant')}</StatusBadge>}
              {line.holders.map(holder => (
                <div key={holder.user + holder.from}>
                  {holder.name}
                  <span className="k-caption k-muted"> {days.order(holder)}</span>
                </div>
              ))}
              {line.count > line.holders.length && (
                <div className="k-caption k-muted">
                  {t('people.more', { count: line.count - line.holders.length })}
                </div>
              )}
            </td>
            <td className="k-people-act">
              {givable.has(line.role) && (
                <Button
                  variant={line.count === 0 ? 'filled' : 'default'}
                  aria-label={t('people.appointTo', { role: line.roleTitle })}
                  onClick={() => onAppoint(line.role)}
                >
                  {t('people.appoint')}
                </Button>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
