import { beforeAll, describe, expect, it } from 'vitest';
import { loadCatalogue } from './load.ts';
import { aCard, aManifest, catalogueOf } from './testing/plugins.ts';
import { compileValidators, type Validators } from './validation.ts';

const text = (title: string, more: object = {}) => ({ title, type: 'string', ...more });

/** A condition of JSON Schema; an object with `then` in source code looks like a promise. */
const when = (test: object, result: object) =>
  Object.fromEntries([
    ['if', test],
    ['then', result],
  ]);

const card = aCard(
  'player',
  {
    person: { title: 'Кто это', 'x-from': 'person', 'x-required': ['lastName', 'firstName', 'birthDate'] },
    document: { title: 'Документ', $ref: 'kartoteka/identity-document' },
    home: { title: 'Место жительства', $ref: 'kartoteka/address' },
    kind: { title: 'Вид', 'x-dictionary': 'study-group-kinds' },
    grade: { title: 'Параллель', type: 'integer', minimum: 0, maximum: 12 },
    price: { title: 'Цена', type: 'number', multipleOf: 0.01 },
    year: text('Год', { pattern: '^20[0-9]{2}$', 'x-message': 'Введите год в виде 2026' }),
    code: text('Шифр', { pattern: '^[A-Z]+$', maxLength: 5 }),
    status: text('Статус', { 'x-computed': true }),
    note: text('Примечание', { 'x-absent': true }),
    emails: { title: 'Адреса', type: 'array', maxItems: 3, items: { type: 'string', format: 'email' } },
    visits: {
      title: 'Посещения',
      type: 'array',
      'x-rows': true,
      items: {
        type: 'object',
        required: ['on'],
        properties: {
          on: text('День', { format: 'date' }),
          until: text('По день', { format: 'date', 'x-not-before': 'on' }),
        },
      },
    },
  },
  {
    required: ['person'],
    allOf: [when({ properties: { kind: { const: 'class' } } }, { required: ['grade'] })],
  },
);
const person = { lastName: 'Иванов', firstName: 'Пётр', birthDate: '2012-05-17' };

let validators: Validators;
const problems = (value: Record<string, unknown>) =>
  validators.record('player', validators.normalise('player', value));
const places = (value: Record<string, unknown>) => problems(value).map(({ path, code }) => [path, code]);

beforeAll(async () => {
  const { mkdtemp, mkdir, rm, writeFile } = await import('node:fs/promises');
  const folder = await mkdtemp('/tmp/kartoteka-validation-');
  await mkdir(`${folder}/all/schemas`, { recursive: true });
  await writeFile(`${folder}/all/plugin.json`, JSON.stringify(aManifest('all', { entities: ['player'] })));
  await writeFile(`${folder}/all/schemas/player.schema.json`, JSON.stringify(card));
  const catalogue = await loadCatalogue({ pluginFolders: [folder] });
  await rm(folder, { recursive: true });
  expect(catalogue.quarantine).toEqual([]);
  validators = compileValidators(catalogue);
});

