import { IconShieldOff } from '@tabler/icons-react';
import { use } from 'react';
import { useTranslation } from 'react-i18next';
import css from './form.module.css';
import { LayoutStateContext } from './layout-state.ts';

/** Within a sentence; an abbreviation stays as it is. */
const inSentence = (title: string) => title.replace(/^\p{Lu}(?=\p{Ll}|\s)/u, first => first.toLowerCase());

/** In place of fields that are held by consent while there is none (S001-5.4): which they are, and the way to it. */
export function NoConsent({ purpose, titles }: { purpose: string; titles: string[] }) {
  const { t } = useTranslation();
  const { toConsents } = use(LayoutStateContext);
  return (
    <p className={css.noConsent}>
      <IconShieldOff size={18} stroke={1.7} aria-hidden />
      <span>
        {t('form.noConsent', { purpose, fields: titles.map(inSentence).join(', ') })}{' '}
        {toConsents && (
          <button type="button" className={css.noConsentLink} onClick={toConsents}>
            {t('form.toConsents')}
          </button>
        )}
      </span>
    </p>
  );
}
