import { describe, expect, it } from 'vitest';
import { parseHtml } from './html.ts';
import { renderHtml } from './html-out.ts';

describe('HTML of templates', () => {
  it('divides what given shares of a table leave among its other columns', () => {
    const [table] = parseHtml('<table><tr><td width="40%">a</td><td>b</td><td>c</td></tr></table>');
    expect(table).toMatchObject({ columns: [{ width: 40 }, { width: 30 }, { width: 30 }] });
    const [free] = parseHtml('<table><tr><td>a</td><td>b</td></tr></table>');
    expect(free).toMatchObject({ columns: [{}, {}] });
  });

  it('becomes a document tree', () => {
    expect(
      parseHtml(`<h1>СПРАВКА</h1>
        <table class="plain"><tr><td>02.09.2026</td><td align="right">№ 5</td></tr></table>
        <p>Выдана <b>Щёголеву</b>,<br> в том</p>
        <div class="signature" data-post="Директор" data-name="Е. А. Литвинова"></div>`),
    ).toEqual([
      { type: 'heading', level: 1, content: [{ text: 'СПРАВКА' }], align: 'center' },
      {
        type: 'table',
        borders: false,
        columns: [{ width: 50 }, { width: 50 }],
        head: [],
        body: [
          {
            cells: [
              { content: [{ text: '02.09.2026' }] },
              { content: [{ text: '№\u00a05' }], align: 'right' },
            ],
          },
        ],
      },
      {
        type: 'paragraph',
        align: 'justify',
        indent: true,
        content: [
          { text: 'Выдана ' },
          { text: 'Щёголеву', bold: true },
          { text: ',' },
          { text: '\n' },
          { text: 'в том' },
        ],
      },
      { type: 'signature', post: 'Директор', name: 'Е. А. Литвинова' },
    ]);
  });

  it.each([
    ['<p>a</p>\n<script>x</script>', 2, 'script'],
    ['<p onclick="x">a</p>', 1, 'onclick'],
    ['<p style="color:red">a</p>', 1, 'style'],
    ['<p><a href="http://x">a</a></p>', 1, 'a'],
    ['<img src=x>', 1, 'img'],
    ['<iframe></iframe>', 1, 'iframe'],
    ['<svg></svg>', 1, 'svg'],
    ['<p class="evil">a</p>', 1, 'evil'],
    ['\n\nголый текст', 1, 'абзаце'],
    ['<table><tr><td colspan="0">a</td></tr></table>', 1, 'colspan'],
  ])('refuses %s and names the place', (html, line, words) => {
    try {
      parseHtml(html);
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: 'DOCUMENT_HTML', status: 422, members: { line } });
      expect((error as { detail: string }).detail).toContain(words);
    }
  });

  it('is shown again escaped, with the stamp', () => {
    const stamp = {
      system: 'Картотека',
      subsystem: 'Карточки',
      composedAt: '02.09.2026 10:15',
      executor: 'Иванова <М>',
      parameters: [],
    };
    const blocks = parseHtml('<p>&lt;script&gt;</p>');
    const html = renderHtml({ title: 'т', layout: 'document', orientation: 'portrait', blocks }, stamp);
    expect(html).toContain('&lt;script&gt;');
    expect(html).not.toContain('<script');
    expect(html).toContain('Иванова &lt;М&gt;');
  });
});
