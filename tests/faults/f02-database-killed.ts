import { strict as assert } from 'node:assert';
import { postmasterOf } from '../launch/run.ts';
import type { Asking } from './harness/client.ts';
import { type Fault, pause, seconds, TimesUp, until, watchCrowd } from './harness/fault.ts';
import {
  add,
  aLedger,
  type Comparison,
  compare,
  inMidWrite,
  type Ledger,
  nothing,
  startLoad,
} from './harness/load.ts';
import { RunningServer, strayErrors } from './harness/server.ts';

const CLIENTS = 20;
/** A refusal says when to come again, and does not make one wait for it. */
const REFUSED_WITHIN_MS = 10_000;

/** Beside the saves: whatever reads must say 503 too, by whichever way it reaches the database. */
const READS = [
  '/api/session',
  '/api/records/student?limit=5',
  '/api/accounts',
  '/api/modules',
  '/api/reports',
  '/api/home',
  '/readyz',
];

type Victim = 'postmaster' | 'backend';

export const databaseKilled: Fault = {
  id: 'F2',
  title: 'kill -9 PostgreSQL: главного процесса и одного из обслуживающих',
  rounds: 20,
  run: async ({ rounds, say }) => {
    const server = new RunningServer();
    await server.start();
    const secretary = await server.signIn('secretary');
    const clients = Array.from({ length: CLIENTS }, (_, index) => secretary.from(10 + index));
    const reader = (await server.signIn('org-admin')).from(9);
    const total = nothing();
    const times = new TimesUp();
    let refused = 0;
    let slowestRefusalMs = 0;
    const { pid } = server;
    for (let round = 1; round <= rounds; round += 1)
      for (const victim of ['postmaster', 'backend'] as const) {
        const ledger = aLedger();
        const { found, up } = await killOnce(
          server,
          clients,
          reader,
          victim,
          `F2-${round}-${victim}`,
          ledger,
          times,
        );
        add(total, found);
        refused += ledger.refused.get(503) ?? 0;
        slowestRefusalMs = Math.max(slowestRefusalMs, ledger.slowestRefusalMs);
        say(
          `${round}, ${victim}: подтверждено ${found.acknowledged}, потеряно ${found.lost}, наполовину ${found.halfWritten}, отказов 503 ${ledger.refused.get(503) ?? 0}; первая запись через ${up}`,
        );
      }
    assert.equal(server.pid, pid, 'the application stayed up');
    assert.equal(server.run.process.exitCode, null, 'the application stayed up');
    assert.deepEqual(strayErrors(server.run), []);
    assert.equal(await server.stop(), 0);
    return { ...total, refused, slowestRefusal: seconds(slowestRefusalMs), ...times.counts };
  },
};

/** Clients repeat each save with its key until it is answered, so that nothing may be missing and nothing made twice. */
async function killOnce(
  server: RunningServer,
  clients: Asking[],
  reader: Asking,
  victim: Victim,
  mark: string,
  ledger: Ledger,
  times: TimesUp,
): Promise<{ found: Comparison; up: string }> {
  const crowd = watchCrowd();
  const stop = startLoad({ clients, mark, ledger, retry: true });
  const stopReading = startReading(reader);
  await inMidWrite(ledger);
  process.kill(victim === 'postmaster' ? mainProcess(server) : await aBackend(server), 'SIGKILL');
  await pause(100);
  await until('database ready', async () => (await server.owner('select 1')).length === 1, 60_000);
  const acknowledged = ledger.acknowledged;
  const up = await times.measure(() =>
    until('first save', async () => ledger.acknowledged > acknowledged, 60_000, 20),
  );
  assert.equal((await server.client().request('GET', '/healthz')).status, 200);
  await pause(300);
  await stop();
  await stopReading();
  assert.deepEqual([...ledger.unansweredNew, ...ledger.unansweredChange.keys()], []);
  const slowest = ledger.slowestRefusalMs;
  assert.ok(slowest / (await crowd()) < REFUSED_WITHIN_MS, `refused only after ${seconds(slowest)}`);
  const found = await compare((text, values) => server.owner(text, values), mark, ledger);
  assert.equal(found.beyond, 0, 'a repeated save took effect twice');
  return { found, up };
}

/** @returns stops and waits; throws when a read was answered by anything but what it asked for or «come again» */
function startReading(reader: Asking): () => Promise<void> {
  let on = true;
  const reading = (async () => {
    while (on)
      for (const url of READS) {
        const answer = await reader.request('GET', url, {});
        const told = `${url}: ${answer.status} ${JSON.stringify(answer.body)?.slice(0, 200)}`;
        assert.ok([200, 503].includes(answer.status), told);
        assert.ok(answer.status === 200 || Number(answer.headers['retry-after']) > 0, told);
      }
  })();
  // Told at the end; until then nobody waits for it.
  reading.catch(() => undefined);
  return async () => {
    on = false;
    await reading;
  };
}

function mainProcess(server: RunningServer): number {
  const pid = postmasterOf(server.folder);
  if (pid === undefined) throw new Error('no PostgreSQL runs');
  return pid;
}

/** One that is in a transaction if there is one at this moment. */
async function aBackend(server: RunningServer): Promise<number> {
  const [row] = await server.owner<{ pid: number }>(
    `select pid from pg_stat_activity where application_name = 'kartoteka' order by state = 'idle', random() limit 1`,
  );
  if (!row) throw new Error('the application has no connection');
  return row.pid;
}
