/** The real server as a process with its own data folder, and the owner's eye on its database. */
import pg from 'pg';
import { ownerUrlOf } from '../../../core/storage/embedded/embedded.ts';
import { aDataFolder, type LauncherRun, launch } from '../../launch/run.ts';
import { SocketClient } from './client.ts';
import { until } from './fault.ts';

const SECRET = 'a secret for fault tests only, thirty-two characters and more';

export interface ServerOptions {
  /** Another folder than a new one. */
  folder?: string;
  /** Owner's connection to a database that stands elsewhere. */
  databaseUrl?: string;
  /** Without the demo region. */
  empty?: boolean;
  environment?: Record<string, string>;
}

/** One instance; may be killed and started again on the same folder. */
export class RunningServer {
  readonly folder: string;
  readonly #options: ServerOptions;
  #run: LauncherRun | undefined;
  #address = '';

  constructor(options: ServerOptions = {}) {
    this.folder = options.folder ?? aDataFolder();
    this.#options = options;
  }

  get address(): string {
    return this.#address;
  }

  get run(): LauncherRun {
    if (!this.#run) throw new Error('the server was not started');
    return this.#run;
  }

  get pid(): number {
    return this.run.process.pid ?? 0;
  }

  /** Starts without waiting: for servers that are expected to refuse. */
  launch(): LauncherRun {
    const { databaseUrl, empty, environment } = this.#options;
    this.#run = launch(this.folder, {
      args: ['--no-ui', ...(empty ? ['--empty'] : [])],
      environment: {
        KARTOTEKA_SECRET: SECRET,
        ...(databaseUrl ? { DATABASE_URL: databaseUrl } : {}),
        ...environment,
      },
    });
    return this.#run;
  }

  /** @returns milliseconds until the first 2xx */
  async start(): Promise<number> {
    const startedAt = performance.now();
    const run = this.launch();
    this.#address = await run.address(300_000);
    await until('ready', async () => (await this.client().request('GET', '/readyz')).status === 200, 30_000);
    return performance.now() - startedAt;
  }

  async kill(): Promise<void> {
    this.run.process.kill('SIGKILL');
    await this.run.ended;
  }

  /** @returns exit code */
  async stop(): Promise<number | null> {
    this.run.process.kill('SIGTERM');
    return await this.run.ended;
  }

  client(): SocketClient {
    return new SocketClient(() => this.#address);
  }

  signIn(login: string): Promise<SocketClient> {
    return this.client().signedIn(login);
  }

  ownerUrl(): string {
    const url = this.#options.databaseUrl ?? ownerUrlOf(this.folder);
    if (url === undefined) throw new Error(`no database in ${this.folder}`);
    return url;
  }

  owner<R extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<R[]> {
    return asOwner<R>(this.ownerUrl(), text, values);
  }
}

/** One statement over a connection of its own, since the database comes and goes. */
export async function asOwner<R extends pg.QueryResultRow>(
  url: string,
  text: string,
  values: unknown[] = [],
): Promise<R[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<R>(text, values)).rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** What no fault may bring out of the server: an error that nobody caught, or a stack. */
export function strayErrors(run: LauncherRun): string[] {
  return run
    .output()
    .split('\n')
    .filter(line => /unhandled|uncaught|^\s+at |TypeError|"level":60/i.test(line));
}
