import { useTranslation } from 'react-i18next';
import type { Home } from '../../api/types.ts';
import { AppLink } from '../../components/app-link.tsx';
import { links } from '../../links.ts';
import { Block } from './block.tsx';

/** How complete the cards are; each line leads to the cards that are not. */
export function DebtsBlock({ debts, appointment }: { debts: Home['debts']; appointment: string }) {
  const { t } = useTranslation();
  return (
    <Block title={t('home.debts.title')}>
      {debts.length === 0 ? (
        <p className="k-muted">{t('home.debts.empty')}</p>
      ) : (
        <ul className="k-debts">
          {debts.map(debt => (
            <li key={debt.entity}>
              <DebtLine debt={debt} appointment={appointment} />
            </li>
          ))}
        </ul>
      )}
    </Block>
  );
}

function DebtLine({ debt, appointment }: { debt: Home['debts'][number]; appointment: string }) {
  const { t, i18n } = useTranslation();
  const share = debt.total > 0 ? debt.filled / debt.total : 1;
  // Never «100 %» while something is missing.
  const percent = debt.incomplete > 0 ? Math.min(99.9, share * 100) : 100;
  const shown = percent.toLocaleString(i18n.language, { maximumFractionDigits: 1 });
  return (
    <>
      <div className="k-debt-head">
        <span className="k-debt-title">{debt.title}</span>
        <span className="k-numbers">{t('home.debts.share', { percent: shown })}</span>
      </div>
      <progress
        className="k-progress"
        max={100}
        value={percent}
        aria-label={t('home.debts.progress', { title: debt.title })}
      >
        {shown} %
      </progress>
      {debt.incomplete > 0 ? (
        <AppLink
          to={links.within(appointment, debt.to)}
          search={{ view: 'incomplete' }}
          className="k-debt-link k-caption"
        >
          {t('home.debts.incomplete', { count: debt.incomplete, records: debt.records })}
        </AppLink>
      ) : (
        <span className="k-caption k-muted">{t('home.debts.done', { count: debt.records })}</span>
      )}
    </>
  );
}
