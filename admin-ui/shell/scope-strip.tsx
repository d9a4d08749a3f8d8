import { useTranslation } from 'react-i18next';
import type { Session } from '../api/types.ts';
import './scope-strip.css';

/** A permanent reminder that one looks beyond one organisation, or may only look. */
export function ScopeStrip({ session }: { session: Session }) {
  const { t } = useTranslation();
  const { organisation, readOnly, scope } = session.active;
  const parts: string[] = [];
  if (organisation.level !== 'organisation') {
    parts.push(t(`scope.${organisation.level}`, { name: organisation.name, count: scope.organisations }));
  }
  if (readOnly) parts.push(t('scope.readOnly'));
  if (parts.length === 0) return null;
  return (
    <aside className="k-strip k-noprint" aria-label={t('scope.label')}>
      {parts.join(' ')}
    </aside>
  );
}
