import { IconHelpCircle } from '@tabler/icons-react';
import { Fragment, type ReactNode, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { AppLink } from './app-link.tsx';
import './page-header.css';

export interface Crumb {
  title: string;
  to: string;
}

interface PageHeaderProps {
  title: string;
  crumbs?: Crumb[];
  /** Status beside the title. */
  badge?: ReactNode;
  /** Short line under the title: counts, dates. */
  detail?: ReactNode;
  /** Secondary actions first, the one primary action last. */
  actions?: ReactNode;
  /** What this screen is for; opened by «?». */
  help?: string | undefined;
}

/** Sticky head of every screen: where one is, what it is called, what can be done. */
export function PageHeader({ title, crumbs = [], badge, detail, actions, help }: PageHeaderProps) {
  const [helpOpen, setHelpOpen] = useState(false);
  const helpId = useId();
  return (
    <>
      <header className="k-head">
        <div className="k-head-text">
          <Crumbs crumbs={crumbs} />
          <div className="k-head-line">
            <h1>{title}</h1>
            {badge}
            {help && <HelpButton id={helpId} open={helpOpen} onToggle={() => setHelpOpen(open => !open)} />}
          </div>
          {detail && <div className="k-head-detail k-caption k-muted">{detail}</div>}
        </div>
        {actions && <div className="k-head-actions k-noprint">{actions}</div>}
      </header>
      {help && (
        <p className="k-help" id={helpId} hidden={!helpOpen}>
          {help}
        </p>
      )}
    </>
  );
}

function HelpButton({ id, open, onToggle }: { id: string; open: boolean; onToggle: () => void }) {
  const { t } = useTranslation();
  return (
    <button
      type="button"
      className="k-plain k-head-help k-noprint"
      aria-expanded={open}
      aria-controls={id}
      aria-label={t('help.toggle')}
      onClick={onToggle}
    >
      <IconHelpCircle size={20} stroke={1.7} aria-hidden />
    </button>
  );
}

function Crumbs({ crumbs }: { crumbs: Crumb[] }) {
  const { t } = useTranslation();
  if (crumbs.length === 0) return null;
  return (
    <nav className="k-crumbs k-noprint" aria-label={t('crumbs.label')}>
      {crumbs.map((crumb, index) => (
        <Fragment key={crumb.to}>
          {index > 0 && <span aria-hidden>/</span>}
          <AppLink to={crumb.to}>{crumb.title}</AppLink>
        </Fragment>
      ))}
    </nav>
  );
}
