import { ActionIcon } from '@mantine/core';
import type { ErrorSchema } from '@rjsf/utils';
import { IconPaperclip, IconPencil, IconTrash } from '@tabler/icons-react';
import { type CSSProperties, memo } from 'react';
import { useTranslation } from 'react-i18next';
import { AppLink } from '../../components/app-link.tsx';
import { useFormEnvironment } from '../environment.ts';
import type { Leaf } from '../schema/leaves.ts';
import { belowField } from '../validation/messages.ts';
import { isEmpty } from '../values/paths.ts';
import { Control } from '../widgets/control.tsx';
import { PlainValue, plainText } from '../widgets/plain-value.tsx';
import { PartnerCell } from './partner-cell.tsx';
import type { Row } from './row-values.ts';
import css from './rows.module.css';

interface FieldTableProps {
  leaf: Leaf;
  id: string;
  rows: Row[];
  errors: Record<string, ErrorSchema> | undefined;
  /** Column that names the other person; shown as a link with a few facts. */
  byPerson: Leaf | undefined;
  wide: boolean;
  readOnly: boolean;
  actions: RowActions;
}

/** The same object at every drawing, so that a key in one row draws no other. */
export interface RowActions {
  change: (index: number, column: Leaf, value: unknown) => void;
  leave: (index: number, column: Leaf) => void;
  edit: (index: number) => void;
  remove: (index: number) => void;
}

const NO_COLUMNS: Leaf[] = [];

const WIDTHS: Partial<Record<Leaf['kind'], string>> = {
  boolean: 'minmax(90px, 0.7fr)',
  date: 'minmax(134px, 0.8fr)',
  number: 'minmax(80px, 0.6fr)',
  dictionary: 'minmax(130px, 1fr)',
};

/**
 * Rows of controls under one visual header. No table roles: the header is hidden from assistive technology and
 * every control carries the title of its column and the number of its row.
 */
export function FieldTable(props: FieldTableProps) {
  const { rows, errors, ...shared } = props;
  const columns = props.wide ? NO_COLUMNS : (props.leaf.row ?? NO_COLUMNS);
  const template = columns
    .map(column =>
      column === props.byPerson ? 'minmax(190px, 1.8fr)' : (WIDTHS[column.kind] ?? 'minmax(120px, 1.2fr)'),
    )
    .join(' ');
  return (
    <div
      className={css.table}
      style={{ '--k-columns': `${template || 'minmax(0, 1fr)'} auto` } as CSSProperties}
    >
      {columns.length > 0 && (
        <div className={css.header} aria-hidden>
          {columns.map(column => (
            <span key={column.path}>
              {column.title}
              {column.required && !props.readOnly && <span className={css.required}> *</span>}
            </span>
          ))}
          <span />
        </div>
      )}
      {rows.map((row, index) => (
        <TableRow
          key={row.id ?? `new-${index}`}
          {...shared}
          columns={columns}
          row={row}
          index={index}
          error={errors?.[index]}
        />
      ))}
    </div>
  );
}

interface TableRowProps extends Omit<FieldTableProps, 'rows' | 'errors'> {
  columns: Leaf[];
  row: Row;
  index: number;
  error: ErrorSchema | undefined;
}

const TableRow = memo(function TableRow(props: TableRowProps) {
  const { t } = useTranslation();
  const { leaf, row, index, columns, readOnly, wide } = props;
  const name = t('form.rows.row', { title: leaf.title, number: index + 1 });
  return (
    // biome-ignore lint/a11y/useSemanticElements: one row of controls, not a form section
    <div
      role="group"
      aria-label={name}
      className={css.tableRow}
      data-row={index}
      id={`${props.id}_${index}`}
      tabIndex={-1}
    >
      {wide && <RowSummary leaf={leaf} row={row} />}
      {columns.map(column => (
        <div key={column.path} className={css.tableCell}>
          <span className={css.cellLabel} aria-hidden>
            {column.title}
          </span>
          <RowCell {...props} column={column} />
        </div>
      ))}
      <div className={css.rowActions}>
        <OpenRow leaf={leaf} row={row} name={name} />
        {wide && (
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={`${t(readOnly ? 'form.rows.view' : 'form.rows.edit')}: ${name}`}
            onClick={() => props.actions.edit(index)}
          >
            <IconPencil size={18} stroke={1.7} />
          </ActionIcon>
        )}
        {!readOnly && (
          <ActionIcon
            variant="subtle"
            color="red"
            aria-label={`${t('form.rows.remove')}: ${name}`}
            onClick={() => props.actions.remove(index)}
          >
            <IconTrash size={18} stroke={1.7} />
          </ActionIcon>
        )}
      </div>
    </div>
  );
});

/** The row's own card: where its files are. */
function OpenRow({ leaf, row, name }: { leaf: Leaf; row: Row; name: string }) {
  const { t } = useTranslation();
  const { cardHref } = useFormEnvironment();
  if (!leaf.schema['x-files'] || !row.id || !cardHref) return null;
  return (
    <ActionIcon
      component={AppLink}
      to={cardHref(String(leaf.schema['x-entity']), row.id)}
      variant="subtle"
      color="gray"
      aria-label={`${t('form.rows.open')}: ${name}`}
      title={t('form.rows.open')}
    >
      <IconPaperclip size={18} stroke={1.7} />
    </ActionIcon>
  );
}

function RowCell(props: TableRowProps & { column: Leaf }) {
  const { t } = useTranslation();
  const { column, row, index, id } = props;
  const value = row[column.path];
  if (column === props.byPerson) return <PartnerCell partner={column} value={value} />;
  if (props.readOnly || column.readOnly) return <PlainValue leaf={column} value={value} />;
  const cellId = `${id}_${index}_${column.path.replaceAll('.', '_')}`;
  const error = (props.error as Record<string, ErrorSchema> | undefined)?.[column.path]?.__errors?.[0];
  return (
    <>
      <Control
        leaf={column}
        id={cellId}
        value={value}
        onChange={next => props.actions.change(index, column, next)}
        onLeave={() => props.actions.leave(index, column)}
        invalid={Boolean(error)}
        describedBy={error ? `${cellId}__error` : undefined}
        ariaLabel={t('form.rows.cell', { column: column.title, number: index + 1 })}
      />
      {error && (
        <p id={`${cellId}__error`} className={css.error}>
          {belowField(error, column.title)}
        </p>
      )}
    </>
  );
}

/** A row with many fields, said in a line: what is filled, title and value. */
function RowSummary({ leaf, row }: { leaf: Leaf; row: Row }) {
  const { t } = useTranslation();
  const environment = useFormEnvironment();
  const filled = (leaf.row ?? []).filter(column => !isEmpty(row[column.path]));
  const [first, ...rest] = filled;
  if (!first) return <span className="k-muted">{t('form.rows.blank')}</span>;
  return (
    <div className={css.summary}>
      <span className={css.summaryTitle}>{plainText(first, row[first.path], environment, t)}</span>
      <span className="k-caption k-muted">
        {rest
          .map(column => `${column.title}: ${plainText(column, row[column.path], environment, t)}`)
          .join(' · ')}
      </span>
    </div>
  );
}
