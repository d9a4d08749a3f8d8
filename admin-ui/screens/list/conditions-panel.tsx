import { Button, CloseButton, Group, Modal, NativeSelect, Select, Stack } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { EntityDescription } from '../../../core/forms/description.types.ts';
import { useReturnFocus } from '../../components/use-return-focus.ts';
import { ConditionValue } from './condition-value.tsx';
import { type Condition, type ConditionOp, needsValue, operatorsOf } from './conditions.ts';

interface ConditionsPanelProps {
  description: EntityDescription;
  conditions: Condition[];
  join: 'and' | 'or';
  onApply: (conditions: Condition[], join: 'and' | 'or') => void;
  onClose: () => void;
}
/** A row of the panel keeps its own key, so that removing one does not move the values of the next. */
type Row = Condition & { key: number };

/** All conditions of a list: any field, joined by «и» or «или»; applied together. */
export function ConditionsPanel({ description, conditions, join, onApply, onClose }: ConditionsPanelProps) {
  const { t } = useTranslation();
  useReturnFocus();
  const first = description.columns[0];
  const blank = (key: number): Row => ({
    key,
    path: first?.path ?? '',
    op: first ? operatorsOf(first)[0]! : 'filled',
  });
  const [rows, setRows] = useState<Row[]>(() =>
    conditions.length > 0 ? conditions.map((condition, key) => ({ ...condition, key })) : [blank(0)],
  );
  const [mode, setMode] = useState(join);
  const replace = (key: number, next: Row) => setRows(rows.map(row => (row.key === key ? next : row)));
  const add = () => setRows([...rows, blank(Math.max(-1, ...rows.map(row => row.key)) + 1)]);
  const apply = () => {
    onApply(
      rows.map(({ key: _, ...condition }) => condition),
      mode,
    );
    onClose();
  };
  return (
    <Modal
      opened
      onClose={onClose}
      size={760}
      title={t('filter.all')}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <Stack gap={12}>
        <NativeSelect
          label={t('filter.join')}
          className="k-join"
          value={mode}
          onChange={event => setMode(event.currentTarget.value === 'or' ? 'or' : 'and')}
          data={[
            { value: 'and', label: t('filter.and') },
            { value: 'or', label: t('filter.or') },
          ]}
        />
        {rows.map((row, index) => (
          <ConditionRow
            key={row.key}
            number={index + 1}
            row={row}
            description={description}
            onChange={next => replace(row.key, next)}
            onRemove={() => setRows(rows.filter(other => other.key !== row.key))}
          />
        ))}
        <Group justify="space-between">
          <Button variant="subtle" leftSection={<IconPlus size={16} aria-hidden />} onClick={add}>
            {t('filter.add')}
          </Button>
          <Group gap={8}>
            <Button variant="default" onClick={() => setRows([])}>
              {t('filter.clear')}
            </Button>
            <Button onClick={apply}>{t('filter.apply')}</Button>
          </Group>
        </Group>
      </Stack>
    </Modal>
  );
}

interface ConditionRowProps {
  number: number;
  row: Row;
  description: EntityDescription;
  onChange: (row: Row) => void;
  onRemove: () => void;
}

function ConditionRow({ number, row, description, onChange, onRemove }: ConditionRowProps) {
  const { t } = useTranslation();
  const column = description.columns.find(({ path }) => path === row.path);
  const operators = column ? operatorsOf(column) : [];
  const choose = (path: string | null) => {
    const next = description.columns.find(candidate => candidate.path === path);
    if (next) onChange({ key: row.key, path: next.path, op: operatorsOf(next)[0]! });
  };
  const operate = (op: ConditionOp) => {
    const sameShape = needsValue(op) && isList(op) === isList(row.op);
    const { value, captions, ...rest } = row;
    onChange({
      ...rest,
      op,
      ...(sameShape && value !== undefined ? { value } : {}),
      ...(sameShape && captions ? { captions } : {}),
    });
  };
  return (
    <fieldset className="k-condition">
      <legend className="k-hidden">{t('filter.row', { number })}</legend>
      <Select
        aria-label={t('filter.field')}
        searchable
        allowDeselect={false}
        value={row.path}
        onChange={choose}
        nothingFoundMessage={t('nothingFound')}
        data={description.columns.map(({ path, title }) => ({ value: path, label: title }))}
      />
      <NativeSelect
        aria-label={t('filter.operator')}
        value={row.op}
        onChange={event => operate(event.currentTarget.value as ConditionOp)}
        data={operators.map(op => ({ value: op, label: t(`op.${op}`) }))}
      />
      <div className="k-grow">
        {column && needsValue(row.op) && (
          <ConditionValue
            column={column}
            description={description}
            condition={row}
            onChange={(value, captions) => onChange({ ...row, value, ...(captions ? { captions } : {}) })}
          />
        )}
      </div>
      <CloseButton aria-label={t('filter.remove', { number })} onClick={onRemove} />
    </fieldset>
  );
}

const isList = (op: ConditionOp) => op === 'oneOf' || op === 'noneOf' || op === 'between';
