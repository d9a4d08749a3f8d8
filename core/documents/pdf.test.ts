import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { afterAll, describe, expect, it } from 'vitest';
import { PdfMaker } from './pdf.ts';
import type { DocumentTree, Stamp } from './types.ts';

const maker = new PdfMaker();
afterAll(() => maker.close());

const stamp: Stamp = {
  system: 'Картотека',
  subsystem: 'Личные карточки обучающихся',
  composedAt: '02.09.2026 10:15',
  executor: 'Иванова М. П., секретарь',
  parameters: ['Класс: 7 «А»'],
};
const createdAt = new Date('2026-09-02T07:15:00Z');

async function pages(pdf: Uint8Array): Promise<string[]> {
  const document = await getDocument({ data: new Uint8Array(pdf), useSystemFonts: false, verbosity: 0 })
    .promise;
  return Promise.all(
    Array.from({ length: document.numPages }, async (_, index) => {
      const content = await (await document.getPage(index + 1)).getTextContent();
      return content.items
        .map(item => ('str' in item ? item.str : ''))
        .join(' ')
        .replace(/\s+/g, ' ');
    }),
  );
}

const longReport: DocumentTree = {
  title: 'Список',
  layout: 'report',
  orientation: 'landscape',
  blocks: [
    {
      type: 'table',
      borders: true,
      columns: [{ width: 1 }, { width: 4 }],
      head: [{ cells: ['№', 'Фамилия'] }],
      body: Array.from({ length: 200 }, (_, index) => ({ cells: [String(index + 1), 'Щёголев'] })),
    },
  ],
};

describe('PDF', () => {
  it('carries system, date, executor, parameters and page x of y on every page (S001-4.5)', async () => {
    const text = await pages(await maker.makePdf(longReport, stamp, createdAt));
    expect(text.length).toBeGreaterThan(3);
    text.forEach((page, index) => {
      expect(page).toContain('Картотека');
      expect(page).toContain('Личные карточки обучающихся');
      expect(page).toContain('Дата составления: 02.09.2026 10:15');
      expect(page).toContain('Исполнитель: Иванова М. П., секретарь');
      expect(page).toContain('Класс: 7 «А»');
      expect(page).toContain(`Стр. ${index + 1} из ${text.length}`);
      expect(page).toContain('Фамилия');
    });
  });

  it('takes text as data: nothing in it is typst code', async () => {
    const [page] = await pages(
      await maker.makePdf(
        {
          title: '#panic("x")',
          layout: 'document',
          orientation: 'portrait',
          blocks: [{ type: 'paragraph', content: '#read("/etc/passwd") $x$ *b* _i_ @ref <l> \\u{41}' }],
        },
        stamp,
        createdAt,
      ),
    );
    expect(page).toContain('#read("/etc/passwd") $x$ *b* _i_ @ref <l> \\u{41}');
  });

  it('is the same bytes for the same run (RP5)', async () => {
    const one = await maker.makePdf(longReport, stamp, createdAt);
    expect(Buffer.compare(one, await maker.makePdf(longReport, stamp, createdAt))).toBe(0);
  });
});
