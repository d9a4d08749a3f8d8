import { describe, expect, test } from 'vitest';
import { SharedTrains } from './shared-trains.ts';

describe('what is asked at one time', () => {
  const deferred = () => Promise.withResolvers<void>();

  test('travels together, and waits while the trains are under way', async () => {
    const sent: number[][] = [];
    const first = deferred();
    const trains = new SharedTrains<number, number>({ trains: 1, places: 3 }, async asks => {
      sent.push(asks);
      if (sent.length === 1) await first.promise;
      return asks.map(ask => ask * 10);
    });
    const early = [trains.ask(1), trains.ask(2)];
    await new Promise(done => setImmediate(done));
    const late = [3, 4, 5, 6].map(n => trains.ask(n));
    await new Promise(done => setTimeout(done, 20));
    expect(sent).toEqual([[1, 2]]);
    first.resolve();
    expect(await Promise.all([...early, ...late])).toEqual([10, 20, 30, 40, 50, 60]);
    expect(sent).toEqual([[1, 2], [3, 4, 5], [6]]);
  });

  test('fails together, and the next train leaves', async () => {
    let broken = true;
    const trains = new SharedTrains<number, number>({ trains: 1, places: 2 }, async asks => {
      if (broken) throw new Error('broken');
      return asks;
    });
    const results = await Promise.allSettled([trains.ask(1), trains.ask(2)]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    broken = false;
    expect(await trains.ask(3)).toBe(3);
  });
});
