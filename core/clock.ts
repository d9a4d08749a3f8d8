/** The one source of time of the server: passed in, so that tests can set it. */
export interface Clock {
  now(): Date;
  /** ISO day in the region's time zone. */
  today(): string;
}

/** ISO day of an instant in a time zone, e.g. `2026-09-01` in `Europe/Moscow`. */
export function dayOf(instant: Date, timeZone: string): string {
  // The Swedish locale writes dates as ISO does.
  return new Intl.DateTimeFormat('sv-SE', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  }).format(instant);
}

export function systemClock(timeZone: string): Clock {
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  return { now: () => new Date(), today: () => format.format(new Date()) };
}
