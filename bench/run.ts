/**
 * `npm run bench`: builds its data once, runs the yardstick and us in turns on one database, and prints what an
 * action costs each in CPU time of web server and database together.
 *
 *   npm run bench -- [--scale small|full] [--check] [--only open,list] [--rounds 5] [--seconds 2]
 *   npm run bench -- typing [--check]      a key in a wide card, in a browser
 */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { loadInstalled } from '../core/catalogue/installed.ts';
import { readConfig } from '../core/config.ts';
import type { Progress } from '../core/main.ts';
import { startEmbedded } from '../core/storage/embedded/embedded.ts';
import { migrate } from '../core/storage/migrate.ts';
import { type Action, prepareActions, removeMade } from './actions.ts';
import { clusterCpuMs, postmasterOf, processCpuMs, residentMb } from './cluster.ts';
import { buildData, SCALES } from './data.ts';
import { Caller } from './load.ts';
import { type ActionFigures, type Figures, median, overBudget, print, type Round } from './report.ts';
import { runTyping } from './typing.ts';

interface Options {
  scale: keyof typeof SCALES;
  check: boolean;
  only: string[];
  rounds: number;
  seconds: number;
}

interface Server {
  child: ChildProcess;
  pid: number;
  caller: Caller;
}

const WARM_UP_SECONDS = 3;
const REST_MS = 3_000;

/** @returns exit code: 1 with `--check` when a budget is exceeded */
export async function runBench(argv: string[], progress: Progress): Promise<number> {
  if (argv[0] === 'typing') return runTyping(argv.slice(1), progress);
  const options = optionsOf(argv);
  if (options === undefined || process.platform !== 'linux') {
    console.error(
      options
        ? 'Замер считает время процессора по /proc и идёт только в Linux.'
        : 'npm run bench -- [--scale small|full] [--check] [--only open,list] [--rounds 5] [--seconds 2]',
    );
    return 2;
  }
  // Set before any setting is read: the servers started later read the same.
  process.env.KARTOTEKA_DATA = resolve(process.env.KARTOTEKA_DATA ?? '.kartoteka-bench', options.scale);
  const config = readConfig(['--empty']);
  const embedded = await startEmbedded({ dataFolder: config.dataFolder, log: line => progress.step(line) });
  const servers: Server[] = [];
  let figures: Figures;
  try {
    await prepareData(embedded.ownerUrl, options, progress);
    const raw = await startServer('raw.ts', embedded.ownerUrl, servers);
    const ours = await startServer('ours.ts', embedded.ownerUrl, servers);
    await new Promise(done => setTimeout(done, REST_MS));
    const memoryMb = residentMb(ours.pid);
    const load = loadavg()[0] ?? 0;
    const actions = await measure(embedded.ownerUrl, { raw, ours }, options, progress);
    figures = { scale: options.scale, at: new Date().toISOString(), load, memoryMb, startMs: 0, actions };
  } finally {
    for (const { child, caller } of servers) {
      caller.close();
      child.removeAllListeners('exit');
      const ended = new Promise(done => child.once('exit', done));
      if (child.kill('SIGTERM')) await ended;
    }
    await embedded.stop();
  }
  progress.step('Запуск сервера');
  // The budget is that of a warm start: the first one keeps what Node has compiled.
  await startMs();
  figures.startMs = await startMs();
  keep(figures, options);
  print(figures, otherScale(options));
  return options.check && overBudget(figures).length > 0 ? 1 : 0;
}

function optionsOf(args: string[]): Options | undefined {
  try {
    const { values } = parseArgs({
      args,
      options: {
        scale: { type: 'string', default: 'small' },
        check: { type: 'boolean', default: false },
        only: { type: 'string', default: '' },
        rounds: { type: 'string', default: '5' },
        seconds: { type: 'string', default: '2' },
      },
    });
    const rounds = Number(values.rounds);
    const seconds = Number(values.seconds);
    if (!Object.hasOwn(SCALES, values.scale) || !(rounds >= 1) || !(seconds > 0)) return undefined;
    const only = values.only.split(',').filter(name => name !== '');
    return { scale: values.scale as Options['scale'], check: values.check, only, rounds, seconds };
  } catch {
    return undefined;
  }
}

/** A folder filled before is used again. */
async function prepareData(ownerUrl: string, { scale }: Options, progress: Progress): Promise<void> {
  const config = readConfig(['--empty']);
  const catalogue = await loadInstalled({
    pluginFolders: config.pluginFolders,
    migrate: loaded => migrate(ownerUrl, loaded, { secret: config.secret }),
  });
  const built = join(config.dataFolder, 'built.json');
  if (!existsSync(built)) {
    progress.step(`Готовятся данные: ${SCALES[scale].students} обучающихся`);
    await buildData(ownerUrl, catalogue, SCALES[scale], text => progress.step(text));
    writeFileSync(built, `${JSON.stringify(SCALES[scale])}\n`);
  }
  await removeMade(ownerUrl);
}

