import { describe, expect, it } from 'vitest';
import { aCard, aManifest, aPlugin, catalogueOf, type PluginFilesOf } from './testing/plugins.ts';
import type { Entity } from './types.ts';

const text = (title: string, more: object = {}) => ({ title, type: 'string', ...more });

/** A card with everything that the vocabulary can say, of a plugin called `all`. */
const everything: PluginFilesOf = {
  'plugin.json': aManifest('all', { entities: ['player', 'player-prize'] }),
  'schemas/player.schema.json': aCard(
    'player',
    {
      person: {
        title: 'Кто это',
        'x-from': 'person',
        'x-fields': ['lastName', 'firstName', 'birthDate', 'snils'],
        'x-required': ['lastName', 'firstName'],
      },
      staffNumber: text('Номер', { maxLength: 20, 'x-unique': true }),
      since: text('С какого дня', { format: 'date' }),
      seenAt: text('Когда видели', { format: 'date-time', 'x-computed': true }),
      level: { title: 'Уровень', type: 'integer', minimum: 1 },
      rate: { title: 'Ставка', type: 'number' },
      active: { title: 'Играет', type: 'boolean' },
      shift: { title: 'Смена', 'x-dictionary': 'shifts', 'x-class': 'open' },
      languages: { title: 'Языки', type: 'array', items: { 'x-dictionary': 'foreign-languages' } },
      phones: {
        title: 'Телефоны',
        type: 'array',
        items: { type: 'string', format: 'phone-ru' },
        'x-absent': true,
      },
      partner: {
        title: 'Партнёр',
        'x-ref': 'player',
        'x-inverse': 'partners',
        'x-inverse-title': 'Партнёры',
      },
      branch: { title: 'Филиал', 'x-ref': 'organisation' },
      home: { title: 'Место жительства', $ref: 'kartoteka/address', 'x-source': ['S001-4.1'] },
      health: {
        title: 'Здоровье',
        type: 'object',
        'x-class': 'special',
        properties: { group: { title: 'Группа', 'x-dictionary': 'health-groups' } },
      },
      lessons: {
        title: 'Занятия',
        type: 'array',
        'x-rows': true,
        items: {
          type: 'object',
          required: ['on'],
          properties: {
            on: text('День', { format: 'date' }),
            teacher: { title: 'Кто вёл', 'x-ref': 'player' },
          },
        },
      },
    },
    {
      required: ['person', 'since'],
      'x-source': ['S001-1.1'],
      'x-entity': {
        plural: 'Игроки',
        class: 'personal',
        basis: 'contract',
        personInverse: 'games',
        uniqueTogether: [['since', 'level']],
      },
    },
  ),
  'schemas/player-prize.schema.json': aCard(
    'player-prize',
    { name: text('Приз') },
    { 'x-entity': { childOf: { entity: 'player', as: 'player', inverse: 'prizes' } } },
  ),
};

async function player(): Promise<{ entity: Entity; prize: Entity }> {
  const catalogue = await catalogueOf({
    all: everything,
    other: aPlugin('other', { person: { title: 'Кто', 'x-from': 'person' } }),
  });
  expect(catalogue.quarantine).toEqual([]);
  return { entity: catalogue.entities.get('player')!, prize: catalogue.entities.get('player-prize')! };
}

