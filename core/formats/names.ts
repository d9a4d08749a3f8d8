/** Names of people. */
import { type Flaw, type Format, flaw } from './flaw.ts';
import { nameTextFlaw } from './text.ts';

export interface PersonName {
  lastName: string;
  firstName?: string | undefined;
  middleName?: string | undefined;
}

const initial = (name: string | undefined) => (name ? ` ${[...name][0]!.toUpperCase()}.` : '');

/** «Иванов П. С.» */
export const shortName = (name: PersonName): string =>
  `${name.lastName}${initial(name.firstName)}${initial(name.middleName)}`;

/** «П. С. Иванов», as under a signature. */
export const signatureName = (name: PersonName): string =>
  `${initial(name.firstName)}${initial(name.middleName)} ${name.lastName}`.trim();

/** «Иванов Пётр Сергеевич» */
export const fullName = (name: PersonName): string =>
  [name.lastName, name.firstName, name.middleName].filter(Boolean).join(' ');

/** Letters (Cyrillic or Latin), spaces, hyphens, apostrophes, full stops and brackets, at least one letter. */
export function nameFlaw(value: string): Flaw | undefined {
  const hidden = nameTextFlaw(value);
  if (hidden) return hidden;
  if (!/^[\p{Script=Cyrillic}\p{Script=Latin}\p{M} '’ʼ.()-]+$/u.test(value))
    return flaw('FORMAT', 'допустимы только буквы, пробел, дефис, апостроф, точка и скобки');
  if (!/\p{L}/u.test(value)) return flaw('FORMAT', 'нет ни одной буквы');
  return undefined;
}

/** Cyrillic and Latin letters within one word: nearly always a wrong keyboard layout. */
export function mixedScripts(value: string): Flaw | undefined {
  const mixed = value
    .split(/[ -]/)
    .some(word => /\p{Script=Cyrillic}/u.test(word) && /\p{Script=Latin}/u.test(word));
  return mixed ? flaw('FORMAT', 'русские и латинские буквы в одном слове') : undefined;
}

const SMALL = new Set([
  'оглы',
  'кызы',
  'улы',
  'угли',
  'заде',
  'бей',
  'фон',
  'ван',
  'де',
  'дер',
  'да',
  'аль',
  'эль',
  'ибн',
]);

/**
 * Proposal of capital letters for a name typed in one case: `ИВАНОВА-ПЕТРОВА` -> `Иванова-Петрова`,
 * `али оглы` -> `Али оглы`. A name of mixed case is left as typed. For the form to offer, never to apply silently.
 */
export function proposeCase(value: string): string {
  if (value !== value.toLowerCase() && value !== value.toUpperCase()) return value;
  return value
    .toLowerCase()
    .split(/([ -])/)
    .map((part, index) =>
      index > 0 && SMALL.has(part) ? part : part.charAt(0).toUpperCase() + part.slice(1),
    )
    .join('');
}

export const personName: Format = {
  name: 'Name of a person',
  normalise: value =>
    value
      .normalize('NFC')
      .trim()
      .replace(/[\s\u00a0\u202f]+/g, ' ')
      .replace(/ ?[‐‑–-] ?/g, '-'),
  check: nameFlaw,
  warn: mixedScripts,
};
