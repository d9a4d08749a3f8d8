/**
 * Who may design forms and dictionaries, at which level: data, in the manner of the modules' grants. A right, not a
 * role (C18): what stands here decides, and nothing else does.
 *
 * @source S003-5.4, S001-П2-2.2, S001-3.1
 */
import type { Actor } from '../access/actor.ts';
import { forbidden } from '../problems.ts';

export type DesignAct = 'form' | 'dictionary';

interface DesignGrant {
  role: string;
  level: Actor['level'];
  acts: readonly DesignAct[];
  source: string;
}

const ALL: readonly DesignAct[] = ['form', 'dictionary'];

export const DESIGN_GRANTS: readonly DesignGrant[] = [
  { role: 'org-admin', level: 'organisation', acts: ALL, source: 'S003-5.4' },
  { role: 'coordinator', level: 'organisation', acts: ALL, source: 'S001-П2-2.2' },
  { role: 'municipal-operator', level: 'municipality', acts: ALL, source: 'S001-3.1' },
  { role: 'region-admin', level: 'region', acts: ALL, source: 'S001-3.1' },
];

/** Roles outside the staff: a field is open to them only when the designer says so. */
export const OUTSIDE_ROLES: ReadonlySet<string> = new Set(['student', 'parent', 'parents-committee']);

export const mayDesign = (who: Pick<Actor, 'role' | 'level'>, act: DesignAct): boolean =>
  DESIGN_GRANTS.some(
    grant => grant.role === who.role && grant.level === who.level && grant.acts.includes(act),
  );

/** @throws FORBIDDEN */
export function requireDesign(who: Pick<Actor, 'role' | 'level'>, act: DesignAct): void {
  if (!mayDesign(who, act)) throw forbidden('Формы и справочники настраивает администратор или координатор');
}
