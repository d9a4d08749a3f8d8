import { IconShieldOff } from '@tabler/icons-react';
import { use } from 'react';
import { useTranslation } from 'react-i18next';
import css from './form.module.css';
import { LayoutStateContext } from './layout-state.ts';

/** In place of fields that are held by consent while there is none (S001-5.4). */
export function NoConsent({ purpose }: { purpose: string }) {
  const { t } = useTranslation();
  const { toConsents } = use(LayoutStateContext);
  return (
    <p className={css.noConsent}>
      <IconShieldOff size={18} stroke={1.7} aria-hidden />
      <span>
        {t('form.noConsent', { purpose })}{' '}
        {toConsents && (
          <button type="button" className={css.noConsentLink} onClick={toConsents}>
            {t('form.toConsents')}
          </button>
        )}
      </span>
    </p>
  );
}
