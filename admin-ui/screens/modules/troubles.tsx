import { useTranslation } from 'react-i18next';
import type { ModulesAnswer } from '../../api/types.ts';

/** Modules that were not taken in, each with file, pointer and reason. */
export function Quarantine({ items }: { items: ModulesAnswer['quarantine'] }) {
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
          {item.serving && (
            <>
              <dt>{t('modules.serving')}</dt>
              <dd>{t('modules.version', { version: item.serving })}</dd>
            </>
          )}
        </dl>
      ))}
    </section>
  );
}

/** Modules whose folder is gone: their tables and cards stand. */
export function Removed({ items }: { items: ModulesAnswer['removed'] }) {
  const { t } = useTranslation();
  if (items.length === 0) return null;
  return (
    <section className="k-panel k-module" aria-labelledby="removed">
      <h2 id="removed">{t('modules.removed.title')}</h2>
      <p className="k-muted">{t('modules.removed.text')}</p>
      <ul>
        {items.map(item => (
          <li key={item.id}>
            <code>{item.id}</code> · {t('modules.version', { version: item.version })} ·{' '}
            {t('modules.health.tables', { count: item.tables })},{' '}
            {t('modules.health.records', { count: item.records })}
          </li>
        ))}
      </ul>
    </section>
  );
}
