/** A printed paper composed by the server, rebuilt from an allow list: nothing in it can run or load. */
const TAGS = new Set(
  'h1 h2 h3 p ul ol li table colgroup col thead tbody tr td th strong em u small br hr div span main'.split(
    ' ',
  ),
);
const ATTRIBUTES = ['class', 'colspan', 'rowspan', 'scope'];

export interface PaperParts {
  nodes: Node[];
  sheet: CSSStyleSheet;
}

/** @param html  a whole page, as the preview of a report is answered */
export function paperParts(html: string): PaperParts {
  // Taken out before parsing: a style element without a nonce is refused even in a page nobody shows.
  const styles: string[] = [];
  const bare = html.replace(/<style>([^<]*)<\/style>/g, (_, css: string) => {
    styles.push(css);
    return '';
  });
  const page = new DOMParser().parseFromString(bare, 'text/html');
  const css = styles.join('\n');
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(
    css
      .replace(/(^|[\s,}])(html|body)(?=[\s,{.])/g, '$1:host')
      .replace(/(^|[\s,}])main(?=[\s,{.])/g, '$1.paper'),
  );
  return { nodes: [...page.body.childNodes].flatMap(copy), sheet };
}

function copy(node: Node): Node[] {
  if (node.nodeType === Node.TEXT_NODE) return [document.createTextNode(node.textContent ?? '')];
  if (!(node instanceof Element) && node.nodeType !== Node.ELEMENT_NODE) return [];
  const from = node as Element;
  const tag = from.localName;
  if (!TAGS.has(tag)) return [];
  // The screen has its main part already; the paper's own becomes an ordinary box of that name.
  const to = document.createElement(tag === 'main' ? 'div' : tag);
  for (const name of ATTRIBUTES) {
    const value = from.getAttribute(name);
    if (value !== null) to.setAttribute(name, value);
  }
  if (tag === 'main') to.classList.add('paper');
  to.append(...[...from.childNodes].flatMap(copy));
  return [to];
}
