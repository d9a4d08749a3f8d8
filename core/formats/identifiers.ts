/**
 * Identifiers of people, organisations and papers: normalise, check, show.
 * Kept as text of ASCII digits; values of zeros only are refused, though they pass most sums.
 */
import {
  innSumIsRight,
  ogrnipSumIsRight,
  ogrnSumIsRight,
  okpoSumIsRight,
  policySumIsRight,
  snilsSumIsRight,
} from './checksums.ts';
import { type Flaw, type Format, flaw } from './flaw.ts';

const SPACES = /[\s\u00a0\u202f]/g;
const bare = (value: string) => value.replace(SPACES, '').replace(/[-‐‑–]/g, '');
const noSpaces = (value: string) => value.replace(SPACES, '');
const trimmed = (value: string) => value.trim().replace(/[\s\u00a0\u202f]+/g, ' ');

/** «должно быть 11 цифр» for any of the lengths; zeros only are refused. */
function digitsOf(value: string, lengths: readonly number[]): Flaw | undefined {
  if (!/^[0-9]*$/.test(value)) return flaw('FORMAT', 'допустимы только цифры');
  if (!lengths.includes(value.length)) {
    const wanted =
      lengths.length === 1 ? lengths[0] : `${lengths.slice(0, -1).join(', ')} или ${lengths.at(-1)}`;
    return flaw('LENGTH', `должно быть ${wanted} цифр, введено ${value.length}`);
  }
  return /^0+$/.test(value) ? flaw('ZEROS', 'не может состоять из одних нулей') : undefined;
}

const checksum = flaw('CHECKSUM', 'контрольное число не сходится');

/** A number of one of the lengths with a check sum. */
function summed(
  name: string,
  lengths: readonly number[],
  isRight: (digits: string) => boolean,
  more: Partial<Format> = {},
): Format {
  return {
    name,
    normalise: bare,
    check: value => digitsOf(value, lengths) ?? (isRight(value) ? undefined : checksum),
    ...more,
  };
}

/** A classifier code: digits without a check digit; hyphens are not part of it. */
function classifier(
  name: string,
  lengths: readonly number[],
  old?: { length: number; reason: string },
): Format {
  return {
    name,
    normalise: noSpaces,
    check: value =>
      lengths.length > 0 && old?.length === value.length && /^[0-9]+$/.test(value)
        ? flaw('LENGTH', old.reason)
        : digitsOf(value, lengths),
    ...(lengths.length === 1 ? { mask: '0'.repeat(lengths[0]!) } : {}),
  };
}

const firstDigit = (allowed: string, reason: string) => (value: string) =>
  allowed.includes(value[0] ?? '') ? undefined : flaw('FORMAT', reason);

const passportSeries: Format = {
  name: 'Series of a Russian passport',
  normalise: bare,
  check: value => digitsOf(value, [4]),
  show: value => `${value.slice(0, 2)} ${value.slice(2)}`,
  mask: '00 00',
};

const sixDigits: Format = {
  name: 'Six digits of a paper',
  normalise: bare,
  check: value => digitsOf(value, [6]),
  mask: '000000',
};

const passport: Format = {
  name: 'Series and number of a Russian passport',
  normalise: value => {
    const digits = bare(value);
    return /^[0-9]{10}$/.test(digits) ? `${digits.slice(0, 4)} ${digits.slice(4)}` : trimmed(value);
  },
  check: value => digitsOf(bare(value), [10]) && flaw('FORMAT', 'должно быть 4 цифры серии и 6 цифр номера'),
  show: value => value.replace(/^(..)(..) /, '$1 $2 '),
  mask: '00 00 000000',
};

/** The Roman part is Latin, the pair of letters Cyrillic: look-alikes are named, never mended silently. */
function birthSeriesFlaw(series: string): Flaw | undefined {
  const [roman = '', letters = '', ...rest] = series.split('-');
  if (!series.includes('-') || rest.length > 0)
    return flaw('FORMAT', 'серия пишется через дефис: римское число и две русские буквы, например IV-АГ');
  if (!/^[IVXLC]+$/.test(roman))
    return /[А-ЯЁІа-яёі]/.test(roman)
      ? flaw('FORMAT', 'римское число набрано русскими буквами: наберите его латинскими I, V, X')
      : flaw('FORMAT', 'до дефиса должно стоять римское число, например IV');
  if (!/^[А-ЯЁ]{2}$/.test(letters))
    return /[A-Za-z]/.test(letters)
      ? flaw('FORMAT', 'после дефиса должны стоять русские буквы, а не латинские')
      : flaw('FORMAT', 'после дефиса должны стоять две заглавные русские буквы');
  return undefined;
}

const birthSeries: Format = {
  name: 'Series of a Russian birth certificate',
  normalise: value => noSpaces(value).replace(/[‐‑–]/g, '-'),
  check: birthSeriesFlaw,
};

const birthCertificate: Format = {
  name: 'Series and number of a Russian birth certificate',
  normalise: value => trimmed(value).replace(/ ?[-‐‑–] ?/g, '-'),
  check: value => {
    const [series = '', number = '', ...rest] = value.split(' ');
    if (rest.length > 0) return flaw('FORMAT', 'ожидаются серия и номер через пробел');
    return birthSeriesFlaw(series) ?? digitsOf(number, [6]);
  },
};

