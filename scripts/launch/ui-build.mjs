/** Builds the pages into dist/ui when their sources changed; in a process of its own, for vite's memory. */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runChild } from './children.mjs';

/** What the pages are made of; types taken from elsewhere in core/ leave no trace in them. */
const SOURCES = ['admin-ui', 'core/formats', 'core/expressions', 'package-lock.json'];

/** @returns {Promise<boolean>} true if it was built now */
export async function buildUi(root, progress) {
  const target = join(root, 'dist', 'ui');
  const wanted = hashOf(root);
  if (readText(join(target, '.built')) === wanted) return false;

  const end = progress.lasting('Собираются страницы');
  const unfinished = join(root, 'dist', `ui.${process.pid}`);
  try {
    const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
    const config = join(root, 'admin-ui', 'vite.config.ts');
    const { code, output } = await runChild(
      process.execPath,
      [vite, 'build', '--config', config, '--outDir', unfinished, '--logLevel', 'warn'],
      { cwd: root, quiet: true, env: { ...process.env, NODE_ENV: 'production' } },
    );
    if (code !== 0) throw new Error(`Страницы не собрались:\n${output.trim()}`);
    writeFileSync(join(unfinished, '.built'), wanted);
    replaceFolder(target, unfinished);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
    end();
  }
  return true;
}

/** A running server never sees half of a build. */
function replaceFolder(target, source) {
  const old = `${target}.old.${process.pid}`;
  mkdirSync(join(target, '..'), { recursive: true });
  try {
    renameSync(target, old);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
  try {
    renameSync(source, target);
  } catch (error) {
    // Another start has put the same build there at this very moment.
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
  }
  rmSync(old, { recursive: true, force: true });
}

function hashOf(root) {
  const hash = createHash('sha256');
  for (const source of SOURCES) addTo(hash, join(root, source), source);
  return hash.digest('hex');
}

function addTo(hash, path, name) {
  let entries;
  try {
    entries = readdirSync(path, { withFileTypes: true });
  } catch (error) {
    if (error.code === 'ENOENT') return;
    hash.update(`${name}\0`).update(readFileSync(path)).update('\0');
    return;
  }
  for (const entry of entries.sort((left, right) => (left.name < right.name ? -1 : 1))) {
    addTo(hash, join(path, entry.name), `${name}/${entry.name}`);
  }
}

function readText(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { createProgress } = await import('./progress.mjs');
  await buildUi(fileURLToPath(new URL('../..', import.meta.url)), createProgress());
}