describe('a record', () => {
  it('has a day out of order named at its place', () => {
    expect(places({ person, visits: [{ on: '2026-03-02', until: '2026-03-01' }] })).toEqual([
      ['/visits/0/until', 'RANGE'],
    ]);
  });

  it('without faults has no problems', () => {
    expect(
      problems({
        person,
        kind: 'class',
        grade: 7,
        price: 0.07,
        home: { city: 'Северск' },
        absent: ['note'],
        visits: [{ on: '2026-09-01' }],
      }),
    ).toEqual([]);
  });
  it('names every fault at its own place in Russian', () => {
    expect(
      problems({
        person: { ...person, snils: '112-233-445 96', firstName: '' },
        visits: [{ on: '2026-02-30' }, {}],
        emails: ['a@b.ru', 'a'],
      }),
    ).toEqual([
      { path: '/person/firstName', code: 'REQUIRED', message: 'Имя: заполните поле' },
      { path: '/person/snils', code: 'CHECKSUM', message: 'СНИЛС: контрольное число не сходится' },
      { path: '/emails/1', code: 'FORMAT', message: 'Адреса: ожидается адрес вида имя@сайт.рф' },
      { path: '/visits/0/on', code: 'FORMAT', message: 'День: дня 30.02.2026 нет в календаре' },
      { path: '/visits/1/on', code: 'REQUIRED', message: 'День: заполните поле' },
    ]);
  });
  it('AZ4 refuses unknown fields by name and fields that the system keeps', () => {
    expect(problems({ person, colour: 'red', home: { castle: 'x' }, status: 'active' })).toEqual([
      { path: '/colour', code: 'FIELD_UNKNOWN', message: 'Поля «colour» нет' },
      { path: '/status', code: 'COMPUTED', message: 'Статус: поле ведёт система, изменить его нельзя' },
      { path: '/home/castle', code: 'FIELD_UNKNOWN', message: 'Поля «home.castle» нет' },
    ]);
  });
  it('may hold computed fields when it is checked as stored', () => {
    expect(validators.record('player', { person, status: 'active' }, { stored: true })).toEqual([]);
  });
  it('asks for a field under a condition, and not while the condition is open', () => {
    expect(places({ person, kind: 'class' })).toEqual([['/grade', 'REQUIRED']]);
    expect(places({ person })).toEqual([]);
    expect(places({ person, kind: 'association' })).toEqual([]);
  });
  it.each([
    [{ grade: '7' }, '/grade', 'TYPE', 'Параллель: ожидается целое число'],
    [{ grade: 13 }, '/grade', 'RANGE', 'Параллель: не больше 12'],
    [{ grade: 7.5 }, '/grade', 'TYPE', 'Параллель: ожидается целое число'],
    [{ price: 0.075 }, '/price', 'RANGE', 'Цена: должно быть кратно 0,01'],
    [{ kind: 'moon' }, '/kind', 'NOT_IN_LIST', 'Вид: выберите значение из списка'],
    [{ year: '1999' }, '/year', 'FORMAT', 'Введите год в виде 2026'],
    [{ code: 'abc' }, '/code', 'FORMAT', 'Шифр: значение не подходит под образец'],
    [{ code: 'ABCDEF' }, '/code', 'TOO_LONG', 'Шифр: не больше 5 знаков'],
    [{ note: 'x'.repeat(2001) }, '/note', 'TOO_LONG', 'Примечание: не больше 2000 знаков'],
    [
      { emails: ['a@b.ru', 'b@b.ru', 'c@b.ru', 'd@b.ru'] },
      '/emails',
      'TOO_MANY',
      'Адреса: не больше 3 строк',
    ],
    [{ visits: 'x' }, '/visits', 'TYPE', 'Посещения: ожидается список'],
    [{ absent: ['grade'] }, '/absent/0', 'NOT_IN_LIST', 'Отметки «нет»: выберите значение из списка'],
    [{ ext: { cf_1: 'x' } }, '/ext/cf_1', 'FIELD_UNKNOWN', 'Поля «ext.cf_1» нет'],
    [{ note: 'а\u0000' }, '/note', 'FORMAT', 'Примечание: есть недопустимый управляющий символ'],
  ])('%j: %s %s %s', (part, path, code, message) => {
    expect(problems({ person, ...part })).toEqual([{ path, code, message }]);
  });
  it('checks the papers by their kind', () => {
    expect(
      places({ person, document: { type: '21', series: '03 12', number: '345678', issuedOn: '2026-06-01' } }),
    ).toEqual([]);
    expect(places({ person, document: { type: '21', series: 'IV-АГ', number: '345678' } })).toEqual([
      ['/document/series', 'FORMAT'],
    ]);
    expect(
      places({ person, document: { type: '03', series: 'IV-АГ', number: '512345', issuedOn: '2012-06-01' } }),
    ).toEqual([]);
    expect(places({ person, document: { type: '10', series: 'AB/7', number: 'X-1' } })).toEqual([]);
    expect(places({ person, document: { type: '21' } })).toEqual([
      ['/document/series', 'REQUIRED'],
      ['/document/number', 'REQUIRED'],
    ]);
  });
  it('takes a group cleared field by field as absent', () => {
    expect(problems({ person, document: { type: null, series: '', number: null } })).toEqual([]);
    expect(places({ person: {} })).toEqual([
      ['/person/lastName', 'REQUIRED'],
      ['/person/firstName', 'REQUIRED'],
      ['/person/birthDate', 'REQUIRED'],
    ]);
  });
  it('knows no paper older than its holder, and no passport before the age of 14', () => {
    const document = { type: '03', series: 'IV-АГ', number: '512345' };
    expect(problems({ person, document: { ...document, issuedOn: '2012-05-16' } })).toEqual([
      { path: '/document/issuedOn', code: 'RANGE', message: 'Дата выдачи: раньше даты рождения' },
    ]);
    expect(
      problems({
        person,
        document: { type: '21', series: '0326', number: '345678', issuedOn: '2026-05-16' },
      }),
    ).toEqual([
      {
        path: '/document/issuedOn',
        code: 'RANGE',
        message: 'Дата выдачи: паспорт выдают с 14 лет, раньше 17.05.2026 быть не может',
      },
    ]);
  });
  it('SC1 lists at most 100 problems', () => {
    const extra = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`field${index}`, index]));
    expect(problems({ person, ...extra })).toHaveLength(100);
  });
  it.each([null, [], 'x', 7])('%j is no record', value => {
    expect(validators.record('player', value)).toMatchObject([{ path: '', code: 'TYPE' }]);
  });
  it('names of the prototype are unknown fields like any other', () => {
    const value = JSON.parse('{"__proto__": {"a": 1}, "constructor": 1, "toString": 2}');
    expect(
      validators.record('player', { person, ...value }).every(problem => problem.code === 'FIELD_UNKNOWN'),
    ).toBe(true);
    const own = JSON.parse(`{"person": ${JSON.stringify(person)}, "__proto__": {"a": 1}}`);
    expect(validators.record('player', own)).toMatchObject([{ path: '/__proto__', code: 'FIELD_UNKNOWN' }]);
  });
  it('SC7 answers deep nesting quickly and without failing', () => {
    let deep: unknown = 'x';
    for (let level = 0; level < 5_000; level += 1) deep = [deep];
    expect(validators.record('player', { person, visits: deep })).toMatchObject([{ code: 'TOO_DEEP' }]);
  });
});

