/** Seeded chance: the same seed gives the same region, ids included, on every machine. */
import { createHash } from 'node:crypto';

export class Random {
  #a: number;
  #b: number;
  #c: number;
  #d = 1;

  /** @param seed any text; each plugin has a stream of its own, so that one does not shift another */
  constructor(seed: string) {
    const hash = createHash('sha256').update(seed).digest();
    this.#a = hash.readUInt32LE(0);
    this.#b = hash.readUInt32LE(4);
    this.#c = hash.readUInt32LE(8);
    for (let i = 0; i < 12; i++) this.#next();
  }

  /** sfc32, 32 bits at a time. */
  #next(): number {
    const t = (this.#a + this.#b + this.#d) | 0;
    this.#d = (this.#d + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (this.#c << 21) | (this.#c >>> 11);
    this.#c = (this.#c + t) | 0;
    return t >>> 0;
  }

  /** 0 <= x < 1 */
  fraction(): number {
    return this.#next() / 4_294_967_296;
  }

  /** Whole number, both ends included. */
  int(from: number, to: number): number {
    return from + Math.floor(this.fraction() * (to - from + 1));
  }

  chance(share: number): boolean {
    return this.fraction() < share;
  }

  pick<T>(items: readonly T[]): T {
    if (items.length === 0) throw new RangeError('nothing to pick from');
    return items[Math.floor(this.fraction() * items.length)] as T;
  }

  /** By weights; they need not sum to one. */
  weighted<T>(items: readonly (readonly [T, number])[]): T {
    let rest = this.fraction() * items.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [item, weight] of items) {
      rest -= weight;
      if (rest < 0) return item;
    }
    return (items.at(-1) as readonly [T, number])[0];
  }

  shuffle<T>(items: readonly T[]): T[] {
    const result = [...items];
    for (let i = result.length - 1; i > 0; i--) {
      const j = this.int(0, i);
      [result[i], result[j]] = [result[j] as T, result[i] as T];
    }
    return result;
  }

  digits(count: number): string {
    return Array.from({ length: count }, () => this.int(0, 9)).join('');
  }

  /** ISO day between two others, both included. */
  day(from: string, to: string): string {
    const days = (Date.parse(to) - Date.parse(from)) / 86_400_000;
    return addDays(from, this.int(0, Math.max(0, days)));
  }

  /** The value, or nothing for a share of the records: a card nobody has finished. */
  maybe<T>(share: number, value: T): T | undefined {
    return this.chance(share) ? value : undefined;
  }
}

/** ISO day so many days later. */
export const addDays = (day: string, days: number): string =>
  new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);

/** ISO day so many years later; 29 February becomes the 28th where there is none. */
export function addYears(day: string, years: number): string {
  const [year, rest] = [Number(day.slice(0, 4)) + years, day.slice(4)];
  const moved = `${year}${rest}`;
  return new Date(moved).toISOString().startsWith(moved) ? moved : `${year}-02-28`;
}

/** Full years on a day. */
export const ageOn = (birthDate: string, day: string): number =>
  Number(day.slice(0, 4)) - Number(birthDate.slice(0, 4)) - (day.slice(5) < birthDate.slice(5) ? 1 : 0);

/** Makes uuid v7 of a seeded clock and seeded chance: they sort in the order of making. */
export class IdMaker {
  #random: Random;
  #millisecond: number;

  constructor(seed: string, from: string) {
    this.#random = new Random(seed);
    this.#millisecond = Date.parse(from);
  }

  next(): string {
    const time = (this.#millisecond++).toString(16).padStart(12, '0');
    const hex = (length: number) =>
      Array.from({ length }, () => this.#random.int(0, 15).toString(16)).join('');
    const variant = '89ab'[this.#random.int(0, 3)];
    return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(3)}-${variant}${hex(3)}-${hex(12)}`;
  }
}
