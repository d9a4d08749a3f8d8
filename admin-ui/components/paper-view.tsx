import { useLayoutEffect, useRef } from 'react';
import { paperParts } from './paper.ts';

/** Shows a printed paper with looks of its own, apart from those of the screen. `title` names it. */
export function PaperView({ html, title }: { html: string; title: string }) {
  const ref = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    const host = ref.current;
    if (!host) return;
    const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
    const { nodes, sheet } = paperParts(html);
    root.adoptedStyleSheets = [sheet];
    root.replaceChildren(...nodes);
  }, [html]);
  return <article ref={ref} className="k-paper" aria-label={title} lang="ru" />;
}
