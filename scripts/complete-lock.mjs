#!/usr/bin/env node
/**
 * Adds to package-lock.json the optional platform packages that the registry in use did not offer.
 *
 * `npm ci` refuses a lock in which an optional dependency of a listed package has no entry of its own, even
 * when that package is for another operating system. A registry mirror that lacks some platforms makes such
 * locks. The entries added here name version, system and processor; npm installs them only on that platform
 * and asks the registry for their integrity then.
 *
 * Run after every change of dependencies: `node scripts/complete-lock.mjs`.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const SYSTEMS = { windows: 'win32', win32: 'win32', openharmony: 'openharmony' };
const KNOWN_SYSTEMS = /^(aix|android|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|win32|windows)$/;

const file = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(file, 'utf8'));
const added = [];

for (const entry of Object.values(lock.packages)) {
  for (const [name, range] of Object.entries(entry.optionalDependencies ?? {})) {
    const key = `node_modules/${name}`;
    const platform = platformOf(name);
    if (lock.packages[key] || !platform) continue;
    lock.packages[key] = {
      version: range.replace(/^[\^~]/, ''),
      cpu: [platform.cpu],
      ...(entry.dev ? { dev: true } : {}),
      ...(platform.libc ? { libc: [platform.libc] } : {}),
      optional: true,
      os: [platform.os],
    };
    added.push(name);
  }
}

lock.packages = Object.fromEntries(
  Object.entries(lock.packages).sort(([left], [right]) => left.localeCompare(right, 'en')),
);
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
console.log(added.length === 0 ? 'The lock is complete.' : `Added ${added.length}: ${added.join(', ')}`);

/** `@scope/thing-linux-arm64-musl` -> linux, arm64, musl; undefined for a name without a platform. */
function platformOf(name) {
  const words = name.split('/').at(-1).split('-');
  const at = words.findIndex(word => KNOWN_SYSTEMS.test(word));
  if (at < 0 || !words[at + 1]) return undefined;
  const libc = words.includes('musl') ? 'musl' : words.includes('gnu') ? 'glibc' : undefined;
  return { os: SYSTEMS[words[at]] ?? words[at], cpu: words[at + 1], libc };
}
