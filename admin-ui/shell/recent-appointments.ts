const STORED = 'kartoteka.recent-appointments';

/** Ids of the appointments used last in this browser, newest first; at most five. */
export function recentAppointments(): string[] {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(STORED) ?? '[]');
    return Array.isArray(value) ? value.filter(id => typeof id === 'string').slice(0, 5) : [];
  } catch {
    return [];
  }
}

export function rememberAppointment(id: string): void {
  const ids = [id, ...recentAppointments().filter(other => other !== id)].slice(0, 5);
  localStorage.setItem(STORED, JSON.stringify(ids));
}
