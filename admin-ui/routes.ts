/**
 * Every address of the interface. The router is made from this list, and the accessibility test scans it: a
 * screen that is not listed does not exist, and one that is listed is scanned.
 */
export interface RouteEntry {
  /** TanStack Router path. */
  path: string;
  /** Values for the path's parameters in a demo region; `$appointment` is filled in by the test. */
  example?: Record<string, string>;
  screen: ScreenId;
}
export type ScreenId =
  | 'entrance'
  | 'signIn'
  | 'home'
  | 'list'
  | 'newCard'
  | 'card'
  | 'reports'
  | 'report'
  | 'modules'
  | 'people'
  | 'forms'
  | 'form'
  | 'dictionary'
  | 'requests'
  | 'duplicates'
  | 'request'
  | 'password'
  | 'security';

/** Paths under this one stand in the shell and need a session. */
export const SHELL_PATH = '/o/$appointment';

export const ROUTES: readonly RouteEntry[] = [
  { path: '/', screen: 'entrance' },
  { path: '/sign-in', screen: 'signIn' },
  { path: `${SHELL_PATH}/`, screen: 'home' },
  { path: `${SHELL_PATH}/list/$entity`, screen: 'list', example: { entity: 'student' } },
  { path: `${SHELL_PATH}/card/$entity/new`, screen: 'newCard', example: { entity: 'student' } },
  { path: `${SHELL_PATH}/card/$entity/$id`, screen: 'card', example: { entity: 'student' } },
  { path: `${SHELL_PATH}/reports`, screen: 'reports' },
  { path: `${SHELL_PATH}/reports/$id`, screen: 'report', example: { id: 'student-completeness' } },
  { path: `${SHELL_PATH}/modules`, screen: 'modules' },
  { path: `${SHELL_PATH}/people`, screen: 'people' },
  { path: `${SHELL_PATH}/forms`, screen: 'forms' },
  { path: `${SHELL_PATH}/forms/$entity`, screen: 'form', example: { entity: 'student' } },
  {
    path: `${SHELL_PATH}/dictionaries/$dictionary`,
    screen: 'dictionary',
    example: { dictionary: 'health-groups' },
  },
  { path: `${SHELL_PATH}/requests`, screen: 'requests' },
  { path: `${SHELL_PATH}/requests/$id`, screen: 'request', example: { id: 'first' } },
  { path: `${SHELL_PATH}/duplicates`, screen: 'duplicates' },
  { path: `${SHELL_PATH}/password`, screen: 'password' },
  { path: `${SHELL_PATH}/security`, screen: 'security' },
];
