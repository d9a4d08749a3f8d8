import { strict as assert } from 'node:assert';
import { readConfig } from '../../core/config.ts';
import { createPlugin } from '../../core/plugins/create.ts';
import { startEmbedded } from '../../core/storage/embedded/embedded.ts';
import { aDataFolder } from '../launch/run.ts';
import { type Fault, seconds } from './harness/fault.ts';
import { asOwner, RunningServer, strayErrors } from './harness/server.ts';

interface Ready {
  status: string;
  catalogue: string;
}

/** Two processes begin at once: on an empty database first, then on one that a new plugin adds tables to. */
export const twoUpgrade: Fault = {
  id: 'F19',
  title: 'два экземпляра обновляют базу одновременно',
  rounds: 5,
  run: async ({ rounds, say }) => {
    const plugins = aDataFolder();
    const database = await startEmbedded({ dataFolder: aDataFolder(), log: () => undefined });
    const options = {
      databaseUrl: database.ownerUrl,
      empty: true,
      environment: { KARTOTEKA_PLUGINS: plugins },
    };
    try {
      for (let round = 0; round <= rounds; round += 1) {
        if (round > 0) await createPlugin(plugins, `upgrade-${round}`, readConfig().version);
        const servers = [new RunningServer(options), new RunningServer(options)];
        const times = await Promise.all(servers.map(server => server.start()));
        for (const server of servers) {
          assert.deepEqual(strayErrors(server.run), []);
          assert.doesNotMatch(server.run.output(), /не принят/);
          const { body } = await server.client().request<Ready>('GET', '/readyz');
          assert.equal(body.status, 'ready');
        }
        const [one, other] = await Promise.all(
          servers.map(
            async server => (await server.client().request<Ready>('GET', '/readyz')).body.catalogue,
          ),
        );
        assert.equal(one, other, 'both describe the same');
        assert.deepEqual(await Promise.all(servers.map(server => server.stop())), [0, 0]);
        say(`${round}: оба работают через ${times.map(seconds).join(' и ')}`);
      }
      const [row] = await asOwner<{ n: number }>(
        database.ownerUrl,
        `select count(*)::int as n from plugin_state where plugin like 'upgrade-%' and not tables ? 'unfinished'`,
      );
      assert.deepEqual(row, { n: rounds });
      return { starts: 2 * (rounds + 1), plugins: rounds };
    } finally {
      await database.stop();
    }
  },
};
