import { IconFileAnalytics } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Home } from '../../api/types.ts';
import { AppLink } from '../../components/app-link.tsx';
import { links } from '../../links.ts';
import { Block } from './block.tsx';

const SHOWN = 6;

export function ReportsBlock({ reports, appointment }: { reports: Home['reports']; appointment: string }) {
  const { t } = useTranslation();
  return (
    <Block title={t('home.reports.title')}>
      {reports.length === 0 ? (
        <p className="k-muted">{t('home.reports.empty')}</p>
      ) : (
        <ul className="k-home-reports">
          {reports.slice(0, SHOWN).map(report => (
            <li key={report.id}>
              <AppLink to={links.report(appointment, report.id)} className="k-home-report">
                <IconFileAnalytics size={18} stroke={1.6} aria-hidden />
                {report.title}
              </AppLink>
            </li>
          ))}
        </ul>
      )}
      {reports.length > SHOWN && (
        <AppLink to={links.reports(appointment)} className="k-target">
          {t('home.reports.all', { count: reports.length })}
        </AppLink>
      )}
    </Block>
  );
}
