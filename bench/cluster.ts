/** The database server of the bench and the operating system's account of what it and the web servers cost. */
import { readdirSync, readFileSync } from 'node:fs';
import pg from 'pg';

interface ProcessTimes {
  parent: number;
  /** Clock ticks, own and of ended children. */
  own: number;
  ended: number;
}

/** Ticks of /proc are hundredths of a second on every Linux we know of. */
const TICK_MS = 10;

function timesOf(pid: number): ProcessTimes | undefined {
  try {
    const line = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in brackets may hold anything; what follows is fixed.
    const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
    const number = (index: number) => Number(fields[index]);
    return { parent: number(1), own: number(11) + number(12), ended: number(13) + number(14) };
  } catch {
    return undefined;
  }
}

/** CPU time of one process with all its threads, in ms. */
export function processCpuMs(pid: number): number {
  return (timesOf(pid)?.own ?? 0) * TICK_MS;
}

/** CPU time of a PostgreSQL server, in ms: the first process, all its backends, and those that have ended. */
export function clusterCpuMs(postmaster: number): number {
  const first = timesOf(postmaster);
  let ticks = (first?.own ?? 0) + (first?.ended ?? 0);
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const times = timesOf(Number(name));
    if (times?.parent === postmaster) ticks += times.own;
  }
  return ticks * TICK_MS;
}

/** Process id of the server behind a connection. Only for a server on this machine. */
export async function postmasterOf(ownerUrl: string): Promise<number> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
    const parent = timesOf(rows[0]?.pid ?? 0)?.parent;
    if (parent === undefined) throw new Error('the backend of the database is not a process of this machine');
    return parent;
  } finally {
    await client.end();
  }
}

/** Resident memory in MB. */
export function residentMb(pid: number): number {
  const kb = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Math.round(Number(kb ?? 0) / 1024);
}
