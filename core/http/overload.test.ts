import { afterEach, expect, test } from 'vitest';
import { LoopDelay } from './overload.ts';

let delay: LoopDelay;
afterEach(() => delay.close());

const block = (ms: number) => {
  const end = performance.now() + ms;
  while (performance.now() < end);
};
const wait = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));

test('HT3 a loop that is late again and again is told late, and well again soon after', async () => {
  delay = new LoopDelay();
  for (let turn = 0; turn < 4; turn += 1) {
    block(300);
    await wait(5);
  }
  expect(delay.ms).toBeGreaterThan(100);
  await expect.poll(() => delay.ms, { timeout: 8_000 }).toBeLessThan(100);
});

test('HT3 one long task is no alarm', async () => {
  delay = new LoopDelay();
  await wait(600);
  const before = delay.ms;
  block(400);
  await wait(5);
  expect(delay.ms).toBeLessThan(Math.max(200, before + 200));
});
