import { IconAlertTriangle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Home } from '../../api/types.ts';
import { AppLink } from '../../components/app-link.tsx';
import { links } from '../../links.ts';
import { Block } from './block.tsx';

/** What waits: each line leads to the report that counted it. Nothing waiting, no block. */
export function NoticesBlock({ notices, appointment }: { notices: Home['notices']; appointment: string }) {
  const { t } = useTranslation();
  if (notices.length === 0) return null;
  return (
    <Block title={t('home.notices.title')}>
      <ul className="k-home-reports">
        {notices.map(notice => (
          <li key={notice.report}>
            <AppLink to={links.report(appointment, notice.report)} className="k-home-report">
              <IconAlertTriangle size={18} stroke={1.6} aria-hidden />
              {t('home.notices.line', { text: notice.text, count: notice.count })}
            </AppLink>
          </li>
        ))}
      </ul>
    </Block>
  );
}
