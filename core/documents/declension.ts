/**
 * Russian names in the oblique cases, for papers («Выдана Щёголеву Семёну»). Gender comes from the card and is
 * never guessed. petrovich does the work; what it is known to get wrong stands here.
 */
import petrovich from 'petrovich';

export type GrammaticalCase = 'genitive' | 'dative' | 'accusative' | 'instrumental';
export const CASES: readonly GrammaticalCase[] = ['genitive', 'dative', 'accusative', 'instrumental'];

export interface NameParts {
  lastName?: string | null;
  firstName?: string | null;
  middleName?: string | null;
}

type Part = 'last' | 'first' | 'middle';
type Forms = Partial<Record<GrammaticalCase, string>>;

/** Whole words that the rules of petrovich decline wrongly or not at all; the hard sign of ё is kept. */
const EXCEPTIONS: Partial<Record<Part, Record<string, { sex?: 'm' | 'f'; forms: Forms }>>> = {
  first: {
    нинель: {
      sex: 'f',
      forms: { genitive: 'Нинели', dative: 'Нинели', accusative: 'Нинель', instrumental: 'Нинелью' },
    },
    адель: {
      sex: 'f',
      forms: { genitive: 'Адели', dative: 'Адели', accusative: 'Адель', instrumental: 'Аделью' },
    },
  },
  last: {
    швец: {
      sex: 'm',
      forms: { genitive: 'Швеца', dative: 'Швецу', accusative: 'Швеца', instrumental: 'Швецом' },
    },
    воробей: {
      sex: 'm',
      forms: { genitive: 'Воробья', dative: 'Воробью', accusative: 'Воробья', instrumental: 'Воробьём' },
    },
    орёл: {
      sex: 'm',
      forms: { genitive: 'Орла', dative: 'Орлу', accusative: 'Орла', instrumental: 'Орлом' },
    },
    орел: {
      sex: 'm',
      forms: { genitive: 'Орла', dative: 'Орлу', accusative: 'Орла', instrumental: 'Орлом' },
    },
    джанашия: {
      forms: { genitive: 'Джанашии', dative: 'Джанашии', accusative: 'Джанашию', instrumental: 'Джанашией' },
    },
  },
};

const STRESSED = new Set(['ильич', 'лукич', 'кузьмич', 'фомич']);

function declinePart(word: string, part: Part, sex: 'm' | 'f', to: GrammaticalCase): string {
  const exception = EXCEPTIONS[part]?.[word.toLowerCase()];
  if (exception && (exception.sex === undefined || exception.sex === sex)) return exception.forms[to] ?? word;
  // Stressed endings: Ильичом, but Петровичем.
  if (part === 'middle' && to === 'instrumental' && STRESSED.has(word.toLowerCase())) return `${word}ом`;
  const declined = petrovich({ gender: sex === 'm' ? 'male' : 'female', [part]: word }, to)[part];
  return declined ?? word;
}

/**
 * Фамилия Имя Отчество in a case. Without the sex the name stays as it is: a wrong case is worse than none.
 *
 * @param sex as on the card: `m`, `f`
 */
export function declineName(name: NameParts, sex: string | null | undefined, to: GrammaticalCase): string {
  const parts: [Part, string | null | undefined][] = [
    ['last', name.lastName],
    ['first', name.firstName],
    ['middle', name.middleName],
  ];
  return parts
    .filter((part): part is [Part, string] => Boolean(part[1]))
    .map(([part, word]) => (sex === 'm' || sex === 'f' ? declinePart(word, part, sex, to) : word))
    .join(' ');
}
