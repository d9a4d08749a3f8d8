import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { ValueWords } from './value-text.ts';

/** Words and number forms of the reader's language for `valueText`. */
export function useValueWords(): ValueWords {
  const { t, i18n } = useTranslation();
  return useMemo(
    () => ({ yes: t('yes'), no: t('no'), locale: i18n.language === 'en' ? 'en-GB' : 'ru-RU' }),
    [t, i18n.language],
  );
}
