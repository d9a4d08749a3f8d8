/** The same keys in the other keyboard layout: `bdfyjd` <-> `иванов`. */
const LATIN = "`qwertyuiop[]asdfghjkl;'zxcvbnm,.";
const CYRILLIC = 'ёйцукенгшщзхъфывапролджэячсмитьбю';

const pairs = new Map<string, string>();
[...LATIN].forEach((letter, index) => {
  const other = CYRILLIC[index] as string;
  pairs.set(letter, other);
  pairs.set(other, letter);
});

export function otherLayout(text: string): string {
  return [...text.toLowerCase()].map(letter => pairs.get(letter) ?? letter).join('');
}
