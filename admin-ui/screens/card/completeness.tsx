import { Popover } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Leaf } from '../../forms/schema/leaves.ts';
import css from './card.module.css';

interface CompletenessProps {
  filled: number;
  total: number;
  missing: Leaf[];
  groupTitle: (leaf: Leaf) => string | undefined;
  onGo: (leaf: Leaf) => void;
}

/** «Заполнено 87 %»: opens the list of what is missing, each line leading to its field. */
export function Completeness({ filled, total, missing, groupTitle, onGo }: CompletenessProps) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  if (total === 0) return null;
  const percent = Math.floor((filled / total) * 100);
  const text = t('card.filled', { percent });
  if (missing.length === 0) return <span className="k-numbers">{text}</span>;
  return (
    <Popover
      opened={opened}
      onChange={setOpened}
      position="bottom-start"
      trapFocus
      returnFocus
      width={320}
      withOverlay
      overlayProps={{ backgroundOpacity: 0 }}
    >
      <Popover.Target>
        <button
          type="button"
          className={`k-plain k-numbers ${css.filled}`}
          aria-expanded={opened}
          onClick={() => setOpened(!opened)}
        >
          {text}
        </button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('card.missing')}>
        <p className={css.missingTitle}>{t('card.missing')}</p>
        <ul className={css.missing}>
          {missing.map(leaf => {
            const group = groupTitle(leaf);
            return (
              <li key={leaf.path}>
                <button
                  type="button"
                  className="k-plain"
                  onClick={() => {
                    setOpened(false);
                    // After the popover has given the focus back, so that it stays on the field.
                    setTimeout(() => onGo(leaf), 120);
                  }}
                >
                  {group ? `${group}: ${leaf.title.toLowerCase()}` : leaf.title}
                </button>
              </li>
            );
          })}
        </ul>
      </Popover.Dropdown>
    </Popover>
  );
}
