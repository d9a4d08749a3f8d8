/**
 * The sandbox process. Started with the permission model: it reads its own code and Handlebars, nothing else, has
 * no network, no children, no environment. A fresh isolate for every call; a catastrophic error of V8 ends the
 * process at once (TS1–TS4).
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import ivm from 'isolated-vm';

interface RenderJob {
  /** JSON text of {name, source, partials, view}. */
  input: string;
  timeoutMs: number;
  memoryMb: number;
}

const handlebarsFile = createRequire(import.meta.url).resolve('handlebars/dist/handlebars.js');
const bootstrap = ivm.Isolate.createSnapshot([
  { code: readFileSync(handlebarsFile, 'utf8') },
  { code: readFileSync(new URL('./inside.js', import.meta.url), 'utf8') },
]);

/** After the snapshot, because V8 makes these anew for each context. */
const REMOVALS = `for (const name of ['WebAssembly', 'SharedArrayBuffer', 'Atomics', 'console']) delete globalThis[name];`;

function render(job: RenderJob): string {
  const isolate = new ivm.Isolate({
    memoryLimit: job.memoryMb,
    snapshot: bootstrap,
    onCatastrophicError: () => process.abort(),
  });
  try {
    const context = isolate.createContextSync();
    context.evalSync(REMOVALS);
    const entry = context.global.getSync('render', { reference: true });
    return entry.applySync(undefined, [job.input], {
      timeout: job.timeoutMs,
      result: { copy: true },
    }) as string;
  } finally {
    if (!isolate.isDisposed) isolate.dispose();
  }
}

process.on('message', (job: RenderJob) => {
  let answer: string;
  try {
    answer = render(job);
  } catch (error) {
    const text = String(error);
    const kind = /timed out/i.test(text) ? 'timeout' : /disposed|memory/i.test(text) ? 'memory' : 'failed';
    answer = JSON.stringify({ ok: false, stopped: kind });
  }
  process.send?.(answer);
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
