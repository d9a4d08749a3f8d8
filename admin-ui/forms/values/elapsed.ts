/** Full years and months from one ISO day to another; undefined where the first is no day before the second. */
export function elapsed(from: string, to: string): { years: number; months: number } | undefined {
  if (from > to) return undefined;
  const part = (day: string, at: number) => Number(day.slice(at, at + 2));
  const all =
    (Number(to.slice(0, 4)) - Number(from.slice(0, 4))) * 12 +
    part(to, 5) -
    part(from, 5) -
    (part(to, 8) < part(from, 8) ? 1 : 0);
  return { years: Math.floor(all / 12), months: all % 12 };
}
