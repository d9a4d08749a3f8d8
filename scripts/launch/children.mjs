/** Processes the launcher starts, so that none outlives it. */
import { spawn } from 'node:child_process';

const running = new Set();

/**
 * Runs a program to its end.
 *
 * @returns {Promise<{ code: number, output: string }>} `output` is empty when stdio is inherited
 */
export function runChild(program, args, { quiet = false, onStart, ...options } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit', ...options });
    running.add(child);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', data => {
        output = (output + data).slice(-20_000);
      });
    }
    child.once('spawn', () => onStart?.(child));
    child.once('error', error => {
      running.delete(child);
      reject(error);
    });
    child.once('close', (code, signal) => {
      running.delete(child);
      resolve({ code: code ?? (signal ? 1 : 0), output });
    });
  });
}

export function signalChildren(signal) {
  for (const child of running) child.kill(signal);
}
