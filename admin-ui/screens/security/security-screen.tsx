import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useAppointment, useSession } from '../../api/queries.ts';
import { PageHeader } from '../../components/page-header.tsx';
import { useDocumentTitle } from '../../components/use-document-title.ts';
import { links } from '../../links.ts';
import { OwnLogins } from './own-logins.tsx';
import { SecondFactor } from './second-factor.tsx';
import './security.css';

/** The safety of the own account: second factor, live logins, password. */
export function SecurityScreen() {
  const { t, i18n } = useTranslation();
  const client = useQueryClient();
  const appointment = useAppointment();
  const session = useSession().data;
  useDocumentTitle(t('security.title'));
  const previous = session?.lastSignIn.previous;
  return (
    <>
      <PageHeader title={t('security.title')} help={t('security.help')} />
      <div className="k-security">
        {session?.mustEnrol && (
          <p className="k-security-must" role="status">
            {t('security.must')}
          </p>
        )}
        {previous && (
          <p className="k-muted">
            {t('security.previous', { moment: new Date(previous).toLocaleString(i18n.language) })}{' '}
            {t('security.failed', { count: session?.lastSignIn.failedTries ?? 0 })}
          </p>
        )}
        <SecondFactor onChange={() => void client.invalidateQueries({ queryKey: ['session'] })} />
        {!session?.mustEnrol && <OwnLogins />}
        {!session?.mustEnrol && (
          <p>
            <Link to={links.password(appointment)}>{t('password.title')}</Link>
          </p>
        )}
      </div>
    </>
  );
}
