import { Button, Group, Popover, Radio, Stack, TextInput } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ColumnDescription, EntityDescription } from '../../../core/forms/description.types.ts';
import { ChoiceList } from '../../components/choice-list.tsx';
import { DateField } from '../../components/date-field.tsx';
import { type Option, useRefOptions } from '../../components/use-ref-options.ts';
import { useValueWords } from '../../components/use-value-words.ts';
import { conditionText } from './condition-text.ts';
import type { Condition } from './conditions.ts';

interface QuickFilterProps {
  description: EntityDescription;
  column: ColumnDescription;
  condition: Condition | undefined;
  onChange: (condition: Condition | undefined) => void;
}

/** One often used condition as a chip above the list; the choice opens under it. */
export function QuickFilter({ description, column, condition, onChange }: QuickFilterProps) {
  const { t } = useTranslation();
  const words = useValueWords();
  const [open, setOpen] = useState(false);
  const text = condition ? conditionText(condition, column, description, words, t) : '';
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-start" width={280} trapFocus returnFocus>
      <Popover.Target>
        <button
          type="button"
          className="k-plain k-chip"
          data-active={text !== '' || undefined}
          aria-haspopup="dialog"
          aria-expanded={open}
          onClick={() => setOpen(value => !value)}
        >
          <span>{text ? `${column.title}: ${text}` : column.title}</span>
          <IconChevronDown size={14} stroke={1.8} aria-hidden />
        </button>
      </Popover.Target>
      <Popover.Dropdown p={10} aria-label={column.title}>
        <Stack gap={8}>
          <FilterChoice description={description} column={column} condition={condition} onChange={onChange} />
          <Group justify="space-between">
            <Button variant="subtle" size="xs" disabled={!text} onClick={() => onChange(undefined)}>
              {t('filter.reset')}
            </Button>
            <Button variant="light" size="xs" onClick={() => setOpen(false)}>
              {t('filter.done')}
            </Button>
          </Group>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

function FilterChoice(props: QuickFilterProps) {
  switch (props.column.kind) {
    case 'dictionary':
    case 'dictionaries':
      return <DictionaryChoice {...props} />;
    case 'ref':
      return <RefChoice {...props} />;
    case 'boolean':
      return <BooleanChoice {...props} />;
    case 'date':
    case 'instant':
      return <DateChoice {...props} />;
    default:
      return <TextChoice {...props} />;
  }
}

const chosenCodes = (condition: Condition | undefined): string[] =>
  Array.isArray(condition?.value) ? condition.value.map(String) : [];

function DictionaryChoice({ description, column, condition, onChange }: QuickFilterProps) {
  const [search, setSearch] = useState('');
  const items = description.dictionaries[column.dictionary ?? ''] ?? [];
  const needle = search.toLocaleLowerCase();
  const options = items
    .filter(({ text }) => text.toLocaleLowerCase().includes(needle))
    .map(({ code, text }): Option => ({ value: code, label: text }));
  return (
    <ChoiceList
      label={column.title}
      options={options}
      value={chosenCodes(condition)}
      onChange={value => onChange(value.length > 0 ? { path: column.path, op: 'oneOf', value } : undefined)}
      {...(items.length > 8 ? { search: { text: search, onChange: setSearch } } : {})}
    />
  );
}

function RefChoice({ column, condition, onChange }: QuickFilterProps) {
  const [search, setSearch] = useState('');
  const found = useRefOptions(column.ref ?? '', search, true);
  const captions = condition?.captions ?? {};
  const chosen = chosenCodes(condition).map((value): Option => ({ value, label: captions[value] ?? '…' }));
  const options = [
    ...chosen.filter(item => !found.options.some(({ value }) => value === item.value)),
    ...found.options,
  ];
  const change = (value: string[]) => {
    const known = Object.fromEntries(options.map(option => [option.value, option.label]));
    const kept = Object.fromEntries(value.map(id => [id, known[id] ?? '']));
    const ids = column.ref === 'organisation' ? value.map(Number) : value;
    onChange(value.length > 0 ? { path: column.path, op: 'oneOf', value: ids, captions: kept } : undefined);
  };
  return (
    <ChoiceList
      label={column.title}
      options={options}
      value={chosenCodes(condition)}
      onChange={change}
      search={{ text: search, onChange: setSearch }}
    />
  );
}

function BooleanChoice({ column, condition, onChange }: QuickFilterProps) {
  const { t } = useTranslation();
  const value = typeof condition?.value === 'boolean' ? String(condition.value) : '';
  return (
    <Radio.Group
      aria-label={column.title}
      value={value}
      onChange={next => onChange({ path: column.path, op: 'equals', value: next === 'true' })}
    >
      <Stack gap={8} p={4}>
        <Radio value="true" label={t('yes')} />
        <Radio value="false" label={t('no')} />
      </Stack>
    </Radio.Group>
  );
}

function DateChoice({ column, condition, onChange }: QuickFilterProps) {
  const { t } = useTranslation();
  const [from, to] = Array.isArray(condition?.value)
    ? condition.value.map(part => String(part ?? ''))
    : ['', ''];
  const change = (nextFrom: string, nextTo: string) =>
    onChange(
      nextFrom || nextTo
        ? { path: column.path, op: 'between', value: [nextFrom || null, nextTo || null] }
        : undefined,
    );
  return (
    <Stack gap={8}>
      <DateField label={t('filter.from')} value={from ?? ''} onChange={value => change(value, to ?? '')} />
      <DateField label={t('filter.to')} value={to ?? ''} onChange={value => change(from ?? '', value)} />
    </Stack>
  );
}

function TextChoice({ column, condition, onChange }: QuickFilterProps) {
  const { t } = useTranslation();
  return (
    <TextInput
      label={t('op.contains')}
      aria-label={column.title}
      value={typeof condition?.value === 'string' ? condition.value : ''}
      onChange={event => {
        const value = event.currentTarget.value;
        onChange(value ? { path: column.path, op: 'contains', value } : undefined);
      }}
    />
  );
}
