/**
 * Our server for measuring: the same parts that `npm start` wires, on the database of the bench. The limit of
 * requests per minute stays on, so that it costs what it costs, but is out of reach.
 */
import { AuditSealer } from '../core/audit/sealer.ts';
import { loadInstalled } from '../core/catalogue/installed.ts';
import { readConfig } from '../core/config.ts';
import { buildApp } from '../core/http/app.ts';
import { migrate } from '../core/storage/migrate.ts';
import { wireServices } from '../core/wiring.ts';

const ownerUrl = process.env.BENCH_OWNER_URL as string;
const config = { ...readConfig(['--empty']), port: 0 };
const catalogue = await loadInstalled({
  pluginFolders: config.pluginFolders,
  migrate: loaded => migrate(ownerUrl, loaded, { secret: config.secret }),
});
const { services } = await wireServices({ config, ownerUrl, catalogue });
const { database, log } = services;
new AuditSealer({ database, secret: config.secret, dataFolder: config.dataFolder, log }).start();
const app = await buildApp(services, { requestsPerMinute: 1e9 });
process.send?.({ url: await app.listen({ host: config.host, port: 0 }) });
// An ordinary exit, so that a profile asked for by BENCH_NODE_OPTIONS is written.
process.on('SIGTERM', () => process.exit(0));
