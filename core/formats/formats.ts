/**
 * Every named format of a card's field, in one table; pure, the same in the browser and on the server.
 * A value is kept as `normaliseFormat` gives it and shown as `showFormat` gives it.
 */
import { dates } from './dates.ts';
import { type Flaw, type Format, flaw } from './flaw.ts';
import { identifiers } from './identifiers.ts';
import { personName } from './names.ts';

const email: Format = {
  name: 'E-mail address',
  normalise: value => {
    const [local, domain, ...rest] = value.trim().split('@');
    return domain === undefined || rest.length > 0 ? value.trim() : `${local}@${domain.toLowerCase()}`;
  },
  check: value =>
    value.length <= 254 &&
    /^[^\s@<>()[\]\\,;:"]{1,64}@([\p{L}0-9]([\p{L}0-9-]{0,61}[\p{L}0-9])?\.)+[\p{L}]{2,24}$/u.test(value)
      ? undefined
      : flaw('FORMAT', 'ожидается адрес вида имя@сайт.рф'),
};

const uri: Format = {
  name: 'Address of a page',
  normalise: value => {
    const text = value.trim();
    return text === '' || /^[a-z][a-z0-9+.-]*:/i.test(text) ? text : `https://${text}`;
  },
  check: value => {
    const found = URL.canParse(value) ? new URL(value) : undefined;
    return found && ['http:', 'https:'].includes(found.protocol) && found.hostname.includes('.')
      ? undefined
      : flaw('FORMAT', 'ожидается адрес сайта, например https://school.example.ru');
  },
  show: value => value.replace(/^https?:\/\//, '').replace(/\/$/, ''),
};

const uuid: Format = {
  name: 'Id of a record',
  normalise: value => value.trim().toLowerCase(),
  check: value =>
    /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(value)
      ? undefined
      : flaw('FORMAT', 'ожидается номер записи'),
};

const table: Readonly<Record<string, Format>> = {
  ...identifiers,
  ...dates,
  'person-name': personName,
  email,
  uri,
  uuid,
};

export const formatNames: readonly string[] = Object.keys(table);

const named = (format: string): Format | undefined =>
  Object.hasOwn(table, format) ? table[format] : undefined;

/** English name of a format; its id when it is unknown. */
export const formatTitle = (format: string): string => named(format)?.name ?? format;

/** What is wrong with a value of a format, typed or stored; undefined when nothing or the format is unknown. */
export function checkFormat(format: string, value: string): Flaw | undefined {
  const known = named(format);
  return known?.check(known.normalise(value));
}

/** What looks odd in a value that is accepted: a doubtful check digit, mixed scripts. */
export function warnFormat(format: string, value: string): Flaw | undefined {
  const known = named(format);
  if (!known?.warn) return undefined;
  const stored = known.normalise(value);
  return known.check(stored) ? undefined : known.warn(stored);
}

/** The stored form of what a person typed. */
export const normaliseFormat = (format: string, value: string): string =>
  named(format)?.normalise(value) ?? value;

/** The stored form as people write it: `11223344595` -> `112-233-445 95`. */
export const showFormat = (format: string, value: string): string => named(format)?.show?.(value) ?? value;

/** Input mask of a format, 0 for a digit. */
export const maskOf = (format: string): string | undefined => named(format)?.mask;

export type { Flaw, Format };
