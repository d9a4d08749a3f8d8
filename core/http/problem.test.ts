import { describe, expect, it } from 'vitest';
import { fieldUnknown, Problem } from '../problems.ts';
import { faultOf, languageOf, problemBody, toProblem } from './problem.ts';

describe('problems', () => {
  it.each([
    [undefined, 'ru'],
    ['en', 'en'],
    ['en-GB,en;q=0.9', 'en'],
    ['ru-RU,ru;q=0.9,en-US;q=0.8', 'ru'],
    ['de,en;q=0.5', 'en'],
    ['de', 'ru'],
    ['en;q=0,ru', 'ru'],
    ['*', 'ru'],
  ])('%s is answered in %s', (header, language) => {
    expect(languageOf(header)).toBe(language);
  });

  it('G5 hides what is unexpected behind an incident code', () => {
    const problem = toProblem(new TypeError('select * from person where snils = 11223344595'));
    expect(problem).toMatchObject({ code: 'INTERNAL', status: 500 });
    const body = JSON.stringify(problemBody(problem, 'ru'));
    expect(body).not.toMatch(/select|TypeError|1122/);
    expect(body).toContain(String(problem.members.incident));
  });

  it('AU8 writes no values of the database to the log', () => {
    const fault = Object.assign(new Error('duplicate key: snils 11223344595'), {
      severity: 'ERROR',
      code: '23505',
      detail: 'Key (snils)=(11223344595) already exists.',
      constraint: 'person_snils_key',
    });
    expect(JSON.stringify(faultOf(fault))).not.toContain('1122');
    expect(faultOf(fault)).toMatchObject({ code: '23505', constraint: 'person_snils_key' });
  });

  it('names the place in both languages', () => {
    const problem = fieldUnknown('person.unicorn');
    expect(problemBody(problem, 'ru')).toMatchObject({
      title: 'Неизвестное поле',
      errors: [{ path: '/person/unicorn', message: 'Поля «person.unicorn» нет' }],
    });
    expect(problemBody(problem, 'en')).toMatchObject({
      title: 'Unknown field',
      errors: [{ path: '/person/unicorn', message: 'There is no such field' }],
    });
  });

  it('does not let a member of a problem replace its status', () => {
    const problem = new Problem('X', 409, 'т', 'д', { members: { status: 200, more: 1 } });
    expect(problemBody(problem, 'ru')).toMatchObject({ status: 409, more: 1 });
  });
});
