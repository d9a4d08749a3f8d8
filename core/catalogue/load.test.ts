import { describe, expect, it } from 'vitest';
import { aCard, aManifest, aPlugin, catalogueOf } from './testing/plugins.ts';

const name = { title: 'Название', type: 'string', maxLength: 100 };

describe('a plugin of two files', () => {
  it('is taken in with list, form, menu and rights that derive from its card', async () => {
    const catalogue = await catalogueOf({
      music: aPlugin('music', { name, boughtOn: { title: 'Куплен', type: 'string', format: 'date' } }),
    });
    expect(catalogue.quarantine).toEqual([]);
    const entity = catalogue.entities.get('music-card')!;
    expect(entity).toMatchObject({
      table: 'music_card',
      label: '{name}',
      search: ['name'],
      scope: 'organisation',
    });
    expect(entity.list).toEqual({ columns: ['name', 'boughtOn'], sort: 'name', filters: [] });
    expect(entity.form.tabs[0]?.sections[0]?.rows).toEqual([
      [
        { field: 'name', span: 6 },
        { field: 'boughtOn', span: 4 },
      ],
    ]);
    expect(catalogue.plugins.get('music')?.menu).toEqual([
      { title: 'Инструмент', icon: 'folder', list: 'music-card', plugin: 'music' },
    ]);
    expect(catalogue.grants.filter(grant => grant.entity === 'music-card').map(grant => grant.role)).toEqual([
      'org-admin',
      'director',
    ]);
    expect(catalogue.plugins.get('music')?.organisationTypes).toContain('general');
  });

  it('may show a part of a list under a title of its own, made by a condition that is checked', async () => {
    const menu = (filter: object, view = 'old') => ({
      menu: [{ title: 'Старые', icon: 'folder', list: 'music-card', view, filter }],
    });
    const of = (manifest: object) => catalogueOf({ music: aPlugin('music', { name }, { manifest }) });
    const named = { op: '=', args: [{ property: 'name' }, 'Рояль'] };
    const catalogue = await of(menu(named));
    expect(catalogue.quarantine).toEqual([]);
    expect(catalogue.plugins.get('music')?.menu).toMatchObject([{ view: 'old', filter: named }]);
    const fault = async (manifest: object) => (await of(manifest)).quarantine[0];
    expect(await fault(menu({ op: '=', args: [{ property: 'colour' }, 'red'] }))).toMatchObject({
      pointer: '/menu/0/filter/args/0/property',
    });
    expect(await fault(menu({ property: 'name' }))).toMatchObject({ pointer: '/menu/0/filter' });
    const [line] = menu(named).menu;
    expect(await fault({ menu: [line, line] })).toMatchObject({ pointer: '/menu/0/view' });
    const { view: _, ...nameless } = line as { view: string };
    expect(await fault({ menu: [nameless] })).toMatchObject({ pointer: expect.stringContaining('/menu/0') });
  });

  it('changes the version of the catalogue with every changed file', async () => {
    const one = await catalogueOf({ music: aPlugin('music') });
    const same = await catalogueOf({ music: aPlugin('music') });
    const other = await catalogueOf({ music: aPlugin('music', { name: { ...name, title: 'Имя' } }) });
    expect(one.version).not.toBe(other.version);
    expect(one.version).toHaveLength(same.version.length);
  });

  it('declares a type of organisation with its own words, which its dictionary then offers', async () => {
    const manifest = {
      organisationTypes: [
        { id: 'music-school', title: 'Музыкальная школа', words: { studyGroup: 'ансамбль' } },
      ],
    };
    const catalogue = await catalogueOf({ music: aPlugin('music', { name }, { manifest }) });
    expect(catalogue.quarantine).toEqual([]);
    expect(catalogue.organisationTypes.get('music-school')?.words).toMatchObject({
      studyGroup: 'ансамбль',
      student: 'обучающийся',
    });
    expect(catalogue.dictionaries.get('org-types')?.items.at(-1)?.code).toBe('music-school');
  });
});

describe('words of the types of organisations', () => {
  it.each([
    ['general', 'обучающийся', 'класс'],
    ['preschool', 'воспитанник', 'группа'],
    ['vocational', 'студент', 'группа'],
    ['additional', 'учащийся', 'объединение'],
  ])('%s: %s, %s', async (type, student, studyGroup) => {
    const catalogue = await catalogueOf({});
    expect(catalogue.organisationTypes.get(type)?.words).toMatchObject({ student, studyGroup });
  });
});

