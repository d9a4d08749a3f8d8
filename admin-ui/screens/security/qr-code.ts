/**
 * A text as the squares of a QR code (ISO/IEC 18004): bytes, correction level L, versions 1 to 10, which hold up to
 * 271 bytes. Enough for the key of an authenticator app, shown on a screen.
 */

/** By version: codewords in all, of correction in a block, blocks. */
const VERSIONS: readonly [total: number, correction: number, blocks: number][] = [
  [26, 7, 1],
  [44, 10, 1],
  [70, 15, 1],
  [100, 20, 1],
  [134, 26, 1],
  [172, 18, 2],
  [196, 20, 2],
  [242, 24, 2],
  [292, 30, 2],
  [346, 18, 4],
];
/** Middles of the small squares; the big ones stand in three corners. */
const ALIGNMENT: readonly number[][] = [
  [],
  [6, 18],
  [6, 22],
  [6, 26],
  [6, 30],
  [6, 34],
  [6, 22, 38],
  [6, 24, 42],
  [6, 26, 46],
  [6, 28, 50],
];
/** UTF-8 bytes that the largest of these codes holds. */
export const MOST_BYTES = 271;
const LEVEL_L = 1;
const MASK = 0;

/** @returns rows of dark squares, without the margin of four. @throws RangeError for a text that is too long */
export function qrSquares(text: string): boolean[][] {
  const bytes = new TextEncoder().encode(text);
  const version =
    VERSIONS.findIndex((_, index) => dataSize(index + 1) * 8 >= bytes.length * 8 + headBits(index + 1)) + 1;
  if (version === 0) throw new RangeError(`${bytes.length} bytes are too many for a code`);
  const grid = new Grid(version);
  grid.place(interleave(dataCodewords(bytes, version), version));
  return grid.rows;
}

const headBits = (version: number) => (version < 10 ? 12 : 20);

function dataSize(version: number): number {
  const [total, correction, blocks] = VERSIONS[version - 1]!;
  return total - correction * blocks;
}

/** Kind, length, the bytes, an end of zeros, and filling up to the size of the version. */
function dataCodewords(bytes: Uint8Array, version: number): number[] {
  const size = dataSize(version);
  const bits = [0, 1, 0, 0, ...bitsOf(bytes.length, headBits(version) - 4)];
  for (const byte of bytes) bits.push(...bitsOf(byte, 8));
  bits.push(...new Array(Math.min(4, size * 8 - bits.length)).fill(0));
  while (bits.length % 8 !== 0) bits.push(0);
  const words: number[] = [];
  for (let at = 0; at < bits.length; at += 8)
    words.push(bits.slice(at, at + 8).reduce((value, bit) => value * 2 + bit, 0));
  for (let filler = 0xec; words.length < size; filler ^= 0xec ^ 0x11) words.push(filler);
  return words;
}

const bitsOf = (value: number, length: number): number[] =>
  Array.from({ length }, (_, index) => (value >>> (length - 1 - index)) & 1);

/** First words of all blocks, second words, …; then their corrections in the same way. Later blocks are longer by one. */
function interleave(data: readonly number[], version: number): number[] {
  const [, correction, blocks] = VERSIONS[version - 1]!;
  const short = Math.floor(data.length / blocks);
  const longFrom = blocks - (data.length % blocks);
  const parts: number[][] = [];
  for (let block = 0, at = 0; block < blocks; block += 1) {
    const length = short + (block >= longFrom ? 1 : 0);
    parts.push(data.slice(at, at + length));
    at += length;
  }
  const corrections = parts.map(part => correctionOf(part, correction));
  const woven = (lists: number[][]) =>
    Array.from({ length: Math.max(...lists.map(list => list.length)) }, (_, index) => index).flatMap(index =>
      lists.flatMap(list => list[index] ?? []),
    );
  return [...woven(parts), ...woven(corrections)];
}

/** Remainder of the data by the generator of Reed and Solomon in GF(256). */
export function correctionOf(data: readonly number[], length: number): number[] {
  const generator = new Array<number>(length).fill(0);
  generator[length - 1] = 1;
  for (let degree = 0, root = 1; degree < length; degree += 1, root = product(root, 2))
    for (let index = 0; index < length; index += 1)
      generator[index] = product(generator[index]!, root) ^ (generator[index + 1] ?? 0);
  const rest = new Array<number>(length).fill(0);
  for (const word of data) {
    const factor = word ^ rest.shift()!;
    rest.push(0);
    for (let index = 0; index < length; index += 1) rest[index]! ^= product(generator[index]!, factor);
  }
  return rest;
}

