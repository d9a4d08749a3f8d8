/** What a schema of a card may say (security of cards): each limit by its id, at its edge. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createAjv, linearPattern } from '../../core/catalogue/ajv.ts';
import { aPlugin, catalogueOf } from '../../core/catalogue/testing/plugins.ts';
import { projectRoot } from '../../core/config.ts';
import { nameTextFlaw, textFlaw } from '../../core/formats/text.ts';
import { parseJson } from '../../core/http/json.ts';

const name = { title: 'Название', type: 'string' };
const many = (count: number) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, at) => [`f${at}`, { title: `Поле ${at}`, type: 'string' }]),
  );
/** Groups within groups. */
const nested = (levels: number): object =>
  levels === 0 ? name : { title: 'Группа', type: 'object', properties: { inner: nested(levels - 1) } };

/** Properties of a card, and whether a plugin with them is taken in. */
const CARDS: [what: string, properties: object, taken: boolean][] = [
  ['SC1 an unknown keyword', { name: { ...name, nullable: true } }, false],
  ['SC1 an unknown format', { name: { ...name, format: 'isbn' } }, false],
  [
    'SC1 a reference to another server',
    { name: { title: 'Имя', $ref: 'https://example.test/name.json' } },
    false,
  ],
  ['SC1 a reference to a file', { name: { title: 'Имя', $ref: 'file:///etc/passwd' } }, false],
  ['SC1 a value taken from the data', { name: { ...name, maxLength: { $data: '1/size' } } }, false],
  ['SC2 look-ahead', { name: { ...name, pattern: '^(?=a)b$' } }, false],
  ['SC2 look-behind', { name: { ...name, pattern: '(?<=a)b' } }, false],
  ['SC2 a back-reference', { name: { ...name, pattern: '^(a)\\1$' } }, false],
  ['SC2 a pattern without end', { name: { ...name, pattern: '^(a' } }, false],
  ['SC2 a plain pattern', { name: { ...name, pattern: '^[a-z]{2,9}$' } }, true],
  ['SC3 500 fields', many(500), true],
  ['SC3 501 fields', many(501), false],
  [
    'SC3 2,001 values of a list',
    { name: { ...name, enum: Array.from({ length: 2_001 }, (_, at) => `v${at}`) } },
    false,
  ],
  ['SC3 values that are no scalars', { name: { ...name, enum: [{ a: 1 }] } }, false],
  [
    'SC3 a list of more than 1,000',
    { tags: { title: 'Метки', type: 'array', items: { type: 'string' }, maxItems: 1_001 } },
    false,
  ],
  [
    'SC3 a list of lists',
    { tags: { title: 'Метки', type: 'array', items: { type: 'array' }, uniqueItems: true } },
    false,
  ],
  ['SC3 groups of 24 levels', { deep: nested(24) }, false],
  ['SC4 a name in Russian', { имя: name }, false],
  ['SC4 a name that begins with a capital', { Name: name }, false],
  ['SC4 a name of 49 letters', { ['n'.repeat(49)]: name }, false],
  ['SC4 two names that differ by case', { name, nAme: name }, false],
  [
    'SC4 a word of the prototype',
    JSON.parse('{"__proto__":{"title":"Имя","type":"string"}}') as object,
    false,
  ],
  ['SC4 «constructor»', { constructor: name }, false],
  ['SC4 a caption with markup, which is text', { name: { ...name, title: '<b>Имя</b>' } }, true],
];

describe('a schema of a card', () => {
  it.each(CARDS)('%s', async (_what, properties, taken) => {
    const catalogue = await catalogueOf({ trial: aPlugin('trial', properties) });
    expect(catalogue.quarantine.map(fault => fault.plugin)).toEqual(taken ? [] : ['trial']);
    for (const fault of catalogue.quarantine) expect(fault.reason).toMatch(/[а-яё]/i);
  });

  it('SC3 gives every text and list of every card of the system a length', async () => {
    const catalogue = await catalogueOf({
      trial: aPlugin('trial', { name, tags: { title: 'Метки', type: 'array', items: { type: 'string' } } }),
    });
    expect(catalogue.entities.get('trial-card')?.schema.properties).toMatchObject({
      name: { maxLength: 2_000 },
      tags: { maxItems: 500, items: { maxLength: 2_000 } },
    });
  });
});

