/** Versions and ranges as plugins write them: `1.2.3`; `^0.1`, `~1.4.2`, `1.2`, `*`. */

type Version = [major: number, minor: number, patch: number];

function parse(text: string): Version | undefined {
  const parts = /^([0-9]+)(?:[.]([0-9]+))?(?:[.]([0-9]+))?$/.exec(text);
  return parts ? [Number(parts[1]), Number(parts[2] ?? 0), Number(parts[3] ?? 0)] : undefined;
}

const compare = (a: Version, b: Version): number => a[0] - b[0] || a[1] - b[1] || a[2] - b[2];

/** The first version that no longer fits the range. */
function above(sign: string, [major, minor, patch]: Version, given: number): Version {
  if (sign === '^' && major > 0) return [major + 1, 0, 0];
  if (sign === '^' && given === 1) return [1, 0, 0];
  if (sign === '^' && (minor > 0 || given === 2)) return [0, minor + 1, 0];
  if (sign === '^') return [0, 0, patch + 1];
  if (given === 1) return [major + 1, 0, 0];
  return sign === '~' || given === 2 ? [major, minor + 1, 0] : [major, minor, patch + 1];
}

/** Whether the version fits; `^` allows what does not change the leftmost part that is not zero, `~` patches. */
export function satisfies(version: string, range: string): boolean {
  if (range === '*') return true;
  const sign = /^[\^~]/.exec(range)?.[0] ?? '';
  const bare = range.slice(sign.length);
  const [own, low] = [parse(version), parse(bare)];
  if (!own || !low) return false;
  return compare(own, low) >= 0 && compare(own, above(sign, low, bare.split('.').length)) < 0;
}
