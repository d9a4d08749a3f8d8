import { Button, Modal } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { EmptyState, ErrorState, LoadingLines } from '../../components/states.tsx';
import { StatusBadge } from '../../components/status-badge.tsx';
import { useRestore, useVersions } from './form-queries.ts';
import { useDayText } from './texts.ts';
import type { VersionItem } from './types.ts';
import type { OverlayEditing } from './use-overlay.ts';

interface VersionsDialogProps {
  entity: string;
  editing: OverlayEditing;
  onClose: () => void;
}

/** Every publication with who, when and why; going back to one is a new publication. */
export function VersionsDialog({ entity, editing, onClose }: VersionsDialogProps) {
  const { t } = useTranslation();
  const versions = useVersions(entity, true);
  const restore = useRestore(entity);
  const back = async (number: number) => {
    const version = await editing.flush();
    // The draft on the screen is the restored one: the page starts anew from it.
    if (version !== undefined)
      restore.mutate({ number, version }, { onSuccess: () => window.location.reload() });
  };
  return (
    <Modal
      opened
      onClose={onClose}
      size={620}
      title={t('constructor.versions')}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      {versions.isError ? (
        <ErrorState error={versions.error} onRetry={versions.refetch} />
      ) : !versions.data ? (
        <LoadingLines lines={4} />
      ) : versions.data.length === 0 ? (
        <EmptyState title={t('constructor.versions.none')} />
      ) : (
        <ol className="k-versions">
          {versions.data.map(version => (
            <Version
              key={version.number}
              version={version}
              busy={restore.isPending}
              onRestore={() => void back(version.number)}
            />
          ))}
        </ol>
      )}
      {restore.isError && <ErrorState error={restore.error} />}
    </Modal>
  );
}

interface VersionProps {
  version: VersionItem;
  busy: boolean;
  onRestore: () => void;
}

function Version({ version, busy, onRestore }: VersionProps) {
  const { t } = useTranslation();
  const day = useDayText();
  return (
    <li>
      <div className="k-row">
        <span>
          {t('constructor.version.line', { number: version.number, day: day(version.at), by: version.by })}
        </span>
        {version.current && <StatusBadge tone="ok">{t('constructor.inForce')}</StatusBadge>}
        <span className="k-grow" />
        {!version.current && (
          <Button size="compact-sm" variant="default" disabled={busy} onClick={onRestore}>
            {t('constructor.restore')}
          </Button>
        )}
      </div>
      {version.restored !== undefined && (
        <p className="k-caption k-muted">{t('constructor.restored', { number: version.restored })}</p>
      )}
      {version.note && <p className="k-caption k-muted">{version.note}</p>}
    </li>
  );
}
