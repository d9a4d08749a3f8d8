import { Button } from '@mantine/core';
import type { ErrorSchema, FieldProps } from '@rjsf/utils';
import { IconArrowBackUp, IconPlus } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Leaf } from '../schema/leaves.ts';
import { useCell } from '../theme/cell-context.ts';
import { useTarget } from '../use-target.ts';
import { useUnchanged } from '../use-unchanged.ts';
import { belowField } from '../validation/messages.ts';
import type { Values } from '../values/paths.ts';
import { FieldTable, type RowActions } from './field-table.tsx';
import { PartnerDialog } from './partner-dialog.tsx';
import { RowDialog } from './row-dialog.tsx';
import { INLINE_COLUMNS, partnerOf, type Row, rowsOf } from './row-values.ts';
import css from './rows.module.css';

/** rjsf field of a repeating group or of a to-many relation: a table of controls, on phones a card per row. */
export function RowsField(props: FieldProps) {
  const cell = useCell();
  return cell ? (
    <Rows
      {...props}
      leaf={cell.leaf}
      readOnly={cell.readOnly}
      absent={cell.absent}
      setAbsent={cell.setAbsent}
      titled={cell.sectionTitle !== cell.leaf.title}
    />
  ) : null;
}

interface RowsProps extends FieldProps {
  leaf: Leaf;
  readOnly: boolean;
  absent: boolean;
  setAbsent: (on: boolean) => void;
  /** False where the section's title says it already. */
  titled: boolean;
}

function Rows(props: RowsProps) {
  const { leaf } = props;
  const partner = partnerOf(leaf);
  const target = useTarget(partner?.ref);
  // A person's card is found by the search of people; any other record by its name in the row.
  const byPerson = partner && target?.facet ? partner : undefined;
  const wide = (leaf.row?.length ?? 0) > INLINE_COLUMNS;
  return <RowsBody {...props} byPerson={byPerson} wide={wide} />;
}

type Editing = { index: number; row: Row } | undefined;

function RowsBody({ byPerson, wide, ...props }: RowsProps & { byPerson: Leaf | undefined; wide: boolean }) {
  const { t } = useTranslation();
  const { leaf, readOnly } = props;
  const id = props.fieldPathId.$id;
  const rows = rowsOf(props.formData);
  const root = useRef<HTMLDivElement>(null);
  const [removed, setRemoved] = useState<Editing>();
  const [editing, setEditing] = useState<Editing>();
  const [adding, setAdding] = useState(false);
  const focusRow = useRef<number | null>(null);
  const send = (next: Row[]) => props.onChange(next, props.fieldPathId.path);

  useEffect(() => {
    if (focusRow.current === null) return;
    const row = root.current?.querySelector<HTMLElement>(`[data-row="${focusRow.current}"]`);
    row?.querySelector<HTMLElement>('input, select, textarea, button')?.focus();
    focusRow.current = null;
  });

  const add = () => {
    if (byPerson) setAdding(true);
    else if (wide) setEditing({ index: rows.length, row: {} });
    else {
      focusRow.current = rows.length;
      send([...rows, {}]);
    }
  };
  const remove = (index: number) => {
    const row = rows[index];
    if (!row) return;
    setRemoved({ index, row });
    send(rows.filter((_, other) => other !== index));
    focusRow.current = null;
    root.current?.focus();
  };
  const restore = () => {
    if (removed) send(rows.toSpliced(removed.index, 0, removed.row));
    setRemoved(undefined);
    root.current?.focus();
  };
  const keep = (row: Row) => {
    if (editing) send(rows.toSpliced(editing.index, 1, row));
    setEditing(undefined);
  };
  const actions = useUnchanged<RowActions>({
    change: (index, column, value) =>
      send(rows.map((row, other) => (other === index ? setCell(row, column, value) : row))),
    leave: (index, column) => props.onBlur(`${id}_${index}_${column.path.replaceAll('.', '_')}`, undefined),
    edit: index => setEditing({ index, row: rows[index] ?? {} }),
    remove,
  });
  const error = props.rawErrors?.[0];
  const canAdd = !readOnly && rows.length < Number(leaf.schema.maxItems ?? Number.POSITIVE_INFINITY);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset's legend cannot hold the heading
    <div
      id={id}
      ref={root}
      role="group"
      tabIndex={-1}
      aria-labelledby={`${id}__label`}
      aria-describedby={error ? `${id}__error` : undefined}
      className={css.rows}
      data-path={leaf.path}
    >
      <RowsTitle leaf={leaf} id={id} count={rows.length} titled={props.titled} />
      {rows.length > 0 && (
        <FieldTable
          leaf={leaf}
          id={id}
          rows={rows}
          errors={props.errorSchema as Record<string, ErrorSchema> | undefined}
          byPerson={byPerson}
          wide={wide}
          readOnly={readOnly}
          actions={actions}
        />
      )}
      {rows.length === 0 && (
        <p className="k-caption k-muted">{props.absent ? t('form.rows.none') : t('form.rows.empty')}</p>
      )}
      {error && (
        <p id={`${id}__error`} className={css.error}>
          {belowField(error, leaf.title)}
        </p>
      )}
      <p role="status" className={css.status}>
        {removed && (
          <>
            {t('form.rows.removed')}{' '}
            <Button
              size="compact-sm"
              variant="subtle"
              leftSection={<IconArrowBackUp size={14} />}
              onClick={restore}
            >
              {t('form.rows.restore')}
            </Button>
          </>
        )}
      </p>
      <div className={css.actions}>
        {canAdd && (
          <Button
            variant="light"
            size="sm"
            leftSection={<IconPlus size={16} />}
            onClick={add}
            disabled={props.absent}
          >
            {t('form.rows.add')}
            <span className="k-hidden">: {leaf.title}</span>
          </Button>
        )}
        {leaf.absentable && !readOnly && rows.length === 0 && (
          <AbsentRows checked={props.absent} onChange={props.setAbsent} title={leaf.title} />
        )}
      </div>
      {editing && (
        <RowDialog leaf={leaf} row={editing.row} onClose={() => setEditing(undefined)} onKeep={keep} />
      )}
      {adding && byPerson && (
        <PartnerDialog
          leaf={leaf}
          partner={byPerson}
          taken={rows.map(row => row[byPerson.path]).filter(value => typeof value === 'string')}
          onClose={() => setAdding(false)}
          onAdd={row => {
            setAdding(false);
            send([...rows, row]);
          }}
        />
      )}
    </div>
  );
}

const setCell = (row: Row, column: Leaf, value: unknown): Row => {
  const next: Values = { ...row, [column.path]: value };
  if (value === undefined) delete next[column.path];
  return next;
};

function RowsTitle(props: { leaf: Leaf; id: string; count: number; titled: boolean }) {
  const { leaf, id, count, titled } = props;
  return (
    <div className={titled ? css.title : 'k-hidden'}>
      <h3 id={`${id}__label`}>{leaf.title}</h3>
      {count > 0 && <span className="k-muted k-numbers">{count}</span>}
      {leaf.help && <span className="k-caption k-muted">{leaf.help}</span>}
    </div>
  );
}

function AbsentRows(props: { checked: boolean; onChange: (on: boolean) => void; title: string }) {
  const { t } = useTranslation();
  return (
    <label className={css.absent}>
      <input
        type="checkbox"
        checked={props.checked}
        aria-label={t('form.absent.of', { title: props.title })}
        onChange={event => props.onChange(event.currentTarget.checked)}
      />
      {t('form.absent')}
    </label>
  );
}
