/**
 * Where a module is on, and when: pure rules over the rows of enablement.
 *
 * A *target* is a type of organisations, a subtree, or a type within a subtree; each target has a line of days on
 * which it says on or off, and is silent on the others. For an organisation the nearest target that speaks wins:
 * the organisation itself, its municipality, the region, everywhere; of equally near ones the one that names a type;
 * of those left, on. An organisation of several types has a module when any of its types has it. Nobody speaking
 * means off. `actor-resolution.ts` says the same in SQL.
 */

/** One stretch of days of one target; `to` absent: until further notice. */
export interface EnablementRow {
  id?: number;
  plugin: string;
  organisationType?: string;
  organisationId?: number;
  enabled: boolean;
  from: string;
  to?: string;
}

/** What is asked for: on, off, or silence again (null), between two days, both included. */
export interface EnablementChange {
  organisationType?: string;
  organisationId?: number;
  enabled: boolean | null;
  from: string;
  to: string | null;
}

/** An organisation with the ids from itself up to the region. */
export interface OrganisationLine {
  id: number;
  name: string;
  types: readonly string[];
  line: readonly number[];
}

const LAST_DAY = '9999-12-31';

export const addDays = (day: string, days: number): string =>
  new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);

const speaks = (row: EnablementRow, day: string) => row.from <= day && (row.to ?? LAST_DAY) >= day;

/** Near rows first: position in the line of organisations, then a named type, then on before off. */
function nearness(row: EnablementRow, line: readonly number[]): number {
  const distance = row.organisationId === undefined ? 1000 : line.indexOf(row.organisationId);
  return distance * 4 + (row.organisationType === undefined ? 2 : 0) + (row.enabled ? 0 : 1);
}

/** @param rows  of one plugin */
export function isOn(rows: readonly EnablementRow[], organisation: OrganisationLine, day: string): boolean {
  const types = organisation.types.length > 0 ? organisation.types : [undefined];
  const near = rows.filter(
    row =>
      speaks(row, day) &&
      (row.organisationId === undefined || organisation.line.includes(row.organisationId)),
  );
  return types.some(type => {
    const [first] = near
      .filter(row => row.organisationType === undefined || row.organisationType === type)
      .sort((a, b) => nearness(a, organisation.line) - nearness(b, organisation.line));
    return first?.enabled ?? false;
  });
}

const sameTarget = (row: EnablementRow, change: EnablementChange) =>
  row.organisationType === change.organisationType && row.organisationId === change.organisationId;

/**
 * Rows of one plugin after a change. Rows of other targets stay as they are; a row that loses all its days is left
 * out. Rows that go on keep their id, so that what was on remains readable.
 */
export function applyChange(
  rows: readonly EnablementRow[],
  plugin: string,
  change: EnablementChange,
): EnablementRow[] {
  const to = change.to ?? LAST_DAY;
  const kept = rows.filter(row => sameTarget(row, change)).flatMap(row => cut(row, change.from, to));
  // Nothing is wider than a type everywhere: there, off is the same as silence.
  const said = change.enabled === true || (change.enabled === false && change.organisationId !== undefined);
  if (said)
    kept.push(
      stretch(
        {
          plugin,
          ...(change.organisationType === undefined ? {} : { organisationType: change.organisationType }),
          ...(change.organisationId === undefined ? {} : { organisationId: change.organisationId }),
          enabled: change.enabled === true,
          from: change.from,
        },
        change.from,
        to,
      ),
    );
  return [...rows.filter(row => !sameTarget(row, change)), ...joined(kept)];
}

function stretch({ to: _, ...row }: EnablementRow, from: string, to: string): EnablementRow {
  return { ...row, from, ...(to === LAST_DAY ? {} : { to }) };
}

/** What is left of a row outside the given days; the later of two pieces is a new row. */
function cut(row: EnablementRow, from: string, to: string): EnablementRow[] {
  const end = row.to ?? LAST_DAY;
  if (end < from || row.from > to) return [row];
  const before = row.from < from ? [stretch(row, row.from, addDays(from, -1))] : [];
  if (end <= to) return before;
  const { id: _, ...withoutId } = row;
  return [...before, stretch(before.length > 0 ? withoutId : row, addDays(to, 1), end)];
}

/** Neighbours that say the same become one. */
function joined(rows: EnablementRow[]): EnablementRow[] {
  const result: EnablementRow[] = [];
  for (const row of rows.toSorted((a, b) => (a.from < b.from ? -1 : 1))) {
    const last = result.at(-1);
    if (last?.to !== undefined && last.enabled === row.enabled && addDays(last.to, 1) === row.from)
      result[result.length - 1] = stretch(
        { ...last, ...(last.id === undefined && row.id !== undefined ? { id: row.id } : {}) },
        last.from,
        row.to ?? LAST_DAY,
      );
    else result.push(row);
  }
  return result;
}

/** Days from `from` on, that day included, on which any of the rows begins or ends. */
export function turningDays(rows: readonly EnablementRow[], from: string): string[] {
  const days = new Set([from]);
  for (const row of rows) {
    if (row.from > from) days.add(row.from);
    if (row.to !== undefined && row.to >= from) days.add(addDays(row.to, 1));
  }
  return [...days].sort();
}

/** A module that would be on without one it needs. */
export interface BrokenNeed {
  plugin: string;
  needs: string;
  /** First day on which it would be so. */
  from: string;
  organisations: OrganisationLine[];
}

/**
 * @param requires  plugin -> ids of the plugins it needs
 * @returns         needs broken with the new rows and not already with the old ones
 */
export function brokenNeeds(
  before: readonly EnablementRow[],
  after: readonly EnablementRow[],
  organisations: readonly OrganisationLine[],
  requires: ReadonlyMap<string, readonly string[]>,
  from: string,
): BrokenNeed[] {
  const found = new Map<string, BrokenNeed>();
  const old = byPlugin(before);
  const next = byPlugin(after);
  const lacks = (
    rows: Map<string, EnablementRow[]>,
    o: OrganisationLine,
    day: string,
    p: string,
    need: string,
  ) => isOn(rows.get(p) ?? [], o, day) && !isOn(rows.get(need) ?? [], o, day);
  for (const day of turningDays([...before, ...after], from))
    for (const [plugin, needs] of requires)
      for (const need of needs) {
        const lost = organisations.filter(
          one => lacks(next, one, day, plugin, need) && !lacks(old, one, day, plugin, need),
        );
        const key = `${plugin} ${need}`;
        if (lost.length > 0 && !found.has(key))
          found.set(key, { plugin, needs: need, from: day, organisations: lost });
      }
  return [...found.values()];
}

const byPlugin = (rows: readonly EnablementRow[]) => Map.groupBy(rows, row => row.plugin);
