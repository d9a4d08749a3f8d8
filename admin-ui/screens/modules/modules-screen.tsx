import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useModules } from '../../api/queries.ts';
import type { ModuleAnswer, ModulesAnswer } from '../../api/types.ts';
import { PageHeader } from '../../components/page-header.tsx';
import { EmptyState, ErrorState, LoadingLines } from '../../components/states.tsx';
import { useDocumentTitle } from '../../components/use-document-title.ts';
import { ChangeDialog } from './change-dialog.tsx';
import { ModuleCard } from './module-card.tsx';
import { ModuleMatrix } from './module-matrix.tsx';
import type { Target } from './module-state.ts';
import { Quarantine, Removed } from './troubles.tsx';
import './modules.css';

/** What is installed, where it is on and from when, and what could not be taken in, with place and reason. */
export function ModulesScreen() {
  const { t } = useTranslation();
  const modules = useModules();
  useDocumentTitle(t('modules.title'));
  return (
    <>
      <PageHeader title={t('modules.title')} help={t('modules.help')} />
      {modules.isError ? (
        <ErrorState error={modules.error} onRetry={modules.refetch} />
      ) : !modules.data ? (
        <LoadingLines />
      ) : (
        <Modules answer={modules.data} />
      )}
    </>
  );
}

function Modules({ answer }: { answer: ModulesAnswer }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<{ module: ModuleAnswer; target: Target }>();
  const onChange = answer.can.enable
    ? (module: ModuleAnswer, target: Target) => setOpen({ module, target })
    : undefined;
  return (
    <div className="k-modules">
      <Quarantine items={answer.quarantine} />
      {answer.plugins.length === 0 ? (
        <EmptyState title={t('modules.empty.title')} text={t('modules.empty.text')} />
      ) : (
        <>
          <ModuleMatrix answer={answer} onChange={onChange} />
          {answer.plugins.map(module => (
            <ModuleCard key={module.id} module={module} answer={answer} onChange={onChange} />
          ))}
        </>
      )}
      <Removed items={answer.removed} />
      {open && <ChangeDialog {...open} answer={answer} onClose={() => setOpen(undefined)} />}
    </div>
  );
}
