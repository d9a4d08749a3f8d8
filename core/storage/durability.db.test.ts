import { afterAll, beforeAll, expect, test } from 'vitest';
import { aDatabase, type TestDatabase } from '../../tests/support/database.ts';
import { assertDurable } from './durability.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await aDatabase({ empty: true });
});
afterAll(() => db.close());

test('a server that does not wait for its disk is refused by the names of its settings', async () => {
  const [{ fsync } = { fsync: '' }] = await db.owner<{ fsync: string }>('show fsync');
  // The server of the tests gives safety up; one named from outside may not.
  if (fsync === 'on') await expect(assertDurable(db.ownerUrl)).resolves.toBeUndefined();
  else
    await expect(assertDurable(db.ownerUrl)).rejects.toThrow(
      /fsync=off \(нужно on\).*synchronous_commit=off/,
    );
});
