import { appKilled } from './f01-app-killed.ts';
import { databaseKilled } from './f02-database-killed.ts';
import { connectionsCut } from './f06-connections.ts';
import { sameKey } from './f09-same-key.ts';
import { sameCard } from './f11-same-card.ts';
import { writeSkew } from './f13-write-skew.ts';
import { pluginMigration } from './f18-plugin-migration.ts';
import { twoUpgrade } from './f19-two-upgrade.ts';
import { configErrors } from './f28-config.ts';
import type { Fault } from './harness/fault.ts';
import { stopped } from './stop.ts';

/** All faults that are done to a running system, in the order of their numbers. */
export const faults: readonly Fault[] = [
  appKilled,
  databaseKilled,
  connectionsCut,
  sameKey,
  sameCard,
  writeSkew,
  pluginMigration,
  twoUpgrade,
  configErrors,
  stopped,
];
