import { useTranslation } from 'react-i18next';
import type { WizardStep } from '../../../forms/create-steps.ts';
import css from '../card.module.css';

interface StepListProps {
  steps: WizardStep[];
  current: number;
  /** Furthest step reached: later ones cannot be opened yet. */
  reached: number;
  faulty: ReadonlySet<number>;
  onGo: (index: number) => void;
}

/** Where one is in adding a record; steps already seen can be gone back to. */
export function StepList({ steps, current, reached, faulty, onGo }: StepListProps) {
  const { t } = useTranslation();
  if (steps.length < 2) return <div className={css.index} />;
  return (
    <nav aria-label={t('card.new.steps')}>
      <ol className={css.steps}>
        {steps.map((step, index) => {
          const state = faulty.has(index)
            ? 'faulty'
            : index < reached && index !== current
              ? 'done'
              : 'ahead';
          return (
            <li key={step.id}>
              <button
                type="button"
                className="k-plain"
                disabled={index > reached}
                aria-current={index === current ? 'step' : undefined}
                onClick={() => onGo(index)}
              >
                <span className={css.stepState} aria-hidden>
                  {state === 'faulty' ? '!' : state === 'done' ? '✓' : index + 1}
                </span>
                <span>
                  {step.title}
                  {!step.required && <span className="k-caption k-muted"> {t('form.optional')}</span>}
                  {state !== 'ahead' && <span className="k-hidden"> ({t(`card.new.${state}`)})</span>}
                </span>
              </button>
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
