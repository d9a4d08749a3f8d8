/** What any text may hold (SC5), and how it is compared. */
import { type Flaw, flaw } from './flaw.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/;
const BIDI = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;
const INVISIBLE = /[\u00ad\u200b-\u200d\u2060\ufeff\ufff9-\ufffb]/;

/** Control characters, but tab and line ends. */
export const hasControl = (value: string): boolean => CONTROL.test(value);

/** NUL, control characters (but tab and line ends), lone surrogates and marks that turn text round are refused. */
export function textFlaw(value: string): Flaw | undefined {
  if (CONTROL.test(value)) return flaw('FORMAT', 'есть недопустимый управляющий символ');
  if (!value.isWellFormed()) return flaw('FORMAT', 'есть повреждённый символ');
  if (BIDI.test(value)) return flaw('FORMAT', 'есть скрытый знак направления письма');
  return undefined;
}

/** As `textFlaw`, and no invisible characters: for names and logins. */
export const nameTextFlaw = (value: string): Flaw | undefined =>
  textFlaw(value) ?? (INVISIBLE.test(value) ? flaw('FORMAT', 'есть невидимый символ') : undefined);

/** The stored form of any text: NFC, line ends as LF, no spaces around. */
export const normaliseText = (value: string): string => value.normalize('NFC').replace(/\r\n?/g, '\n').trim();

/** The form in which texts are compared and searched: no case, ё as е; the same as SQL `fold()`. */
export const fold = (value: string): string =>
  value
    .normalize('NFC')
    .toLowerCase()
    .replaceAll('ё', 'е')
    .replace(/\u00ad/g, '');
