/** Rendering of templates written by people, in a process of its own (security TS1–TS9). */
import { createHash } from 'node:crypto';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Problem } from '../problems.ts';
import { ChildFailure, ChildPool } from './child-pool.ts';

export interface TemplateJob {
  /** Shown in errors: `<plugin>/<template>.hbs`. */
  name: string;
  source: string;
  /** The shared parts that templates may include, by name. */
  partials?: Record<string, string>;
  /** Plain values only, cut to the reader's rights already (TS7). */
  view: unknown;
}

interface Answer {
  ok: boolean;
  html?: string;
  stopped?: 'timeout' | 'memory' | 'failed';
  error?: { template: string; line: number | null; column: number | null; message: string };
}

export interface SandboxLimits {
  wallMs: number;
  /** Heap of the isolate. */
  memoryMb: number;
  residentBytes: number;
  viewBytes: number;
}

const DEFAULT_LIMITS: SandboxLimits = {
  wallMs: 5_000,
  memoryMb: 64,
  residentBytes: 320 * 1024 * 1024,
  viewBytes: 20 * 1024 * 1024,
};
/** A template that ended its process so often is refused without trying (TS4). */
const STRIKES = 2;

const here = dirname(fileURLToPath(import.meta.url));
const modules = (name: string) => fileURLToPath(new URL(`../../node_modules/${name}`, import.meta.url));

/** Everything the sandbox may read: its own two files, the isolate's binary, Handlebars. */
export function permissionArguments(): string[] {
  const readable = [
    `${here}/child.ts`,
    `${here}/inside.js`,
    fileURLToPath(new URL('../../package.json', import.meta.url)),
    `${modules('isolated-vm')}/*`,
    `${modules('node-gyp-build')}/*`,
    `${modules('handlebars')}/*`,
    // node-gyp-build tells musl from glibc by the presence of this file.
    '/etc/alpine-release',
  ];
  return [
    '--no-warnings',
    '--no-node-snapshot',
    '--max-old-space-size=96',
    '--permission',
    // The isolate itself is an addon; no other addon's file is readable.
    '--allow-addons',
    ...readable.map(path => `--allow-fs-read=${path}`),
  ];
}

export class Sandbox {
  readonly #limits: SandboxLimits;
  readonly #pool: ChildPool;
  readonly #strikes = new Map<string, number>();

  constructor(limits: Partial<SandboxLimits> = {}) {
    this.#limits = { ...DEFAULT_LIMITS, ...limits };
    this.#pool = new ChildPool({
      script: `${here}/child.ts`,
      execArgv: permissionArguments(),
      size: 2,
      idleMs: 120_000,
    });
  }

  /**
   * Template and data in, HTML text out. The text is not trusted yet: `parseHtml` of core/documents allows
   * what may be printed.
   *
   * @throws TEMPLATE_INVALID (422) naming template, line and column; TEMPLATE_STOPPED (422) when it ran out of
   *   time, memory or size
   */
  async renderTemplate(job: TemplateJob): Promise<string> {
    const key = createHash('sha256').update(job.source).digest('base64');
    if ((this.#strikes.get(key) ?? 0) >= STRIKES) {
      throw stopped(job.name, 'Шаблон дважды останавливал обработку и отключён до исправления');
    }
    const input = JSON.stringify({
      name: job.name,
      source: job.source,
      partials: job.partials ?? {},
      view: job.view,
    });
    if (input.length > this.#limits.viewBytes)
      throw stopped(job.name, 'Для печатной формы слишком много данных');
    const answer = await this.#ask(job.name, key, input);
    if (answer.ok && answer.html !== undefined) return answer.html;
    if (answer.stopped) throw stopped(job.name, `Шаблон остановлен: ${WHY[answer.stopped]}`);
    throw invalidTemplate(answer.error);
  }

  close(): Promise<void> {
    return this.#pool.close();
  }

  async #ask(name: string, key: string, input: string): Promise<Answer> {
    try {
      const text = await this.#pool.call<string>(
        // The isolate's own limit is the softer one: it leaves the process alive.
        { input, timeoutMs: Math.floor(this.#limits.wallMs * 0.8), memoryMb: this.#limits.memoryMb },
        { wallMs: this.#limits.wallMs, maxResidentBytes: this.#limits.residentBytes },
      );
      return JSON.parse(text) as Answer;
    } catch (error) {
      if (!(error instanceof ChildFailure) || error.reason === 'closed') throw error;
      this.#strikes.set(key, (this.#strikes.get(key) ?? 0) + 1);
      throw stopped(name, `Шаблон остановлен: ${WHY[error.reason]}`, error);
    }
  }
}

const WHY = {
  timeout: 'не уложился в отведённое время',
  memory: 'не хватило памяти',
  failed: 'не выполнен',
  died: 'обработка прервана',
};

function stopped(name: string, detail: string, cause?: unknown): Problem {
  return new Problem('TEMPLATE_STOPPED', 422, 'Печатная форма не составлена', `${detail} (шаблон ${name})`, {
    cause,
  });
}

function invalidTemplate(error: Answer['error']): Problem {
  const { template = '', line, column, message = 'шаблон не выполнен' } = error ?? {};
  const place = line
    ? `, строка ${line}${column === null || column === undefined ? '' : `, столбец ${column + 1}`}`
    : '';
  return new Problem('TEMPLATE_INVALID', 422, 'Ошибка в шаблоне', `Шаблон ${template}${place}: ${message}`, {
    members: { template, line: line ?? null, column: column ?? null },
  });
}
