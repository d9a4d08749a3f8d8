import { describe, expect, it } from 'vitest';
import type { Appointment } from '../api/types.ts';
import { safeReturn } from '../screens/sign-in/safe-return.ts';
import { groupAppointments } from '../shell/appointment-groups.ts';
import { matchCommands } from './commands.ts';

const commands = ['Обучающиеся', 'Отчёты', 'Сотрудники'].map(title => ({
  id: title,
  group: 'Раздел',
  title,
  to: '/',
}));
const titles = (typed: string) => matchCommands(commands, typed).map(({ title }) => title);

describe('the command palette', () => {
  it('finds a section typed in the wrong keyboard layout', () => {
    expect(titles('j,exf')).toEqual(['Обучающиеся']);
  });

  it('does not mind case and ё', () => {
    expect(titles('ОТЧЕТ')).toEqual(['Отчёты']);
  });

  it('shows everything before anything is typed', () => {
    expect(titles('')).toHaveLength(3);
  });
});

describe('the organisation switcher', () => {
  const appointment = (id: string, name: string, municipality?: string) =>
    ({
      id,
      roleTitle: 'Секретарь',
      organisation: { id: 1, name, level: 'organisation', municipality },
    }) as Appointment;
  const all = [
    appointment('a', 'Школа 1', 'Яснополь'),
    appointment('b', 'Школа 2', 'Залесье'),
    appointment('c', 'Минобр'),
  ];

  it('lists recent ones first and the others by municipality, none twice', () => {
    const groups = groupAppointments(all, ['b'], '', { recent: 'Недавние', region: 'Регион' });
    expect(groups.map(group => [group.title, group.appointments.map(({ id }) => id)])).toEqual([
      ['Недавние', ['b']],
      ['Яснополь', ['a']],
      ['Регион', ['c']],
    ]);
  });
});

describe('the way back after signing in', () => {
  it('never leads to another site', () => {
    expect(safeReturn('/o/1f/list/student')).toBe('/o/1f/list/student');
    for (const address of [
      '//evil.example',
      'https://evil.example',
      '/o/../..//evil',
      '/sign-in',
      undefined,
    ]) {
      expect(safeReturn(address)).toBeUndefined();
    }
  });
});
