import { strict as assert } from 'node:assert';
import { startEmbedded } from '../../core/storage/embedded/embedded.ts';
import { aDataFolder } from '../launch/run.ts';
import { type Asking, SocketClient } from './harness/client.ts';
import { between, type Fault, pause } from './harness/fault.ts';
import { add, aLedger, compare, nothing, startLoad } from './harness/load.ts';
import { type Cut, CuttingProxy } from './harness/proxy.ts';
import { asOwner, RunningServer, strayErrors } from './harness/server.ts';

const CLIENTS = 12;

export const connectionsCut: Fault = {
  id: 'F6',
  title: 'обрывы соединений: клиент — приложение и приложение — база данных',
  rounds: 6,
  run: async ({ rounds, say }) => {
    const database = await startEmbedded({ dataFolder: aDataFolder(), log: () => undefined });
    const through = new CuttingProxy({ port: Number(new URL(database.ownerUrl).port) });
    const databaseUrl = new URL(database.ownerUrl);
    databaseUrl.port = String(await through.listen());
    const server = new RunningServer({ databaseUrl: databaseUrl.href });
    await server.start();
    const before = new CuttingProxy({ port: Number(new URL(server.address).port), cut: anyCut });
    const port = await before.listen();
    const secretary = await server.signIn('secretary');
    const owner = <R extends object>(text: string, values?: unknown[]) =>
      asOwner<R>(database.ownerUrl, text, values);
    const total = nothing();
    try {
      const slots = await poolOf(owner, secretary);
      for (let round = 1; round <= rounds; round += 1) {
        const ledger = aLedger();
        const mark = `F6-${round}`;
        const clients = Array.from({ length: CLIENTS }, () =>
          new SocketClient(() => `http://127.0.0.1:${port}`).like(secretary),
        );
        const stop = startLoad({ clients, mark, ledger, retry: true });
        for (let cut = 0; cut < 12; cut += 1) {
          await pause(between(50, 300));
          if (cut % 6 === 5) through.cutAll();
          else through.cutOne();
        }
        await pause(500);
        await stop();
        for (const client of clients) client.close();
        const found = await compare(owner, mark, ledger);
        assert.equal(found.beyond, 0, 'a repeated save took effect twice');
        add(total, found);
        say(
          `${round}: подтверждено ${found.acknowledged}, вторых следов ${found.beyond}, оборвано у клиентов ${ledger.broken}, отказов 503 ${ledger.refused.get(503) ?? 0}`,
        );
      }
      assert.ok((await poolOf(owner, secretary)) <= slots, 'more connections than at the start');
      assert.deepEqual(strayErrors(server.run), []);
      assert.equal(await server.stop(), 0);
      return { ...total, cutToClients: before.cuts, cutToDatabase: through.cuts, poolAtEnd: slots };
    } finally {
      await before.close();
      await through.close();
      await database.stop();
    }
  },
};

/** Sooner or later each connection breaks. */
function anyCut(): Cut {
  const kind = between(0, 5);
  if (kind === 0) return { at: 'before' };
  if (kind === 1) return { at: 'after' };
  return { at: 'middle', bytes: between(1, 30_000) };
}

/** Connections after every slot was used at once: a lost one would make somebody wait in vain. */
async function poolOf(
  owner: <R extends object>(text: string) => Promise<R[]>,
  client: Asking,
): Promise<number> {
  const answers = await Promise.all(
    Array.from({ length: 30 }, () => client.request('GET', '/api/records/student?limit=5', {})),
  );
  assert.deepEqual([...new Set(answers.map(answer => answer.status))], [200]);
  const [row] = await owner<{ n: number }>(
    `select count(*)::int as n from pg_stat_activity where application_name = 'kartoteka'`,
  );
  return row?.n ?? 0;
}
