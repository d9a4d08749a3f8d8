import { Button } from '@mantine/core';
import { useRouter } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { ErrorState } from '../../components/states.tsx';
import { useDocumentTitle } from '../../components/use-document-title.ts';

/** A screen that failed as a whole; the sidebar, if there is one, still works. */
export function RouteErrorScreen({ error, reset }: { error: unknown; reset: () => void }) {
  const { t } = useTranslation();
  const router = useRouter();
  useDocumentTitle(t('error.other.title'));
  const retry = () => {
    reset();
    void router.invalidate();
  };
  return (
    <ErrorState error={error} onRetry={retry}>
      <Button component="a" href="/" size="sm" variant="subtle">
        {t('notFound.home')}
      </Button>
    </ErrorState>
  );
}
