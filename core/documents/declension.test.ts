import { describe, expect, it } from 'vitest';
import { declineName } from './declension.ts';

const of = (lastName: string, firstName: string, middleName?: string) => ({
  lastName,
  firstName,
  middleName: middleName ?? null,
});

describe('names in the dative («выдана кому»)', () => {
  it.each([
    [of('Щёголев', 'Семён', 'Артёмович'), 'm', 'Щёголеву Семёну Артёмовичу'],
    [of('Литвинова', 'Екатерина', 'Андреевна'), 'f', 'Литвиновой Екатерине Андреевне'],
    [of('Черных', 'Лев', 'Павлович'), 'm', 'Черных Льву Павловичу'],
    [of('Бондаренко', 'Пётр', 'Ильич'), 'm', 'Бондаренко Петру Ильичу'],
    [of('Швец', 'Павел', 'Олегович'), 'm', 'Швецу Павлу Олеговичу'],
    [of('Швец', 'Ольга', 'Олеговна'), 'f', 'Швец Ольге Олеговне'],
    [of('Воробей', 'Иван'), 'm', 'Воробью Ивану'],
    [of('Орёл', 'Иван'), 'm', 'Орлу Ивану'],
    [of('Крылова', 'Нинель', 'Петровна'), 'f', 'Крыловой Нинели Петровне'],
    [of('Крылова', 'Любовь', 'Петровна'), 'f', 'Крыловой Любови Петровне'],
    [of('Джанашия', 'Георгий'), 'm', 'Джанашии Георгию'],
  ])('%o', (name, sex, expected) => {
    expect(declineName(name, sex, 'dative')).toBe(expected);
  });

  it('leaves the name as it is without the sex', () => {
    expect(declineName(of('Щёголев', 'Семён'), undefined, 'dative')).toBe('Щёголев Семён');
  });

  it('has the instrumental of patronymics', () => {
    expect(declineName(of('Иванов', 'Пётр', 'Ильич'), 'm', 'instrumental')).toBe('Ивановым Петром Ильичом');
    expect(declineName(of('Иванов', 'Пётр', 'Олегович'), 'm', 'instrumental')).toBe(
      'Ивановым Петром Олеговичем',
    );
  });
});
