/** The launcher as a user has it: a process of its own on a data folder of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../../core/config.ts';

export interface LauncherRun {
  process: ChildProcess;
  /** All that it has written so far. */
  output(): string;
  /** Waits for the text. */
  said(text: string | RegExp, milliseconds?: number): Promise<void>;
  /** Waits for the address and gives it. */
  address(milliseconds?: number): Promise<string>;
  /** Waits for its end: exit code, null after a signal. */
  ended: Promise<number | null>;
}

export interface RunOptions {
  args?: string[];
  environment?: Record<string, string>;
  /** Program and arguments put before `node`, e.g. to run as another user. */
  before?: string[];
}

const started = new Set<ChildProcess>();
const folders: string[] = [];

export function aDataFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'kartoteka-launch-'));
  folders.push(folder);
  return folder;
}

/** Ends what a failed test left behind. */
export function endAll(): void {
  for (const child of started) {
    if (child.pid === undefined) continue;
    for (const pid of [...descendantsOf(child.pid), child.pid]) signal(pid, 'SIGKILL');
  }
  for (const folder of folders.splice(0)) {
    const postmaster = postmasterOf(folder);
    if (postmaster !== undefined) signal(postmaster, 'SIGQUIT');
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }
}

export function launch(dataFolder: string, options: RunOptions = {}): LauncherRun {
  const [program, ...args] = [
    ...(options.before ?? []),
    process.execPath,
    join(projectRoot, 'bootstrap.mjs'),
    'start',
    ...(options.args ?? []),
  ] as [string, ...string[]];
  const child = spawn(program, args, {
    cwd: projectRoot,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH ?? '',
      HOME: process.env.HOME ?? '',
      PORT: '0',
      KARTOTEKA_DATA: dataFolder,
      ...options.environment,
    },
  });
  started.add(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => {
      output += text;
    });
  }
  const ended = new Promise<number | null>(resolve => {
    child.once('close', code => {
      started.delete(child);
      resolve(code);
    });
  });
  const said = async (text: string | RegExp, milliseconds = 60_000) => {
    const deadline = performance.now() + milliseconds;
    while (output.search(text) < 0) {
      if (performance.now() > deadline || child.exitCode !== null) {
        throw new Error(`the launcher did not say ${text}, but:\n${output}`);
      }
      await pause(50);
    }
  };
  return {
    process: child,
    output: () => output,
    said,
    ended,
    address: async (milliseconds = 110_000) => {
      await said(/http:\/\/127\.0\.0\.1:\d+ /, milliseconds);
      return /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0] ?? '';
    },
  };
}

export const pause = (milliseconds: number) =>
  new Promise<void>(resolve => {
    setTimeout(resolve, milliseconds);
  });

export async function eventually(holds: () => boolean, milliseconds = 20_000): Promise<boolean> {
  const deadline = performance.now() + milliseconds;
  while (!holds()) {
    if (performance.now() > deadline) return false;
    await pause(50);
  }
  return true;
}

/** The server of the embedded cluster, while it runs. */
export function postmasterOf(dataFolder: string): number | undefined {
  try {
    const pid = Number(readFileSync(join(dataFolder, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);
    return isAlive(pid) ? pid : undefined;
  } catch {
    return undefined;
  }
}

export function isAlive(pid: number): boolean {
  const state = fieldsOf(pid)?.[0];
  if (state !== undefined) return state !== 'Z';
  return signal(pid, 0);
}

/** Children and theirs; empty where the system has no /proc. */
export function descendantsOf(pid: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readProcesses()) {
    const parent = Number(fieldsOf(name)?.[1]);
    children.set(parent, [...(children.get(parent) ?? []), name]);
  }
  const found: number[] = [];
  for (let next = [pid]; next.length > 0; ) {
    next = next.flatMap(parent => children.get(parent) ?? []);
    found.push(...next);
  }
  return found;
}

function readProcesses(): number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

function fieldsOf(pid: number): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

export function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, name);
    return true;
  } catch {
    return false;
  }
}