/** One faulty plugin beside a good one: the place and the reason. */
const faults: [string, Record<string, unknown>, { file: RegExp; pointer: string; reason: RegExp }][] = [
  [
    'bad JSON',
    { 'plugin.json': '{"id": "bad",\n  oops' },
    { file: /bad\/plugin\.json$/, pointer: '', reason: /не JSON: строка 2/ },
  ],
  [
    'no manifest id',
    { 'plugin.json': { $schema: 'kartoteka/plugin/1' } },
    { file: /plugin\.json$/, pointer: '', reason: /Нет обязательного ключа «id»/ },
  ],
  [
    'another folder name',
    { 'plugin.json': aManifest('good') },
    { file: /plugin\.json$/, pointer: '/id', reason: /Папка называется «bad»/ },
  ],
  [
    'unknown key of the manifest',
    { 'plugin.json': aManifest('bad', { colour: 'red' }) },
    { file: /plugin\.json$/, pointer: '/colour', reason: /Неизвестное ключевое слово «colour»/ },
  ],
  [
    'unknown keyword of a field',
    aPlugin('bad', { name: { ...name, 'x-color': 'red' } }),
    { file: /bad-card\.schema\.json$/, pointer: '/properties/name/x-color', reason: /«x-color»/ },
  ],
  [
    'a keyword out of place',
    aPlugin('bad', { shift: { title: 'Смена', 'x-dictionary': 'shifts', maxLength: 3 } }),
    { file: /bad-card/, pointer: '/properties/shift/maxLength', reason: /«maxLength» здесь недопустим/ },
  ],
  [
    'unknown format',
    aPlugin('bad', { name: { ...name, format: 'isbn' } }),
    { file: /bad-card/, pointer: '/properties/name/format', reason: /Допустимо одно из/ },
  ],
  [
    'unknown dictionary',
    aPlugin('bad', { shift: { title: 'Смена', 'x-dictionary': 'moons' } }),
    { file: /bad-card/, pointer: '/properties/shift/x-dictionary', reason: /Справочника «moons» нет/ },
  ],
  [
    'bad reference',
    aPlugin('bad', { owner: { title: 'Владелец', 'x-ref': 'nobody' } }),
    { file: /bad-card/, pointer: '/properties/owner/x-ref', reason: /Карточки «nobody» нет/ },
  ],
  [
    'reference to a plugin that is not required',
    aPlugin('bad', { other: { title: 'Другая', 'x-ref': 'apart-card' } }),
    { file: /bad-card/, pointer: '/properties/other/x-ref', reason: /«apart-card» нет в модуле и в тех/ },
  ],
  [
    'unknown definition',
    aPlugin('bad', { home: { title: 'Дом', $ref: 'kartoteka/castle' } }),
    { file: /bad-card/, pointer: '/properties/home/$ref', reason: /определения «kartoteka\/castle» нет/ },
  ],
  [
    'SC2 a pattern with look-ahead',
    aPlugin('bad', { name: { ...name, pattern: '^(?=a)b$' } }),
    { file: /bad-card/, pointer: '/properties/name/pattern', reason: /просмотр вперёд/ },
  ],
  [
    'SC2 a pattern with a back-reference',
    aPlugin('bad', { name: { ...name, pattern: '^(a)\\1$' } }),
    { file: /bad-card/, pointer: '/properties/name/pattern', reason: /обратные ссылки/ },
  ],
  [
    'SC4 a name of the prototype',
    aPlugin('bad', { constructor: name }),
    { file: /bad-card/, pointer: '/properties/constructor', reason: /запрещено/ },
  ],
  [
    'SC4 names that differ by case',
    aPlugin('bad', { name, nAme: name }),
    { file: /bad-card/, pointer: '/properties/nAme', reason: /только регистром/ },
  ],
  [
    'SC4 a bad field name',
    aPlugin('bad', { Имя: name }),
    { file: /bad-card/, pointer: '/properties/Имя', reason: /недопустим/ },
  ],
  [
    'a reserved name',
    aPlugin('bad', { labels: name }),
    { file: /bad-card/, pointer: '/properties/labels', reason: /занято системой/ },
  ],
  [
    'a column of every table',
    aPlugin('bad', { createdAt: name }),
    { file: /bad-card/, pointer: '/properties/createdAt', reason: /занято системой/ },
  ],
  [
    'a required field that is not there',
    aPlugin('bad', { name }, { card: { required: ['colour'] } }),
    { file: /bad-card/, pointer: '/required', reason: /«colour»/ },
  ],
  [
    'a label of an unknown field',
    aPlugin('bad', { name }, { card: { 'x-entity': { label: '{colour}' } } }),
    { file: /bad-card/, pointer: '/x-entity/label', reason: /«colour»/ },
  ],
  [
    'a column of an unknown field',
    aPlugin('bad', { name }, { card: { 'x-entity': { list: { columns: ['name', 'colour'] } } } }),
    { file: /bad-card/, pointer: '/x-entity/list/columns/1', reason: /«colour»/ },
  ],
  [
    'a card without a file',
    { 'plugin.json': aManifest('bad', { entities: ['ghost'] }) },
    { file: /plugin\.json$/, pointer: '/entities/0', reason: /Нет файла schemas\/ghost/ },
  ],
  [
    'a file that is no card of the manifest',
    { ...aPlugin('bad'), 'schemas/extra.schema.json': aCard('extra', { name }) },
    { file: /plugin\.json$/, pointer: '/entities', reason: /«extra»/ },
  ],
  [
    'a missing requirement',
    aPlugin('bad', { name }, { manifest: { requires: { absent: '^1.0' } } }),
    {
      file: /plugin\.json$/,
      pointer: '/requires/absent',
      reason: /«bad» нужен модуль «absent» \^1\.0, его нет/,
    },
  ],
  [
    'another version of a requirement',
    aPlugin('bad', { name }, { manifest: { requires: { good: '^2.0' } } }),
    { file: /plugin\.json$/, pointer: '/requires/good', reason: /«good» \^2\.0, а установлен 1\.0\.0/ },
  ],
  [
    'another version of the core',
    aPlugin('bad', { name }, { manifest: { core: '^9.0' } }),
    { file: /plugin\.json$/, pointer: '/core', reason: /для ядра \^9\.0/ },
  ],
  [
    'a card that another plugin has',
    {
      'plugin.json': aManifest('bad', { requires: { good: '*' }, entities: ['good-card'] }),
      'schemas/good-card.schema.json': aCard('good-card', { name }),
    },
    { file: /good-card\.schema\.json$/, pointer: '/$id', reason: /уже есть в модуле «good»/ },
  ],
  [
    'an unknown role in grants',
    {
      ...aPlugin('bad'),
      'grants.json': {
        $schema: 'kartoteka/grants/1',
        grants: [{ role: 'king', entity: 'bad-card', actions: ['read'], rows: 'organisation', fields: '*' }],
      },
    },
    { file: /grants\.json$/, pointer: '/grants/0/role', reason: /«king»/ },
  ],
  [
    'an unknown field in grants',
    {
      ...aPlugin('bad'),
      'grants.json': {
        $schema: 'kartoteka/grants/1',
        grants: [
          {
            role: 'director',
            entity: 'bad-card',
            actions: ['read'],
            rows: 'organisation',
            fields: { read: ['name', 'colour'] },
          },
        ],
      },
    },
    { file: /grants\.json$/, pointer: '/grants/0/fields/read/1', reason: /«colour»/ },
  ],
  [
    'an unknown path in a row scope',
    {
      ...aPlugin('bad'),
      'grants.json': {
        $schema: 'kartoteka/grants/1',
        grants: [
          {
            role: 'director',
            entity: 'bad-card',
            actions: ['read'],
            rows: { op: '=', args: [{ property: 'colour' }, 'red'] },
            fields: '*',
          },
        ],
      },
    },
    { file: /grants\.json$/, pointer: '/grants/0/rows/args/0/property', reason: /colour/ },
  ],
  [
    'an unknown field in a form',
    {
      ...aPlugin('bad'),
      'forms/bad-card.form.json': {
        $schema: 'kartoteka/form/1',
        entity: 'bad-card',
        tabs: [
          {
            id: 'main',
            title: 'Главная',
            sections: [{ id: 'main', title: 'Главная', rows: [[{ field: 'name' }, { field: 'colour' }]] }],
          },
        ],
      },
    },
    { file: /bad-card\.form\.json$/, pointer: '/tabs/0/sections/0/rows/0/1/field', reason: /«colour»/ },
  ],
  [
    'a row wider than twelve twelfths',
    {
      ...aPlugin('bad'),
      'forms/bad-card.form.json': {
        $schema: 'kartoteka/form/1',
        entity: 'bad-card',
        tabs: [
          {
            id: 'main',
            title: 'Главная',
            sections: [
              {
                id: 'main',
                title: 'Главная',
                rows: [
                  [
                    { field: 'name', span: 8 },
                    { field: 'name', span: 6 },
                  ],
                ],
              },
            ],
          },
        ],
      },
    },
    { file: /bad-card\.form\.json$/, pointer: '/tabs/0/sections/0/rows/0', reason: /14 двенадцатых/ },
  ],
  [
    'a dictionary that is there already',
    {
      ...aPlugin('bad'),
      'dictionaries/shifts.json': {
        id: 'shifts',
        title: 'Смены',
        source: 'практика',
        items: [{ code: '1', ru: 'Первая', en: 'First' }],
      },
    },
    { file: /shifts\.json$/, pointer: '/id', reason: /уже есть/ },
  ],
  [
    'a computed field that is required',
    aPlugin('bad', { name: { ...name, 'x-computed': true } }, { card: { required: ['name'] } }),
    { file: /bad-card/, pointer: '/properties/name', reason: /не может быть обязательным/ },
  ],
];

