/** Short forms of the faults that need a database but no process of their own; the long ones: `npm run faults`. */
import { expect, test } from 'vitest';
import { runPluginMigrations } from './f18-plugin-migration.ts';
import { aWorldWithin } from './harness/world-within.ts';

const quiet = () => undefined;

test('F18 PL3 a bad migration of a plugin leaves its former version serving, with the reason shown, and works after the fix', async () => {
  const counts = await runPluginMigrations(await aWorldWithin({ extra: true }), 1, quiet);
  expect(counts).toEqual({ refused: 4, served: 4, mended: 1 });
}, 300_000);