const phone: Format = {
  name: 'Telephone number',
  normalise: value => {
    const digits = value.replace(/[\s\u00a0\u202f().–‐‑-]/g, '');
    if (/^8[0-9]{10}$/.test(digits)) return `+7${digits.slice(1)}`;
    if (/^[0-9]{10}$/.test(digits)) return `+7${digits}`;
    return /^7[0-9]{10}$/.test(digits) ? `+${digits}` : digits;
  },
  check: value => {
    if (!/^\+?[0-9]*$/.test(value)) return flaw('FORMAT', 'допустимы цифры, пробелы, скобки и дефисы');
    if (!value.startsWith('+')) return flaw('LENGTH', 'укажите номер с кодом: +7 и ещё 10 цифр');
    if (value.startsWith('+7') && !/^\+7[3489][0-9]{9}$/.test(value))
      return value.length === 12
        ? flaw('FORMAT', 'такого кода города или оператора нет')
        : flaw('LENGTH', 'после +7 должно быть 10 цифр');
    return /^\+[0-9]{8,15}$/.test(value) ? undefined : flaw('LENGTH', 'должно быть от 8 до 15 цифр');
  },
  show: value => {
    const parts = /^\+7(...)(...)(..)(..)$/.exec(value);
    return parts ? `+7 ${parts[1]} ${parts[2]}-${parts[3]}-${parts[4]}` : value;
  },
  mask: '+7 000 000-00-00',
};

const policy = summed('Single number of the medical policy', [16], () => true, {
  warn: value => (policySumIsRight(value) ? undefined : checksum),
  show: value => value.replace(/(.{4})(?=.)/g, '$1 '),
  mask: '0000 0000 0000 0000',
});

export const identifiers = {
  snils: summed('Insurance number of a person', [11], snilsSumIsRight, {
    show: value => value.replace(/^(...)(...)(...)(..)$/, '$1-$2-$3 $4'),
    mask: '000-000-000 00',
  }),
  inn: summed('Taxpayer number', [10, 12], innSumIsRight),
  inn10: summed('Taxpayer number of an organisation', [10], innSumIsRight, { mask: '0000000000' }),
  inn12: summed('Taxpayer number of a person', [12], innSumIsRight, { mask: '000000000000' }),
  kpp: {
    name: 'Reason code of tax registration',
    normalise: bare,
    check: value => {
      if (value.length !== 9) return flaw('LENGTH', `должно быть 9 знаков, введено ${value.length}`);
      if (/^0+$/.test(value)) return flaw('ZEROS', 'не может состоять из одних нулей');
      return /^[0-9]{4}[0-9A-Z]{2}[0-9]{3}$/.test(value)
        ? undefined
        : flaw(
            'FORMAT',
            'должно быть 9 цифр; только 5-й и 6-й знаки могут быть заглавными латинскими буквами',
          );
    },
  },
  ogrn: summed('State registration number of an organisation', [13], ogrnSumIsRight, {
    warn: firstDigit('15', 'обычно начинается с 1 или 5'),
    mask: '0000000000000',
  }),
  ogrnip: summed('State registration number of an entrepreneur', [15], ogrnipSumIsRight, {
    warn: firstDigit('3', 'обычно начинается с 3'),
    mask: '000000000000000',
  }),
  okpo: summed('Classifier of enterprises', [8, 10], okpoSumIsRight),
  okato: classifier('Classifier of administrative division', [2, 5, 8, 11]),
  oktmo: classifier('Classifier of municipal territories', [8, 11]),
  okogu: classifier('Classifier of bodies of government', [7], {
    length: 5,
    reason: 'это старый код из 5 цифр, нужен код из 7 цифр',
  }),
  okopf: classifier('Classifier of legal forms', [5], {
    length: 2,
    reason: 'это старый код из 2 цифр, нужен код из 5 цифр',
  }),
  okfs: classifier('Classifier of forms of property', [2]),
  'oms-enp': policy,
  'passport-rf': passport,
  'passport-series-rf': passportSeries,
  'passport-number-rf': sixDigits,
  'birth-cert-rf': birthCertificate,
  'birth-cert-series-rf': birthSeries,
  'division-code': {
    name: 'Code of the division that issued a passport',
    normalise: value => {
      const text = noSpaces(value).replace(/[‐‑–]/g, '-');
      return /^[0-9]{6}$/.test(text) ? `${text.slice(0, 3)}-${text.slice(3)}` : text;
    },
    check: value =>
      /^[0-9]{3}-[0-9]{3}$/.test(value) ? undefined : flaw('FORMAT', 'должно быть 6 цифр в виде 000-000'),
    mask: '000-000',
  },
  'phone-ru': phone,
  'postcode-ru': {
    name: 'Russian postal code',
    normalise: noSpaces,
    check: value =>
      digitsOf(value, [6]) ??
      (/^[1-6]/.test(value) ? undefined : flaw('FORMAT', 'начинается с цифры от 1 до 6')),
    mask: '000000',
  },
} satisfies Record<string, Format>;
