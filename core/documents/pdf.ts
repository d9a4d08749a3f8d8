/** Document tree -> PDF: the tree goes as data into one fixed typst template; the stamp is the renderer's own. */
import { fileURLToPath } from 'node:url';
import { Problem } from '../problems.ts';
import { ChildFailure, ChildPool } from '../sandbox/child-pool.ts';
import type { PdfAnswer, PdfJob } from './pdf-child.ts';
import type { Block, DocumentTree, Stamp } from './types.ts';

/** Above so many table rows the PDF is untagged: tags made long tables many times larger. */
const TAGGED_ROWS = 500;
/** Parameters at the foot of each page; in full they stand under the title of a report. */
const FOOT_CHARACTERS = 160;

const tableRows = (blocks: readonly Block[]): number =>
  blocks.reduce((sum, block) => sum + (block.type === 'table' ? block.body.length : 0), 0);

function footnote(parameters: readonly string[]): string {
  const text = parameters.join('; ');
  return text.length > FOOT_CHARACTERS ? `${text.slice(0, FOOT_CHARACTERS - 1)}…` : text;
}

export class PdfMaker {
  readonly #pool: ChildPool;
  readonly #wallMs: number;

  /** @param wallMs time for one document, default 30 s */
  constructor(options: { wallMs?: number } = {}) {
    this.#wallMs = options.wallMs ?? 30_000;
    this.#pool = new ChildPool({
      script: fileURLToPath(new URL('./pdf-child.ts', import.meta.url)),
      execArgv: ['--no-warnings'],
      size: 1,
      idleMs: 60_000,
    });
  }

  /**
   * @param createdAt of the run record; the stamp's words are made from the same instant
   * @throws DOCUMENT_STOPPED (422) when it took too long
   */
  async makePdf(tree: DocumentTree, stamp: Stamp, createdAt: Date): Promise<Uint8Array> {
    const data = JSON.stringify({ ...tree, stamp: { ...stamp, short: footnote(stamp.parameters) } });
    const job: PdfJob = {
      data,
      createdAt: Math.floor(createdAt.getTime() / 1000),
      tagged: tableRows(tree.blocks) <= TAGGED_ROWS,
    };
    const answer = await this.#pool.call<PdfAnswer>(job, { wallMs: this.#wallMs }).catch(error => {
      if (!(error instanceof ChildFailure) || error.reason !== 'timeout') throw error;
      throw new Problem(
        'DOCUMENT_STOPPED',
        422,
        'Документ не составлен',
        'Документ слишком велик для печати',
        {
          cause: error,
        },
      );
    });
    if (!answer.ok) throw new Error(`typst: ${answer.message}`);
    return answer.pdf;
  }

  close(): Promise<void> {
    return this.#pool.close();
  }
}