function startServer(file: string, ownerUrl: string, servers: Server[]): Promise<Server> {
  // For profiling: NODE_OPTIONS would reach the yardstick and ourselves too.
  const execArgv =
    file === 'ours.ts' ? (process.env.BENCH_NODE_OPTIONS ?? '').split(' ').filter(Boolean) : [];
  const child = fork(join(import.meta.dirname, file), [], {
    execArgv,
    env: { ...process.env, BENCH_OWNER_URL: ownerUrl, KARTOTEKA_LOG: 'warn' },
  });
  return new Promise((done, fail) => {
    child.once('exit', code => fail(new Error(`${file} ended with code ${code}`)));
    child.once('message', (message: { url: string }) => {
      const server = { child, pid: child.pid as number, caller: new Caller(message.url, 16) };
      servers.push(server);
      done(server);
    });
  });
}

async function measure(
  ownerUrl: string,
  servers: { raw: Server; ours: Server },
  options: Options,
  progress: Progress,
): Promise<ActionFigures[]> {
  const postmaster = await postmasterOf(ownerUrl);
  const actions = await prepareActions(ownerUrl, servers.ours.caller);
  const chosen = actions.filter(({ id }) => options.only.length === 0 || options.only.includes(id));
  const figures: ActionFigures[] = [];
  for (const action of chosen) {
    progress.step(action.title);
    await servers.raw.caller.run(action.raw, action.callers, WARM_UP_SECONDS);
    await servers.ours.caller.run(action.ours, action.callers, WARM_UP_SECONDS);
    const rounds: { raw: Round; ours: Round }[] = [];
    for (let n = 0; n < options.rounds; n++) {
      // Whoever goes first finds a machine rested by the other's pause, so they take turns.
      const first = n % 2 === 0 ? 'raw' : 'ours';
      const second = first === 'raw' ? 'ours' : 'raw';
      const one = await round(servers[first], action, first, options.seconds, postmaster);
      const two = await round(servers[second], action, second, options.seconds, postmaster);
      rounds.push({ [first]: one, [second]: two } as { raw: Round; ours: Round });
    }
    figures.push(figuresOf(action, rounds));
  }
  await removeMade(ownerUrl);
  return figures;
}

async function round(
  server: Server,
  action: Action,
  side: 'raw' | 'ours',
  seconds: number,
  postmaster: number,
): Promise<Round> {
  const before = { web: processCpuMs(server.pid), database: clusterCpuMs(postmaster) };
  const load = await server.caller.run(action[side], action.callers, seconds);
  return {
    webMs: (processCpuMs(server.pid) - before.web) / load.count,
    databaseMs: (clusterCpuMs(postmaster) - before.database) / load.count,
    perSecond: load.count / load.seconds,
    latencies: load.latencies,
  };
}

function figuresOf({ id, title, budget }: Action, rounds: { raw: Round; ours: Round }[]): ActionFigures {
  const cost = ({ webMs, databaseMs }: Round) => webMs + databaseMs;
  const side = (name: 'raw' | 'ours') => {
    const own = rounds.map(one => one[name]);
    const latencies = own.flatMap(one => one.latencies).sort((a, b) => a - b);
    return {
      cpuMs: median(own.map(cost)),
      webMs: median(own.map(one => one.webMs)),
      databaseMs: median(own.map(one => one.databaseMs)),
      perSecond: median(own.map(one => one.perSecond)),
      p99Ms: latencies[Math.floor(latencies.length * 0.99)] ?? 0,
      calls: latencies.length,
    };
  };
  const ratios = rounds.map(({ raw, ours }) => cost(ours) / cost(raw));
  return { id, title, budget, ratio: median(ratios), ratios, raw: side('raw'), ours: side('ours') };
}

/** From the command of the README to the first answer, with the database of the bench and pages not rebuilt. */
async function startMs(): Promise<number> {
  const begun = performance.now();
  const port = 20_000 + Math.floor(Math.random() * 20_000);
  const launcher = join(import.meta.dirname, '..', 'bootstrap.mjs');
  const child = spawn(process.execPath, [launcher, 'start', '--no-ui', '--empty'], {
    env: { ...process.env, PORT: String(port) },
    stdio: 'ignore',
  });
  const ended = new Promise(done => child.once('exit', done));
  try {
    while (performance.now() - begun < 60_000) {
      const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
      if (answer?.ok) return performance.now() - begun;
      await new Promise(done => setTimeout(done, 20));
    }
    throw new Error('the server did not start within a minute');
  } finally {
    child.kill('SIGTERM');
    await ended;
  }
}

const figuresFile = (scale: string) =>
  join(process.env.KARTOTEKA_DATA as string, '..', `figures-${scale}.json`);

/** Kept for the growth from one scale to the other; a partial run is not. */
function keep(figures: Figures, { scale, only }: Options): void {
  if (only.length === 0) writeFileSync(figuresFile(scale), `${JSON.stringify(figures, null, 2)}\n`);
}

function otherScale({ scale }: Options): Figures | undefined {
  const file = figuresFile(scale === 'small' ? 'full' : 'small');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Figures) : undefined;
}
