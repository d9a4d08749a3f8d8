/** Processes known by number only: a number alone proves nothing, since the system gives it out again. */
import { readFileSync } from 'node:fs';

/** A process and the moment it began (ticks since boot; empty where the system has no `/proc`). */
export interface ProcessMark {
  pid: number;
  began: string;
}

export function markOf(pid: number): ProcessMark {
  return { pid, began: statusOf(pid)?.began ?? '' };
}

/** True while that very process runs; a zombie no longer does. */
export function isRunning(mark: ProcessMark): boolean {
  try {
    process.kill(mark.pid, 0);
  } catch (error) {
    // EPERM: it is there and belongs to somebody else.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const status = statusOf(mark.pid);
  if (!status) return true;
  return status.state !== 'Z' && (mark.began === '' || mark.began === status.began);
}

export function commandOf(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return undefined;
  }
}

export const pause = (milliseconds: number) =>
  new Promise<void>(resolve => {
    setTimeout(resolve, milliseconds);
  });

/** Waits until `done` holds; false when the time is over first. */
export async function waitUntil(
  done: () => boolean | Promise<boolean>,
  milliseconds: number,
  every = 50,
): Promise<boolean> {
  const deadline = performance.now() + milliseconds;
  while (!(await done())) {
    if (performance.now() > deadline) return false;
    await pause(every);
  }
  return true;
}

function statusOf(pid: number): { state: string; began: string } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the name in brackets and may hold spaces and brackets itself.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', began: fields[19] ?? '' };
  } catch {
    return undefined;
  }
}
