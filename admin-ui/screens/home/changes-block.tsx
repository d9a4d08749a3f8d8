import { useTranslation } from 'react-i18next';
import type { Home } from '../../api/types.ts';
import { AppLink } from '../../components/app-link.tsx';
import { useValueWords } from '../../components/use-value-words.ts';
import { instantText } from '../../components/value-text.ts';
import { links } from '../../links.ts';
import { Block } from './block.tsx';

/** What was entered or corrected last, by whom. */
export function ChangesBlock({ changes, appointment }: { changes: Home['changes']; appointment: string }) {
  const { t } = useTranslation();
  const { locale } = useValueWords();
  return (
    <Block title={t('home.changes.title')}>
      {changes.length === 0 ? (
        <p className="k-muted">{t('home.changes.empty')}</p>
      ) : (
        <ul className="k-changes">
          {changes.map(change => (
            <li key={`${change.entity} ${change.id} ${change.at}`}>
              <AppLink to={links.card(appointment, change.entity, change.id)} className="k-change">
                <span className="k-change-label">{change.label || change.entityTitle}</span>
                <span className="k-caption k-muted">
                  {[
                    change.entityTitle,
                    t(`home.changes.${change.action}`, { defaultValue: change.action }),
                    change.by,
                    instantText(change.at, locale),
                  ].join(' · ')}
                </span>
              </AppLink>
            </li>
          ))}
        </ul>
      )}
    </Block>
  );
}
