/**
 * The HTML that templates may write -> document tree. An allow list: anything else is refused with its line and
 * column, nothing is dropped silently.
 *
 * Blocks: `h1`–`h3`, `p`, `ul`, `ol`, `table` (`thead`, `tbody`, `tr`, `th`, `td` with `colspan`, `rowspan`,
 * `width="40%"`; class `plain` = no borders), `hr`, `div` (grouping), `div.columns` of `div.column`,
 * `div.page-break`, `div.spacer[data-height]` (mm), `div.signature[data-post][data-name]`.
 * In text: `b`, `strong`, `i`, `em`, `u`, `small`, `span`, `br`. Alignment: `align` or the classes `left`, `center`,
 * `right`, `justify`; a paragraph is justified with a first-line indent unless aligned or of class `no-indent`.
 */
import { type DefaultTreeAdapterTypes as Html, parseFragment } from 'parse5';
import { Problem } from '../problems.ts';
import type { Align, Block, Cell, Run, TableRow } from './types.ts';

type Element = Html.Element;
type Node = Html.ChildNode;
type Look = Omit<Run, 'text'>;

const INLINE: Record<string, Look> = {
  b: { bold: true },
  strong: { bold: true },
  i: { italic: true },
  em: { italic: true },
  u: { underline: true },
  small: { small: true },
  span: {},
};
const ALIGNS = new Set<string>(['left', 'center', 'right', 'justify']);
const CLASSES = new Set([
  ...ALIGNS,
  'plain',
  'no-indent',
  'columns',
  'column',
  'page-break',
  'spacer',
  'signature',
]);
const ATTRIBUTES: Record<string, string[]> = {
  td: ['colspan', 'rowspan', 'width'],
  th: ['colspan', 'rowspan', 'width'],
  div: ['data-post', 'data-name', 'data-height'],
};
const TABLE_PARTS = new Set(['thead', 'tbody', 'tfoot', 'tr', 'td', 'th']);
const MAX_SPAN = 100;

function refuse(node: Node, what: string): never {
  const place = node.sourceCodeLocation;
  const where = place ? `строка ${place.startLine}, столбец ${place.startCol}: ` : '';
  throw new Problem('DOCUMENT_HTML', 422, 'Печатная форма не составлена', `${where}${what}`, {
    members: { line: place?.startLine ?? null, column: place?.startCol ?? null },
  });
}

const isElement = (node: Node): node is Element => 'tagName' in node;
const isText = (node: Node): node is Html.TextNode => node.nodeName === '#text';
const attribute = (element: Element, name: string) => element.attrs.find(one => one.name === name)?.value;
const classes = (element: Element) => (attribute(element, 'class') ?? '').split(/\s+/).filter(Boolean);

function checkAttributes(element: Element): void {
  const allowed = ['class', 'align', ...(ATTRIBUTES[element.tagName] ?? [])];
  for (const { name } of element.attrs) {
    if (!allowed.includes(name)) refuse(element, `атрибут «${name}» у <${element.tagName}> не разрешён`);
  }
  for (const name of classes(element)) {
    if (!CLASSES.has(name)) refuse(element, `класс «${name}» не разрешён`);
  }
  const align = attribute(element, 'align');
  if (align !== undefined && !ALIGNS.has(align)) refuse(element, `выравнивание «${align}» не разрешено`);
}

function alignOf(element: Element): { align?: Align } {
  const named = attribute(element, 'align') ?? classes(element).find(name => ALIGNS.has(name));
  return named ? { align: named as Align } : {};
}

/** White space of the source is one space; a no-break space stays, and follows the number sign. */
const typography = (text: string) => text.replace(/[ \t\r\n\f]+/g, ' ').replaceAll('№ ', '№\u00a0');

function runsOf(nodes: readonly Node[], look: Look = {}): Run[] {
  return nodes.flatMap((node): Run[] => {
    if (isText(node)) return [{ text: typography(node.value), ...look }];
    if (node.nodeName === '#comment') return [];
    if (!isElement(node)) return refuse(node, 'здесь может быть только текст');
    if (node.tagName === 'br') return [{ text: '\n', ...look }];
    const own = Object.hasOwn(INLINE, node.tagName) ? INLINE[node.tagName] : undefined;
    if (!own) return refuse(node, `<${node.tagName}> внутри текста не разрешён`);
    checkAttributes(node);
    return runsOf(node.childNodes, { ...look, ...own });
  });
}

/** Without the white space at the ends of lines, which in HTML has no width. */
function trimmed(runs: Run[]): Run[] {
  const result = runs.map(run => ({ ...run }));
  result.forEach((run, index) => {
    const before = result[index - 1];
    if (run.text !== '\n' && (!before || /[ \n]$/.test(before.text))) run.text = run.text.replace(/^ +/, '');
    if (run.text === '\n' && before) before.text = before.text.replace(/ +$/, '');
  });
  const last = result.at(-1);
  if (last && last.text !== '\n') last.text = last.text.replace(/ +$/, '');
  return result.filter(run => run.text !== '');
}

const textOf = (element: Element) => trimmed(runsOf(element.childNodes));

function whole(element: Element, name: string, most: number): number | undefined {
  const given = attribute(element, name);
  if (given === undefined) return undefined;
  const value = Number(given);
  if (!Number.isInteger(value) || value < 1 || value > most)
    refuse(element, `«${name}» — целое число от 1 до ${most}`);
  return value;
}

