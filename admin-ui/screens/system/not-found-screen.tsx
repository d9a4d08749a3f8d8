import { Button } from '@mantine/core';
import { IconMapPinOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../../components/states.tsx';
import { useDocumentTitle } from '../../components/use-document-title.ts';

export function NotFoundScreen() {
  const { t } = useTranslation();
  useDocumentTitle(t('notFound.title'));
  return (
    <section aria-label={t('notFound.title')}>
      <EmptyState
        title={t('notFound.title')}
        text={t('notFound.text')}
        icon={<IconMapPinOff size={28} stroke={1.5} />}
      >
        <Button component="a" href="/" size="sm">
          {t('notFound.home')}
        </Button>
      </EmptyState>
    </section>
  );
}
