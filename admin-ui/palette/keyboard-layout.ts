/** The same keys in the other keyboard layout: `bdfyjd` <-> `иванов`. */
const LATIN = "`qwertyuiop[]asdfghjkl;'zxcvbnm,.";
const CYRILLIC = 'ёйцукенгшщзхъфывапролджэячсмитьбю';

export function otherLayout(text: string): string {
  return [...text.toLowerCase()]
    .map(letter => {
      const latin = LATIN.indexOf(letter);
      if (latin >= 0) return CYRILLIC[latin]!;
      const cyrillic = CYRILLIC.indexOf(letter);
      return cyrillic >= 0 ? LATIN[cyrillic]! : letter;
    })
    .join('');
}
