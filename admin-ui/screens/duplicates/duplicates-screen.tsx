import { Button, Tabs } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DuplicatePair } from '../../../core/storage/people/people.types.ts';
import { PageHeader } from '../../components/page-header.tsx';
import { EmptyState, ErrorState, LoadingLines } from '../../components/states.tsx';
import { useDocumentTitle } from '../../components/use-document-title.ts';
import { useDuplicates } from './duplicate-queries.ts';
import { MergeDialog } from './merge-dialog.tsx';
import { MergeList } from './merge-list.tsx';
import { fullName, PersonFacts } from './person-facts.tsx';
import './duplicates.css';

/** Entries that may be one person, side by side, and what has been joined already. */
export function DuplicatesScreen() {
  const { t } = useTranslation();
  useDocumentTitle(t('duplicates.title'));
  return (
    <>
      <PageHeader title={t('duplicates.title')} help={t('duplicates.help')} />
      <Tabs defaultValue="pairs" keepMounted={false}>
        <Tabs.List className="k-twins-tabs">
          <Tabs.Tab value="pairs">{t('duplicates.pairs')}</Tabs.Tab>
          <Tabs.Tab value="merges">{t('duplicates.merges')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="pairs">
          <Pairs />
        </Tabs.Panel>
        <Tabs.Panel value="merges">
          <MergeList />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}

function Pairs() {
  const { t } = useTranslation();
  const [after, setAfter] = useState<string>();
  const [chosen, setChosen] = useState<DuplicatePair>();
  const page = useDuplicates(after);
  if (page.isError) return <ErrorState error={page.error} onRetry={page.refetch} />;
  if (!page.data) return <LoadingLines />;
  const { items, next } = page.data;
  return (
    <>
      {items.length === 0 && <EmptyState title={t(next ? 'duplicates.more' : 'duplicates.empty')} />}
      <ul className="k-twins">
        {items.map(pair => {
          const [one, other] = pair.people;
          return (
            <li key={`${one.id} ${other.id}`} className="k-panel k-twins-pair">
              <p className="k-caption k-muted">{t(`duplicates.why.${pair.reason}`)}</p>
              <PersonFacts person={one} differs={pair.differs} />
              <PersonFacts person={other} differs={pair.differs} />
              <Button
                variant="default"
                aria-label={t('duplicates.merge.of', { name: fullName(one), other: fullName(other) })}
                onClick={() => setChosen(pair)}
              >
                {t('duplicates.merge.open')}
              </Button>
            </li>
          );
        })}
      </ul>
      {(after || next) && (
        <div className="k-requests-pager">
          {after && (
            <Button variant="default" onClick={() => setAfter(undefined)}>
              {t('requests.first')}
            </Button>
          )}
          {next && (
            <Button variant="default" onClick={() => setAfter(next)}>
              {t('requests.next')}
            </Button>
          )}
        </div>
      )}
      {chosen && <MergeDialog pair={chosen} onClose={() => setChosen(undefined)} />}
    </>
  );
}
