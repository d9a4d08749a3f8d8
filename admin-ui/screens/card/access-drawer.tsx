import { Button, Drawer } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useAccessLog, useDictionary } from '../../api/queries.ts';
import { EmptyState, ErrorState, LoadingLines } from '../../components/states.tsx';
import css from './card.module.css';

interface AccessDrawerProps {
  entity: string;
  id: string;
  opened: boolean;
  onClose: () => void;
}

/** Who saw the card and did what with it, the newest first (R12). */
export function AccessDrawer({ entity, id, opened, onClose }: AccessDrawerProps) {
  const { t, i18n } = useTranslation();
  const log = useAccessLog(entity, id, opened);
  const roles = useDictionary('system-roles', opened).data?.items ?? [];
  const when = new Intl.DateTimeFormat(i18n.language, { dateStyle: 'medium', timeStyle: 'short' });
  const items = log.data?.pages.flatMap(page => page.items) ?? [];
  return (
    <Drawer
      opened={opened}
      onClose={onClose}
      position="right"
      size="md"
      classNames={{ title: css.drawerTitle ?? '' }}
      title={t('card.access')}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      {log.isPending && <LoadingLines />}
      {log.isError && <ErrorState error={log.error} onRetry={() => void log.refetch()} />}
      {log.data && items.length === 0 && <EmptyState title={t('card.access.empty')} />}
      <ol className={css.history}>
        {items.map((entry, index) => (
          <li key={`${entry.at} ${index}`}>
            <header>
              <strong>{entry.by ?? t('card.access.system')}</strong>
              <time className="k-caption k-muted" dateTime={entry.at}>
                {when.format(new Date(entry.at))}
              </time>
            </header>
            <p>{t(`card.access.${entry.action}`, { defaultValue: entry.action })}</p>
            <p className="k-caption k-muted">
              {[roles.find(role => role.code === entry.role)?.text, entry.organisation]
                .filter(Boolean)
                .join(', ')}
            </p>
          </li>
        ))}
      </ol>
      {log.hasNextPage && (
        <Button variant="default" loading={log.isFetchingNextPage} onClick={() => void log.fetchNextPage()}>
          {t('card.access.more')}
        </Button>
      )}
    </Drawer>
  );
}
