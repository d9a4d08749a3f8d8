/** The same for tests that have a database but no time for processes. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AppOptions, anApp } from '../../support/app.ts';
import { aDatabase } from '../../support/database.ts';
import type { World } from './world.ts';

/** @param kind.extra  instances read plugins beside those installed */
export async function aWorldWithin(kind: { extra?: boolean } = {}): Promise<World> {
  const db = await aDatabase({ demo: true });
  const folder = await mkdtemp(join(tmpdir(), 'kartoteka-faults-'));
  const options: AppOptions = {
    demo: true,
    db,
    ...(kind.extra ? { pluginFolders: [folder], dataFolder: join(folder, '.data') } : {}),
  };
  return {
    start: async () => {
      const app = await anApp(options);
      return { signIn: login => app.signIn(login), stop: () => app.close() };
    },
    owner: (text, values) => db.owner(text, values),
    ownerUrl: db.ownerUrl,
    plugins: folder,
    close: async () => {
      await db.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