function cellOf(element: Element): Cell {
  checkAttributes(element);
  const colspan = whole(element, 'colspan', MAX_SPAN);
  const rowspan = whole(element, 'rowspan', MAX_SPAN);
  return {
    content: textOf(element),
    ...(colspan ? { colspan } : {}),
    ...(rowspan ? { rowspan } : {}),
    ...(element.tagName === 'th' ? { bold: true } : {}),
    ...alignOf(element),
  };
}

interface Rows {
  head: TableRow[];
  body: TableRow[];
  widths: (number | undefined)[];
}

function collectRows(element: Element, rows: Rows, inHead: boolean): void {
  for (const child of element.childNodes) {
    if (isText(child) && child.value.trim() === '') continue;
    if (child.nodeName === '#comment') continue;
    if (!isElement(child) || !TABLE_PARTS.has(child.tagName))
      refuse(child, 'в таблице могут быть только строки');
    checkAttributes(child);
    if (child.tagName !== 'tr') {
      collectRows(child, rows, child.tagName === 'thead');
      continue;
    }
    const cells = child.childNodes.filter(isElement);
    cells.forEach((cell, index) => {
      const width = attribute(cell, 'width');
      if (width === undefined) return;
      const share = /^(\d{1,3})%$/.exec(width);
      if (!share) refuse(cell, 'ширина задаётся в процентах: width="40%"');
      rows.widths[index] = Number(share[1]);
    });
    (inHead ? rows.head : rows.body).push({ cells: cells.map(cellOf) });
  }
}

function tableOf(element: Element): Block {
  const rows: Rows = { head: [], body: [], widths: [] };
  collectRows(element, rows, false);
  const width = (row: TableRow) =>
    row.cells.reduce((sum, cell) => sum + (typeof cell === 'string' ? 1 : (cell.colspan ?? 1)), 0);
  const count = [...rows.head, ...rows.body].reduce((most, row) => Math.max(most, width(row)), 1);
  const plain = classes(element).includes('plain');
  const given = rows.widths.filter(share => share !== undefined);
  // Beside shares a column as wide as its content leaves the others nothing: the rest is divided evenly.
  const rest =
    given.length > 0 || plain
      ? Math.max(5, (100 - given.reduce((sum, share) => sum + share, 0)) / (count - given.length))
      : undefined;
  return {
    type: 'table',
    columns: Array.from({ length: count }, (_, index) => {
      const share = rows.widths[index] ?? rest;
      return share ? { width: share } : {};
    }),
    head: rows.head,
    body: rows.body,
    borders: !plain,
  };
}

function divisionOf(element: Element): Block[] {
  const names = classes(element);
  if (names.includes('page-break')) return [{ type: 'pageBreak' }];
  if (names.includes('spacer')) return [{ type: 'spacer', height: whole(element, 'data-height', 200) ?? 5 }];
  if (names.includes('signature')) {
    return [
      {
        type: 'signature',
        post: attribute(element, 'data-post') ?? '',
        name: attribute(element, 'data-name') ?? '',
      },
    ];
  }
  if (!names.includes('columns')) return blocksOf(element.childNodes);
  const columns = element.childNodes.filter(isElement).map(column => {
    if (column.tagName !== 'div' || !classes(column).includes('column'))
      refuse(column, 'здесь нужен div.column');
    checkAttributes(column);
    return { blocks: blocksOf(column.childNodes) };
  });
  return [{ type: 'columns', columns }];
}

function blockOf(element: Element): Block[] {
  checkAttributes(element);
  const { tagName } = element;
  switch (tagName) {
    case 'h1':
    case 'h2':
    case 'h3':
      return [
        {
          type: 'heading',
          level: Number(tagName[1]) as 1 | 2 | 3,
          content: textOf(element),
          align: alignOf(element).align ?? 'center',
        },
      ];
    case 'p': {
      const { align } = alignOf(element);
      const indent = align === undefined && !classes(element).includes('no-indent');
      return [{ type: 'paragraph', content: textOf(element), align: align ?? 'justify', indent }];
    }
    case 'ul':
    case 'ol': {
      const items = element.childNodes.filter(isElement).map(item => {
        if (item.tagName !== 'li') refuse(item, 'в списке могут быть только пункты <li>');
        return textOf(item);
      });
      return [{ type: 'list', ordered: tagName === 'ol', items }];
    }
    case 'table':
      return [tableOf(element)];
    case 'hr':
      return [{ type: 'rule' }];
    case 'div':
      return divisionOf(element);
    default:
      return refuse(element, `<${tagName}> не разрешён`);
  }
}

function blocksOf(nodes: readonly Node[]): Block[] {
  return nodes.flatMap((node): Block[] => {
    if (node.nodeName === '#comment') return [];
    if (isText(node)) return node.value.trim() === '' ? [] : refuse(node, 'текст должен стоять в абзаце');
    return isElement(node) ? blockOf(node) : refuse(node, 'здесь не разрешено');
  });
}

/**
 * @throws DOCUMENT_HTML (422) naming line and column of what is not allowed
 */
export function parseHtml(html: string): Block[] {
  return blocksOf(parseFragment(html, { sourceCodeLocationInfo: true }).childNodes);
}
