import { useTranslation } from 'react-i18next';
import { useModules } from '../../api/queries.ts';
import type { ModulesAnswer } from '../../api/types.ts';
import { PageHeader } from '../../components/page-header.tsx';
import { EmptyState, ErrorState, LoadingLines } from '../../components/states.tsx';
import { StatusBadge } from '../../components/status-badge.tsx';
import { useDocumentTitle } from '../../components/use-document-title.ts';
import './modules.css';

/** What is installed, where it is switched on, and what could not be taken in, with place and reason. */
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
        <div className="k-modules">
          <Quarantine items={modules.data.quarantine} />
          {modules.data.plugins.length === 0 ? (
            <EmptyState title={t('modules.empty.title')} text={t('modules.empty.text')} />
          ) : (
            modules.data.plugins.map(plugin => <ModuleCard key={plugin.id} plugin={plugin} />)
          )}
        </div>
      )}
    </>
  );
}

function Quarantine({ items }: { items: ModulesAnswer['quarantine'] }) {
  const { t } = useTranslation();
  if (items.length === 0) return null;
  return (
    <section className="k-panel k-module k-module-quarantine" aria-labelledby="quarantine">
      <h2 id="quarantine">{t('modules.quarantine.title', { count: items.length })}</h2>
      <p className="k-muted">{t('modules.quarantine.text')}</p>
      {items.map(item => (
        <dl key={`${item.plugin} ${item.file} ${item.pointer} ${item.reason}`}>
          <dt>{t('modules.module')}</dt>
          <dd>
            <strong>{item.plugin}</strong>
          </dd>
          <dt>{t('modules.reason')}</dt>
          <dd>{item.reason}</dd>
          <dt>{t('modules.file')}</dt>
          <dd>
            <code>{item.file}</code>
          </dd>
          {item.pointer && (
            <>
              <dt>{t('modules.pointer')}</dt>
              <dd>
                <code>{item.pointer}</code>
              </dd>
            </>
          )}
        </dl>
      ))}
    </section>
  );
}

function ModuleCard({ plugin }: { plugin: ModulesAnswer['plugins'][number] }) {
  const { t } = useTranslation();
  const titleId = `module-${plugin.id}`;
  const requires = Object.keys(plugin.requires);
  return (
    <article className="k-panel k-module" aria-labelledby={titleId}>
      <header>
        <h2 id={titleId}>{plugin.title}</h2>
        <StatusBadge tone={plugin.enabled ? 'ok' : 'plain'}>
          {t(plugin.enabled ? 'modules.on' : 'modules.off')}
        </StatusBadge>
        <span className="k-grow" />
        <span className="k-caption k-muted">
          <code>{plugin.id}</code> · {t('modules.version', { version: plugin.version })}
        </span>
      </header>
      <dl>
        <dt>{t('modules.entities')}</dt>
        <dd>{plugin.entities.map(({ title }) => title).join(', ') || t('modules.none')}</dd>
        <dt>{t('modules.where')}</dt>
        <dd>{whereText(plugin) || t('modules.none')}</dd>
        {requires.length > 0 && (
          <>
            <dt>{t('modules.requires')}</dt>
            <dd>{requires.join(', ')}</dd>
          </>
        )}
      </dl>
    </article>
  );
}

/** Types and organisations for which the module works today. */
function whereText(plugin: ModulesAnswer['plugins'][number]): string {
  const active = plugin.enablement.filter(row => row.active);
  return active
    .map(row => row.typeTitle ?? row.organisation?.name ?? row.organisationType ?? '')
    .filter(Boolean)
    .join(', ');
}