describe('the stored form', () => {
  it('is the normal form of every identifier, with empty texts as null', () => {
    expect(
      validators.normalise('player', {
        person: {
          lastName: ' Иванова – Петрова ',
          snils: '112-233-445 95',
          birthDate: '17.5.2012',
          middleName: ' ',
        },
        document: { type: '21', series: '03 12', number: '345 678' },
        emails: ['Secretary@School.RU', ''],
        note: 'и\u0306 ',
        visits: [{ on: '01.09.2026' }],
        colour: 'red',
      }),
    ).toEqual({
      person: {
        lastName: 'Иванова-Петрова',
        snils: '11223344595',
        birthDate: '2012-05-17',
        middleName: null,
      },
      document: { type: '21', series: '0312', number: '345678' },
      emails: ['Secretary@school.ru'],
      note: 'й',
      visits: [{ on: '2026-09-01' }],
      colour: 'red',
    });
  });
  it('of a patch follows what is stored beside it', () => {
    const stored = { document: { type: '21', series: '0311' } };
    expect(validators.normalise('player', { document: { series: '03 12' } }, stored)).toEqual({
      document: { series: '0312' },
    });
  });
});

it('SC4 a plugin cannot replace a card of the core', async () => {
  const catalogue = await catalogueOf({
    bad: {
      'plugin.json': aManifest('bad', { entities: ['person'] }),
      'schemas/person.schema.json': aCard('person', { name: text('Имя') }),
    },
  });
  expect(catalogue.quarantine).toMatchObject([{ pointer: '/$id', reason: 'Имя «person» занято ядром' }]);
});
