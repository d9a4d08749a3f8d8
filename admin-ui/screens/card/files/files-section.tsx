import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconUpload } from '@tabler/icons-react';
import { type DragEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { FileEntry } from '../../../../core/files/card-files.ts';
import { ApiProblem } from '../../../api/client.ts';
import { ConfirmDialog } from '../../../components/confirm-dialog.tsx';
import { ErrorState } from '../../../components/states.tsx';
import { FileList } from './file-list.tsx';
import css from './files.module.css';
import { useFiles } from './use-files.ts';

interface FilesSectionProps {
  entity: string;
  id: string;
  /** Id of the title, for the index of sections. */
  titleId: string;
  mayChange: boolean;
}

/** Kinds that the server takes; it looks into the content, the ending is a help for the picker only. */
const ACCEPT = '.pdf,.png,.jpg,.jpeg,.docx,.xlsx,.txt';

/** Files of the card: list, adding by button or by dropping, saving, removing. Not there for whom they are closed. */
export function FilesSection({ entity, id, titleId, mayChange }: FilesSectionProps) {
  const { t } = useTranslation();
  const files = useFiles(entity, id);
  const picker = useRef<HTMLInputElement>(null);
  const addButton = useRef<HTMLButtonElement>(null);
  const [over, setOver] = useState(false);
  const [asking, setAsking] = useState<FileEntry>();
  const { list } = files;
  if (list.isError && list.error instanceof ApiProblem && list.error.status === 403) return null;

  const fail = (error: unknown) =>
    notifications.show({
      color: 'red',
      title: t('files.failed'),
      message: files.said(error),
      closeButtonProps: { 'aria-label': t('close') },
    });
  const remove = async (file: FileEntry) => {
    setAsking(undefined);
    addButton.current?.focus();
    await files.remove(file).catch(fail);
  };
  const dragged = {
    onDragOver: (event: DragEvent) => {
      event.preventDefault();
      setOver(true);
    },
    onDragLeave: (event: DragEvent) => {
      if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false);
    },
    onDrop: (event: DragEvent) => {
      event.preventDefault();
      setOver(false);
      void files.add([...event.dataTransfer.files]);
    },
  };
  return (
    <section
      className={css.section}
      aria-labelledby={titleId}
      data-over={over || undefined}
      {...(mayChange ? dragged : {})}
    >
      <h2 id={titleId} tabIndex={-1}>
        {t('files.title')}
      </h2>
      {list.isError && <ErrorState error={list.error} onRetry={() => void list.refetch()} />}
      {list.data && (
        <FileList
          files={list.data}
          sending={files.sending}
          mayChange={mayChange}
          onOpen={file => void files.open(file).catch(fail)}
          onRemove={setAsking}
          onForget={files.forget}
        />
      )}
      {list.data?.length === 0 && files.sending.length === 0 && (
        <p className="k-muted">{t(mayChange ? 'files.empty' : 'files.none')}</p>
      )}
      {mayChange && (
        <div className={css.add}>
          <Button
            ref={addButton}
            variant="light"
            size="sm"
            leftSection={<IconUpload size={16} aria-hidden />}
            onClick={() => picker.current?.click()}
          >
            {t('files.add')}
          </Button>
          <span className="k-caption k-muted">{t('files.hint')}</span>
          <input
            ref={picker}
            type="file"
            multiple
            hidden
            accept={ACCEPT}
            aria-label={t('files.add')}
            onChange={event => {
              void files.add([...(event.currentTarget.files ?? [])]);
              // The same file may be chosen again after a refusal.
              event.currentTarget.value = '';
            }}
          />
        </div>
      )}
      <ConfirmDialog
        opened={asking !== undefined}
        title={t('files.remove.title')}
        text={t('files.remove.text', { name: asking?.name ?? '' })}
        confirm={t('files.remove')}
        danger
        onConfirm={() => asking && void remove(asking)}
        onClose={() => setAsking(undefined)}
      />
    </section>
  );
}
