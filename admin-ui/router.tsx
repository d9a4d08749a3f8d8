import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { ApiProblem, apiContext } from './api/client.ts';
import { sessionQuery } from './api/queries.ts';
import { LoadingLines } from './components/states.tsx';
import { links } from './links.ts';
import { ROUTES, type ScreenId, SHELL_PATH } from './routes.ts';
import { NotFoundScreen } from './screens/system/not-found-screen.tsx';
import { RouteErrorScreen } from './screens/system/route-error-screen.tsx';
import { Shell } from './shell/shell.tsx';

export interface RouterContext {
  queryClient: QueryClient;
}

/** Each screen is loaded when somebody opens it. */
const SCREENS: Record<Exclude<ScreenId, 'entrance'>, ReturnType<typeof lazyRouteComponent>> = {
  signIn: lazyRouteComponent(() => import('./screens/sign-in/sign-in-screen.tsx'), 'SignInScreen'),
  home: lazyRouteComponent(() => import('./screens/home/home-screen.tsx'), 'HomeScreen'),
  list: lazyRouteComponent(() => import('./screens/list/list-screen.tsx'), 'ListScreen'),
  newCard: lazyRouteComponent(() => import('./screens/card-route.tsx'), 'NewCardRoute'),
  card: lazyRouteComponent(() => import('./screens/card-route.tsx'), 'CardRoute'),
  reports: lazyRouteComponent(() => import('./screens/reports/reports-screen.tsx'), 'ReportsScreen'),
  report: lazyRouteComponent(() => import('./screens/reports/report-screen.tsx'), 'ReportScreen'),
  password: lazyRouteComponent(() => import('./screens/password/password-screen.tsx'), 'PasswordScreen'),
  security: lazyRouteComponent(() => import('./screens/security/security-screen.tsx'), 'SecurityScreen'),
  people: lazyRouteComponent(() => import('./screens/people/people-screen.tsx'), 'PeopleScreen'),
  forms: lazyRouteComponent(() => import('./screens/forms/forms-screen.tsx'), 'FormsScreen'),
  form: lazyRouteComponent(() => import('./screens/forms/form-screen.tsx'), 'FormScreen'),
  dictionary: lazyRouteComponent(() => import('./screens/forms/dictionary-screen.tsx'), 'DictionaryScreen'),
  duplicates: lazyRouteComponent(
    () => import('./screens/duplicates/duplicates-screen.tsx'),
    'DuplicatesScreen',
  ),
  requests: lazyRouteComponent(() => import('./screens/requests/requests-screen.tsx'), 'RequestsScreen'),
  request: lazyRouteComponent(() => import('./screens/requests/request-screen.tsx'), 'RequestScreen'),
  modules: lazyRouteComponent(() => import('./screens/modules/modules-screen.tsx'), 'ModulesScreen'),
};

/** Search parameters of lists: order, page and view. Conditions may hold names and never stand in an address. */
export interface ListSearch {
  sort?: string;
  after?: string;
  view?: string;
}
const FIELD_LIST = /^-?[\w.]+(,-?[\w.]+)*$/;
function listSearch(search: Record<string, unknown>): ListSearch {
  const text = (key: string, pattern: RegExp) => {
    const value = search[key];
    return typeof value === 'string' && pattern.test(value) ? { [key]: value } : {};
  };
  return {
    ...text('sort', FIELD_LIST),
    ...text('after', /^[\w.~+/=-]{1,2000}$/),
    ...text('view', /^[\w-]{1,64}$/),
  };
}

/** Which box of proposals, and from where on. */
export interface BoxSearch {
  box?: 'incoming' | 'outgoing';
  state?: 'open' | 'closed';
  after?: string;
}
function boxSearch({ box, state, after }: Record<string, unknown>): BoxSearch {
  return {
    ...(box === 'incoming' || box === 'outgoing' ? { box } : {}),
    ...(state === 'open' || state === 'closed' ? { state } : {}),
    ...(typeof after === 'string' && /^[0-9a-f-]{36}$/.test(after) ? { after } : {}),
  };
}

const SEARCHES: Partial<Record<ScreenId, (search: Record<string, unknown>) => object>> = {
  list: listSearch,
  requests: boxSearch,
};

function makeTree() {
  const root = createRootRouteWithContext<RouterContext>()({
    component: Outlet,
    notFoundComponent: NotFoundScreen,
    errorComponent: RouteErrorScreen,
  });
  const shell = createRoute({
    getParentRoute: () => root,
    path: SHELL_PATH,
    component: Shell,
    beforeLoad: ({ context, params, location }) =>
      enterShell(context.queryClient, (params as { appointment: string }).appointment, location.pathname),
  });
  const outside = [];
  const inside = [];
  for (const { path, screen } of ROUTES) {
    if (screen === 'entrance') {
      outside.push(
        createRoute({
          getParentRoute: () => root,
          path,
          beforeLoad: ({ context }) => enter(context.queryClient),
        }),
      );
    } else if (path.startsWith(SHELL_PATH)) {
      const own = path.slice(SHELL_PATH.length);
      const more = SEARCHES[screen] ? { validateSearch: SEARCHES[screen] } : {};
      inside.push(
        createRoute({ getParentRoute: () => shell, path: own, component: SCREENS[screen], ...more }),
      );
    } else {
      outside.push(createRoute({ getParentRoute: () => root, path, component: SCREENS[screen] }));
    }
  }
  return root.addChildren([...outside, shell.addChildren(inside)]);
}

/** The address without a path leads to the appointment used last, or to the sign-in. */
async function enter(client: QueryClient): Promise<never> {
  const session = await client.fetchQuery(sessionQuery('')).catch(toSignIn());
  throw redirect({ to: links.home(session.active.id), replace: true });
}

/** Every screen of the shell needs a session under the appointment that its address names. */
async function enterShell(client: QueryClient, appointment: string, path: string): Promise<void> {
  apiContext.setAppointment(appointment);
  const session = await client.ensureQueryData(sessionQuery(appointment)).catch(toSignIn(path));
  // An appointment that ended or is somebody else's: the server answers with the one that holds.
  if (session.active.id !== appointment) throw redirect({ to: links.home(session.active.id), replace: true });
  const password = links.password(appointment);
  const security = links.security(appointment);
  if (session.mustEnrol && !session.mustChangePassword && path !== security)
    throw redirect({ to: security, replace: true });
  if (session.mustChangePassword && path !== password) throw redirect({ to: password, replace: true });
}

function toSignIn(path?: string) {
  return (error: unknown): never => {
    if (!(error instanceof ApiProblem)) throw error;
    if (error.status === 401) throw redirect({ to: links.signIn(), search: path ? { to: path } : {} });
    if (path && (error.status === 403 || error.status === 404 || error.status === 400)) {
      throw redirect({ to: '/', replace: true });
    }
    throw error;
  };
}

export function makeRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree: makeTree(),
    context: { queryClient },
    defaultPreload: 'intent',
    defaultPreloadStaleTime: 0,
    defaultPendingComponent: LoadingLines,
    defaultPendingMs: 200,
    defaultErrorComponent: RouteErrorScreen,
    defaultNotFoundComponent: NotFoundScreen,
    scrollRestoration: true,
  });
}
