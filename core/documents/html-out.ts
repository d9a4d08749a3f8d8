/** Document tree -> HTML for the preview on screen: shown in a frame without scripts and without network. */
import type { Align, Block, Cell, DocumentTree, Inline, Run, Stamp, TableBlock, TableRow } from './types.ts';

export const escapeHtml = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');

const lines = (text: string) => escapeHtml(text).replaceAll('\n', '<br>');

function runHtml(run: Run): string {
  let html = lines(run.text);
  if (run.small) html = `<small>${html}</small>`;
  if (run.underline) html = `<u>${html}</u>`;
  if (run.italic) html = `<em>${html}</em>`;
  if (run.bold) html = `<strong>${html}</strong>`;
  return html;
}

const inline = (content: Inline) =>
  typeof content === 'string' ? lines(content) : content.map(runHtml).join('');
const classAttribute = (...names: (string | undefined | false)[]) => {
  const given = names.filter(Boolean).join(' ');
  return given ? ` class="${given}"` : '';
};

function cellHtml(cell: string | Cell, tag: 'td' | 'th', columnAlign: Align | undefined): string {
  const given: Cell = typeof cell === 'string' ? { content: cell } : cell;
  const span = given.colspan && given.colspan > 1 ? ` colspan="${given.colspan}"` : '';
  const down = given.rowspan && given.rowspan > 1 ? ` rowspan="${given.rowspan}"` : '';
  const scope = tag === 'th' ? ' scope="col"' : '';
  const look = classAttribute(given.align ?? columnAlign, given.bold && 'bold');
  return `<${tag}${span}${down}${scope}${look}>${inline(given.content)}</${tag}>`;
}

function rowHtml(row: TableRow, tag: 'td' | 'th', block: TableBlock): string {
  const cells = row.cells.map((cell, index) => cellHtml(cell, tag, block.columns[index]?.align)).join('');
  return `<tr${classAttribute(row.role)}>${cells}</tr>`;
}

function tableHtml(block: TableBlock): string {
  const head = block.head.map(row => rowHtml(row, 'th', block)).join('');
  const body = block.body.map(row => rowHtml(row, 'td', block)).join('');
  const look = classAttribute(!block.borders && 'plain');
  return `<table${look}>${head ? `<thead>${head}</thead>` : ''}<tbody>${body}</tbody></table>`;
}

function blockHtml(block: Block): string {
  switch (block.type) {
    case 'heading':
      return `<h${block.level}${classAttribute(block.align)}>${inline(block.content)}</h${block.level}>`;
    case 'paragraph':
      return `<p${classAttribute(block.align, block.indent && 'indent')}>${inline(block.content)}</p>`;
    case 'list': {
      const tag = block.ordered ? 'ol' : 'ul';
      return `<${tag}>${block.items.map(item => `<li>${inline(item)}</li>`).join('')}</${tag}>`;
    }
    case 'table':
      return tableHtml(block);
    case 'columns':
      return `<div class="columns">${block.columns.map(one => `<div>${blocksHtml(one.blocks)}</div>`).join('')}</div>`;
    case 'pageBreak':
    case 'rule':
      return '<hr>';
    case 'spacer':
      return '<div class="spacer"></div>';
    case 'signature':
      return `<div class="signature"><span>${lines(block.post)}</span><span class="line"></span><span>${lines(block.name)}</span></div>`;
  }
}

const blocksHtml = (blocks: readonly Block[]) => blocks.map(blockHtml).join('\n');

const STYLE = `
body{margin:0;color:#16191d;background:#fff;line-height:1.4}
main{max-width:180mm;margin:0 auto;padding:8mm 10mm}
.document{font:14pt/1.4 "Times New Roman",Tinos,"Liberation Serif",serif}
.report{font:10pt/1.35 Arial,Arimo,"Liberation Sans",sans-serif;max-width:none}
.stamp{font:9pt/1.4 Arial,sans-serif;color:#5c636a;display:flex;gap:1em;justify-content:space-between}
table{border-collapse:collapse;width:100%}td,th{border:1px solid #868e96;padding:3px 6px;vertical-align:top}
table.plain td,table.plain th{border:0;padding:2px 0}thead th,.group td{background:#eef0f2}
.group td,.subtotal td,.total td,.bold{font-weight:700}
.left{text-align:left}.center{text-align:center}.right{text-align:right}.justify{text-align:justify}
p.indent{text-indent:1.25cm}.columns{display:flex;gap:6mm}.columns>div{flex:1}.spacer{height:6mm}
.signature{display:flex;gap:5mm;margin-top:2em;align-items:flex-end}.signature span{flex:1}
.signature .line{border-bottom:1px solid #16191d}.signature span:last-child{text-align:right}
`;

/** A whole page with its stamp (S001-4.5) and without anything to run or to fetch. */
export function renderHtml(tree: DocumentTree, stamp: Stamp): string {
  const top = `<span>Информационная система «${escapeHtml(stamp.system)}», подсистема «${escapeHtml(stamp.subsystem)}»</span><span>Дата составления: ${escapeHtml(stamp.composedAt)}</span>`;
  const bottom = `<span>Исполнитель: ${escapeHtml(stamp.executor)}</span><span>${escapeHtml(stamp.parameters.join('; '))}</span>`;
  return `<!doctype html>
<html lang="ru"><head><meta charset="utf-8"><title>${escapeHtml(tree.title)}</title><style>${STYLE}</style></head>
<body><main class="${tree.layout}">
<div class="stamp">${top}</div>
${blocksHtml(tree.blocks)}
<div class="stamp">${bottom}</div>
</main></body></html>`;
}
