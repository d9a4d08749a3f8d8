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

  /** @throws Error when it took longer than promised on a machine as busy as this one is */
  add(milliseconds: number): string {
    const busy = busyness();
    const alone = milliseconds / busy;
    this.#slowest = Math.max(this.#slowest, milliseconds);
    this.#slowestAlone = Math.max(this.#slowestAlone, alone);
    if (alone > UP_WITHIN_MS)
      throw new Error(`up again only after ${seconds(milliseconds)}, busy ${busy.toFixed(1)}`);
    return busy < 1.2
      ? seconds(milliseconds)
      : `${seconds(milliseconds)} (на свободной машине ${seconds(alone)})`;
  }

  get counts(): Counts {
    return { slowestUp: seconds(this.#slowest), slowestUpOnIdleMachine: seconds(this.#slowestAlone) };
  }
}

/** How many times longer a piece of work takes here than its processor time: 1 on a machine that is ours alone. */
function busyness(): number {
  const startedAt = performance.now();
  const before = process.cpuUsage();
  const used = () => {
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  };
  while (used() < 150) Math.sqrt(startedAt);
  return Math.max(1, (performance.now() - startedAt) / used());
}
