/** Short forms of the faults that need a database but no process of their own; the long ones: `npm run faults`. */
import { expect, test } from 'vitest';
import { runSameKey } from './f09-same-key.ts';
import { runSameCard } from './f11-same-card.ts';
import { runWriteSkew } from './f13-write-skew.ts';
import { runPluginMigrations } from './f18-plugin-migration.ts';
import { aWorldWithin } from './harness/world-within.ts';

const quiet = () => undefined;

test('F9 F10 RL2 fifty equal saves with one key on two instances and after a restart are one card and fifty equal answers; other bodies and users never get it', async () => {
  const counts = await runSameKey(await aWorldWithin(), 1, quiet);
  expect(counts).toEqual({ equalAnswers: 50, cards: 1, otherBody: 1, otherUser: 1 });
}, 120_000);

test('F11 F12 RL3 of thirty editors of one version exactly one wins, the others are told whom; false versions save nothing', async () => {
  const counts = await runSameCard(await aWorldWithin(), 3, quiet);
  expect(counts).toEqual({ versions: 3, stale: 87, falseTags: 8 });
}, 120_000);

test('F13 of two acts at once that are wrong together exactly one is done', async () => {
  expect(Object.values(await runWriteSkew(await aWorldWithin(), 10, quiet))).toEqual([10, 10, 10, 10, 10]);
}, 120_000);

test('F18 PL3 a bad migration of a plugin leaves its former version serving, with the reason shown, and works after the fix', async () => {
  const counts = await runPluginMigrations(await aWorldWithin({ extra: true }), 1, quiet);
  expect(counts).toEqual({ refused: 4, served: 4, mended: 1 });
}, 300_000);
