/**
 * One PostgreSQL for the whole run, on a folder of its own; the only place where safety after a power cut is
 * given up for speed. `KARTOTEKA_TEST_POSTGRES` names a server to use instead, to try another version.
 */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { stopCluster } from '../../core/storage/embedded/cluster.ts';
import { startEmbedded } from '../../core/storage/embedded/embedded.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The owner's connection to a server where databases may be made. */
    postgresUrl: string;
  }
}

interface Shared {
  users: number;
  server: Promise<{ ownerUrl: string; stop(): Promise<void> }>;
}

const folderPrefix = `kartoteka-test-${process.getuid?.() ?? 0}-`;
// Each project loads this file anew, in the same process.
const key = Symbol.for('kartoteka.tests.postgres');
const shared = globalThis as { [key]?: Shared | undefined };

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  shared[key] ??= { users: 0, server: startServer() };
  const own = shared[key];
  own.users += 1;
  project.provide('postgresUrl', (await own.server).ownerUrl);
  return async () => {
    own.users -= 1;
    if (own.users > 0) return;
    shared[key] = undefined;
    await (await own.server).stop();
  };
}

async function startServer() {
  const given = process.env.KARTOTEKA_TEST_POSTGRES;
  if (given) return { ownerUrl: given, stop: async () => undefined };

  await removeAbandoned();
  const folder = mkdtempSync(join(tmpdir(), `${folderPrefix}${process.pid}-`));
  const server = await startEmbedded({
    dataFolder: folder,
    durable: false,
    log: line => console.error(line),
  });
  const stop = async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  // A run that is stopped in the middle ends without its teardown.
  process.once('exit', () => server.kill());
  return { ownerUrl: server.ownerUrl, stop };
}

/** Servers and folders of runs that were killed. */
async function removeAbandoned() {
  for (const name of readdirSync(tmpdir())) {
    const pid = name.startsWith(folderPrefix) ? Number(name.slice(folderPrefix.length).split('-')[0]) : 0;
    if (pid <= 0 || isAlive(pid)) continue;
    await stopCluster({ folder: join(tmpdir(), name, 'postgres') });
    rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
