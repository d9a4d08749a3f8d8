import { afterAll, expect, test } from 'vitest';
import { aDatabase } from '../../../tests/support/database.ts';

const database = aDatabase({ empty: true });
afterAll(async () => (await database).close());

test('the bundled server sorts and folds Russian', async () => {
  const { owner } = await database;
  await owner(`create collation ru_app (provider = icu, locale = 'ru-RU')`);
  const sorted = await owner<{ word: string }>(
    `select word from unnest(array['Яма', 'ёж', 'Ель', 'жук', 'Аня']) as word order by word collate ru_app`,
  );
  expect(sorted.map(row => row.word)).toEqual(['Аня', 'ёж', 'Ель', 'жук', 'Яма']);
  expect(await owner(`select lower('ЩЁГОЛЬ') as word, 'ЖУК' ilike 'жук' as same`)).toEqual([
    { word: 'щёголь', same: true },
  ]);
});

test('a cluster of ours has checksums', async () => {
  const { owner } = await database;
  expect(await owner('show data_checksums')).toEqual([{ data_checksums: 'on' }]);
});
