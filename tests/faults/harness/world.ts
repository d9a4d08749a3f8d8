/** One database under one or more instances that come and go: as processes, or within the process of a test. */
import { startEmbedded } from '../../../core/storage/embedded/embedded.ts';
import { aDataFolder } from '../../launch/run.ts';
import type { Asking } from './client.ts';
import { asOwner, RunningServer } from './server.ts';

export interface Instance {
  signIn(login: string): Promise<Asking & { session: { user: { id: string } } | undefined }>;
  stop(): Promise<void>;
}

export interface World {
  /** The demo region is there after the first one. */
  start(): Promise<Instance>;
  owner<R extends object>(text: string, values?: unknown[]): Promise<R[]>;
  ownerUrl: string;
  /** Plugins beside those installed, read at each start. */
  plugins: string;
  close(): Promise<void>;
}

/** Processes of the real server on a PostgreSQL that is not theirs. */
export async function aWorldOfProcesses(): Promise<World> {
  const plugins = aDataFolder();
  const database = await startEmbedded({ dataFolder: aDataFolder(), log: () => undefined });
  const { ownerUrl } = database;
  return {
    start: async () => {
      const server = new RunningServer({
        databaseUrl: ownerUrl,
        environment: { KARTOTEKA_PLUGINS: plugins },
      });
      await server.start();
      return {
        signIn: login => server.signIn(login),
        stop: async () => {
          await server.stop();
        },
      };
    },
    owner: (text, values) => asOwner(ownerUrl, text, values),
    ownerUrl,
    plugins,
    close: () => database.stop(),
  };
}
