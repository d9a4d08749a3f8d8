import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { findRights, rightsOn } from '../access/rights.ts';
import { loadCatalogue } from '../catalogue/load.ts';
import type { Catalogue, JsonSchema } from '../catalogue/types.ts';
import type { EntityDescription } from './description.types.ts';
import { describeEntity } from './effective.ts';

let catalogue: Catalogue;
beforeAll(async () => {
  catalogue = await loadCatalogue({
    pluginFolders: [join(fileURLToPath(import.meta.url), '../../../plugins')],
  });
});

function describeFor(
  role: string,
  entity: string,
  options: { lang?: 'ru' | 'en'; off?: string[] } = {},
): EntityDescription {
  const plugins = new Set([...catalogue.plugins.keys()].filter(id => !options.off?.includes(id)));
  const actor = { role, plugins };
  return describeEntity(catalogue, rightsOn(catalogue, actor, entity), entity, options.lang ?? 'ru', id =>
    findRights(catalogue, actor, id),
  );
}
const propertiesOf = (description: EntityDescription) =>
  description.schema.properties as Record<string, JsonSchema>;
const fieldsOf = (description: EntityDescription) =>
  description.form.tabs.flatMap(tab =>
    tab.sections.flatMap(section => section.rows.flat().map(cell => cell.field)),
  );

/** Every text in the answer, to prove that a name occurs nowhere. */
const said = (description: EntityDescription) => JSON.stringify(description);

describe('a kind of card as its reader may use it', () => {
  it('shows the secretary the card, its guardians as rows and the steps of adding', () => {
    const student = describeFor('secretary', 'student');
    expect(student.can).toMatchObject({ read: true, create: true, update: true });
    const guardianships = propertiesOf(student).guardianships!;
    expect(guardianships).toMatchObject({
      type: 'array',
      'x-relation': 'guardianships',
      'x-entity': 'guardianship',
    });
    const row = guardianships.items as JsonSchema;
    expect(Object.keys(row.properties as object)).toEqual(['id', 'guardian', 'kinship', 'livesTogether']);
    expect(row.required).toEqual(['guardian', 'kinship']);
    expect(student.form.create?.map(step => step.id)).toEqual([
      'person',
      'consent',
      'card',
      'guardians',
      'group',
    ]);
    expect(propertiesOf(student).status).toMatchObject({ readOnly: true });
  });

  it('G3 leaves out every trace of what a role may not read', () => {
    const student = describeFor('municipal-operator', 'student');
    expect(said(student)).not.toContain('snils');
    expect(said(student)).not.toContain('residence');
    expect(said(student)).not.toContain('health');
    expect(student.form.create).toBeUndefined();
    for (const path of fieldsOf(student)) expect(student.columns.map(column => column.path)).toContain(path);
  });

  it('S003-5.7e shows the preventive register only to those who have a right to it', () => {
    expect(said(describeFor('secretary', 'student'))).not.toContain('preventionRecords');
    expect(fieldsOf(describeFor('deputy', 'student'))).toContain('preventionRecords');
  });

  it('leaves out the step and the relation of a plugin that is off', () => {
    const student = describeFor('secretary', 'student', { off: ['movement-orders'] });
    expect(student.form.create?.map(step => step.id)).not.toContain('group');
    expect(student.relations.map(relation => relation.name)).not.toContain('movements');
  });

  it('keeps no condition about a field that the reader does not have', () => {
    for (const role of catalogue.roles.keys())
      for (const entity of catalogue.entities.values()) {
        const rights = findRights(catalogue, { role, plugins: new Set(catalogue.plugins.keys()) }, entity.id);
        if (!rights?.can('read')) continue;
        const description = describeFor(role, entity.id);
        for (const required of (description.schema.required as string[] | undefined) ?? [])
          expect(Object.keys(propertiesOf(description)), `${role} ${entity.id}`).toContain(required);
      }
  });

  it('speaks English where the plugin does', () => {
    const student = describeFor('secretary', 'student', { lang: 'en' });
    expect(student.title).toBe('Student');
    expect(propertiesOf(student).shift?.title).toBe('Shift');
    expect(student.columns.find(column => column.path === 'residence.city')?.title).toBe(
      'Residence: town or village',
    );
    expect(student.dictionaries.gender).toEqual([
      { code: 'm', text: 'Male' },
      { code: 'f', text: 'Female' },
    ]);
    expect(student.relations.find(relation => relation.name === 'currentGroup')?.title).toBe('Class (group)');
  });

  it('brings the items of every dictionary that its schema names', () => {
    const student = describeFor('secretary', 'student');
    const names = [...said(student).matchAll(/"x-dictionary":"([^"]+)"/g)].map(found => found[1]!);
    expect(names.length).toBeGreaterThan(5);
    for (const name of names) expect(student.dictionaries[name]?.length).toBeGreaterThan(0);
  });
});
