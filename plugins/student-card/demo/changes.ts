/** The last saves of the secretaries, so that the history panel and the home screen have something to show. */
import { addDays, type BulkRecord, type DemoContext, type DemoOrganisation } from '#sdk';

const DESKS: [login: string, organisation: string, saves: number][] = [
  ['secretary', 'school-1', 18],
  ['secretary-2', 'school-2', 12],
  ['study-secretary', 'college-1', 6],
];

export function pastChanges(context: DemoContext): void {
  for (const [by, key, saves] of DESKS) {
    const organisation = context.organisation(key);
    const students = context.records('student').filter(card => card.organisationId === organisation.id);
    for (const record of context.random.shuffle(students).slice(0, saves)) {
      const fields = changed(context, organisation, record);
      if (fields) context.change({ entity: 'student', record, by, at: workingHour(context), fields });
    }
  }
}

/** A new telephone or a move within the town. */
function changed(context: DemoContext, organisation: DemoOrganisation, record: BulkRecord) {
  const { random, identifiers } = context;
  const home = record.residence as Record<string, string> | undefined;
  if (home !== undefined && random.chance(0.4)) {
    const old = context.address(organisation);
    return {
      'residence.street': { from: old.street, to: home.street },
      ...(old.house === home.house ? {} : { 'residence.house': { from: old.house, to: home.house } }),
    };
  }
  if (record.mobilePhone === undefined) return undefined;
  const before = random.chance(0.5) ? { from: identifiers.mobile() } : {};
  return { mobilePhone: { ...before, to: record.mobilePhone } };
}

/** An instant of the last working weeks, Moscow time. */
function workingHour(context: DemoContext): string {
  const { random, today } = context;
  let day = addDays(today, -random.int(1, 18));
  while ([0, 6].includes(new Date(day).getUTCDay())) day = addDays(day, -1);
  return `${day}T${String(random.int(5, 13)).padStart(2, '0')}:${String(random.int(0, 59)).padStart(2, '0')}:${String(random.int(0, 59)).padStart(2, '0')}Z`;
}
