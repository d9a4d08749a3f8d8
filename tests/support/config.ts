/** Settings and time of a test server. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, dayOf } from '../../core/clock.ts';
import { type Config, projectRoot } from '../../core/config.ts';
import { installedPlugins } from './catalogue.ts';

const timeZone = 'Europe/Moscow';

export function aConfig(changes: Partial<Config> = {}): Config {
  return {
    version: '0.0.0-test',
    root: projectRoot,
    host: '127.0.0.1',
    port: 0,
    dataFolder: join(tmpdir(), 'kartoteka-test-files'),
    secret: 'a secret for tests only, thirty-two characters and more',
    production: false,
    logLevel: 'error',
    session: { idleMinutes: 30, absoluteHours: 12, confirmMinutes: 300 },
    secondFactorRoles: [],
    exportConfirmRecords: 100,
    trustedProxies: [],
    secureCookies: false,
    demo: false,
    timeZone,
    pluginFolders: [installedPlugins],
    ...changes,
  };
}

/**
 * A clock that shows noon of the given day in Moscow and goes on from there; the real one without a day. A function
 * is asked every time, so that a test may move the day under a running server.
 */
export function aClock(day?: string | (() => string)): Clock {
  const started = Date.now();
  const noon = (iso: string) => Date.parse(`${iso}T12:00:00+03:00`);
  const now = () => {
    if (day === undefined) return new Date();
    return new Date(noon(typeof day === 'string' ? day : day()) + Date.now() - started);
  };
  return { now, today: () => dayOf(now(), timeZone) };
}
