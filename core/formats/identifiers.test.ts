import { describe, expect, it } from 'vitest';
import vectors from '../../tests/fixtures/identifiers.json' with { type: 'json' };
import { checkFormat, normaliseFormat, showFormat, warnFormat } from './formats.ts';

interface Vectors {
  valid: string[];
  invalid: { value: string; why: string }[];
  same?: [string, string][];
  doubtful?: string[];
}
const { about: _, ...formats } = vectors;
const cases = Object.entries(formats as unknown as Record<string, Vectors>);

describe.each(cases)('identifier %s', (format, { valid, invalid, same = [], doubtful = [] }) => {
  it.each(valid)('takes %s', value => {
    expect(checkFormat(format, value)).toBeUndefined();
    expect(warnFormat(format, value)).toBeUndefined();
  });
  it.each(invalid)('refuses $value: $why', ({ value }) => {
    expect(checkFormat(format, value)?.reason).toMatch(/[а-яё]/);
  });
  it.each(valid)('keeps %s as it shows it', value => {
    const stored = normaliseFormat(format, value);
    expect(normaliseFormat(format, stored)).toBe(stored);
    expect(normaliseFormat(format, showFormat(format, stored))).toBe(stored);
  });
  for (const [one, other] of same)
    it(`stores ${one} and ${other} alike`, () => {
      expect(normaliseFormat(format, one)).toBe(normaliseFormat(format, other));
    });
  for (const value of doubtful)
    it(`takes ${value} with a warning`, () => {
      expect(checkFormat(format, value)).toBeUndefined();
      expect(warnFormat(format, value)?.code).toBe('CHECKSUM');
    });
});

describe('reasons a clerk understands', () => {
  it.each([
    ['snils', '112-233-445 96', 'контрольное число не сходится'],
    ['snils', '112-233-445 9', 'должно быть 11 цифр, введено 10'],
    ['snils', '000-000-000 00', 'не может состоять из одних нулей'],
    ['inn', '231234567', 'должно быть 10 или 12 цифр, введено 9'],
    [
      'birth-cert-rf',
      'ІV-АГ 512345',
      'римское число набрано русскими буквами: наберите его латинскими I, V, X',
    ],
    ['birth-cert-rf', 'IV-AГ 512345', 'после дефиса должны стоять русские буквы, а не латинские'],
    ['phone-ru', '222-33-44', 'укажите номер с кодом: +7 и ещё 10 цифр'],
    ['okogu', '42100', 'это старый код из 5 цифр, нужен код из 7 цифр'],
  ])('%s %s: %s', (format, value, reason) => {
    expect(checkFormat(format, value)?.reason).toBe(reason);
  });
});

describe('what people see', () => {
  it.each([
    ['snils', '11223344595', '112-233-445 95'],
    ['phone-ru', '8 (861) 222-33-44', '+7 861 222-33-44'],
    ['passport-rf', '0312345678', '03 12 345678'],
    ['passport-series-rf', '0312', '03 12'],
    ['division-code', '230041', '230-041'],
    ['oms-enp', '2359876543210013', '2359 8765 4321 0013'],
    ['date', '1.9.2026', '01.09.2026'],
    ['uri', 'school.example.ru/', 'school.example.ru'],
  ])('%s %s is shown as %s', (format, typed, shown) => {
    expect(showFormat(format, normaliseFormat(format, typed))).toBe(shown);
  });
});

describe('e-mail and pages', () => {
  it.each(['secretary@school-1.example.ru', 'имя@школа.рф', 'a.b+c@Example.RU'])('takes %s', value => {
    expect(checkFormat('email', value)).toBeUndefined();
  });
  it.each(['secretary', 'a@b', 'a@@b.ru', 'a b@c.ru', '<a@b.ru>'])('refuses %s', value => {
    expect(checkFormat('email', value)?.code).toBe('FORMAT');
  });
  it('lower-cases the domain only', () => {
    expect(normaliseFormat('email', 'Ivan@School.RU')).toBe('Ivan@school.ru');
  });
  it.each(['javascript:alert(1)', 'ftp://a.ru', 'http://localhost'])('refuses %s as a page', value => {
    expect(checkFormat('uri', value)?.code).toBe('FORMAT');
  });
});
