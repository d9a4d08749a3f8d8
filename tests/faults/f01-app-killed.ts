import { strict as assert } from 'node:assert';
import { type Fault, TimesUp } from './harness/fault.ts';
import { add, aLedger, compare, inMidWrite, nothing, startLoad } from './harness/load.ts';
import { RunningServer } from './harness/server.ts';

const CLIENTS = 20;

export const appKilled: Fault = {
  id: 'F1',
  title: 'kill -9 приложения посреди записи',
  rounds: 20,
  run: async ({ rounds, say }) => {
    const server = new RunningServer();
    await server.start();
    const secretary = await server.signIn('secretary');
    const clients = Array.from({ length: CLIENTS }, (_, index) => secretary.from(10 + index));
    const total = nothing();
    const times = new TimesUp();
    for (let round = 1; round <= rounds; round += 1) {
      const mark = `F1-${round}`;
      const ledger = aLedger();
      const stop = startLoad({ clients, mark, ledger });
      await inMidWrite(ledger);
      await server.kill();
      await stop();
      const up = await times.measure(() => server.start());
      const read = await secretary.request('GET', `/api/records/student/${[...ledger.saved.keys()].at(-1)}`);
      assert.equal(read.status, 200);
      const found = await compare((text, values) => server.owner(text, values), mark, ledger);
      assert.ok(found.beyond <= CLIENTS, `${found.beyond} saves without an answer from ${CLIENTS} clients`);
      add(total, found);
      say(
        `${round}: подтверждено ${found.acknowledged}, потеряно ${found.lost}, наполовину ${found.halfWritten}, без ответа, но записано ${found.beyond}; снова работает через ${up}`,
      );
    }
    assert.equal(await server.stop(), 0);
    return { ...total, ...times.counts };
  },
};
