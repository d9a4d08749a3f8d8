import { Button, Group, Modal } from '@mantine/core';
import { useId, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useReturnFocus } from '../../components/use-return-focus.ts';
import { useFormEnvironment } from '../environment.ts';
import { wrapCells } from '../schema/layout.ts';
import type { Leaf } from '../schema/leaves.ts';
import { defaultsOf, type PreparedForm, prepareForm } from '../schema/prepare.ts';
import { SchemaForm, type SchemaFormHandle } from '../schema-form.tsx';
import { isObject } from '../values/paths.ts';
import type { Row } from './row-values.ts';

/** A form over the fields of one row, laid out by their kinds. `without` names columns that stand elsewhere. */
export function prepareRow(
  leaf: Leaf,
  dictionaries: Parameters<typeof prepareForm>[0]['dictionaries'],
  without: readonly string[] = [],
): PreparedForm {
  const items = isObject(leaf.schema.items) ? leaf.schema.items : {};
  const properties = Object.fromEntries(
    Object.entries(isObject(items.properties) ? items.properties : {}).filter(
      ([name]) => !without.includes(name),
    ),
  );
  const required = Array.isArray(items.required) ? items.required.filter(name => name in properties) : [];
  const columns = (leaf.row ?? []).filter(column => column.path in properties);
  const rows = wrapCells(
    columns.map(column => ({
      leaf: column,
      span: (column.maxLength ?? 0) > 300 ? 12 : 6,
    })),
  ).map(row => row.map(cell => ({ field: cell.leaf.path, span: cell.span })));
  return prepareForm({
    schema: { ...items, properties, required },
    form: { tabs: [{ id: 'row', title: '', sections: [{ id: 'row', title: '', rows }] }], rules: [] },
    dictionaries,
  });
}

interface RowDialogProps {
  leaf: Leaf;
  row: Row;
  onClose: () => void;
  onKeep: (row: Row) => void;
}

/** All fields of one row, for rows too wide for a table. Kept in the card's form; saved with the card. */
export function RowDialog({ leaf, row, onClose, onKeep }: RowDialogProps) {
  const { t } = useTranslation();
  useReturnFocus();
  const { dictionaries, references } = useFormEnvironment();
  const prefix = `row${useId().replaceAll(/[^\w]/g, '')}`;
  const prepared = useMemo(() => prepareRow(leaf, dictionaries), [leaf, dictionaries]);
  const initial = useMemo(
    () => (Object.keys(row).length === 0 ? defaultsOf(prepared.leaves.values()) : row),
    [row, prepared],
  );
  const form = useRef<SchemaFormHandle>(null);
  const keep = () => {
    const problems = form.current?.check();
    const first = problems && [...problems.keys()][0];
    if (first !== undefined) form.current?.focus(first);
    else onKeep({ ...form.current?.values() });
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={leaf.title}
      size="lg"
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <SchemaForm
        ref={form}
        prepared={prepared}
        dictionaries={dictionaries}
        references={references}
        initial={initial}
        base={row.id ? row : undefined}
        isWritable={() => !leaf.readOnly}
        idPrefix={prefix}
        bare
      />
      <Group justify="flex-end" gap="xs" mt="lg">
        <Button variant="default" onClick={onClose}>
          {t(leaf.readOnly ? 'close' : 'cancel')}
        </Button>
        {!leaf.readOnly && <Button onClick={keep}>{t('form.rows.keep')}</Button>}
      </Group>
    </Modal>
  );
}
