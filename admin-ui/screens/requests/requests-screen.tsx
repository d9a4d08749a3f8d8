import { Button, SegmentedControl } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { RequestItem } from '../../../core/storage/requests/request.types.ts';
import { useAppointment, useDictionary } from '../../api/queries.ts';
import { type Box, type BoxState, useRequests } from '../../api/request-queries.ts';
import { AppLink } from '../../components/app-link.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { EmptyState, ErrorState, LoadingLines } from '../../components/states.tsx';
import { useDocumentTitle } from '../../components/use-document-title.ts';
import { useValueWords } from '../../components/use-value-words.ts';
import { instantText } from '../../components/value-text.ts';
import { links } from '../../links.ts';
import type { BoxSearch } from '../../router.tsx';
import { RequestBadge } from './request-badge.tsx';
import './requests.css';

/** Proposals to change cards: those that wait for the reader's decision, and the reader's own. */
export function RequestsScreen() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const appointment = useAppointment();
  const { box = 'incoming', state = 'open', after } = useSearch({ strict: false }) as BoxSearch;
  const page = useRequests(box, state, after);
  useDocumentTitle(t('requests.title'));
  const go = (search: BoxSearch) => void navigate({ to: links.requests(appointment), search });
  return (
    <>
      <PageHeader title={t('requests.title')} help={t('requests.help')} />
      <div className="k-requests-bar">
        <SegmentedControl
          value={box}
          aria-label={t('requests.box')}
          data={[
            { value: 'incoming', label: t('requests.incoming') },
            { value: 'outgoing', label: t('requests.outgoing') },
          ]}
          onChange={value => go({ box: value as Box, state })}
        />
        <SegmentedControl
          value={state}
          aria-label={t('requests.state')}
          data={[
            { value: 'open', label: t('requests.open') },
            { value: 'closed', label: t('requests.closed') },
          ]}
          onChange={value => go({ box, state: value as BoxState })}
        />
      </div>
      {page.isError ? (
        <ErrorState error={page.error} onRetry={page.refetch} />
      ) : !page.data ? (
        <LoadingLines />
      ) : page.data.items.length === 0 ? (
        <EmptyState
          title={t(`requests.empty.${box}.${state}`)}
          text={box === 'outgoing' ? t('requests.empty.how') : undefined}
        />
      ) : (
        <ul className="k-requests">
          {page.data.items.map(item => (
            <li key={item.id}>
              <RequestLine item={item} />
            </li>
          ))}
        </ul>
      )}
      {(after || page.data?.next) && (
        <div className="k-requests-pager">
          {after && (
            <Button variant="default" onClick={() => go({ box, state })}>
              {t('requests.first')}
            </Button>
          )}
          {page.data?.next && (
            <Button variant="default" onClick={() => go({ box, state, after: page.data.next as string })}>
              {t('requests.next')}
            </Button>
          )}
        </div>
      )}
    </>
  );
}

function RequestLine({ item }: { item: RequestItem }) {
  const { t } = useTranslation();
  const { locale } = useValueWords();
  const appointment = useAppointment();
  const roles = useDictionary('system-roles').data?.items ?? [];
  const role = roles.find(one => one.code === item.role)?.text;
  return (
    <AppLink to={links.request(appointment, item.id)} className="k-request">
      <span className="k-grow">
        <span className="k-request-title">{item.label || item.entityTitle}</span>
        <span className="k-caption k-muted">
          {[
            item.label ? item.entityTitle : '',
            item.fields.map(field => field.title).join(', ') || t(`requests.kind.${item.kind}`),
          ]
            .filter(Boolean)
            .join(' · ')}
        </span>
        <span className="k-caption k-muted">
          {[[item.by, role].filter(Boolean).join(', '), item.organisation, instantText(item.at, locale)].join(
            ' · ',
          )}
        </span>
      </span>
      <RequestBadge item={item} />
    </AppLink>
  );
}
