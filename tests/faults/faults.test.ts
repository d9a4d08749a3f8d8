/** Short forms of the faults done to processes of the real server; the long ones: `npm run faults`. */
import { afterEach, expect, test } from 'vitest';
import { endAll } from '../launch/run.ts';
import { appKilled } from './f01-app-killed.ts';
import { databaseKilled } from './f02-database-killed.ts';
import { connectionsCut } from './f06-connections.ts';
import { twoUpgrade } from './f19-two-upgrade.ts';
import { configErrors } from './f28-config.ts';
import type { Fault } from './harness/fault.ts';
import { stopped } from './stop.ts';

afterEach(endAll);

const shortly = (fault: Fault, rounds = 1) => fault.run({ rounds, say: () => undefined });
const kept = { lost: 0, halfWritten: 0 };

test('F1 RL1 kill -9 of the application loses no acknowledged save and leaves none half written', async () => {
  const counts = await shortly(appKilled, 2);
  expect(counts).toMatchObject(kept);
  expect(counts.acknowledged).toBeGreaterThan(0);
}, 600_000);

test('F2 RL1 RL5 kill -9 of PostgreSQL or of one backend is answered 503 until it is back by itself, and loses nothing', async () => {
  const counts = await shortly(databaseKilled);
  expect(counts).toMatchObject({ ...kept, beyond: 0 });
  expect(counts.acknowledged).toBeGreaterThan(0);
}, 600_000);

test('F6 RL2 connections cut at random make no save twice and cost no connection of the pool', async () => {
  const counts = await shortly(connectionsCut);
  expect(counts).toMatchObject({ ...kept, beyond: 0 });
  expect(counts.cutToClients).toBeGreaterThan(0);
  expect(counts.cutToDatabase).toBeGreaterThan(0);
}, 600_000);

test('F19 RL10 two processes that upgrade one database together both start without an error', async () => {
  expect(await shortly(twoUpgrade)).toEqual({ starts: 4, plugins: 1 });
}, 600_000);

test('F28 RL1 a start with a mistake in the settings is refused in one Russian line with an exit code', async () => {
  expect(await shortly(configErrors)).toEqual({ refused: 9 });
}, 600_000);

test('RL8 SIGTERM under load ends within 20 seconds, answers what was begun and keeps what was answered', async () => {
  expect(await shortly(stopped)).toMatchObject({ ...kept, beyond: 0 });
}, 600_000);
