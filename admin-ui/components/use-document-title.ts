import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';

/** Names the record and section in the window's title: «Обучающиеся · Картотека». */
export function useDocumentTitle(...parts: (string | undefined)[]) {
  const { t } = useTranslation();
  const title = [...parts.filter(Boolean), t('app.name')].join(' · ');
  useEffect(() => {
    document.title = title;
  }, [title]);
}
