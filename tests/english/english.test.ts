/** Whoever reads English meets no Russian word of the interface: texts of screens, modules and refusals. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Entity, JsonSchema } from '../../core/catalogue/types.ts';
import { projectRoot } from '../../core/config.ts';
import { checkFormat, formatNames } from '../../core/formats/formats.ts';
import { explainFault } from '../../core/formats/messages.ts';
import { PLACES_EN, PROBLEMS_EN } from '../../core/http/messages.en.ts';
import type { ReportDefinition } from '../../core/reports/definition.ts';
import { reportKeys } from '../../core/reports/texts.ts';
import { installedCatalogue } from '../support/catalogue.ts';

const RUSSIAN = /[А-Яа-яЁё]/;
const catalogue = await installedCatalogue();

const sourcesIn = (folder: string, pattern: RegExp) =>
  readdirSync(join(projectRoot, folder), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && pattern.test(entry.name) && !/\.test\.tsx?$/.test(entry.name))
    .map(entry => join(entry.parentPath, entry.name))
    .map(file => ({ file: relative(projectRoot, file), text: readFileSync(file, 'utf8') }));

const readTexts = (name: string) =>
  JSON.parse(readFileSync(join(projectRoot, 'admin-ui', 'i18n', name), 'utf8')) as Record<string, string>;

describe('the interface', () => {
  it.each(['', 'forms.'])(
    'has every text of %sru.json in English, filled and without a Russian letter',
    part => {
      const [russian, english] = [readTexts(`${part}ru.json`), readTexts(`${part}en.json`)];
      expect(Object.keys(russian).length).toBeGreaterThan(50);
      const bases = (texts: object) =>
        [...new Set(Object.keys(texts).map(key => key.replace(/_(one|few|many|other)$/, '')))].sort();
      expect(bases(english)).toEqual(bases(russian));
      // What Russian counts in four forms, English counts in two.
      for (const key of Object.keys(russian).filter(one => /_(one|other)$/.test(one)))
        expect(english, key).toHaveProperty([key]);
      const bad = Object.entries(english).filter(([, text]) => text.trim() === '' || RUSSIAN.test(text));
      expect(bad).toEqual([]);
    },
  );

  it('keeps Russian texts nowhere else', () => {
    const uncommented = (text: string) =>
      text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '');
    const lines = sourcesIn('admin-ui', /\.tsx?$/).flatMap(({ file, text }) =>
      uncommented(text)
        .split('\n')
        .filter(line => RUSSIAN.test(line))
        .map(line => `${file}: ${line.trim()}`),
    );
    // Keys of a keyboard, the letter ё in comparisons, the language by its own name, the Russian half of a choice.
    const known = [
      /keyboard-layout\.ts: const CYRILLIC/,
      /: const STEPS: /,
      /replaceAll\('ё', 'е'\)/,
      /'Русский'|'Рус'/,
      /copy-of-group\.tsx: title\.replace\(/,
      /const unexplained = english \?/,
    ];
    expect(lines.filter(line => !known.some(one => one.test(line)))).toEqual([]);
  });

  it('explains every wrong value of a form in English', () => {
    const keywords: [string, unknown][] = [
      ...['required', 'pattern', 'enum', 'const', 'uniqueItems', 'not', 'contains', 'unevaluatedItems'].map(
        (keyword): [string, unknown] => [keyword, undefined],
      ),
      ...['integer', 'number', 'boolean', 'array', 'object', 'string'].map((type): [string, unknown] => [
        'type',
        type,
      ]),
      ...['maxLength', 'minLength', 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'].map(
        (keyword): [string, unknown] => [keyword, 1000],
      ),
      ...['multipleOf', 'minItems', 'maxItems'].map((keyword): [string, unknown] => [keyword, 2]),
    ];
    const schema = { title: 'Code' };
    for (const [keyword, limit] of keywords) {
      const [english, russian] = [
        explainFault({ keyword, limit, schema }, 'en'),
        explainFault({ keyword, limit, schema }),
      ];
      expect(english?.message, keyword).toMatch(/^Code: [a-z]/);
      expect(english?.message, keyword).not.toMatch(RUSSIAN);
      expect(english?.code, keyword).toBe(russian?.code);
    }
    for (const format of formatNames)
      for (const value of ['?', '0'.repeat(11), '12345678901', '9'.repeat(16), '1700-01-01']) {
        if (!checkFormat(format, value)) continue;
        const english = explainFault({ keyword: 'format', limit: format, schema, value }, 'en');
        expect(english?.message, `${format} ${value}`).toMatch(/^Code: [\x20-\x7e]+$/);
      }
  });
});

describe('what is installed', () => {
  it.each([...catalogue.plugins.keys()])('the module %s has English helps, sentences and reports', id => {
    const english = catalogue.locales.get(id) ?? {};
    expect(keysOf(id).filter(key => !english[key])).toEqual([]);
    expect(Object.entries(english).filter(([, text]) => RUSSIAN.test(text))).toEqual([]);
  });

  it('dictionaries have an English caption for every code', () => {
    const bad = [...catalogue.dictionaries.values()].flatMap(({ id, items }) =>
      items.filter(item => item.en.trim() === '' || RUSSIAN.test(item.en)).map(item => `${id}.${item.code}`),
    );
    expect(bad).toEqual([]);
  });

  it('roles have English titles, types of organisations too', () => {
    for (const role of catalogue.roles.values()) expect(role.titleEn, role.id).toMatch(/^[\x20-\x7e]+$/);
    const types = catalogue.dictionaries.get('org-types')!;
    for (const type of catalogue.organisationTypes.keys())
      expect(types.items.find(item => item.code === type)?.en, type).toMatch(/^[\x20-\x7e]+$/);
  });
});

function keysOf(id: string): string[] {
  const reports = [...catalogue.reports.values()].filter(report => report.plugin === id);
  const cards = [...catalogue.entities.values()].filter(entity => entity.plugin === id);
  return [
    ...reports.flatMap(report => reportKeys(report, report.definition as unknown as ReportDefinition)),
    ...cards.flatMap(card => [...sentenceKeys(card.schema, `field.${card.id}`), ...formKeys(card)]),
  ];
}

/** Helps under fields and sentences about wrong values. */
function sentenceKeys(schema: JsonSchema, at: string): string[] {
  const properties = Object.entries((schema.properties ?? {}) as Record<string, JsonSchema>);
  return properties.flatMap(([name, property]) => [
    ...(property['x-help'] ? [`${at}.${name}.help`] : []),
    ...(property['x-message'] ? [`${at}.${name}.message`] : []),
    ...sentenceKeys((property.items as JsonSchema | undefined) ?? property, `${at}.${name}`),
  ]);
}

