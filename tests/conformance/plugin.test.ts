/** What every plugin in plugins/ must hold to, so that a new one can rely on the same and nobody lists them by hand. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createAjv } from '../../core/catalogue/ajv.ts';
import { loadCatalogue } from '../../core/catalogue/load.ts';
import type { Entity, Field } from '../../core/catalogue/types.ts';
import { compileValidators } from '../../core/catalogue/validation.ts';
import { generateTypes } from '../../core/plugins/generate.ts';
import { installedPlugins } from '../support/catalogue.ts';

const catalogue = await loadCatalogue({ pluginFolders: [installedPlugins] });
const plugins = [...catalogue.plugins.values()];
const entitiesOf = (plugin: string): Entity[] =>
  [...catalogue.entities.values()].filter(entity => entity.plugin === plugin);

it('takes in every plugin that comes with the system', () => {
  expect(catalogue.quarantine).toEqual([]);
  expect(plugins.length).toBeGreaterThan(0);
});

describe.each(plugins.map(plugin => [plugin.id, plugin] as const))('plugin %s', (id, plugin) => {
  const entities = entitiesOf(id);

  it('has cards whose schemas compile, alone and as records', () => {
    const validators = compileValidators(catalogue);
    for (const entity of entities) {
      const { $id: _, ...schema } = entity.schema;
      expect(() => createAjv().compile(schema), entity.id).not.toThrow();
      expect(Array.isArray(validators.record(entity.id, {})), entity.id).toBe(true);
      expect(Array.isArray(validators.record(entity.id, {}, { stored: true })), entity.id).toBe(true);
    }
  });

  it('S001-4.1 gives each field a Russian title, a class and a ground', () => {
    for (const entity of entities)
      for (const field of allFields(entity)) {
        const place = `${entity.id}.${field.path}`;
        expect(field.title, place).toMatch(/[А-Яа-яЁё]/);
        expect(['open', 'service', 'personal', 'special'], place).toContain(field.class);
        expect(['law', 'consent', 'contract'], place).toContain(field.basis);
      }
  });

  // What no regulation asks for says that it comes from practice, and whose.
  it('names the clauses that its cards come from', () => {
    for (const entity of entities) {
      expect(entity.source.length, entity.id).toBeGreaterThan(0);
      for (const clause of entity.source) expect(clause, entity.id).toMatch(/^(S00[0-4]-|практика: \S)/);
    }
  });

  it('has a sentence of help and a plural for each card', () => {
    for (const entity of entities) {
      expect(entity.help, entity.id).toMatch(/[а-яё]\.$/);
      expect(entity.plural, entity.id).toMatch(/[А-Яа-яЁё]/);
      expect(entity.description, entity.id).toMatch(/^[A-Z]/);
    }
  });

  it('gives somebody the right to read and to write each card', () => {
    for (const entity of entities) {
      const grants = catalogue.grants.filter(grant => grant.entity === entity.id);
      for (const action of ['read', 'create', 'update'])
        expect(
          grants.some(grant => grant.actions.includes(action)),
          `${entity.id} ${action}`,
        ).toBe(true);
    }
  });

  it('opens special fields only by grants that name them or by the whole card within the organisation', () => {
    for (const entity of entities)
      if ([...entity.fields.values()].some(field => field.class === 'special'))
        for (const grant of catalogue.grants.filter(one => one.entity === entity.id && one.fields === '*'))
          expect(['subtree', 'region'], `${entity.id} ${grant.role}`).not.toContain(grant.rows);
  });

  it('shows each field that people fill in somewhere in the form', () => {
    for (const entity of entities) {
      const shown = new Set(
        entity.form.tabs.flatMap(tab => tab.sections.flatMap(one => one.rows.flat().map(cell => cell.field))),
      );
      for (const field of entity.fields.values())
        if (!field.computed && field.path !== entity.childOf?.field)
          expect(shown.has(field.path), `${entity.id}.${field.path}`).toBe(true);
    }
  });

  it('has steps of adding whose relations and fields exist', () => {
    for (const entity of entities)
      for (const step of (entity.form.create ?? []).filter(one => one.relation)) {
        const target = catalogue.entities.get(entity.relations.get(step.relation ?? '')?.entity ?? '');
        expect(target, `${entity.id} ${step.id}`).toBeDefined();
        const named = [
          ...(step.fields?.flat().map(cell => cell.field) ?? []),
          ...Object.keys(step.values ?? {}),
        ];
        for (const path of named) expect(target?.fields.has(path), `${target?.id} ${path}`).toBe(true);
      }
  });

  it('is written in English too: every card, field, section, step, report and menu line', () => {
    const english = catalogue.locales.get(id) ?? {};
    const missing = localeKeys(id).filter(key => !english[key]);
    expect(missing).toEqual([]);
    for (const [key, text] of Object.entries(english)) expect(text, key).not.toMatch(/[А-Яа-яЁё]/);
  });

  it('has current types of its cards', async () => {
    const files = await generateTypes(catalogue, { check: true });
    expect(files.filter(({ file, current }) => !current && file.startsWith(plugin.folder))).toEqual([]);
  });

  it('says in Russian or by clauses where each dictionary comes from', async () => {
    for (const dictionary of catalogue.dictionaries.values())
      if (dictionary.plugin === id || dictionary.plugin === 'core')
        expect(dictionary.source, dictionary.id).not.toMatch(/[a-z]{3,}/);
    expect(await readFile(`${plugin.folder}/plugin.json`, 'utf8')).toContain(`"${basename(plugin.folder)}"`);
  });
});

const allFields = (entity: Entity): Field[] =>
  [...entity.fields.values()].flatMap(field => [
    field,
    ...(field.rows ?? []).map(row => ({ ...row, path: `${field.path}.${row.path}` })),
  ]);

/** Every key that locales/en.json of the plugin must have. */
function localeKeys(id: string): string[] {
  const plugin = catalogue.plugins.get(id)!;
  const keys = ['plugin', ...plugin.menu.map(item => `menu.${item.list}${item.view ? `.${item.view}` : ''}`)];
  for (const index of plugin.guide.keys()) keys.push(`guide.${index}.title`, `guide.${index}.text`);
  for (const report of catalogue.reports.values()) if (report.plugin === id) keys.push(`report.${report.id}`);
  for (const entity of catalogue.entities.values())
    for (const section of entity.form.tabs.flatMap(tab => tab.sections))
      if (section.plugin === id) keys.push(`section.${entity.id}.${section.id}`);
  for (const entity of entitiesOf(id)) {
    keys.push(`entity.${entity.id}`, `plural.${entity.id}`, `help.${entity.id}`);
    for (const field of allFields(entity)) keys.push(`field.${entity.id}.${field.path}`);
    for (const group of entity.groups.keys()) keys.push(`field.${entity.id}.${group}`);
    for (const tab of entity.form.tabs)
      for (const section of tab.sections)
        if (section.title !== entity.title && section.plugin === undefined)
          keys.push(`section.${entity.id}.${section.id}`);
    for (const step of entity.form.create ?? []) keys.push(`step.${entity.id}.${step.id}`);
  }
  return keys;
}
