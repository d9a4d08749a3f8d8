/** Days as ISO text `2026-09-01` in storage and `01.09.2026` for people; no time, no zone. */
import { type Flaw, type Format, flaw } from './flaw.ts';

const ISO = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/;

/** Whether the text is a real day in ISO form, of any year. */
export function isRealDay(iso: string): boolean {
  const parts = ISO.exec(iso);
  if (!parts) return false;
  const [year, month, day] = parts.slice(1).map(Number) as [number, number, number];
  const made = new Date(Date.UTC(2000, month - 1, day));
  made.setUTCFullYear(year, month - 1, day);
  return made.getUTCFullYear() === year && made.getUTCMonth() === month - 1 && made.getUTCDate() === day;
}

/**
 * The ISO form of a day typed as 1.9.2026, 01/09/2026 or 01092026; a two-digit year is not guessed.
 * What is no day comes back trimmed, so that a check can name it.
 */
export function parseDay(text: string): string {
  const value = text.trim();
  const parts =
    /^([0-9]{1,2})[.,/ -]([0-9]{1,2})[.,/ -]([0-9]{4})$/.exec(value) ??
    /^([0-9]{2})([0-9]{2})([0-9]{4})$/.exec(value);
  if (!parts) return value;
  return `${parts[3]}-${parts[2]!.padStart(2, '0')}-${parts[1]!.padStart(2, '0')}`;
}

/** `2026-09-01` -> `01.09.2026`; other text unchanged. */
export function showDay(iso: string): string {
  const parts = ISO.exec(iso);
  return parts ? `${parts[3]}.${parts[2]}.${parts[1]}` : iso;
}

/** Today in the zone of the device, ISO. */
export function localToday(now: Date = new Date()): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

function dayFlaw(value: string, first: string, last: string): Flaw | undefined {
  if (!ISO.test(value)) return flaw('FORMAT', 'введите дату в виде дд.мм.гггг');
  if (!isRealDay(value)) return flaw('FORMAT', `дня ${showDay(value)} нет в календаре`);
  if (value < first) return flaw('RANGE', `дата не может быть раньше ${showDay(first)}`);
  if (value > last) return flaw('RANGE', `дата не может быть позже ${showDay(last)}`);
  return undefined;
}

const day = (check: Format['check'], name: string): Format => ({
  name,
  normalise: parseDay,
  check,
  show: showDay,
  mask: '00.00.0000',
});

export const dates = {
  date: day(value => dayFlaw(value, '1850-01-01', '2150-12-31'), 'Day, 1850 to 2150'),
  'past-date': day(value => {
    const found = dayFlaw(value, '1900-01-01', '2150-12-31');
    return found ?? (value > localToday() ? flaw('RANGE', 'дата не может быть в будущем') : undefined);
  }, 'Day that has come, from 1900'),
  'date-time': {
    name: 'Instant in UTC',
    normalise: value => value.trim(),
    check: value =>
      /^[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]{1,6})?Z$/.test(value) &&
      isRealDay(value.slice(0, 10))
        ? undefined
        : flaw('FORMAT', 'ожидается время в виде 2026-09-01T12:00:00Z'),
  },
} satisfies Record<string, Format>;
