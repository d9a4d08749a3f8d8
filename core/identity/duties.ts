/**
 * Duties of administration that belong to the core, by role. Rights on cards are data of the plugins (grants.json);
 * these concern the system itself.
 *
 * @source S001-3.1, S001-3.3a, S001-П2-3.1.2, S003-5.4
 */
import type { Actor } from '../access/actor.ts';
import { forbidden } from '../problems.ts';

export type Duty = 'modules:read' | 'modules:enable';

const HOLDERS: Record<Duty, ReadonlySet<string>> = {
  'modules:read': new Set(['region-admin', 'municipal-operator', 'org-admin', 'director', 'coordinator']),
  'modules:enable': new Set(['region-admin']),
};

export const holds = (actor: Pick<Actor, 'role'>, duty: Duty): boolean => HOLDERS[duty].has(actor.role);

/** @throws Problem FORBIDDEN (403) */
export function requireDuty(actor: Pick<Actor, 'role'>, duty: Duty): void {
  if (!holds(actor, duty)) throw forbidden('Этим занимается администратор');
}
