/** Notices that whoever started us is gone, even when it was killed without a word. */
import { readFileSync } from 'node:fs';

const EVERY_MS = 500;

/**
 * Watches our parent, and behind a shell the shell's parent: npm starts `sh -c "node …"`, and a killed npm
 * leaves that shell waiting for us. Only when npm or our own launcher started us: a server put into the
 * background by hand shall outlive its terminal.
 *
 * @param {() => void} onGone  called once
 */
export function watchLauncher(onGone) {
  const parent = process.ppid;
  if (parent <= 1) return;
  const grandparent = isShell(parent) ? parentOf(parent) : undefined;
  const timer = setInterval(() => {
    const orphaned = process.ppid !== parent;
    if (!orphaned && (grandparent === undefined || parentOf(parent) === grandparent)) return;
    clearInterval(timer);
    onGone();
  }, EVERY_MS);
  timer.unref();
}

function parentOf(pid) {
  return fieldsOf(pid)?.parent;
}

function isShell(pid) {
  return /^(sh|dash|bash|ash|busybox|zsh)$/.test(fieldsOf(pid)?.name ?? '');
}

/** Undefined where the system has no /proc. */
function fieldsOf(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const name = text.slice(text.indexOf('(') + 1, text.lastIndexOf(')'));
    const parent = Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[1]);
    return { name, parent };
  } catch {
    return undefined;
  }
}
