/** The PDF maker: a process of its own, so that a document that takes too long can be stopped. */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler';

export interface PdfJob {
  /** JSON text of the document as the fixed template reads it. */
  data: string;
  /** Seconds since 1970, from the run record: the same run gives the same bytes (RP5). */
  createdAt: number;
  tagged: boolean;
}
export type PdfAnswer = { ok: true; pdf: Buffer } | { ok: false; message: string };

const workspace = fileURLToPath(new URL('../../report-templates', import.meta.url));
const fonts = ['tinos', 'arimo'].map(name =>
  dirname(fileURLToPath(import.meta.resolve(`@expo-google-fonts/${name}/package.json`))),
);
const compiler = NodeCompiler.create({ workspace, fontArgs: [{ fontPaths: fonts }] });

function makePdf(job: PdfJob): PdfAnswer {
  try {
    compiler.mapShadow(`${workspace}/data.json`, Buffer.from(job.data));
    const compiled = compiler.compile({ mainFilePath: `${workspace}/document.typ` });
    if (!compiled.result) {
      const diagnostics = compiled.takeDiagnostics();
      const found = diagnostics ? compiler.fetchDiagnostics(diagnostics) : 'no diagnostics';
      return { ok: false, message: JSON.stringify(found).slice(0, 2000) };
    }
    const pdf = compiler.pdf(compiled.result, { creationTimestamp: job.createdAt, pdfTags: job.tagged });
    return { ok: true, pdf };
  } catch (error) {
    return { ok: false, message: error instanceof Error ? error.message : String(error) };
  } finally {
    compiler.resetShadow();
    // What was printed is not kept in memory.
    compiler.evictCache(0);
  }
}

process.on('message', (job: PdfJob) => process.send?.(makePdf(job)));
process.on('disconnect', () => process.exit());
process.send?.('ready');
