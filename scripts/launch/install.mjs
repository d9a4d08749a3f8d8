/** Installs exactly what the lock says, once, whoever starts first; works under any Node from 18 on. */
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { runChild } from './children.mjs';

const FRESH_LOCK_MS = 5_000;

/**
 * @param {boolean} withTools  false for a server that needs no test and build tools (a production image)
 * @returns {Promise<boolean>} true if something was installed
 */
export async function ensureInstalled(root, progress, withTools = true) {
  const stampFile = join(root, 'node_modules', '.locked');
  const wanted = stampOf(root);
  const upToDate = () => readText(stampFile) === wanted || isInstalled(root, withTools);
  if (upToDate()) return false;

  const release = await takeInstallLock(root, progress, upToDate);
  if (!release) return true;
  try {
    if (!upToDate()) {
      await runNpm(root, progress, release.noteNpm);
      // Last: an install that was cut off has no stamp and is done again.
      writeFileSync(stampFile, wanted);
    }
    return true;
  } finally {
    release();
  }
}

function stampOf(root) {
  const lock = readFileSync(join(root, 'package-lock.json'));
  return createHash('sha256').update(lock).update(`${process.platform} ${process.arch}`).digest('hex');
}

/**
 * True if npm's own list of what stands in node_modules, which it writes at the end of an install, has all
 * that the lock asks for on this machine: then somebody has run npm by hand.
 */
function isInstalled(root, withTools) {
  const listed = readText(join(root, 'node_modules', '.package-lock.json'));
  if (!listed) return false;
  const installed = JSON.parse(listed).packages;
  return Object.entries(readLock(root).packages).every(([path, entry]) => {
    if (path === '' || !fits(entry) || (entry.dev && !withTools)) return true;
    // Optional ones count if they are made for this machine. Without a checksum they were never offered by
    // the registry of whoever made the lock; without a platform they serve one that is not ours.
    if (entry.optional && !(entry.integrity && entry.cpu)) return true;
    const found = installed[path];
    return found ? found.version === entry.version : false;
  });
}

async function runNpm(root, progress, noteNpm) {
  const total = packagesInLock(root);
  const end = progress.lasting(
    'Устанавливаются зависимости (один раз, около минуты)',
    () => `${installedPackages(root)} из ${total} пакетов`,
  );
  const npm = npmCommand();
  const { code, output } = await runChild(
    npm.program,
    [...npm.args, 'ci', '--include=dev', '--include=optional', '--ignore-scripts', '--no-progress'],
    { cwd: root, env: npm.environment, shell: npm.shell, quiet: true, onStart: child => noteNpm(child.pid) },
  ).finally(end);
  if (code !== 0) throw new Error(`npm ci не справился (код ${code}):\n${output.trim()}`);
}

/**
 * The npm that runs us under its own Node; else the one beside our Node; else the one in PATH. Never the Node
 * of node_modules: npm is about to delete it.
 */
function npmCommand() {
  const environment = { ...process.env };
  const pathName = Object.keys(environment).find(name => name.toUpperCase() === 'PATH') ?? 'PATH';
  environment[pathName] = (environment[pathName] ?? '')
    .split(delimiter)
    .filter(folder => !/node_modules[\\/]\.bin[\\/]?$/.test(folder))
    .join(delimiter);
  const { npm_execpath: script, npm_node_execpath: node } = process.env;
  if (script && /npm-cli\.c?js$/.test(script) && node && existsSync(node) && !node.includes('node_modules')) {
    return { program: node, args: [script], environment, shell: false };
  }
  const beside = join(dirname(process.execPath), '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js');
  if (existsSync(beside)) return { program: process.execPath, args: [beside], environment, shell: false };
  return { program: 'npm', args: [], environment, shell: process.platform === 'win32' };
}

function packagesInLock(root) {
  return Object.entries(readLock(root).packages).filter(([path, entry]) => path !== '' && fits(entry)).length;
}

function readLock(root) {
  return JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
}

function fits(entry) {
  const allows = (list, value) => !list || list.includes(value);
  return (
    allows(entry.os, process.platform) && allows(entry.cpu, process.arch) && !entry.libc?.includes('musl')
  );
}

function installedPackages(root) {
  const folder = join(root, 'node_modules');
  try {
    return readdirSync(folder).reduce((count, name) => {
      if (name.startsWith('.')) return count;
      return count + (name.startsWith('@') ? readdirSync(join(folder, name)).length : 1);
    }, 0);
  } catch {
    return 0;
  }
}

/**
 * The lock is a folder (made by one only) with the pids of the launcher and of its npm: a launcher that was
 * killed may leave npm at work, and a second npm beside it would spoil both.
 *
 * @returns undefined when somebody else has installed meanwhile
 */
async function takeInstallLock(root, progress, upToDate) {
  const folder = join(root, '.install-lock');
  const file = join(folder, 'pids.json');
  let end;
  try {
    for (;;) {
      try {
        mkdirSync(folder);
        break;
      } catch (error) {
        if (error.code !== 'EEXIST') throw error;
      }
      const held = isHeld(folder, file);
      if (!held) setAside(folder);
      if (upToDate()) return undefined;
      if (!held) continue;
      end ??= progress.lasting('Зависимости уже устанавливает другой запуск, ждём');
      await new Promise(resolve => setTimeout(resolve, 300));
    }
  } finally {
    end?.();
  }
  const note = pids => writeFileSync(file, JSON.stringify(pids.map(markOf)));
  note([process.pid]);
  const release = () => rmSync(folder, { recursive: true, force: true });
  release.noteNpm = pid => note([process.pid, pid]);
  return release;
}

function isHeld(folder, file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).some(isRunning);
  } catch {
    const made = statSync(folder, { throwIfNoEntry: false });
    return made !== undefined && Date.now() - made.mtimeMs < FRESH_LOCK_MS;
  }
}

/** Renamed before it is deleted: of two that judge it stale only one succeeds. */
function setAside(folder) {
  const aside = `${folder}.${process.pid}`;
  try {
    renameSync(folder, aside);
    rmSync(aside, { recursive: true, force: true });
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
}

/** A pid with its start, because numbers are given out again. */
function markOf(pid) {
  return { pid, began: beganOf(pid) };
}

function isRunning({ pid, began }) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error.code !== 'EPERM') return false;
  }
  return began === '' || beganOf(pid) === began;
}

function beganOf(pid) {
  const stat = readText(`/proc/${pid}/stat`);
  return stat ? (stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '') : '';
}

function readText(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
