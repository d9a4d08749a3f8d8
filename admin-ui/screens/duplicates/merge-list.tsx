import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MergeItem } from '../../../core/storage/people/people.types.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { EmptyState, ErrorState, errorCode, LoadingLines } from '../../components/states.tsx';
import { StatusBadge } from '../../components/status-badge.tsx';
import { useValueWords } from '../../components/use-value-words.ts';
import { instantText } from '../../components/value-text.ts';
import { useMerges, useUndo } from './duplicate-queries.ts';
import { fullName, PersonFacts } from './person-facts.tsx';

/** What has been joined; it can be taken apart as long as nobody has built upon it. */
export function MergeList() {
  const { t } = useTranslation();
  const { locale } = useValueWords();
  const merges = useMerges();
  const undo = useUndo();
  const [asked, setAsked] = useState<MergeItem>();
  if (merges.isError) return <ErrorState error={merges.error} onRetry={merges.refetch} />;
  if (!merges.data) return <LoadingLines />;
  if (merges.data.length === 0) return <EmptyState title={t('duplicates.merges.empty')} />;
  const takeApart = async () => {
    if (!asked) return;
    try {
      await undo.mutateAsync(asked.id);
      notifications.show({
        color: 'green',
        message: t('duplicates.undone'),
        closeButtonProps: { 'aria-label': t('close') },
      });
    } catch (error) {
      notifications.show({
        color: 'red',
        title: t('duplicates.undo.failed'),
        message: error instanceof Error ? `${error.message} (${errorCode(error)})` : '',
        autoClose: false,
        closeButtonProps: { 'aria-label': t('close') },
      });
    } finally {
      setAsked(undefined);
    }
  };
  return (
    <>
      <ul className="k-twins">
        {merges.data.map(item => (
          <li key={item.id} className="k-panel k-twins-pair">
            <p className="k-caption k-muted">
              {t('duplicates.merged', {
                name: item.dropped,
                by: item.by,
                at: instantText(item.at, locale),
                count: item.cards,
              })}
            </p>
            <PersonFacts person={item.person} />
            {item.undone ? (
              <StatusBadge tone="plain">
                {t('duplicates.undone.by', { by: item.undone.by, at: instantText(item.undone.at, locale) })}
              </StatusBadge>
            ) : (
              <Button
                variant="default"
                aria-label={t('duplicates.undo.of', { name: fullName(item.person) })}
                onClick={() => setAsked(item)}
              >
                {t('duplicates.undo')}
              </Button>
            )}
          </li>
        ))}
      </ul>
      <ConfirmDialog
        opened={asked !== undefined}
        title={t('duplicates.undo.title')}
        text={t('duplicates.undo.text')}
        confirm={t('duplicates.undo')}
        busy={undo.isPending}
        onConfirm={() => void takeApart()}
        onClose={() => setAsked(undefined)}
      />
    </>
  );
}
