import { strict as assert } from 'node:assert';
import { connect } from 'node:net';
import { postmasterOf } from '../launch/run.ts';
import { type Fault, seconds } from './harness/fault.ts';
import { add, aLedger, compare, inMidWrite, nothing, startLoad } from './harness/load.ts';
import { RunningServer, strayErrors } from './harness/server.ts';

const CLIENTS = 20;
const STOP_WITHIN_MS = 20_000;

export const stopped: Fault = {
  id: 'RL8',
  title: 'SIGTERM под нагрузкой: закончить или вернуть за 20 с',
  rounds: 5,
  run: async ({ rounds, say }) => {
    const server = new RunningServer();
    await server.start();
    const secretary = await server.signIn('secretary');
    const clients = Array.from({ length: CLIENTS }, (_, index) => secretary.from(10 + index));
    const total = nothing();
    let slowest = 0;
    for (let round = 1; round <= rounds; round += 1) {
      const ledger = aLedger();
      const mark = `RL8-${round}`;
      const endLoad = startLoad({ clients, mark, ledger });
      // A request that never ends must not hold the others, nor the database, for ever.
      const hanging = connect(Number(new URL(server.address).port), '127.0.0.1', () =>
        hanging.write(
          'POST /api/session HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 50\r\n\r\n{',
        ),
      );
      hanging.on('error', () => undefined);
      await inMidWrite(ledger);
      const startedAt = performance.now();
      const exitCode = await server.stop();
      const took = performance.now() - startedAt;
      await endLoad();
      slowest = Math.max(slowest, took);
      assert.equal(exitCode, 0, server.run.output());
      assert.ok(took < STOP_WITHIN_MS, `stopped only after ${seconds(took)}`);
      assert.equal(postmasterOf(server.folder), undefined, 'the database runs on');
      assert.deepEqual(strayErrors(server.run), []);
      await server.start();
      const found = await compare((text, values) => server.owner(text, values), mark, ledger);
      // Nobody was cut off in the middle: what was done was answered.
      assert.equal(found.beyond, 0);
      add(total, found);
      say(
        `${round}: подтверждено ${found.acknowledged}, потеряно ${found.lost}; остановлен за ${seconds(took)}`,
      );
    }
    assert.equal(await server.stop(), 0);
    return { ...total, slowestStop: seconds(slowest) };
  },
};
