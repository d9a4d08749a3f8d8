import { appKilled } from './f01-app-killed.ts';
import { databaseKilled } from './f02-database-killed.ts';
import { connectionsCut } from './f06-connections.ts';
import { pluginMigration } from './f18-plugin-migration.ts';
import type { Fault } from './harness/fault.ts';

/** All faults that are done to a running system, in the order of their numbers. */
export const faults: readonly Fault[] = [appKilled, databaseKilled, connectionsCut, pluginMigration];
