import { ActionIcon } from '@mantine/core';
import {
  IconFile,
  IconFileTypeDocx,
  IconFileTypePdf,
  IconFileTypeXls,
  IconPhoto,
  IconTrash,
  IconX,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { FileEntry } from '../../../../core/files/card-files.ts';
import css from './files.module.css';
import type { Sending } from './use-files.ts';

interface FileListProps {
  files: readonly FileEntry[];
  sending: readonly Sending[];
  mayChange: boolean;
  onOpen: (file: FileEntry) => void;
  onRemove: (file: FileEntry) => void;
  onForget: (key: string) => void;
}

const ICONS: Record<string, typeof IconFile> = {
  pdf: IconFileTypePdf,
  docx: IconFileTypeDocx,
  xlsx: IconFileTypeXls,
  png: IconPhoto,
  jpeg: IconPhoto,
};

export function FileList(props: FileListProps) {
  return (
    <ul className={css.list}>
      {props.files.map(file => (
        <FileLine key={file.id} file={file} {...props} />
      ))}
      {props.sending.map(one => (
        <SendingLine key={one.key} one={one} onForget={props.onForget} />
      ))}
    </ul>
  );
}

/** «1,4 МБ» */
function useSize() {
  const { t, i18n } = useTranslation();
  const shown = (value: number) => value.toLocaleString(i18n.language, { maximumFractionDigits: 1 });
  return (bytes: number) =>
    bytes < 1024 * 1024
      ? t('files.kilobytes', { size: shown(Math.max(1, Math.round(bytes / 1024))) })
      : t('files.megabytes', { size: shown(bytes / 1024 / 1024) });
}

function FileLine({ file, mayChange, onOpen, onRemove }: FileListProps & { file: FileEntry }) {
  const { t, i18n } = useTranslation();
  const size = useSize();
  const Icon = ICONS[file.kind] ?? IconFile;
  const day = new Date(file.at).toLocaleDateString(i18n.language === 'en' ? 'en-GB' : 'ru-RU');
  return (
    <li className={css.line}>
      <Icon size={22} stroke={1.5} aria-hidden className={css.icon} />
      <div className={css.what}>
        <button type="button" className={css.name} onClick={() => onOpen(file)} title={t('files.open')}>
          {file.name}
        </button>
        <span className="k-caption k-muted">{`${size(file.size)} · ${file.by}, ${day}`}</span>
      </div>
      {mayChange && (
        <ActionIcon
          variant="subtle"
          color="red"
          aria-label={t('files.remove.of', { name: file.name })}
          onClick={() => onRemove(file)}
        >
          <IconTrash size={18} stroke={1.7} />
        </ActionIcon>
      )}
    </li>
  );
}

function SendingLine({ one, onForget }: { one: Sending; onForget: (key: string) => void }) {
  const { t } = useTranslation();
  const percent = Math.round((one.share ?? 0) * 100);
  return (
    <li className={css.line} data-refused={one.problem !== undefined || undefined}>
      <IconFile size={22} stroke={1.5} aria-hidden className={css.icon} />
      <div className={css.what}>
        <span className={css.name}>{one.name}</span>
        {one.problem === undefined ? (
          <progress
            className="k-progress"
            max={100}
            value={percent}
            aria-label={t('files.progress', { name: one.name })}
          >
            {percent} %
          </progress>
        ) : (
          <span role="alert" className={css.problem}>
            {one.problem}
          </span>
        )}
      </div>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={t(one.problem === undefined ? 'files.stop' : 'files.forget', { name: one.name })}
        onClick={() => onForget(one.key)}
      >
        <IconX size={18} stroke={1.7} />
      </ActionIcon>
    </li>
  );
}