describe('the validator', () => {
  it('SC1 takes a value as it is: no coercion, no removal, no defaults, all faults at once', () => {
    const validate = createAjv().compile({
      type: 'object',
      additionalProperties: false,
      properties: { count: { type: 'integer', default: 7 }, day: { type: 'string', format: 'date' } },
    });
    const value = { count: '7', day: '2026-02-30', more: 1 };
    expect(validate(value)).toBe(false);
    expect(validate.errors?.map(error => error.keyword).sort()).toEqual([
      'additionalProperties',
      'format',
      'type',
    ]);
    expect(value).toEqual({ count: '7', day: '2026-02-30', more: 1 });
    const empty = {};
    expect(validate(empty)).toBe(true);
    expect(empty).toEqual({});
  });

  it('SC1 reads own members only', () => {
    const validate = createAjv().compile({
      type: 'object',
      required: ['toString'],
      properties: { toString: { type: 'string' } },
    });
    expect(validate({})).toBe(false);
  });

  it('SC2 takes linear time where another engine would take years', () => {
    const start = performance.now();
    expect(linearPattern('^(a+)+$').test(`${'a'.repeat(20_000)}!`)).toBe(false);
    expect(performance.now() - start).toBeLessThan(2_000);
  });

  it('SC2 has no other engine: patterns of schemas, names of properties too', () => {
    expect(() => createAjv().compile({ type: 'string', pattern: '(?=a)' })).toThrow();
    expect(() =>
      createAjv().compile({ type: 'object', patternProperties: { '(?=a)': { type: 'string' } } }),
    ).toThrow();
  });
});

describe('numbers', () => {
  it.each(['0.07', '1234567.89', '0.30000000000000004', '1.50', '-0.0', '1e21', '100000000000000000000e-5'])(
    'SC6 %s is kept as it was sent',
    text => {
      expect(parseJson(text)).toBe(Number(text));
    },
  );
  it.each([
    '0.1234567890123456789',
    '9007199254740993',
    '9007199254740993.0',
    '1e999',
    '123456789.123456789123',
  ])('SC6 %s is refused: it would be kept as another', text => {
    expect(() => parseJson(text)).toThrow(/JSON_NUMBER/);
  });
  it('SC6 0.07 keeps a step of 0.01', () => {
    const validate = createAjv().compile({ type: 'number', multipleOf: 0.01 });
    expect([0.07, 0.29, 1.1, 19.99].map(value => validate(value))).toEqual([true, true, true, true]);
    expect(validate(0.075)).toBe(false);
  });
});

describe('texts', () => {
  const bad = [0, 1, 8, 11, 27, 31, 127, 133, 159].map(code => String.fromCharCode(code));
  it.each([...bad, '\ud800', '\udc00x'])('SC5 %j is in no text', sign => {
    expect(textFlaw(`а${sign}б`)).toBeDefined();
  });
  it.each(['\t', '\n', '\r\n', '—', '😀', 'é'])('SC5 %j may be in a text', sign => {
    expect(textFlaw(`а${sign}б`)).toBeUndefined();
  });
  it.each(['\u202e', '\u200b', '\u200d', '\u2066', '\ufeff', '\u00ad'])('SC5 %j is in no name', sign => {
    expect(nameTextFlaw(`Ива${sign}нов`)).toBeDefined();
  });
});

it('HT5 raw HTML in pages is an error of the linter', async () => {
  const rules = JSON.parse(await readFile(join(projectRoot, 'biome.json'), 'utf8')) as {
    linter: { rules: { security: Record<string, string> } };
  };
  expect(rules.linter.rules.security.noDangerouslySetInnerHtml).toBe('error');
});
