import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { ModuleAnswer, ModulesAnswer } from '../../api/types.ts';
import { StatusBadge } from '../../components/status-badge.tsx';
import { StateCell } from './module-matrix.tsx';
import { exceptionsOf, type Target } from './module-state.ts';

interface ModuleCardProps {
  module: ModuleAnswer;
  answer: ModulesAnswer;
  onChange?: ((module: ModuleAnswer, target: Target) => void) | undefined;
}

/** One module: its cards, what it needs and who needs it, exceptions, and what stands in the database. */
export function ModuleCard({ module, answer, onChange }: ModuleCardProps) {
  const { t } = useTranslation();
  const titleId = `module-${module.id}`;
  const titleOf = (id: string) => answer.plugins.find(one => one.id === id)?.title ?? id;
  return (
    <article className="k-panel k-module" aria-labelledby={titleId}>
      <header>
        <h2 id={titleId}>{module.title}</h2>
        <StatusBadge tone={module.enabled ? 'ok' : 'plain'}>
          {t(module.enabled ? 'modules.on' : 'modules.off')}
        </StatusBadge>
        <span className="k-grow" />
        <span className="k-caption k-muted">
          <code>{module.id}</code> · {t('modules.version', { version: module.version })}
        </span>
      </header>
      <dl>
        <dt>{t('modules.entities')}</dt>
        <dd>{module.entities.map(({ title }) => title).join(', ') || t('modules.none')}</dd>
        <dt>{t('modules.requires')}</dt>
        <dd>{Object.keys(module.requires).map(titleOf).join(', ') || t('modules.none')}</dd>
        <dt>{t('modules.requiredBy')}</dt>
        <dd>{module.requiredBy.map(titleOf).join(', ') || t('modules.none')}</dd>
        {module.health && (
          <>
            <dt>{t('modules.health')}</dt>
            <dd>
              <Health module={module} />
            </dd>
          </>
        )}
      </dl>
      <TypeStates module={module} answer={answer} onChange={onChange} />
      <Exceptions module={module} answer={answer} onChange={onChange} />
    </article>
  );
}

function Health({ module }: { module: ModuleAnswer }) {
  const { t } = useTranslation();
  const { health } = module;
  if (!health) return null;
  if (health.state === 'missing') return t('modules.health.missing');
  const size = `${t('modules.health.tables', { count: health.tables })}, ${t('modules.health.records', { count: health.records })}`;
  return health.state === 'current'
    ? `${t('modules.health.current')}: ${size}`
    : `${t('modules.health.other', { version: health.version })}: ${size}`;
}

/** The row of the matrix again, for screens too narrow for a matrix. */
function TypeStates({ module, answer, onChange }: ModuleCardProps) {
  const { t } = useTranslation();
  return (
    <section className="k-module-types" aria-label={t('modules.matrix')}>
      <h3>{t('modules.matrix')}</h3>
      <ul>
        {answer.types.map(type => (
          <li key={type.id}>
            <span>{type.title}</span>
            <StateCell
              module={module}
              title={type.title}
              target={{ organisationType: type.id }}
              today={answer.today}
              onChange={onChange}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Exceptions({ module, answer, onChange }: ModuleCardProps) {
  const { t } = useTranslation();
  const exceptions = exceptionsOf(module, answer.today);
  if (exceptions.length === 0 && !onChange) return null;
  return (
    <section className="k-module-exceptions" aria-label={t('modules.exceptions')}>
      <h3>{t('modules.exceptions')}</h3>
      {exceptions.length === 0 && <p className="k-muted">{t('modules.exceptions.none')}</p>}
      <ul>
        {exceptions.map(({ target, row }) => {
          const name = [row.organisation?.name, row.typeTitle].filter(Boolean).join(', ');
          return (
            <li key={row.id}>
              <span>{name}</span>
              <StateCell
                module={module}
                title={name}
                target={target}
                today={answer.today}
                onChange={onChange}
              />
            </li>
          );
        })}
      </ul>
      {onChange && (
        <Button
          size="sm"
          variant="default"
          leftSection={<IconPlus size={16} aria-hidden />}
          aria-label={`${t('modules.exceptions.add')}: ${module.title}`}
          onClick={() => onChange(module, {})}
        >
          {t('modules.exceptions.add')}
        </Button>
      )}
    </section>
  );
}
