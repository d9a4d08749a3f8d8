import type { Appointment } from '../api/types.ts';

export interface AppointmentGroup {
  title: string;
  appointments: Appointment[];
}

/**
 * Appointments as the switcher lists them: recent ones first, then by municipality; an appointment that
 * stands among the recent ones is not repeated below.
 */
export function groupAppointments(
  appointments: readonly Appointment[],
  recentIds: readonly string[],
  search: string,
  words: { recent: string; region: string },
): AppointmentGroup[] {
  const needle = fold(search);
  const found = appointments.filter(item =>
    fold(`${item.organisation.name} ${item.organisation.municipality ?? ''} ${item.roleTitle}`).includes(
      needle,
    ),
  );
  const recent = recentIds.flatMap(id => found.find(item => item.id === id) ?? []);
  const groups = new Map<string, Appointment[]>();
  if (recent.length > 0) groups.set(words.recent, recent);
  for (const item of found) {
    if (recent.includes(item)) continue;
    const title = item.organisation.municipality ?? words.region;
    groups.set(title, [...(groups.get(title) ?? []), item]);
  }
  return [...groups].map(([title, items]) => ({ title, appointments: items }));
}

/** Case and ё/е do not matter in a search. */
export const fold = (text: string) => text.toLocaleLowerCase('ru').replaceAll('ё', 'е').trim();