function formKeys({ id, form, plugin }: Entity): string[] {
  const own = form.tabs.flatMap(tab => tab.sections).filter(one => (one.plugin ?? plugin) === plugin);
  return [
    ...own.filter(section => section.help).map(section => `section.${id}.${section.id}.help`),
    ...(form.create ?? []).filter(step => step.help).map(step => `step.${id}.${step.id}.help`),
    ...form.tabs
      .filter(tab => form.tabs.length > 1 && (tab.sections[0]?.plugin ?? plugin) === plugin)
      .map(tab => `tab.${id}.${tab.id}`),
  ];
}

describe('refusals', () => {
  const sources = sourcesIn('core', /\.ts$/);
  const codes = (pattern: RegExp) =>
    new Map(
      sources.flatMap(({ file, text }) => [...text.matchAll(pattern)].map(m => [m[1]!, file] as const)),
    );

  it('every code of a problem has an English title and sentence', () => {
    const used = codes(/(?:new Problem|badRequest|[a-z]+Problem)\(\s*'([A-Z][A-Z_]+)'/g);
    expect(used.size).toBeGreaterThan(40);
    const told = (code: string) =>
      /^[A-Z]/.test(PROBLEMS_EN[code]?.title ?? '') && /^[A-Z]/.test(PROBLEMS_EN[code]?.detail ?? '');
    expect([...used].filter(([code]) => !told(code))).toEqual([]);
    expect(JSON.stringify([PROBLEMS_EN, PLACES_EN])).not.toMatch(RUSSIAN);
  });

  it('every code of a fault of one place has an English sentence', () => {
    const used = codes(/\bcode: '([A-Z][A-Z_]+)'/g);
    for (const [code] of codes(/\bflaw\(\s*'([A-Z][A-Z_]+)'/g)) used.set(code, 'core/formats');
    expect(used.size).toBeGreaterThan(15);
    expect([...used].filter(([code]) => !PLACES_EN[code] && !PROBLEMS_EN[code])).toEqual([]);
  });
});
