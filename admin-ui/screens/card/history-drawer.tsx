import { Drawer } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { HistoryEntry, JsonValue } from '../../../core/storage/gateway.types.ts';
import { useDictionary, useHistory } from '../../api/queries.ts';
import { EmptyState, ErrorState, LoadingLines } from '../../components/states.tsx';
import { StatusBadge } from '../../components/status-badge.tsx';
import type { FormEnvironment } from '../../forms/environment.ts';
import { describeValue } from '../../forms/values/describe-value.ts';
import css from './card.module.css';

interface HistoryDrawerProps {
  entity: string;
  id: string;
  opened: boolean;
  environment: FormEnvironment;
  onClose: () => void;
}

/** Who changed what and when, the newest first; changes of the shared person are marked. */
export function HistoryDrawer({ entity, id, opened, environment, onClose }: HistoryDrawerProps) {
  const { t } = useTranslation();
  const history = useHistory(entity, id, opened);
  const roles = useDictionary('system-roles', opened).data?.items ?? [];
  return (
    <Drawer
      opened={opened}
      onClose={onClose}
      position="right"
      size="md"
      classNames={{ title: css.drawerTitle ?? '' }}
      title={t('card.history')}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      {history.isPending && <LoadingLines />}
      {history.isError && <ErrorState error={history.error} onRetry={() => void history.refetch()} />}
      {history.data?.length === 0 && <EmptyState title={t('card.history.empty')} />}
      <ol className={css.history}>
        {history.data?.map(entry => (
          <Entry
            key={`${entry.at}-${entry.action}-${entry.of}`}
            entry={entry}
            role={roles.find(role => role.code === entry.role)?.text}
            environment={environment}
          />
        ))}
      </ol>
    </Drawer>
  );
}

interface EntryProps {
  entry: HistoryEntry;
  role: string | undefined;
  environment: FormEnvironment;
}

function Entry({ entry, role, environment }: EntryProps) {
  const { t, i18n } = useTranslation();
  const when = new Intl.DateTimeFormat(i18n.language, { dateStyle: 'medium', timeStyle: 'short' });
  return (
    <li>
      <header>
        <strong>{entry.by}</strong>
        {role && <span className="k-caption k-muted">{role}</span>}
        <time className="k-caption k-muted" dateTime={entry.at}>
          {when.format(new Date(entry.at))}
        </time>
        <span className="k-caption">{t(`card.history.${entry.action}`)}</span>
        {entry.of === 'person' && <StatusBadge tone="info">{t('card.history.person')}</StatusBadge>}
      </header>
      {entry.reason && <p className="k-caption k-muted">{entry.reason}</p>}
      <dl className={css.changes}>
        {entry.fields.map(field => (
          <div key={field.path}>
            <dt>{field.title}</dt>
            <dd>
              {field.from !== undefined && (
                <>
                  <span className="k-hidden">{t('card.history.was')} </span>
                  <del className={css.was}>
                    {textOf(field.path, field.from, field.fromLabel, environment, t)}
                  </del>{' '}
                </>
              )}
              {field.to === undefined ? (
                <span className="k-muted">{t('card.history.cleared')}</span>
              ) : (
                <span>{textOf(field.path, field.to, field.toLabel, environment, t)}</span>
              )}
            </dd>
          </div>
        ))}
      </dl>
    </li>
  );
}

function textOf(
  path: string,
  value: JsonValue,
  label: string | undefined,
  environment: FormEnvironment,
  t: (key: string) => string,
): string {
  if (label) return label;
  const leaf = environment.prepared.leaves.get(path) ?? environment.prepared.leaves.get(`person.${path}`);
  if (leaf) return describeValue(leaf, value, environment, t);
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
