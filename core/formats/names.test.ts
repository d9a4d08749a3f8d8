import { describe, expect, it } from 'vitest';
import {
  fullName,
  mixedScripts,
  nameFlaw,
  personName,
  proposeCase,
  shortName,
  signatureName,
} from './names.ts';
import { fold, normaliseText, textFlaw } from './text.ts';

const ivanov = { lastName: 'Иванов', firstName: 'Пётр', middleName: 'Сергеевич' };

describe('names of people', () => {
  it('has short and full forms', () => {
    expect(shortName(ivanov)).toBe('Иванов П. С.');
    expect(shortName({ lastName: 'Ли' })).toBe('Ли');
    expect(shortName({ lastName: 'Ким', firstName: 'анна' })).toBe('Ким А.');
    expect(signatureName(ivanov)).toBe('П. С. Иванов');
    expect(fullName({ ...ivanov, middleName: undefined })).toBe('Иванов Пётр');
  });
  it.each(['Иванов', 'Иванова-Петрова', 'Мамедов Али оглы', "О'Нил", 'Ivanov', 'Ким (Пак)', 'Ғабит', 'Әлия'])(
    'SC5 takes %s',
    name => {
      expect(nameFlaw(name)).toBeUndefined();
    },
  );
  it.each([
    'Иванов2',
    'Иван\u200bов',
    'Иван\u202eов',
    'Иван\u0000ов',
    '---',
    'Иванов;',
    'Иван\u00adов',
    '𝕀ванов',
  ])('SC5 refuses %j', name => {
    expect(nameFlaw(name)?.reason).toMatch(/[а-яё]/);
  });
  it('doubts letters of two alphabets in one word', () => {
    expect(mixedScripts('Ивaнов')?.reason).toBe('русские и латинские буквы в одном слове');
    expect(mixedScripts('Иванов Smith')).toBeUndefined();
  });
  it.each([
    ['ИВАНОВА-ПЕТРОВА', 'Иванова-Петрова'],
    ['иванов', 'Иванов'],
    ['АЛИ ОГЛЫ', 'Али оглы'],
    ['МакДональд', 'МакДональд'],
  ])('proposes %s -> %s', (typed, proposed) => {
    expect(proposeCase(typed)).toBe(proposed);
  });
  it('stores a name with single spaces and plain hyphens', () => {
    expect(personName.normalise('  Иванова – Петрова ')).toBe('Иванова-Петрова');
  });
});

describe('text', () => {
  it('SC5 refuses control characters, damaged characters and hidden direction marks', () => {
    for (const bad of ['а\u0000б', 'а\u0007б', 'а\ud800', 'а\u202eб', '\u2066а'])
      expect(textFlaw(bad)?.code).toBe('FORMAT');
    expect(textFlaw('строка\n\tвторая — «да» 😀')).toBeUndefined();
  });
  it('SC5 is stored in NFC with plain line ends', () => {
    expect(normaliseText(' и\u0306\r\nа ')).toBe('й\nа');
  });
  it('SC5 is compared without case, ё and soft hyphens', () => {
    expect(fold('Пё\u00adТР')).toBe('петр');
  });
});
