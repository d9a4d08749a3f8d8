import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Tab } from '../../forms/schema/layout.ts';
import css from './card.module.css';

/** Sections of the card at the left: where one is, and a jump to the others. */
export function SectionIndex(props: {
  tabs: Tab[];
  idPrefix: string;
  /** Sections that are no part of the form: files. */
  more: readonly { id: string; title: string }[];
}) {
  const { tabs, idPrefix, more } = props;
  const { t } = useTranslation();
  const sections = [...tabs.flatMap(tab => tab.sections), ...more];
  const ids = sections.map(section => `${idPrefix}-section-${section.id}`).join(' ');
  const [current, setCurrent] = useState(sections[0]?.id);

  useEffect(() => {
    const titles = ids.split(' ').map(id => document.getElementById(id));
    const spy = () => {
      // The last section whose title has passed under the sticky header is the one being read.
      const passed = titles.findLast(title => title && title.getBoundingClientRect().top < 140);
      const first = titles[0];
      const bottom = window.innerHeight + window.scrollY >= document.documentElement.scrollHeight - 4;
      const title = bottom && window.scrollY > 0 ? titles.at(-1) : (passed ?? first);
      setCurrent(title?.id.slice(`${idPrefix}-section-`.length));
    };
    spy();
    window.addEventListener('scroll', spy, { passive: true });
    return () => window.removeEventListener('scroll', spy);
  }, [ids, idPrefix]);

  if (sections.length < 2) return <div className={css.index} />;
  const jump = (id: string) => {
    const title = document.getElementById(`${idPrefix}-section-${id}`);
    title?.closest('section')?.scrollIntoView({ block: 'start' });
    title?.focus({ preventScroll: true });
    setCurrent(id);
  };
  return (
    <nav className={`${css.index} k-noprint`} aria-label={t('card.sections')}>
      {[...tabs, ...(more.length > 0 ? [{ id: '', title: '', sections: more }] : [])].map(tab => (
        <ul key={tab.id} aria-label={tabs.length > 1 && tab.title ? tab.title : undefined}>
          {tab.sections.map(section => (
            <li key={section.id}>
              <a
                href={`#${idPrefix}-section-${section.id}`}
                aria-current={section.id === current ? 'location' : undefined}
                onClick={event => {
                  event.preventDefault();
                  jump(section.id);
                }}
              >
                {section.title}
              </a>
            </li>
          ))}
        </ul>
      ))}
    </nav>
  );
}
