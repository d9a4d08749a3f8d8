/**
 * Identifiers that pass their check sums and belong to nobody: digits are drawn within ranges that are not
 * given out (telephone codes 944 and 399, region 02 in passports and ОКАТО, 98 in tax numbers).
 */
import { innSumIsRight, ogrnSumIsRight, okpoSumIsRight, policySumIsRight } from '../formats/checksums.ts';
import { addDays, ageOn, type Random } from './random.ts';

export interface DemoDocument {
  type: string;
  series: string;
  number: string;
  issuedOn: string;
  issuedBy: string;
}

const ROMAN = ['I', 'II', 'III', 'IV', 'V', 'VI'];
const LETTERS = [...'АБВГДЕЖИКЛМНОПРСТ'];

export class Identifiers {
  #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  /** 11 digits; numbers that begin with 9 are not given out. */
  snils(): string {
    const body = `9${this.#random.digits(8)}`;
    const sum = [...body].reduce((total, digit, i) => total + Number(digit) * (9 - i), 0) % 101;
    return `${body}${String(sum % 100).padStart(2, '0')}`;
  }

  /** ИНН of an organisation; the tax office is one of the invented region. */
  inn10(): string {
    return this.#checked(`98${this.#random.int(10, 39)}${this.#random.digits(5)}`, innSumIsRight);
  }

  /** ИНН of a person; the tax office is one of the invented region. */
  inn12(): string {
    const body = `98${this.#random.int(10, 39)}${this.#random.digits(6)}`;
    for (let sum = 0; sum < 100; sum++) {
      const inn = `${body}${String(sum).padStart(2, '0')}`;
      if (innSumIsRight(inn)) return inn;
    }
    throw new Error(`no check digits for ${body}`);
  }

  kpp(inn: string): string {
    return `${inn.slice(0, 4)}01001`;
  }

  ogrn(year: number): string {
    return this.#checked(
      `1${String(year % 100).padStart(2, '0')}98${this.#random.digits(7)}`,
      ogrnSumIsRight,
    );
  }

  okpo(): string {
    return this.#checked(`${this.#random.int(1, 9)}${this.#random.digits(6)}`, okpoSumIsRight);
  }

  /** Single number of the insurance policy, 16 digits. */
  policy(): string {
    return this.#checked(`99${this.#random.digits(13)}`, policySumIsRight);
  }

  mobile(): string {
    return `+7944${this.#random.digits(7)}`;
  }

  /** @param code of the town, three to five digits */
  phone(code: string): string {
    return `+7${code}${this.#random.int(2, 7)}${this.#random.digits(9 - code.length)}`;
  }

  /** A passport from the age of fourteen, before that a birth certificate. */
  document(birthDate: string, today: string, issuer: string): DemoDocument {
    return ageOn(birthDate, today) >= 14
      ? this.#passport(birthDate, today, issuer)
      : this.#birthCertificate(birthDate, today, issuer);
  }

  #passport(birthDate: string, today: string, issuer: string): DemoDocument {
    const ages = [45, 20, 14].filter(age => ageOn(birthDate, addDays(today, -40)) >= age);
    const issuedAt = ages[0];
    const year = Number(birthDate.slice(0, 4)) + (issuedAt ?? 14);
    const birthday = `${year}${birthDate.slice(4) === '-02-29' ? '-02-28' : birthDate.slice(4)}`;
    const issuedOn = issuedAt === undefined ? today : addDays(birthday, this.#random.int(5, 35));
    const series = `02${issuedOn.slice(2, 4)}`;
    return { type: '21', series, number: this.#nonZero(6), issuedOn, issuedBy: `ОВМ МВД по ${issuer}` };
  }

  #birthCertificate(birthDate: string, today: string, issuer: string): DemoDocument {
    const issuedOn = [addDays(birthDate, this.#random.int(5, 40)), today].sort()[0] as string;
    const series = `${this.#random.pick(ROMAN)}-${this.#random.pick(LETTERS)}${this.#random.pick(LETTERS)}`;
    return { type: '03', series, number: this.#nonZero(6), issuedOn, issuedBy: `Отдел ЗАГС по ${issuer}` };
  }

  #nonZero(length: number): string {
    return `${this.#random.int(1, 9)}${this.#random.digits(length - 1)}`;
  }

  #checked(body: string, isRight: (digits: string) => boolean): string {
    for (let digit = 0; digit < 10; digit++) if (isRight(`${body}${digit}`)) return `${body}${digit}`;
    throw new Error(`no check digit for ${body}`);
  }
}
