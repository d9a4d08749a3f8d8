import { Button, Menu } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconDownload, IconPlus } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { ColumnDescription, EntityDescription } from '../../../core/forms/description.types.ts';
import type { ListQuery } from '../../../core/storage/gateway.types.ts';
import { fetchFile, saveFile } from '../../api/download.ts';
import { ButtonLink } from '../../components/button-link.tsx';
import { errorCode } from '../../components/states.tsx';
import { links } from '../../links.ts';
import { printDefinition } from './print-definition.ts';

interface ListActionsProps {
  description: EntityDescription;
  query: ListQuery;
  columns: ColumnDescription[];
  appointment: string;
}
type Output = 'xlsx' | 'csv' | 'pdf';

/** Take the whole list away as a file, print it, add a record. */
export function ListActions({ description, query, columns, appointment }: ListActionsProps) {
  const { t } = useTranslation();
  const file = useMutation({
    mutationFn: (format: Output) => fetchList(description, query, columns, format, appointment),
    onSuccess: saveFile,
    onError: error =>
      notifications.show({
        color: 'red',
        title: t('list.file.failed'),
        message: `${error.message} (${errorCode(error)})`,
        closeButtonProps: { 'aria-label': t('close') },
      }),
  });
  return (
    <>
      {description.can.export && (
        <Menu position="bottom-end">
          <Menu.Target>
            <Button
              variant="default"
              loading={file.isPending}
              leftSection={<IconDownload size={16} stroke={1.7} aria-hidden />}
            >
              {t('list.file')}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => file.mutate('xlsx')}>{t('list.file.xlsx')}</Menu.Item>
            <Menu.Item onClick={() => file.mutate('csv')}>{t('list.file.csv')}</Menu.Item>
            <Menu.Item onClick={() => file.mutate('pdf')}>{t('list.file.pdf')}</Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
      {description.can.create && (
        <ButtonLink
          to={links.newCard(appointment, description.id)}
          leftSection={<IconPlus size={16} stroke={2} aria-hidden />}
        >
          {t('list.add')}
        </ButtonLink>
      )}
    </>
  );
}

/** The same rows as on the screen, all pages of them, in the columns that may be taken away. */
function fetchList(
  description: EntityDescription,
  query: ListQuery,
  columns: ColumnDescription[],
  format: Output,
  appointment: string,
) {
  const taken = columns.filter(column => column.exported !== false);
  const name = `${description.plural}.${format}`;
  if (format === 'pdf') {
    const body = { definition: printDefinition(description, query, taken), parameters: {}, format };
    return fetchFile('/api/report-runs', body, name, appointment);
  }
  const { after: _after, limit: _limit, count: _count, ...rest } = query;
  const body = { ...rest, fields: taken.map(({ path }) => path), format };
  return fetchFile(`/api/records/${description.id}/export`, body, name, appointment);
}
