/** Sign-in names: one spelling, one script, no look-alikes (ID10). */
import { Problem } from '../problems.ts';

/** What is stored and compared: NFKC, lower case, no spaces around. */
export function normaliseLogin(login: string): string {
  return login.normalize('NFKC').trim().toLowerCase();
}

const LATIN = /^[a-z][a-z0-9._-]{1,62}[a-z0-9]$/;
const CYRILLIC = /^[а-яё][а-яё0-9._-]{1,62}[а-яё0-9]$/;

/**
 * Checks the name of a new account and brings it to its stored form.
 *
 * @throws Problem LOGIN_INVALID (422) with the place `/login`
 */
export function checkNewLogin(login: string): string {
  const normal = normaliseLogin(login);
  if (LATIN.test(normal) || CYRILLIC.test(normal)) return normal;
  const message =
    'Имя для входа: от 3 до 64 знаков, буквы одного алфавита, цифры, точка, дефис; начинается с буквы';
  throw new Problem('LOGIN_INVALID', 422, 'Имя для входа не подходит', message, {
    errors: [{ path: '/login', code: 'LOGIN_INVALID', message }],
  });
}

// Letters that look alike in the two alphabets, brought to one of them.
const ALIKE = new Map(
  [...'аa еe оo рp сc уy хx кk мm тt нh вb іi ѕs јj'.matchAll(/(\S)(\S)/g)].map(m => [m[1], m[2]]),
);

/** Equal for names that a reader cannot tell apart: `сорока` (Cyrillic) and `copoka` (Latin). */
export function loginSkeleton(login: string): string {
  return [...normaliseLogin(login)]
    .map(letter => ALIKE.get(letter) ?? letter)
    .join('')
    .replaceAll('0', 'o')
    .replaceAll('1', 'l');
}
