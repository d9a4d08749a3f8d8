/** Which cells of the matrix have been tried, and what was wrong in them. */
export class Tally {
  readonly cells = new Set<string>();
  readonly faults: string[] = [];

  /** @param route `GET /api/records/:entity` */
  cell(route: string, ...place: string[]): void {
    this.cells.add([route, ...place].join(' | '));
  }

  /** Notes a fault unless the answer is as expected. */
  check(where: string, got: unknown, expected: unknown): void {
    const [a, b] = [JSON.stringify(got), JSON.stringify(expected)];
    if (a !== b) this.faults.push(`${where}: ${a}, expected ${b}`);
  }

  checkOneOf(where: string, got: string, expected: readonly string[]): void {
    if (!expected.includes(got)) this.faults.push(`${where}: ${got}, expected one of ${expected.join(', ')}`);
  }
}