function product(left: number, right: number): number {
  let result = 0;
  for (let bit = 7; bit >= 0; bit -= 1) {
    result = (result << 1) ^ ((result >>> 7) * 0x11d);
    result ^= ((right >>> bit) & 1) * left;
  }
  return result;
}

/** Remainder of `value` shifted up, by a generator of `length + 1` bits: guards format and version. */
function guarded(value: number, generator: number, length: number): number {
  let rest = value;
  for (let step = 0; step < length; step += 1) rest = (rest << 1) ^ ((rest >>> (length - 1)) * generator);
  return (value << length) | rest;
}

class Grid {
  readonly rows: boolean[][];
  readonly #fixed: boolean[][];
  readonly #size: number;

  constructor(version: number) {
    this.#size = version * 4 + 17;
    const blank = () => Array.from({ length: this.#size }, () => new Array<boolean>(this.#size).fill(false));
    this.rows = blank();
    this.#fixed = blank();
    this.#timing();
    this.#corners();
    this.#alignment(version);
    this.#format();
    if (version >= 7) this.#version(version);
  }

  #set(x: number, y: number, dark: boolean) {
    this.rows[y]![x] = dark;
    this.#fixed[y]![x] = true;
  }

  #timing() {
    for (let at = 0; at < this.#size; at += 1) {
      this.#set(6, at, at % 2 === 0);
      this.#set(at, 6, at % 2 === 0);
    }
  }

  #corners() {
    const far = this.#size - 4;
    for (const [x, y] of [
      [3, 3],
      [far, 3],
      [3, far],
    ] as const)
      for (let dy = -4; dy <= 4; dy += 1)
        for (let dx = -4; dx <= 4; dx += 1) {
          const ring = Math.max(Math.abs(dx), Math.abs(dy));
          const inside = x + dx >= 0 && x + dx < this.#size && y + dy >= 0 && y + dy < this.#size;
          if (inside) this.#set(x + dx, y + dy, ring !== 2 && ring !== 4);
        }
  }

  #alignment(version: number) {
    const middles = ALIGNMENT[version - 1]!;
    const last = middles.length - 1;
    for (const [row, y] of middles.entries())
      for (const [column, x] of middles.entries()) {
        const corner = (row === 0 && (column === 0 || column === last)) || (row === last && column === 0);
        if (corner) continue;
        for (let dy = -2; dy <= 2; dy += 1)
          for (let dx = -2; dx <= 2; dx += 1)
            this.#set(x + dx, y + dy, Math.max(Math.abs(dx), Math.abs(dy)) !== 1);
      }
  }

  /** Twice, beside the corners: level and mask. */
  #format() {
    const bits = guarded((LEVEL_L << 3) | MASK, 0x537, 10) ^ 0x5412;
    const bit = (index: number) => ((bits >>> index) & 1) === 1;
    const size = this.#size;
    for (let index = 0; index <= 5; index += 1) this.#set(8, index, bit(index));
    this.#set(8, 7, bit(6));
    this.#set(8, 8, bit(7));
    this.#set(7, 8, bit(8));
    for (let index = 9; index < 15; index += 1) this.#set(14 - index, 8, bit(index));
    for (let index = 0; index < 8; index += 1) this.#set(size - 1 - index, 8, bit(index));
    for (let index = 8; index < 15; index += 1) this.#set(8, size - 15 + index, bit(index));
    this.#set(8, size - 8, true);
  }

  #version(version: number) {
    const bits = guarded(version, 0x1f25, 12);
    for (let index = 0; index < 18; index += 1) {
      const dark = ((bits >>> index) & 1) === 1;
      const [near, far] = [Math.floor(index / 3), this.#size - 11 + (index % 3)];
      this.#set(far, near, dark);
      this.#set(near, far, dark);
    }
  }

  /** Two columns at a time from the right, up and down in turn, around what is fixed; every second square is turned. */
  place(words: readonly number[]) {
    let index = 0;
    for (let right = this.#size - 1; right >= 1; right -= 2) {
      if (right === 6) right = 5;
      const upward = ((right + 1) & 2) === 0;
      for (let step = 0; step < this.#size; step += 1) {
        const y = upward ? this.#size - 1 - step : step;
        for (const x of [right, right - 1]) {
          if (this.#fixed[y]![x]) continue;
          const dark = (((words[index >>> 3] ?? 0) >>> (7 - (index & 7))) & 1) === 1;
          this.rows[y]![x] = dark !== ((x + y) % 2 === 0);
          index += 1;
        }
      }
    }
  }
}
