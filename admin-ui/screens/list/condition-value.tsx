import { Group, MultiSelect, NativeSelect, NumberInput, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Scalar } from '../../../core/expressions/types.ts';
import { normaliseFormat } from '../../../core/formats/formats.ts';
import type { ColumnDescription, EntityDescription } from '../../../core/forms/description.types.ts';
import { DateField } from '../../components/date-field.tsx';
import { RefSelect } from '../../components/ref-select.tsx';
import type { Condition } from './conditions.ts';

interface ConditionValueProps {
  column: ColumnDescription;
  description: EntityDescription;
  condition: Condition;
  onChange: (value: Scalar | Scalar[], captions?: Record<string, string>) => void;
}

/** The right input for the field and the comparison. */
export function ConditionValue(props: ConditionValueProps) {
  const { column, condition } = props;
  if (condition.op === 'between') return <BetweenValue {...props} />;
  if (column.kind === 'dictionary' || column.kind === 'dictionaries') return <CodesValue {...props} />;
  if (column.kind === 'ref') return <RefsValue {...props} />;
  if (column.kind === 'boolean') return <BooleanValue {...props} />;
  const one = Array.isArray(condition.value) ? condition.value[0] : condition.value;
  return <OneValue column={column} value={one ?? null} onChange={props.onChange} />;
}

const listOf = ({ value }: Condition): Scalar[] =>
  Array.isArray(value) ? value : value === undefined ? [] : [value];

function CodesValue({ column, description, condition, onChange }: ConditionValueProps) {
  const { t } = useTranslation();
  const items = description.dictionaries[column.dictionary ?? ''] ?? [];
  return (
    <MultiSelect
      aria-label={t('filter.value')}
      searchable
      value={listOf(condition).map(String)}
      onChange={onChange}
      nothingFoundMessage={t('nothingFound')}
      data={items.map(({ code, text }) => ({ value: code, label: text }))}
    />
  );
}

function RefsValue({ column, condition, onChange }: ConditionValueProps) {
  const { t } = useTranslation();
  return (
    <RefSelect
      entity={column.ref ?? ''}
      ariaLabel={t('filter.value')}
      multiple
      value={listOf(condition).map(String)}
      captions={condition.captions ?? {}}
      onChange={(ids, captions) => onChange(column.ref === 'organisation' ? ids.map(Number) : ids, captions)}
    />
  );
}

function BooleanValue({ condition, onChange }: ConditionValueProps) {
  const { t } = useTranslation();
  const value = typeof condition.value === 'boolean' ? String(condition.value) : '';
  return (
    <NativeSelect
      aria-label={t('filter.value')}
      value={value}
      onChange={event => onChange(event.currentTarget.value === 'true')}
      data={[
        { value: '', label: '', disabled: true },
        { value: 'true', label: t('yes') },
        { value: 'false', label: t('no') },
      ]}
    />
  );
}

function BetweenValue({ column, condition, onChange }: ConditionValueProps) {
  const [from = null, to = null] = listOf(condition);
  return (
    <Group gap={8} wrap="nowrap" align="flex-end">
      <OneValue column={column} value={from} onChange={value => onChange([value, to])} side="from" />
      <OneValue column={column} value={to} onChange={value => onChange([from, value])} side="to" />
    </Group>
  );
}

interface OneValueProps {
  column: ColumnDescription;
  value: Scalar;
  onChange: (value: Scalar) => void;
  /** Which end of a range this is. */
  side?: 'from' | 'to';
}

function OneValue({ column, value, onChange, side }: OneValueProps) {
  const { t } = useTranslation();
  const label = t(side ? `filter.${side}` : 'filter.value');
  switch (column.kind) {
    case 'date':
    case 'instant':
      return <DateField label={label} value={String(value ?? '')} onChange={onChange} />;
    case 'integer':
    case 'decimal':
      return (
        <NumberInput
          aria-label={label}
          placeholder={side ? label : ''}
          decimalSeparator=","
          allowDecimal={column.kind === 'decimal'}
          hideControls
          value={typeof value === 'number' ? value : ''}
          onChange={next => onChange(typeof next === 'number' ? next : null)}
        />
      );
    default:
      return (
        <TextInput
          aria-label={label}
          value={typeof value === 'string' ? value : ''}
          onChange={event => onChange(event.currentTarget.value)}
          // What is compared with a whole identifier is compared in its stored form: «112-233-445 95» finds it too.
          onBlur={() => {
            if (typeof value === 'string' && column.format) onChange(normaliseFormat(column.format, value));
          }}
        />
      );
  }
}
