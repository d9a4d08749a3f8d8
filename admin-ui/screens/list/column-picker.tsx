import { Button, Group, Popover } from '@mantine/core';
import { IconColumns3 } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ColumnDescription } from '../../../core/forms/description.types.ts';
import { ChoiceList } from '../../components/choice-list.tsx';

interface ColumnPickerProps {
  columns: ColumnDescription[];
  shown: string[];
  changed: boolean;
  /** undefined: back to the card's own columns. */
  onChange: (paths: string[] | undefined) => void;
}

/** Which fields stand in the list. A new one comes last; at least one stays. */
export function ColumnPicker({ columns, shown, changed, onChange }: ColumnPickerProps) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const [search, setSearch] = useState('');
  const needle = search.toLocaleLowerCase();
  const options = columns
    .filter(({ kind, title }) => kind !== 'rows' && title.toLocaleLowerCase().includes(needle))
    .map(({ path, title }) => ({ value: path, label: title }));
  const change = (value: string[]) => {
    const hidden = shown.filter(path => !options.some(option => option.value === path));
    const kept = shown.filter(path => value.includes(path) || hidden.includes(path));
    const next = [...kept, ...value.filter(path => !shown.includes(path))];
    if (next.length > 0) onChange(next);
  };
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-end" width={300} trapFocus returnFocus>
      <Popover.Target>
        <button
          type="button"
          className="k-plain k-chip k-columns-button"
          aria-haspopup="dialog"
          aria-expanded={open}
          onClick={() => setOpen(value => !value)}
        >
          <IconColumns3 size={16} stroke={1.7} aria-hidden />
          <span>{t('list.columns')}</span>
        </button>
      </Popover.Target>
      <Popover.Dropdown p={10} aria-label={t('list.columns')}>
        <ChoiceList
          label={t('list.columns')}
          options={options}
          value={shown}
          onChange={change}
          search={{ text: search, onChange: setSearch }}
        />
        <Group justify="space-between" mt={8}>
          <Button variant="subtle" size="xs" disabled={!changed} onClick={() => onChange(undefined)}>
            {t('list.columns.reset')}
          </Button>
          <Button variant="light" size="xs" onClick={() => setOpen(false)}>
            {t('filter.done')}
          </Button>
        </Group>
      </Popover.Dropdown>
    </Popover>
  );
}
