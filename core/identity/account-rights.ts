/**
 * Who may do what with whose accounts: data, in the manner of the modules' grants. A tuple is taken whole: role of
 * the one who acts x acts x roles of the account acted on x organisations.
 *
 * Nothing else decides; a role that stands in no tuple reaches no account.
 *
 * @source S001-3.1, S001-П2-3.3, S003-5.4, S003-5.6, S003-8.1, S003-8.4, S004-3.3
 */
import type { Actor } from '../access/actor.ts';
import { forbidden } from '../problems.ts';

/** `read`: see in the list; `appoint`: create with it, give, change, end; `slips`: one-time passwords of many. */
export type AccountAct = 'read' | 'appoint' | 'block' | 'password' | 'slips';
/** Whose account: by the kind of card that its person has. */
export type AccountKind = 'staff' | 'student' | 'guardian' | 'authority';

interface AccountGrant {
  role: string;
  acts: readonly AccountAct[];
  /** Accounts and appointments of these kinds, or with these roles; `except` takes roles out again. */
  over: { kinds?: readonly AccountKind[]; roles?: readonly string[]; except?: readonly string[] };
  /** `own-groups`: children of the groups one leads, and who represents them. */
  rows: 'organisation' | 'region' | 'own-groups';
  source: string;
}

const ALL: readonly AccountAct[] = ['read', 'appoint', 'block', 'password', 'slips'];
const OF_ORGANISATION: readonly AccountKind[] = ['staff', 'student', 'guardian'];
/** Who give rights themselves: nobody below them gives these roles or touches their holders. */
const LEADERS = ['org-admin', 'director', 'coordinator'];

export const ACCOUNT_GRANTS: readonly AccountGrant[] = [
  {
    role: 'org-admin',
    acts: ALL,
    over: { kinds: OF_ORGANISATION },
    rows: 'organisation',
    source: 'S003-5.4',
  },
  {
    role: 'director',
    acts: ALL,
    over: { kinds: OF_ORGANISATION },
    rows: 'organisation',
    source: 'S001-П2-3.3',
  },
  { role: 'hr', acts: ['read'], over: { kinds: ['staff'] }, rows: 'organisation', source: 'S003-5.6' },
  {
    role: 'hr',
    acts: ALL,
    over: { kinds: ['staff'], except: LEADERS },
    rows: 'organisation',
    source: 'S003-5.6',
  },
  {
    role: 'secretary',
    acts: ALL,
    over: { kinds: ['student', 'guardian'] },
    rows: 'organisation',
    source: 'S003-5.5',
  },
  {
    role: 'class-teacher',
    acts: ['slips'],
    over: { roles: ['student', 'parent'] },
    rows: 'own-groups',
    source: 'S003-8.4',
  },
  {
    role: 'curator',
    acts: ['slips'],
    over: { roles: ['student', 'parent'] },
    rows: 'own-groups',
    source: 'S004-3.3',
  },
  {
    role: 'region-admin',
    acts: ['read', 'appoint', 'block', 'password'],
    over: { kinds: ['authority'], roles: ['org-admin', 'director'] },
    rows: 'region',
    source: 'S001-3.1',
  },
];

interface RoleTrait {
  kind: AccountKind;
  level: Actor['level'];
}

/** Roles that are not of an organisation's staff; all others are, those of new modules too. */
const TRAITS: Record<string, RoleTrait> = {
  'region-admin': { kind: 'authority', level: 'region' },
  'municipal-operator': { kind: 'authority', level: 'municipality' },
  student: { kind: 'student', level: 'organisation' },
  parent: { kind: 'guardian', level: 'organisation' },
  'parents-committee': { kind: 'guardian', level: 'organisation' },
};

export const roleTrait = (role: string): RoleTrait =>
  (Object.hasOwn(TRAITS, role) ? TRAITS[role] : undefined) ?? { kind: 'staff', level: 'organisation' };

/** Duties of staff are confirmed by an order of the head (S001-П2-3.3). */
export const needsOrder = (role: string): boolean => ['staff', 'authority'].includes(roleTrait(role).kind);

/** Roles whose last holder in an organisation or authority cannot be removed (AZ5). */
export const LASTING_ROLES: ReadonlySet<string> = new Set(['org-admin', 'region-admin']);

/** Roles that the regulation wants in every organisation: one holder, or everyone of that work. */
export const WANTED_ROLES: readonly { role: string; wanted: 'one' | 'all' }[] = [
  { role: 'coordinator', wanted: 'one' },
  { role: 'org-admin', wanted: 'one' },
  { role: 'director', wanted: 'one' },
  { role: 'secretary', wanted: 'one' },
  { role: 'hr', wanted: 'one' },
  { role: 'forum-moderator', wanted: 'one' },
  { role: 'parents-committee', wanted: 'one' },
  { role: 'teacher', wanted: 'all' },
  { role: 'class-teacher', wanted: 'all' },
];

/** Where people of a kind stand, and how those of one group are found: paths of cards. */
export const CARDS = {
  staff: { entity: 'staff-member' },
  student: {
    entity: 'student',
    role: 'student',
    ofGroup: { list: 'student', group: 'currentGroup', record: 'id' },
  },
  guardian: {
    entity: 'guardian',
    role: 'parent',
    ofGroup: { list: 'guardianship', group: 'student.currentGroup', record: 'guardian' },
  },
} as const;
export const GROUP = { entity: 'study-group', leader: 'classTeacher' } as const;

type Who = Pick<Actor, 'role' | 'organisationId' | 'everywhere'>;

const covers = ({ over }: AccountGrant, role: string): boolean =>
  !over.except?.includes(role) &&
  (over.roles?.includes(role) === true || over.kinds?.includes(roleTrait(role).kind) === true);

const reaches = (grant: AccountGrant, who: Who, organisationId: number): boolean =>
  grant.rows === 'region' ? who.everywhere : organisationId === who.organisationId;

/** @param inOwnGroup  the account's person belongs to a group that the actor leads */
export function may(
  who: Who,
  act: AccountAct,
  role: string,
  organisationId: number,
  inOwnGroup = false,
): boolean {
  return ACCOUNT_GRANTS.some(
    grant =>
      grant.role === who.role &&
      grant.acts.includes(act) &&
      covers(grant, role) &&
      reaches(grant, who, organisationId) &&
      (grant.rows !== 'own-groups' || inOwnGroup),
  );
}

/** Those of the roles that the actor may do it with somewhere. */
export const rolesFor = (who: Who, act: AccountAct, roles: Iterable<string>): string[] =>
  [...roles].filter(role =>
    ACCOUNT_GRANTS.some(grant => grant.role === who.role && grant.acts.includes(act) && covers(grant, role)),
  );

/** Only for the groups one leads. */
export const onlyOwnGroups = (who: Who): boolean =>
  ACCOUNT_GRANTS.filter(grant => grant.role === who.role).every(grant => grant.rows === 'own-groups');

export const mayAny = (who: Who, act: AccountAct): boolean =>
  ACCOUNT_GRANTS.some(grant => grant.role === who.role && grant.acts.includes(act));

/** @throws Problem FORBIDDEN (403) */
export function requireAct(who: Who, act: AccountAct): void {
  if (!mayAny(who, act)) throw forbidden('Учётными записями занимается администратор организации');
}
