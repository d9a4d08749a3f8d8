import { useTranslation } from 'react-i18next';
import { useHome, useSession } from '../../api/queries.ts';
import { PageHeader } from '../../components/page-header.tsx';
import { ErrorState, LoadingLines } from '../../components/states.tsx';
import { useDocumentTitle } from '../../components/use-document-title.ts';
import { ChangesBlock } from './changes-block.tsx';
import { DebtsBlock } from './debts-block.tsx';
import { GuideBlock } from './guide-block.tsx';
import { NoticesBlock } from './notices-block.tsx';
import { ReportsBlock } from './reports-block.tsx';
import { RequestsBlock } from './requests-block.tsx';
import './home.css';

/** «Обзор»: what to do first, what is not filled in, what changed, which reports are ready. */
export function HomeScreen() {
  const { t } = useTranslation();
  const session = useSession().data;
  const home = useHome();
  useDocumentTitle(t('home.title'), session?.active.organisation.name);
  if (!session) return <LoadingLines />;
  const { organisation, id } = session.active;
  return (
    <>
      <PageHeader
        title={t('home.title')}
        detail={organisation.fullName ?? organisation.name}
        help={t('home.help')}
      />
      {home.isError ? (
        <ErrorState error={home.error} onRetry={home.refetch} />
      ) : !home.data ? (
        <LoadingLines />
      ) : (
        <div className="k-home">
          <div className="k-home-main">
            {session.can.requests && <RequestsBlock appointment={id} />}
            <GuideBlock steps={home.data.guide} appointment={id} />
            <NoticesBlock notices={home.data.notices} appointment={id} />
            <DebtsBlock debts={home.data.debts} appointment={id} />
          </div>
          <div className="k-home-side">
            <ReportsBlock reports={home.data.reports} appointment={id} />
            <ChangesBlock changes={home.data.changes} appointment={id} />
          </div>
        </div>
      )}
    </>
  );
}
