import { IconAlertCircle } from '@tabler/icons-react';
import { type Ref, useImperativeHandle, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { PreparedForm } from '../../forms/schema/prepare.ts';
import { inSummary } from '../../forms/validation/messages.ts';
import { type Problems, pathOf } from '../../forms/validation/problems.ts';
import { leafAt } from '../../forms/validation/validator.ts';
import css from './card.module.css';

export interface ErrorSummaryHandle {
  focus: () => void;
}

interface ErrorSummaryProps {
  problems: Problems;
  /** Refusals that belong to no field of the form. */
  general: string[];
  prepared: PreparedForm;
  onGo: (pointer: string) => void;
  ref?: Ref<ErrorSummaryHandle>;
}

/** What stands in the way of saving, in the order of the form; each line leads to its field. */
export function ErrorSummary({ problems, general, prepared, onGo, ref }: ErrorSummaryProps) {
  const { t } = useTranslation();
  const box = useRef<HTMLDivElement>(null);
  useImperativeHandle(ref, () => ({
    focus: () => {
      box.current?.scrollIntoView({ block: 'center' });
      box.current?.focus({ preventScroll: true });
    },
  }));
  if (problems.size === 0 && general.length === 0) return null;
  return (
    <div ref={box} className={css.summary} role="alert" tabIndex={-1}>
      <h2>
        <IconAlertCircle size={18} aria-hidden />
        {problems.size > 0 ? t('card.fix', { count: problems.size }) : t('card.notSaved')}
      </h2>
      <ul>
        {general.map(message => (
          <li key={message}>{message}</li>
        ))}
        {[...problems].map(([pointer, message]) => (
          <li key={pointer}>
            <a
              href={`#${pathOf(pointer)}`}
              onClick={event => {
                event.preventDefault();
                onGo(pointer);
              }}
            >
              {inSummary(message, leafAt(prepared.leaves, pathOf(pointer))?.title ?? '')}
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
}
