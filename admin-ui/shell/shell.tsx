import { Drawer } from '@mantine/core';
import { useHotkeys, useMediaQuery } from '@mantine/hooks';
import { IconMenu2, IconSearch } from '@tabler/icons-react';
import { Outlet, useRouterState } from '@tanstack/react-router';
import { Suspense, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '../api/queries.ts';
import type { Session } from '../api/types.ts';
import { ErrorBoundary } from '../components/error-boundary.tsx';
import { LoadingLines } from '../components/states.tsx';
import { CommandPalette } from '../palette/command-palette.tsx';
import { ConfirmGuard } from '../session/confirm-guard.tsx';
import { SessionGuard } from '../session/session-guard.tsx';
import { PrintStamp } from './print-stamp.tsx';
import { rememberAppointment } from './recent-appointments.ts';
import { ScopeStrip } from './scope-strip.tsx';
import { useSidebarFolded } from './shell-state.ts';
import { Sidebar } from './sidebar.tsx';
import './shell.css';

/** Frame of every screen behind the sign-in. The route has made sure that there is a session. */
export function Shell() {
  const session = useSession().data;
  return session ? <Frame session={session} /> : <LoadingLines />;
}

function Frame({ session }: { session: Session }) {
  const { t } = useTranslation();
  const phone = useMediaQuery('(max-width: 767px)', window.innerWidth < 768, {
    getInitialValueInEffect: false,
  });
  const path = useRouterState({ select: state => state.location.pathname });
  const [folded, toggleFolded] = useSidebarFolded();
  const [drawer, setDrawer] = useState(false);
  const [palette, setPalette] = useState(false);
  const openPalette = () => {
    setDrawer(false);
    setPalette(true);
  };
  useHotkeys([['mod+K', openPalette]], []);
  useEffect(() => rememberAppointment(session.active.id), [session.active.id]);
  useEffect(() => setDrawer(false), [path]);

  return (
    <div className="k-shell" data-folded={folded || undefined}>
      <a className="k-skip" href="#content">
        {t('skip')}
      </a>
      {phone ? (
        <PhoneBar session={session} onMenu={() => setDrawer(true)} onSearch={openPalette} />
      ) : (
        <div className="k-shell-side k-noprint">
          <Sidebar session={session} folded={folded} onFold={toggleFolded} onSearch={openPalette} />
        </div>
      )}
      <div className="k-shell-main">
        <ScopeStrip session={session} />
        <main id="content" tabIndex={-1}>
          <ErrorBoundary resetKey={path}>
            <Suspense fallback={<LoadingLines />}>
              <Outlet />
            </Suspense>
          </ErrorBoundary>
        </main>
      </div>
      {phone && (
        <Drawer
          opened={drawer}
          onClose={() => setDrawer(false)}
          size={280}
          padding={0}
          title={t('sections')}
          classNames={{ body: 'k-shell-drawer', header: 'k-shell-drawer-head' }}
          closeButtonProps={{ 'aria-label': t('close') }}
        >
          <Sidebar session={session} folded={false} onSearch={openPalette} />
        </Drawer>
      )}
      {palette && <CommandPalette session={session} onClose={() => setPalette(false)} />}
      <PrintStamp session={session} />
      <ConfirmGuard login={session.user.login} />
      <SessionGuard login={session.user.login} />
    </div>
  );
}

function PhoneBar({
  session,
  onMenu,
  onSearch,
}: {
  session: Session;
  onMenu: () => void;
  onSearch: () => void;
}) {
  const { t } = useTranslation();
  return (
    <div className="k-phonebar k-noprint">
      <button
        type="button"
        className="k-plain k-phonebar-button"
        onClick={onMenu}
        aria-label={t('menu.open')}
      >
        <IconMenu2 size={22} stroke={1.7} aria-hidden />
      </button>
      <span className="k-phonebar-name">{session.active.organisation.name}</span>
      <button
        type="button"
        className="k-plain k-phonebar-button"
        onClick={onSearch}
        aria-label={t('search.open')}
      >
        <IconSearch size={22} stroke={1.7} aria-hidden />
      </button>
    </div>
  );
}
