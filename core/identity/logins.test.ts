import { describe, expect, test } from 'vitest';
import { checkNewLogin, proposeLogin } from './logins.ts';

describe('a proposed login', () => {
  test.each([
    [{ lastName: 'Иванова', firstName: 'Мария', middleName: 'Петровна' }, 'ivanova.mp'],
    [{ lastName: 'Щёлоков', firstName: 'Юрий' }, 'shchelokov.i'],
    [{ lastName: 'Ли', firstName: 'Ян' }, 'li.i'],
    [{ lastName: 'Ё' }, 'e.user'],
    [
      { lastName: 'Полякова-Корнилова', firstName: 'Ольга', middleName: 'Ильинична' },
      'poliakovakornilova.oi',
    ],
    [{ lastName: '—', firstName: '·' }, 'user'],
  ])('of %j is %s, and acceptable', (name, login) => {
    expect(proposeLogin(name)).toBe(login);
    expect(checkNewLogin(login)).toBe(login);
  });
});
