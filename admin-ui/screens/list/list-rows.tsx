import { useMediaQuery } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';
import type { ColumnDescription, EntityDescription } from '../../../core/forms/description.types.ts';
import type { ListItem } from '../../api/types.ts';
import { DataTable } from '../../components/data-table.tsx';
import { RowCards } from '../../components/row-cards.tsx';
import { useValueWords } from '../../components/use-value-words.ts';
import { type ValueWords, valueAt, valueText } from '../../components/value-text.ts';
import { links } from '../../links.ts';
import { sortDirection, toggleSort } from './list-query.ts';

interface ListRowsProps {
  description: EntityDescription;
  columns: ColumnDescription[];
  items: ListItem[];
  sort: string;
  appointment: string;
  dimmed: boolean;
  onSort: (sort: string) => void;
}

/** One page of records: a table, or two-line rows on a phone. */
export function ListRows({ description, columns, items, sort, appointment, dimmed, onSort }: ListRowsProps) {
  const { t } = useTranslation();
  const words = useValueWords();
  const phone = useMediaQuery('(max-width: 767px)', window.innerWidth < 768, {
    getInitialValueInEffect: false,
  });
  const to = (item: ListItem) => links.card(appointment, description.id, String(item.id));
  if (phone) {
    const rows = items.map(item => ({
      id: String(item.id),
      to: to(item),
      title: titleOf(item, t('list.noName')),
      detail: columns
        .map(column => cellText(item, column, description, words))
        .filter(text => text !== '' && text !== item.label)
        .slice(0, 4)
        .join(' · '),
    }));
    return <RowCards caption={description.plural} rows={rows} dimmed={dimmed} />;
  }
  return (
    <DataTable
      caption={description.plural}
      dimmed={dimmed}
      columns={columns.map(column => ({
        key: column.path,
        title: column.title,
        ...(column.kind === 'integer' || column.kind === 'decimal' ? { align: 'right' as const } : {}),
        sorted: sortDirection(sort, column.path),
        onSort: column.sortable ? () => onSort(toggleSort(sort, column.path)) : undefined,
      }))}
      rows={items.map(item => ({
        id: String(item.id),
        to: to(item),
        cells: columns.map(
          (column, index) =>
            cellText(item, column, description, words) ||
            (index === 0 ? titleOf(item, t('list.noName')) : ''),
        ),
      }))}
    />
  );
}

/** Someone whose name the reader may not see is still a row to open. */
const titleOf = (item: ListItem, noName: string) => item.label || noName;

/** Codes in the reader's language; captions of references come from the server beside the record. */
export function cellText(
  item: ListItem,
  column: ColumnDescription,
  description: EntityDescription,
  words: ValueWords,
): string {
  if (column.path === 'person') return item.labels?.person ?? item.label;
  const value = valueAt(item, column.path);
  const items = column.dictionary ? description.dictionaries[column.dictionary] : undefined;
  if (items && value !== undefined) {
    const codes = Array.isArray(value) ? value : [value];
    return codes.map(code => items.find(one => one.code === code)?.text ?? String(code)).join(', ');
  }
  return item.labels?.[column.path] ?? valueText(value, column, words);
}
