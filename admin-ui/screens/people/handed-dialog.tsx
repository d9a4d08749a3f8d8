import { Alert, Button, Group, Modal, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useReturnFocus } from '../../components/use-return-focus.ts';
import type { Handed } from './people-queries.ts';

/** Login and one-time password, shown once. */
export function HandedDialog({
  name,
  handed,
  onClose,
}: {
  name: string;
  handed: Handed;
  onClose: () => void;
}) {
  useReturnFocus();
  const { t } = useTranslation();
  return (
    <Modal
      opened
      onClose={onClose}
      size={480}
      title={t('people.handed.title')}
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <Stack gap={12}>
        <dl className="k-people-handed">
          <dt>{t('people.name')}</dt>
          <dd>{name}</dd>
          <dt>{t('people.login')}</dt>
          <dd>
            <code>{handed.login}</code>
          </dd>
          {handed.password && (
            <>
              <dt>{t('people.handed.password')}</dt>
              <dd>
                <code>{handed.password}</code>
              </dd>
            </>
          )}
        </dl>
        <Alert color={handed.password ? 'yellow' : 'blue'}>
          {t(handed.password ? 'people.handed.once' : 'people.handed.had')}
        </Alert>
        <Group justify="flex-end">
          <Button onClick={onClose} data-autofocus>
            {t('people.handed.done')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
