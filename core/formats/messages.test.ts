import { describe, expect, it } from 'vitest';
import { explainFault } from './messages.ts';

const title = 'Наполняемость';

describe('sentences for faults of a card', () => {
  it.each([
    [{ keyword: 'required', schema: { title } }, 'REQUIRED', 'Наполняемость: заполните поле'],
    [
      { keyword: 'required', schema: { title, 'x-dictionary': 'shifts' } },
      'REQUIRED',
      'Наполняемость: выберите значение',
    ],
    [
      { keyword: 'required', schema: { title, 'x-rows': true } },
      'REQUIRED',
      'Наполняемость: добавьте хотя бы одну строку',
    ],
    [{ keyword: 'maximum', limit: 60, schema: { title } }, 'RANGE', 'Наполняемость: не больше 60'],
    [{ keyword: 'maxLength', limit: 21, schema: { title } }, 'TOO_LONG', 'Наполняемость: не больше 21 знака'],
    [
      { keyword: 'maxLength', limit: 20, schema: { title } },
      'TOO_LONG',
      'Наполняемость: не больше 20 знаков',
    ],
    [{ keyword: 'enum', schema: { title } }, 'NOT_IN_LIST', 'Наполняемость: выберите значение из списка'],
    [
      { keyword: 'type', limit: 'integer', schema: { title } },
      'TYPE',
      'Наполняемость: ожидается целое число',
    ],
    [
      { keyword: 'pattern', limit: '^x$', schema: { title, 'x-message': 'Введите год' } },
      'FORMAT',
      'Введите год',
    ],
  ])('%o', (fault, code, message) => {
    expect(explainFault(fault)).toEqual({ code, message });
  });
  it('gives the reason of an identifier', () => {
    const fault = { keyword: 'format', limit: 'snils', schema: { title: 'СНИЛС' }, value: '11223344596' };
    expect(explainFault(fault)).toEqual({
      code: 'CHECKSUM',
      message: 'СНИЛС: контрольное число не сходится',
    });
  });
  it('is silent about the keyword if', () => {
    expect(explainFault({ keyword: 'if', schema: {} })).toBeUndefined();
  });
});
