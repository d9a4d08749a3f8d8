import { AppLink } from './app-link.tsx';
import { moveBetweenRows } from './data-table.tsx';
import './row-cards.css';

export interface RowCard {
  id: string;
  to: string;
  title: string;
  /** Second line. */
  detail: string;
}

/** A list for a phone: two lines a row. */
export function RowCards({ caption, rows, dimmed }: { caption: string; rows: RowCard[]; dimmed: boolean }) {
  return (
    <ul
      className="k-rowcards"
      aria-label={caption}
      aria-busy={dimmed}
      data-dimmed={dimmed || undefined}
      onKeyDown={moveBetweenRows}
    >
      {rows.map(row => (
        <li key={row.id}>
          <AppLink to={row.to} data-row-link>
            <span className="k-rowcards-title">{row.title}</span>
            <span className="k-caption k-muted">{row.detail}</span>
          </AppLink>
        </li>
      ))}
    </ul>
  );
}
