import { appKilled } from './f01-app-killed.ts';
import type { Fault } from './harness/fault.ts';

/** All faults that are done to a running system, in the order of their numbers. */
export const faults: readonly Fault[] = [appKilled];
