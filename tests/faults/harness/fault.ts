/** A fault of the list that is done to a running system, and what must hold afterwards. */
export interface Fault {
  /** `F1` */
  id: string;
  title: string;
  /** Of the long form; the short one in `npm test` names its own. */
  rounds: number;
  /** Does it so many times. @throws AssertionError when a promise is broken; else gives what was counted */
  run(options: FaultOptions): Promise<Counts>;
}

export interface FaultOptions {
  rounds: number;
  say(line: string): void;
}

export type Counts = Record<string, number | string>;

export const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(1)} с`;

export const pause = (milliseconds: number) =>
  new Promise<void>(resolve => {
    setTimeout(resolve, milliseconds);
  });

/** Whole number from `least` to `most`. */
export const between = (least: number, most: number) =>
  least + Math.floor(Math.random() * (most - least + 1));

/** Asks until it holds. @returns milliseconds that took; throws after `within` */
export async function until(
  what: string,
  holds: () => Promise<boolean>,
  within: number,
  every = 50,
): Promise<number> {
  const startedAt = performance.now();
  while (!(await holds().catch(() => false))) {
    if (performance.now() - startedAt > within) throw new Error(`${what}: not within ${seconds(within)}`);
    await pause(every);
  }
  return performance.now() - startedAt;
}

/** A promise in seconds is made for a machine that is ours. */
const UP_WITHIN_MS = 10_000;

/** Times of coming back, measured against the promise on a machine that others may be using too. */
export class TimesUp {
  #slowest = 0;
  #slowestAlone = 0;

  /**
   * @param comingBack  ends when the service is there again
   * @returns the time in words; throws when it was longer than promised, the crowd on the machine taken into account
   */
  async measure(comingBack: () => Promise<unknown>): Promise<string> {
    const crowd = watchCrowd();
    const startedAt = performance.now();
    await comingBack();
    const took = performance.now() - startedAt;
    const crowded = await crowd();
    const alone = took / crowded;
    this.#slowest = Math.max(this.#slowest, took);
    this.#slowestAlone = Math.max(this.#slowestAlone, alone);
    if (alone > UP_WITHIN_MS)
      throw new Error(
        `up again only after ${seconds(took)}, on a machine ${crowded.toFixed(1)} times too busy`,
      );
    return crowded < 1.2 ? seconds(took) : `${seconds(took)} (на свободной машине ${seconds(alone)})`;
  }

  get counts(): Counts {
    return { slowestUp: seconds(this.#slowest), slowestUpOnIdleMachine: seconds(this.#slowestAlone) };
  }
}

/** @returns ends the watching: how many times longer work took than its processor time; 1 on a machine that is ours */
export function watchCrowd(): () => Promise<number> {
  let on = true;
  const spent = { wall: 0, work: 0 };
  const watching = (async () => {
    do {
      const startedAt = performance.now();
      const before = process.cpuUsage();
      const worked = () => {
        const { user, system } = process.cpuUsage(before);
        return (user + system) / 1000;
      };
      while (worked() < 20) Math.sqrt(startedAt);
      spent.wall += performance.now() - startedAt;
      spent.work += worked();
      await pause(150);
    } while (on);
  })();
  return async () => {
    on = false;
    await watching;
    return Math.max(1, spent.wall / spent.work);
  };
}