describe('quarantine', () => {
  it.each(faults)(
    '%s: the plugin stays out with file, pointer and reason; the other one runs',
    async (_, bad, expected) => {
      const catalogue = await catalogueOf({ apart: aPlugin('apart'), bad, good: aPlugin('good') });
      expect([...catalogue.plugins.keys()]).toEqual(['apart', 'good']);
      expect(catalogue.quarantine).toEqual([
        {
          plugin: 'bad',
          file: expect.stringMatching(expected.file),
          pointer: expected.pointer,
          reason: expect.stringMatching(expected.reason),
        },
      ]);
      expect(catalogue.entities.has('bad-card')).toBe(false);
    },
  );

  it('names both plugins when one needs another that stayed out', async () => {
    const catalogue = await catalogueOf({
      base: aPlugin('base', { name: { title: 'Имя', type: 'string', oops: 1 } }),
      next: aPlugin('next', undefined, { manifest: { requires: { base: '*' } } }),
      last: aPlugin('last', undefined, { manifest: { requires: { next: '*' } } }),
    });
    expect(catalogue.plugins.size).toBe(0);
    expect(catalogue.quarantine.map(entry => [entry.plugin, entry.pointer])).toEqual([
      ['base', '/properties/name/oops'],
      ['next', '/requires/base'],
      ['last', '/requires/next'],
    ]);
    expect(catalogue.quarantine[1]?.reason).toContain('«next» нужен модуль «base»');
  });

  it('sets plugins apart that need each other in a circle', async () => {
    const needing = (id: string, need: string) =>
      aPlugin(id, undefined, { manifest: { requires: { [need]: '*' } } });
    const catalogue = await catalogueOf({ a: needing('a', 'b'), b: needing('b', 'a'), c: aPlugin('c') });
    expect([...catalogue.plugins.keys()]).toEqual(['c']);
    expect(catalogue.quarantine.map(entry => entry.plugin)).toEqual(['a', 'b']);
    expect(catalogue.quarantine[0]?.reason).toContain('«a» → «b» → «a»');
  });

  it('leaves nothing of a refused plugin behind on the cards of others', async () => {
    const catalogue = await catalogueOf({
      good: aPlugin('good'),
      bad: {
        ...aPlugin(
          'bad',
          { owner: { title: 'Чей', 'x-ref': 'good-card', 'x-inverse': 'things' } },
          { manifest: { requires: { good: '*' } } },
        ),
        'grants.json': { $schema: 'kartoteka/grants/1', grants: 'all' },
      },
    });
    expect(catalogue.quarantine.map(entry => entry.plugin)).toEqual(['bad']);
    expect([...catalogue.entities.get('good-card')!.relations.keys()]).toEqual(['organisation']);
  });

  it('SC3 refuses files that are too large or too deep', async () => {
    const deep = `{"$schema":${'['.repeat(50)}${']'.repeat(50)}}`;
    const catalogue = await catalogueOf({
      deep: { 'plugin.json': deep },
      large: { 'plugin.json': JSON.stringify({ note: 'x'.repeat(300_000) }) },
    });
    expect(catalogue.quarantine.map(entry => entry.reason)).toEqual([
      'Вложенность больше 24 уровней',
      'Файл больше 256 КБ',
    ]);
  });
});
