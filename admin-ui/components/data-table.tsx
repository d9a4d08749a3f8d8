import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import type { KeyboardEvent, MouseEvent, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { AppLink } from './app-link.tsx';
import './data-table.css';

export interface DataColumn {
  key: string;
  title: string;
  align?: 'left' | 'right';
  /** Direction in which the rows are ordered by this column now. */
  sorted?: 'ascending' | 'descending' | undefined;
  onSort?: (() => void) | undefined;
}

export interface DataRow {
  id: string;
  /** Address opened by the row. */
  to: string;
  cells: ReactNode[];
}

interface DataTableProps {
  caption: string;
  columns: DataColumn[];
  rows: DataRow[];
  /** Old rows stay while new ones come. */
  dimmed?: boolean;
}

/**
 * Rows that open cards. The first column is a link and stays in place; `j`, `k` and the arrows move between rows,
 * Enter opens.
 */
export function DataTable({ caption, columns, rows, dimmed = false }: DataTableProps) {
  const navigate = useNavigate();
  const open = (event: MouseEvent<HTMLTableRowElement>, to: string) => {
    const target = event.target as HTMLElement;
    if (target.closest('a, button') || window.getSelection()?.toString()) return;
    if (event.ctrlKey || event.metaKey) window.open(to, '_blank', 'noopener');
    else void navigate({ to });
  };
  return (
    <section className="k-table-box" aria-label={caption}>
      <table
        className="k-table"
        data-dimmed={dimmed || undefined}
        aria-busy={dimmed}
        onKeyDown={moveBetweenRows}
      >
        <caption className="k-hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map(column => (
              <HeadCell key={column.key} column={column} />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(row => (
            <tr key={row.id} onClick={event => open(event, row.to)}>
              {row.cells.map((cell, index) =>
                index === 0 ? (
                  <th key={columns[index]?.key} scope="row">
                    <AppLink to={row.to} data-row-link>
                      {cell}
                    </AppLink>
                  </th>
                ) : (
                  <td key={columns[index]?.key} data-align={columns[index]?.align}>
                    {cell}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function HeadCell({ column }: { column: DataColumn }) {
  const { t } = useTranslation();
  const { title, sorted, onSort, align } = column;
  if (!onSort) {
    return (
      <th scope="col" data-align={align}>
        <span className="k-table-title">{title}</span>
      </th>
    );
  }
  const Arrow = sorted === 'descending' ? IconArrowDown : IconArrowUp;
  return (
    <th scope="col" data-align={align} aria-sort={sorted ?? 'none'}>
      <button
        type="button"
        className="k-plain k-table-title"
        onClick={onSort}
        title={t('list.sortBy', { title })}
      >
        {title}
        {sorted && <Arrow size={14} stroke={2} aria-hidden />}
      </button>
    </th>
  );
}

const STEPS: Record<string, number> = { ArrowDown: 1, j: 1, о: 1, ArrowUp: -1, k: -1, л: -1 };

/** Moves focus between the links of the rows; the letters work in the Russian layout too. */
export function moveBetweenRows(event: KeyboardEvent<HTMLElement>) {
  const step = STEPS[event.key];
  if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-row-link]')];
  const at = rows.indexOf(document.activeElement as HTMLElement);
  if (at < 0) return;
  event.preventDefault();
  rows[Math.max(0, Math.min(rows.length - 1, at + step))]?.focus();
}
