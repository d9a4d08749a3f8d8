import { describe, expect, test } from 'vitest';
import { aPlugin, catalogueOf } from './testing/plugins.ts';

const drop = { step: 'drop', entity: 'music-card', field: 'note' };
const load = (name: string, content: unknown) =>
  catalogueOf({ music: { ...aPlugin('music'), [`migrations/${name}`]: content } });
const aFile = (...steps: object[]) => ({ $schema: 'kartoteka/migration/1', title: 'Без примечаний', steps });

describe('PL3 files of declared changes', () => {
  test('PL3 are read in their order, with a hash of what they say', async () => {
    const catalogue = await catalogueOf({
      music: {
        ...aPlugin('music'),
        'migrations/0002-b.migration.json': aFile(drop),
        'migrations/0001-a.migration.json': JSON.stringify(aFile(drop), null, 4),
      },
    });
    const migrations = catalogue.plugins.get('music')?.migrations ?? [];
    expect(migrations.map(({ name, title }) => [name, title])).toEqual([
      ['0001-a', 'Без примечаний'],
      ['0002-b', 'Без примечаний'],
    ]);
    expect(migrations[0]?.hash).toBe(migrations[1]?.hash);
  });

  test.each([
    ['F18 bad syntax', '0001-a.migration.json', '{"steps": [}', ''],
    ['F18 free SQL', '0001-a.migration.json', aFile({ step: 'sql', entity: 'x', text: 'drop' }), '/steps/0'],
    [
      'F18 no value',
      '0001-a.migration.json',
      aFile({ step: 'require', entity: 'x', field: 'y' }),
      '/steps/0',
    ],
    [
      'F18 a limit missing',
      '0001-a.migration.json',
      aFile({ step: 'narrow', entity: 'x', field: 'y', otherwise: 'cut' }),
      '/steps/0',
    ],
    ['F18 a key of another step', '0001-a.migration.json', aFile({ ...drop, value: 1 }), '/steps/0/value'],
    ['F18 no number', 'drop.migration.json', aFile(drop), ''],
  ])('%s puts the plugin aside with the place', async (_name, file, content, pointer) => {
    const catalogue = await load(file, content);
    expect(catalogue.plugins.has('music')).toBe(false);
    const [fault] = catalogue.quarantine;
    expect(fault?.file).toContain(`migrations/${file}`);
    expect(fault?.pointer.startsWith(pointer)).toBe(true);
  });
});
