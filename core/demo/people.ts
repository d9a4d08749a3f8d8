/** Synthetic people and families. */
import { Identifiers } from './identifiers.ts';
import { BOYS, CULTURES, type Culture, GIRLS, MEN, PATRONYMICS, SURNAMES, WOMEN } from './name-pools.ts';
import { addDays, addYears, type IdMaker, type Random } from './random.ts';

export type Sex = 'm' | 'f';

export interface DemoPerson {
  id: string;
  lastName: string;
  firstName: string;
  middleName?: string;
  birthDate?: string;
  sex: Sex;
  snils?: string;
}

export interface Family {
  father?: DemoPerson;
  mother?: DemoPerson;
  children: DemoPerson[];
}

/** What the children of a family inherit. */
interface House {
  culture: Culture;
  surname: string;
  fatherName: string;
}

/** Shares of people for whom something is not known. */
const WITHOUT_SNILS = 0.04;
const DOUBLE_SURNAME = 0.02;

export class People {
  #random: Random;
  #ids: IdMaker;
  #identifiers: Identifiers;

  constructor(random: Random, ids: IdMaker) {
    this.#random = random;
    this.#ids = ids;
    this.#identifiers = new Identifiers(random);
  }

  /** A grown-up born between the two days. */
  adult(sex: Sex, bornFrom: string, bornTo: string): DemoPerson {
    const house = this.#house();
    return this.#person(house, sex, this.#random.day(bornFrom, bornTo), true);
  }

  /**
   * A family with a child for each given pair of days (born between them).
   * A parent may be missing; one of the two always stands.
   */
  family(children: readonly (readonly [string, string])[]): Family {
    const random = this.#random;
    const house = this.#house();
    const born = children.map(([from, to]) => random.day(from, to));
    const offspring = born.map(birthDate => this.#person(house, random.pick(['m', 'f']), birthDate, false));
    const eldest = [...born].sort()[0] as string;
    const motherBorn = addDays(addYears(eldest, -random.int(20, 36)), random.int(-180, 180));
    const mother = random.chance(0.95) ? this.#mother(house, motherBorn) : undefined;
    const father =
      mother === undefined || random.chance(0.72)
        ? this.#father(house, addDays(motherBorn, -random.int(-700, 2500)))
        : undefined;
    return { ...(father ? { father } : {}), ...(mother ? { mother } : {}), children: offspring };
  }

  #father(house: House, birthDate: string): DemoPerson {
    const own = this.#house(house.culture);
    return {
      ...this.#person({ ...own, surname: house.surname }, 'm', birthDate, true),
      firstName: house.fatherName,
    };
  }

  #mother(house: House, birthDate: string): DemoPerson {
    const random = this.#random;
    const own = this.#house(house.culture);
    // Most bear the surname of the family, some their own, a few both.
    const surname = random.weighted([
      [house.surname, 88],
      [own.surname, 10],
      [`${house.surname}-${own.surname}`, 2],
    ]);
    const joined = surname.split('-').slice(0, 2).join('-');
    return this.#person({ ...own, surname: joined }, 'f', birthDate, true);
  }

  #house(given?: Culture): House {
    const random = this.#random;
    const culture = given ?? random.weighted(CULTURES);
    const pool = culture.surnames.length > 0 ? culture.surnames : SURNAMES;
    const single = random.pick(pool);
    const second = random.pick(pool);
    const surname =
      culture.surnames.length === 0 && single !== second && random.chance(DOUBLE_SURNAME)
        ? `${single}-${second}`
        : single;
    return { culture, surname, fatherName: random.pick(culture.men.length > 0 ? culture.men : MEN) };
  }

  #person(house: House, sex: Sex, birthDate: string, grown: boolean): DemoPerson {
    const { culture, surname, fatherName } = house;
    const pool = sex === 'm' ? culture.men : culture.women;
    const common = sex === 'm' ? (grown ? MEN : BOYS) : grown ? WOMEN : GIRLS;
    const middleName = patronymic(culture, fatherName, sex);
    return {
      id: this.#ids.next(),
      lastName: surname
        .split('-')
        .map(part => surnameFor(part, sex))
        .join('-'),
      firstName: this.#random.pick(pool.length > 0 ? pool : common),
      ...(middleName === undefined ? {} : { middleName }),
      birthDate,
      sex,
      ...(this.#random.chance(WITHOUT_SNILS) ? {} : { snils: this.#identifiers.snils() }),
    };
  }
}

/** `Соболев` -> `Соболева`, `Озерский` -> `Озерская`, `Черных` and `Бондаренко` stay. */
export function surnameFor(masculine: string, sex: Sex): string {
  if (sex === 'm') return masculine;
  if (/(ов|ев|ёв|ин|ын)$/.test(masculine)) return `${masculine}а`;
  if (/(ий|ый|ой)$/.test(masculine)) return masculine.replace(/..$/, 'ая');
  return masculine;
}

function patronymic(culture: Culture, fatherName: string, sex: Sex): string | undefined {
  if (culture.noPatronymic) return undefined;
  if (culture.turkicPatronymic) return `${fatherName} ${sex === 'm' ? 'оглы' : 'кызы'}`;
  const own = PATRONYMICS[fatherName];
  if (own) return own[sex === 'm' ? 0 : 1];
  const ending = sex === 'm' ? 'ич' : 'на';
  // Василий -> Васильевич, but Дмитрий -> Дмитриевич: two consonants before the ending.
  if (/[бвгджзклмнпрстфхцчшщ]{2}ий$/.test(fatherName)) return `${fatherName.slice(0, -1)}ев${ending}`;
  if (fatherName.endsWith('ий')) return `${fatherName.slice(0, -2)}ьев${ending}`;
  if (/[йь]$/.test(fatherName)) return `${fatherName.slice(0, -1)}ев${ending}`;
  return `${fatherName}ов${ending}`;
}
