import { describe, expect, it } from 'vitest';
import { prepareForm } from '../schema/prepare.ts';
import { makeCheck, newProblems } from './validator.ts';

const schema = {
  type: 'object',
  required: ['person'],
  properties: {
    person: {
      type: 'object',
      title: 'Кто это',
      required: ['lastName', 'birthDate'],
      properties: {
        lastName: { title: 'Фамилия', type: 'string', maxLength: 5 },
        birthDate: { title: 'Дата рождения', type: 'string', format: 'past-date' },
        snils: { title: 'СНИЛС', type: 'string', format: 'snils' },
      },
    },
    kind: { title: 'Вид', 'x-dictionary': 'kinds' },
    letter: { title: 'Литера', type: 'string' },
    site: { title: 'Сайт', type: 'string', format: 'uri', 'x-message': 'Введите адрес сайта целиком' },
    residence: {
      title: 'Место жительства',
      type: 'object',
      required: ['city'],
      properties: {
        city: { title: 'Населённый пункт', type: 'string' },
        flat: { title: 'Квартира', type: 'string' },
      },
    },
    guardianships: {
      title: 'Представители',
      type: 'array',
      'x-relation': 'guardianship',
      items: {
        type: 'object',
        required: ['student', 'guardian', 'kinship'],
        properties: {
          guardian: { title: 'Представитель', type: 'string', format: 'uuid', 'x-ref': 'guardian' },
          kinship: { title: 'Степень родства', 'x-dictionary': 'kinship' },
        },
      },
    },
  },
  allOf: [
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    { if: { required: ['kind'], properties: { kind: { const: 'class' } } }, then: { required: ['letter'] } },
  ],
};
const prepared = prepareForm({
  schema,
  form: { tabs: [], rules: [] },
  dictionaries: { kinds: [{ code: 'class', text: 'Класс' }], kinship: [{ code: 'mother', text: 'мать' }] },
});
const check = makeCheck(prepared);
const person = { lastName: 'Крот', birthDate: '2012-03-14' };

describe('check of a form', () => {
  it('names required fields of a group nobody touched', () => {
    expect(check({})).toEqual(
      new Map([
        ['/person/lastName', 'Фамилия: заполните поле'],
        ['/person/birthDate', 'Дата рождения: заполните поле'],
      ]),
    );
  });
  it('asks for nothing of an optional group that is empty', () => {
    expect(check({ person, residence: { city: '', flat: '' } }).size).toBe(0);
    expect([...check({ person, residence: { flat: '7' } }).keys()]).toEqual(['/residence/city']);
  });
  it('explains identifiers, lengths and codes without raw schema words', () => {
    const problems = check({
      person: { ...person, lastName: 'Константинов', snils: '11223344596' },
      kind: 'nope',
    });
    expect(problems.get('/person/lastName')).toBe('Фамилия: не больше 5 знаков');
    expect(problems.get('/person/snils')).toBe('СНИЛС: контрольное число не сходится');
    expect(problems.get('/kind')).toBe('Вид: выберите значение из списка');
  });
  it('prefers the field’s own message', () => {
    expect(check({ person, site: 'школа' }).get('/site')).toBe('Введите адрес сайта целиком');
  });
  it('follows conditions and forgives what is marked «нет»', () => {
    expect(check({ person, kind: 'class' }).get('/letter')).toBe('Литера: заполните поле');
    expect(check({ person, kind: 'class', absent: ['letter'] }).size).toBe(0);
  });
  it('checks rows and takes a new record for a reference', () => {
    const problems = check({
      person,
      guardianships: [{ guardian: { person: { lastName: 'А' } } }, { kinship: 'mother' }],
    });
    expect([...problems]).toEqual([
      ['/guardianships/0/kinship', 'Степень родства: выберите значение'],
      ['/guardianships/1/guardian', 'Представитель: выберите значение'],
    ]);
  });
  it('leaves old debts alone', () => {
    const base = { person: { lastName: 'Крот' } };
    expect(newProblems(check(base), base, base, check).size).toBe(0);
    const edited = { person: { lastName: 'Кротов-Длинный' } };
    expect([...newProblems(check(edited), base, edited, check).keys()]).toEqual(['/person/lastName']);
  });
});