describe('a compiled card', () => {
  it('has typed columns named after its paths', async () => {
    const { entity } = await player();
    expect(
      [...entity.fields.values()].map(field => [
        field.path,
        field.owner,
        field.column,
        field.kind,
        field.sqlType,
      ]),
    ).toEqual([
      ['person.lastName', 'person', 'last_name', 'text', 'text'],
      ['person.firstName', 'person', 'first_name', 'text', 'text'],
      ['person.birthDate', 'person', 'birth_date', 'date', 'date'],
      ['person.snils', 'person', 'snils', 'text', 'text'],
      ['staffNumber', 'record', 'staff_number', 'text', 'text'],
      ['since', 'record', 'since', 'date', 'date'],
      ['seenAt', 'record', 'seen_at', 'instant', 'timestamptz'],
      ['level', 'record', 'level', 'integer', 'integer'],
      ['rate', 'record', 'rate', 'decimal', 'numeric'],
      ['active', 'record', 'active', 'boolean', 'boolean'],
      ['shift', 'record', 'shift', 'dictionary', 'text'],
      ['languages', 'record', 'languages', 'dictionaries', 'text[]'],
      ['phones', 'record', 'phones', 'texts', 'text[]'],
      ['partner', 'record', 'partner_id', 'ref', 'uuid'],
      ['branch', 'record', 'branch_id', 'ref', 'int'],
      ...['postcode', 'region', 'municipality', 'city', 'street', 'house', 'flat'].map(part => [
        `home.${part}`,
        'record',
        `home_${part}`,
        'text',
        'text',
      ]),
      ['health.group', 'record', 'health_group', 'dictionary', 'text'],
      ['lessons', 'record', 'lessons', 'rows', 'player_lessons'],
    ]);
    expect(entity.fields.get('lessons')?.rows?.map(row => [row.path, row.column, row.required])).toEqual([
      ['on', 'on', true],
      ['teacher', 'teacher_id', false],
    ]);
    expect(entity.uniqueTogether).toEqual([['since', 'level']]);
  });

  it('S001-4.1 gives every field a class, a basis and the clauses of its card or group', async () => {
    const { entity } = await player();
    expect(entity.fields.get('level')).toMatchObject({
      class: 'personal',
      basis: 'contract',
      source: ['S001-1.1'],
    });
    expect(entity.fields.get('shift')).toMatchObject({ class: 'open' });
    expect(entity.fields.get('health.group')).toMatchObject({ class: 'special' });
    expect(entity.fields.get('home.city')).toMatchObject({
      source: ['S001-4.1'],
      fullTitle: 'Место жительства: населённый пункт',
    });
    expect(entity.fields.get('person.snils')).toMatchObject({
      class: 'personal',
      mask: '000-000-000 00',
      fullTitle: 'СНИЛС',
    });
  });

  it('counts what may be empty only when it should, in the completeness of the card', async () => {
    const { entity } = await player();
    const counted = [...entity.fields.values()].filter(field => field.counts).map(field => field.path);
    expect(counted).toContain('level');
    expect(counted).not.toContain('active');
    expect(counted).not.toContain('seenAt');
    expect(counted).not.toContain('home.flat');
  });

  it('has relations both ways', async () => {
    const { entity, prize } = await player();
    expect(
      [...entity.relations.values()].map(one => [
        one.name,
        one.kind,
        one.entity,
        one.join,
        one.via,
        one.title,
      ]),
    ).toEqual([
      ['organisation', 'one', 'organisation', 'ref', 'organisation', 'Организация'],
      ['partner', 'one', 'player', 'ref', 'partner', 'Партнёр'],
      ['branch', 'one', 'organisation', 'ref', 'branch', 'Филиал'],
      ['partners', 'many', 'player', 'inverse', 'partner', 'Партнёры'],
      ['prizes', 'many', 'player-prize', 'inverse', 'player', 'Инструмент'],
    ]);
    expect(prize.childOf).toEqual({ field: 'player', entity: 'player', inverse: 'prizes' });
    expect(prize.fields.get('player')).toMatchObject({ required: true, ref: 'player' });
    expect(prize.list.columns).toEqual(['name']);
  });

  it('is reached from other facets of the same person', async () => {
    const catalogue = await catalogueOf({
      all: everything,
      other: aPlugin('other', { person: { title: 'Кто', 'x-from': 'person' } }),
    });
    expect(catalogue.entities.get('other-card')?.relations.get('games')).toMatchObject({
      kind: 'many',
      entity: 'player',
      join: 'person',
    });
    expect(catalogue.entities.get('player')?.relations.has('games')).toBe(false);
  });

  it('compiles a dictionary to an enum, not to alternatives', async () => {
    const { entity } = await player();
    const shift = (entity.schema.properties as Record<string, Record<string, unknown>>).shift;
    expect(shift).toMatchObject({ type: 'string', enum: ['1', '2'], 'x-dictionary': 'shifts' });
  });

  it('SC3 gives every text and list a limit', async () => {
    const { entity } = await player();
    const unlimited: string[] = [];
    const visit = (schema: Record<string, unknown>, place: string) => {
      if (schema.type === 'string' && !schema.maxLength && !schema.enum && schema.format !== 'uuid')
        unlimited.push(place);
      if (schema.type === 'array' && !schema.maxItems) unlimited.push(place);
      for (const [key, part] of Object.entries(schema))
        if (typeof part === 'object' && part !== null)
          visit(part as Record<string, unknown>, `${place}/${key}`);
    };
    visit(entity.schema, '');
    expect(unlimited).toEqual([]);
  });
});
