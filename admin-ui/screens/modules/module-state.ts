/** What the rows of enablement say of one target, for reading: the server decides, this only words it. */
import type { EnablementRowAnswer, ModuleAnswer } from '../../api/types.ts';

/** A type of organisations, a subtree, or a type within a subtree. */
export interface Target {
  organisationType?: string;
  organisationId?: number;
}

export interface TargetState {
  /** Now; undefined when the target says nothing. */
  enabled?: boolean;
  /** Last day of what holds now. */
  until?: string;
  /** What begins on a later day. */
  next?: { from: string; enabled: boolean; until?: string };
}

export const rowsOf = (module: ModuleAnswer, target: Target): EnablementRowAnswer[] =>
  module.enablement.filter(
    row => row.organisationType === target.organisationType && row.organisation?.id === target.organisationId,
  );

export function stateOf(rows: readonly EnablementRowAnswer[], today: string): TargetState {
  const now = rows.find(row => row.active);
  const next = rows.filter(row => row.from > today).toSorted((a, b) => (a.from < b.from ? -1 : 1))[0];
  return {
    ...(now ? { enabled: now.enabled } : {}),
    ...(now?.to ? { until: now.to } : {}),
    ...(next
      ? { next: { from: next.from, enabled: next.enabled, ...(next.to ? { until: next.to } : {}) } }
      : {}),
  };
}

/** Exceptions of a module that hold now or later, one entry for each target. */
export function exceptionsOf(
  module: ModuleAnswer,
  today: string,
): { target: Target; row: EnablementRowAnswer }[] {
  const seen = new Map<string, { target: Target; row: EnablementRowAnswer }>();
  for (const row of module.enablement) {
    if (!row.organisation || (row.to !== undefined && row.to < today)) continue;
    const key = `${row.organisation.id} ${row.organisationType ?? ''}`;
    const target: Target = {
      organisationId: row.organisation.id,
      ...(row.organisationType ? { organisationType: row.organisationType } : {}),
    };
    if (!seen.has(key)) seen.set(key, { target, row });
  }
  return [...seen.values()];
}

export const addDays = (day: string, days: number): string =>
  new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);

/** The Monday after the day, never the day itself. */
export function nextMonday(day: string): string {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  return addDays(day, weekday === 0 ? 1 : 8 - weekday);
}

/** The first of September that is still to come. */
export function nextSchoolYear(day: string): string {
  const own = `${day.slice(0, 4)}-09-01`;
  return day < own ? own : `${Number(day.slice(0, 4)) + 1}-09-01`;
}
