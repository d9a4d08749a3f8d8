/**
 * The ways by which cards leave the server, each asked at random and compared with the oracle. Every channel
 * answers how many decisions it compared: one for each record and each field asked about it.
 */
import type { Actor } from '../../../core/access/actor.ts';
import type { Entity, Field } from '../../../core/catalogue/types.ts';
import type { Reports } from '../../../core/reports/reports.ts';
import type { Gateway } from '../../../core/storage/gateway.ts';
import { pathsOf } from '../conditions.ts';
import { Oracle, type TestGrant } from '../oracle.ts';
import type { Chance } from '../random.ts';
import type { World } from '../world.ts';

export interface Setting {
  world: World;
  grants: TestGrant[];
  chance: Chance;
  gateway: Gateway;
  reports: Reports;
  palette(
    actor: Actor,
    q: string,
  ): Promise<{ items: { entity: string; id: string; label: string; detail: string }[]; layout?: string }>;
  actor: Actor;
  kind: string;
  /** How to have the same again: seed and round. */
  again: string;
}

export type Channel = (setting: Setting) => Promise<number>;

export const entityOf = ({ world, kind }: Setting) => world.catalogue.entities.get(kind) as Entity;
export const oracleOf = ({ world, grants, actor }: Setting, action = 'read') =>
  new Oracle(world, grants, actor, action);

/** What a failed comparison says: enough to see it again. */
export function about(setting: Setting, asked: unknown): string {
  const { role, organisationId, organisationIds, everywhere, personId } = setting.actor;
  const grants = setting.grants
    .filter(grant => grant.role === role)
    .map(({ condition: _, ...grant }) => grant);
  const own = grants.filter(grant => grant.entity === setting.kind);
  const actor = { role, organisationId, organisationIds, everywhere, personId };
  return [setting.again, setting.kind, JSON.stringify({ asked, actor, own })].join(' ');
}

/** The answer, or the code of the refusal. */
export async function outcome<T>(call: () => Promise<T>): Promise<{ code: string } | { answer: T }> {
  try {
    return { answer: await call() };
  } catch (error) {
    const { code, status } = error as { code?: string; status?: number };
    if (code === undefined || status === undefined) throw error;
    return { code };
  }
}

/** Names to ask for: known to the actor, but now and then one that is closed. */
export function somePaths(setting: Setting, oracle: Oracle, most: number): string[] {
  const { world, kind, chance } = setting;
  const asked = chance
    .some(pathsOf(world, kind), most * 2)
    // A reference beyond the first step stands where the fields of its record do.
    .filter(one => one.depth === 0 || one.field.kind !== 'ref')
    .map(one => one.path);
  const known = asked.filter(path => oracle.known(kind, path)).slice(0, most);
  const closed = asked.find(path => !oracle.known(kind, path));
  return closed !== undefined && chance.once(12) ? [...known, closed] : known;
}

export const isOwn = (setting: Setting, path: string) => entityOf(setting).fields.has(path);

export function fieldAt(setting: Setting, path: string): Field {
  return pathsOf(setting.world, setting.kind).find(one => one.path === path)?.field as Field;
}

export const byId = (a: { id?: unknown }, b: { id?: unknown }) => (String(a.id) < String(b.id) ? -1 : 1);
