import { useTranslation } from 'react-i18next';

/** Day and time of an instant, as the reader's language writes them. */
export function useDayText(): (at: string) => string {
  const { i18n } = useTranslation();
  return at =>
    new Intl.DateTimeFormat(i18n.language === 'en' ? 'en-GB' : 'ru-RU', {
      dateStyle: 'short',
      timeStyle: 'short',
    }).format(new Date(at));
}
