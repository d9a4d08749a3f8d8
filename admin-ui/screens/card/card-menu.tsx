import { ActionIcon, Menu } from '@mantine/core';
import { IconDots, IconEye, IconFileText, IconHistory, IconTrash } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';

interface CardMenuProps {
  title: string;
  canDelete: boolean;
  deleting: boolean;
  onHistory: () => void;
  /** Absent without the right. */
  onAccess: (() => void) | undefined;
  onExtract: (() => void) | undefined;
  onDelete: () => void;
}

export function CardMenu(props: CardMenuProps) {
  const { title, canDelete, deleting, onHistory, onAccess, onExtract, onDelete } = props;
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  // The item goes with the menu: what it opens gives focus back to the button of the menu.
  const from = (open: () => void) => () => {
    button.current?.focus();
    open();
  };
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon ref={button} variant="default" size="md" aria-label={t('card.more')}>
            <IconDots size={18} stroke={1.7} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconHistory size={16} aria-hidden />} onClick={from(onHistory)}>
            {t('card.history')}
          </Menu.Item>
          {onAccess && (
            <Menu.Item leftSection={<IconEye size={16} aria-hidden />} onClick={from(onAccess)}>
              {t('card.access')}
            </Menu.Item>
          )}
          {onExtract && (
            <Menu.Item leftSection={<IconFileText size={16} aria-hidden />} onClick={from(onExtract)}>
              {t('card.extract')}
            </Menu.Item>
          )}
          {canDelete && (
            <Menu.Item
              color="red"
              leftSection={<IconTrash size={16} aria-hidden />}
              onClick={from(() => setAsking(true))}
            >
              {t('card.delete')}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      <ConfirmDialog
        opened={asking}
        title={t('card.delete.title', { title })}
        text={t('card.delete.text')}
        confirm={t('card.delete')}
        danger
        busy={deleting}
        onConfirm={onDelete}
        onClose={() => setAsking(false)}
      />
    </>
  );
}
