import { useTranslation } from 'react-i18next';
import { showDay } from '../../../core/formats/dates.ts';
import type { ModuleAnswer, ModulesAnswer } from '../../api/types.ts';
import { exceptionsOf, rowsOf, stateOf, type Target } from './module-state.ts';

interface MatrixProps {
  answer: ModulesAnswer;
  /** Absent: the reader may only look. */
  onChange?: ((module: ModuleAnswer, target: Target) => void) | undefined;
}

/** Modules against types of organisations; a cell says what holds today and what is coming. */
export function ModuleMatrix({ answer, onChange }: MatrixProps) {
  const { t } = useTranslation();
  return (
    <div className="k-panel k-matrix">
      <h2 id="matrix-title">{t('modules.matrix')}</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls sideways must be reached by keyboard */}
      <section className="k-matrix-scroll" tabIndex={0} aria-labelledby="matrix-title">
        <table>
          <thead>
            <tr>
              <th scope="col">{t('modules.module')}</th>
              {answer.types.map(type => (
                <th key={type.id} scope="col">
                  {type.title}
                  <span className="k-caption k-muted">
                    {t('modules.organisations', { count: type.organisations })}
                  </span>
                </th>
              ))}
              <th scope="col">{t('modules.exceptions')}</th>
            </tr>
          </thead>
          <tbody>
            {answer.plugins.map(module => (
              <tr key={module.id}>
                <th scope="row">
                  <a href={`#module-${module.id}`}>{module.title}</a>
                  <span className="k-caption k-muted">
                    {t('modules.onIn', { count: module.organisations, all: answer.organisations })}
                  </span>
                </th>
                {answer.types.map(type => (
                  <td key={type.id}>
                    <StateCell
                      module={module}
                      title={type.title}
                      target={{ organisationType: type.id }}
                      today={answer.today}
                      onChange={onChange}
                    />
                  </td>
                ))}
                <td className="k-numbers">{exceptionsOf(module, answer.today).length || '—'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </div>
  );
}

interface StateCellProps {
  module: ModuleAnswer;
  /** Name of the target, for those who hear the button alone. */
  title: string;
  target: Target;
  today: string;
  onChange?: MatrixProps['onChange'];
}

/** State of one target: now, until when, and what comes next. A button for those who may change it. */
export function StateCell({ module, title, target, today, onChange }: StateCellProps) {
  const { t } = useTranslation();
  const { enabled, until, next } = stateOf(rowsOf(module, target), today);
  const words = [
    // An exception that is yet to begin says nothing today.
    enabled === undefined && target.organisationId !== undefined
      ? t('modules.inherit')
      : t(enabled ? 'modules.state.on' : 'modules.state.off'),
    ...(until ? [t('modules.until', { day: showDay(until) })] : []),
    ...(next ? [t(next.enabled ? 'modules.onFrom' : 'modules.offFrom', { day: showDay(next.from) })] : []),
    ...(next?.until ? [t('modules.until', { day: showDay(next.until) })] : []),
  ];
  const content = (
    <>
      <span className="k-state-word" data-on={enabled === true}>
        {words[0]}
      </span>
      {words.slice(1).map(word => (
        <span key={word} className="k-caption">
          {word}
        </span>
      ))}
    </>
  );
  if (!onChange) return <span className="k-state-cell">{content}</span>;
  return (
    <button type="button" className="k-plain k-state-cell" onClick={() => onChange(module, target)}>
      <span className="k-hidden">{`${module.title}, ${title}: `}</span>
      {content}
    </button>
  );
}
