import { IconMessageReport } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useRequestCount } from '../../api/request-queries.ts';
import { AppLink } from '../../components/app-link.tsx';
import { links } from '../../links.ts';
import { Block } from './block.tsx';

/** Proposals that wait; the block is there only while something does. */
export function RequestsBlock({ appointment }: { appointment: string }) {
  const { t } = useTranslation();
  const { incoming = 0, outgoing = 0 } = useRequestCount(true).data ?? {};
  if (incoming + outgoing === 0) return null;
  return (
    <Block title={t('home.requests.title')}>
      <ul className="k-home-reports">
        {incoming > 0 && (
          <li>
            <AppLink to={links.requests(appointment)} className="k-home-report">
              <IconMessageReport size={18} stroke={1.6} aria-hidden />
              {t('home.requests.incoming', { count: incoming })}
            </AppLink>
          </li>
        )}
        {outgoing > 0 && (
          <li>
            <AppLink to={links.requests(appointment)} search={{ box: 'outgoing' }} className="k-home-report">
              <IconMessageReport size={18} stroke={1.6} aria-hidden />
              {t('home.requests.outgoing', { count: outgoing })}
            </AppLink>
          </li>
        )}
      </ul>
    </Block>
  );
}
