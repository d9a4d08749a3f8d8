import { useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { RequestDetail } from '../../../core/storage/requests/request.types.ts';
import { useAppointment, useDictionary } from '../../api/queries.ts';
import { useRequest } from '../../api/request-queries.ts';
import { AppLink } from '../../components/app-link.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { FailedScreen, LoadingLines } from '../../components/states.tsx';
import { StatusBadge } from '../../components/status-badge.tsx';
import { useDocumentTitle } from '../../components/use-document-title.ts';
import { useValueWords } from '../../components/use-value-words.ts';
import { instantText } from '../../components/value-text.ts';
import { links } from '../../links.ts';
import { DecisionForm } from './decision-form.tsx';
import { Differences } from './differences.tsx';
import { RequestBadge } from './request-badge.tsx';
import './requests.css';

/** One proposal: what differs, who asks, who is asked, and the decision. */
export function RequestScreen() {
  const { id = '' } = useParams({ strict: false }) as { id?: string };
  const request = useRequest(id);
  if (request.data) return <Opened key={`${id} ${request.data.version ?? ''}`} request={request.data} />;
  if (request.isError) return <FailedScreen error={request.error} onRetry={() => void request.refetch()} />;
  return <LoadingLines lines={10} />;
}

function Opened({ request }: { request: RequestDetail }) {
  const { t } = useTranslation();
  const appointment = useAppointment();
  const title = t('requests.one', { title: request.label || request.entityTitle });
  useDocumentTitle(title);
  return (
    <>
      <PageHeader
        title={title}
        crumbs={[{ title: t('requests.title'), to: links.requests(appointment) }]}
        badge={<RequestBadge item={request} />}
        detail={t(`requests.kind.${request.kind}`)}
      />
      <div className="k-request-body">
        <Facts request={request} />
        {!request.may.decide && request.fields.length > 0 && (
          <section className="k-panel k-request-part">
            <h2>{t('requests.differences')}</h2>
            <Differences entity={request.entity} fields={request.fields} kept={request.kept} />
          </section>
        )}
        {(request.may.decide || request.may.withdraw) && <DecisionForm request={request} />}
      </div>
    </>
  );
}

function Facts({ request }: { request: RequestDetail }) {
  const { t } = useTranslation();
  const appointment = useAppointment();
  const { locale } = useValueWords();
  const roles = useDictionary('system-roles').data?.items ?? [];
  const role = roles.find(one => one.code === request.role)?.text;
  const decided = [request.decidedBy, request.decidedAt && instantText(request.decidedAt, locale)];
  return (
    <section className="k-panel k-request-part">
      <dl className="k-facts">
        {request.recordId && (
          <div>
            <dt>{t('requests.card')}</dt>
            <dd>
              <AppLink to={links.card(appointment, request.entity, request.recordId)} className="k-target">
                {request.label || request.entityTitle}
              </AppLink>
              , {request.entityTitle.toLowerCase()}
            </dd>
          </div>
        )}
        <div>
          <dt>{t('requests.by')}</dt>
          <dd>
            {[request.by, role, request.organisation].filter(Boolean).join(', ')},{' '}
            <time dateTime={request.at}>{instantText(request.at, locale)}</time>
          </dd>
        </div>
        {request.reason && (
          <div>
            <dt>{t('requests.reason')}</dt>
            <dd>{request.reason}</dd>
          </div>
        )}
        {request.state !== 'open' && (request.decidedBy || request.comment) && (
          <div>
            <dt>{t('requests.decision')}</dt>
            <dd>{[...decided, request.comment].filter(Boolean).join(' · ')}</dd>
          </div>
        )}
        {request.voices.length > 0 && <Voices request={request} locale={locale} />}
      </dl>
    </section>
  );
}

const TONES = { open: 'warn', approved: 'ok', refused: 'danger' } as const;

function Voices({ request, locale }: { request: RequestDetail; locale: string }) {
  const { t } = useTranslation();
  return (
    <div>
      <dt>{t('requests.voices')}</dt>
      <dd>
        <ul className="k-voices">
          {request.voices.map(voice => (
            <li key={voice.organisation}>
              {voice.organisation}{' '}
              <StatusBadge tone={TONES[voice.state]}>{t(`requests.voice.${voice.state}`)}</StatusBadge>{' '}
              <span className="k-caption k-muted">
                {[voice.by, voice.at && instantText(voice.at, locale), voice.comment]
                  .filter(Boolean)
                  .join(' · ')}
              </span>
            </li>
          ))}
        </ul>
      </dd>
    </div>
  );
}
