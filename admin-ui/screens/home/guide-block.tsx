import { IconArrowRight } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Home } from '../../api/types.ts';
import { AppLink } from '../../components/app-link.tsx';
import { links } from '../../links.ts';
import { Block } from './block.tsx';

/** First steps of the role, from the modules that are switched on. */
export function GuideBlock({ steps, appointment }: { steps: Home['guide']; appointment: string }) {
  const { t } = useTranslation();
  return (
    <Block title={t('home.guide.title')}>
      {steps.length === 0 ? (
        <p className="k-muted">{t('home.guide.empty')}</p>
      ) : (
        <ol className="k-guide">
          {steps.map(step => (
            <li key={`${step.to} ${step.title}`}>
              <AppLink to={links.within(appointment, step.to)} className="k-guide-step">
                <span className="k-grow">
                  <span className="k-guide-title">{step.title}</span>
                  <span className="k-muted">{step.text}</span>
                </span>
                <IconArrowRight size={18} stroke={1.7} aria-hidden />
              </AppLink>
            </li>
          ))}
        </ol>
      )}
    </Block>
  );
}
