import {
  IconChartBar,
  IconForms,
  IconHome,
  IconLayoutSidebar,
  IconMessageReport,
  IconPuzzle,
  IconSearch,
  IconUserCog,
  IconUsersGroup,
} from '@tabler/icons-react';
import { useRouterState } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '../api/queries.ts';
import { useRequestCount } from '../api/request-queries.ts';
import type { Session } from '../api/types.ts';
import { AppLink } from '../components/app-link.tsx';
import { links } from '../links.ts';
import { OrganisationSwitcher } from './organisation-switcher.tsx';
import { UserMenu } from './user-menu.tsx';
import './sidebar.css';

const SectionIcon = lazy(() => import('./section-icons.tsx'));

interface SidebarProps {
  session: Session;
  folded: boolean;
  /** Absent in the drawer of a phone, which does not fold. */
  onFold?: () => void;
  onSearch: () => void;
}

/** Where one works, search, sections of the enabled modules, and the reader's own menu. */
export function Sidebar({ session, folded, onFold, onSearch }: SidebarProps) {
  const { t } = useTranslation();
  const appointment = session.active.id;
  return (
    <div className="k-side" data-folded={folded || undefined}>
      <OrganisationSwitcher session={session} folded={folded} />
      <button
        type="button"
        className="k-plain k-side-search"
        onClick={onSearch}
        aria-label={folded ? t('search.open') : undefined}
        title={folded ? t('search.open') : undefined}
      >
        <IconSearch size={18} stroke={1.7} aria-hidden />
        {!folded && <span className="k-grow">{t('search.open')}</span>}
        {!folded && <kbd aria-hidden>Ctrl K</kbd>}
      </button>
      <nav className="k-side-nav" aria-label={t('sections')}>
        <Section to={links.home(appointment)} exact title={t('home.title')} folded={folded}>
          <IconHome size={20} stroke={1.7} aria-hidden />
        </Section>
        {session.menu.map(entry => (
          <Section
            key={`${entry.plugin}/${entry.list}/${entry.view ?? ''}`}
            to={links.list(appointment, entry.list)}
            view={entry.view ?? ''}
            {...(entry.view ? {} : { also: links.card(appointment, entry.list, '') })}
            title={entry.title}
            folded={folded}
          >
            <Suspense fallback={<span className="k-side-blank" />}>
              <SectionIcon name={entry.icon} />
            </Suspense>
          </Section>
        ))}
        <Section to={links.reports(appointment)} title={t('reports.title')} folded={folded}>
          <IconChartBar size={20} stroke={1.7} aria-hidden />
        </Section>
        {session.can.requests && <RequestsSection session={session} folded={folded} />}
        {session.can.merge && (
          <Section to={links.duplicates(appointment)} title={t('duplicates.title')} folded={folded}>
            <IconUsersGroup size={20} stroke={1.7} aria-hidden />
          </Section>
        )}
        {(session.can.people || session.can.slips) && (
          <Section to={links.people(appointment)} title={t('people.title')} folded={folded}>
            <IconUserCog size={20} stroke={1.7} aria-hidden />
          </Section>
        )}
        {session.can.forms && (
          <Section to={links.forms(appointment)} title={t('constructor.title')} folded={folded}>
            <IconForms size={20} stroke={1.7} aria-hidden />
          </Section>
        )}
        {session.can.modules && (
          <Section to={links.modules(appointment)} title={t('modules.title')} folded={folded}>
            <IconPuzzle size={20} stroke={1.7} aria-hidden />
          </Section>
        )}
      </nav>
      <div className="k-side-foot">
        <UserMenu session={session} folded={folded} />
        {onFold && (
          <button
            type="button"
            className="k-plain k-side-fold"
            onClick={onFold}
            aria-expanded={!folded}
            aria-label={t(folded ? 'sidebar.unfold' : 'sidebar.fold')}
            title={t(folded ? 'sidebar.unfold' : 'sidebar.fold')}
          >
            <IconLayoutSidebar size={18} stroke={1.7} aria-hidden />
          </button>
        )}
      </div>
    </div>
  );
}

/** The number is that of proposals waiting for the reader's decision. */
function RequestsSection({ session, folded }: { session: Session; folded: boolean }) {
  const { t } = useTranslation();
  const waiting = useRequestCount(true).data?.incoming ?? 0;
  return (
    <Section
      to={links.requests(session.active.id)}
      title={t('requests.title')}
      folded={folded}
      count={waiting}
    >
      <IconMessageReport size={20} stroke={1.7} aria-hidden />
    </Section>
  );
}

interface SectionProps {
  to: string;
  /** Another beginning of addresses that belong to this section: its cards. */
  also?: string;
  exact?: boolean;
  /** Of a list: the part that the section shows; '' for the whole. */
  view?: string;
  title: string;
  folded: boolean;
  /** What waits there; nothing for 0. */
  count?: number;
  children: ReactNode;
}

function Section({ to, also, exact, view, title, folded, count = 0, children }: SectionProps) {
  const { t } = useTranslation();
  const here = useRouterState({ select: state => state.location.pathname });
  const part = useRouterState({ select: state => (state.location.search as { view?: string }).view ?? '' });
  const parts = useSession().data?.menu ?? [];
  // A view that is no part of its own, such as incomplete cards, belongs to the whole list.
  const shown = parts.some(item => item.view === part) ? part : '';
  const current = exact
    ? here === to || here === `${to}/`
    : view !== undefined && here === to
      ? shown === view
      : here === to || here.startsWith(`${to}/`) || (also !== undefined && here.startsWith(also));
  return (
    <AppLink
      to={to}
      {...(view ? { search: { view } } : {})}
      className="k-side-link"
      data-current={current || undefined}
      aria-current={current ? 'page' : undefined}
      title={folded ? title : undefined}
    >
      {children}
      <span className={folded ? 'k-hidden' : 'k-side-text k-grow'}>{title}</span>
      {count > 0 && (
        <span className="k-side-count">
          {count >= 100 ? '99+' : count}
          <span className="k-hidden"> {t('requests.waiting')}</span>
        </span>
      )}
    </AppLink>
  );
}
