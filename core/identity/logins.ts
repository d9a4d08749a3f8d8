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

// As in machine-readable passports, without soft and hard signs.
const LATIN_OF: Record<string, string> = Object.fromEntries(
  'а:a б:b в:v г:g д:d е:e ё:e ж:zh з:z и:i й:i к:k л:l м:m н:n о:o п:p р:r с:s т:t у:u ф:f х:kh ц:ts ч:ch ш:sh щ:shch ы:y э:e ю:iu я:ia'
    .split(' ')
    .map(pair => pair.split(':')),
);

const latin = (text: string): string =>
  [...text.normalize('NFKC').toLowerCase()]
    .map(letter => LATIN_OF[letter] ?? (/[a-z0-9]/.test(letter) ? letter : ''))
    .join('');

/** A sign-in name to propose for a person: `ivanova.mp`. Not known to be free. */
export function proposeLogin(name: { lastName: string; firstName?: string; middleName?: string }): string {
  const initial = (part = '') => latin(part).slice(0, 1);
  const last = latin(name.lastName).replace(/^\d+/, '').slice(0, 40) || 'user';
  const initials = initial(name.firstName) + initial(name.middleName);
  const login = initials ? `${last}.${initials}` : last;
  return login.length < 3 ? `${login}.user` : login;
}
