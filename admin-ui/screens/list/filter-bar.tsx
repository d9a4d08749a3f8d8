import { Button, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconAdjustmentsHorizontal, IconSearch, IconX } from '@tabler/icons-react';
import { lazy, Suspense, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ColumnDescription, EntityDescription } from '../../../core/forms/description.types.ts';
import { ColumnPicker } from './column-picker.tsx';
import { type Condition, isComplete } from './conditions.ts';
import type { ListState } from './list-state.ts';
import { QuickFilter } from './quick-filter.tsx';

const ConditionsPanel = lazy(() =>
  import('./conditions-panel.tsx').then(module => ({ default: module.ConditionsPanel })),
);

interface FilterBarProps {
  description: EntityDescription;
  state: ListState;
  view: string | undefined;
  columns: ColumnDescription[];
  columnsChanged: boolean;
  onColumns: (paths: string[] | undefined) => void;
  onNarrow: (part: Partial<ListState>) => void;
  onView: (view: string | undefined) => void;
  onClear: () => void;
}

/** Search, quick conditions, all conditions, columns. */
export function FilterBar(props: FilterBarProps) {
  const { description, state, onNarrow, view } = props;
  const { t } = useTranslation();
  const [panel, setPanel] = useState(false);
  const quick = description.list.filters
    .slice(0, 4)
    .flatMap(path => description.columns.find(column => column.path === path) ?? []);
  const setQuick = (path: string, condition: Condition | undefined) => {
    const { [path]: _, ...rest } = state.quick;
    onNarrow({ quick: condition ? { ...rest, [path]: condition } : rest });
  };
  const more = state.conditions.filter(isComplete).length;
  const narrowed = state.q !== '' || Object.keys(state.quick).length > 0 || more > 0 || view !== undefined;

  return (
    <search className="k-filters k-noprint" aria-label={t('filter.bar')}>
      {description.list.searchable && <SearchBox text={state.q} onSearch={q => onNarrow({ q })} />}
      {quick.map(column => (
        <QuickFilter
          key={column.path}
          description={description}
          column={column}
          condition={state.quick[column.path]}
          onChange={condition => setQuick(column.path, condition)}
        />
      ))}
      {view === 'incomplete' && (
        <button type="button" className="k-plain k-chip" data-active onClick={() => props.onView(undefined)}>
          <span>{t('view.incomplete')}</span>
          <IconX size={14} aria-hidden />
          <span className="k-hidden">{t('filter.reset')}</span>
        </button>
      )}
      <button
        type="button"
        className="k-plain k-chip"
        data-active={more > 0 || undefined}
        onClick={() => setPanel(true)}
      >
        <IconAdjustmentsHorizontal size={16} stroke={1.7} aria-hidden />
        <span>{more > 0 ? t('filter.allCount', { count: more }) : t('filter.all')}</span>
      </button>
      {narrowed && (
        <Button variant="subtle" size="sm" px={8} onClick={props.onClear}>
          {t('filter.clear')}
        </Button>
      )}
      <span className="k-grow" />
      <ColumnPicker
        columns={description.columns}
        shown={props.columns.map(({ path }) => path)}
        changed={props.columnsChanged}
        onChange={props.onColumns}
      />
      {panel && (
        <Suspense>
          <ConditionsPanel
            description={description}
            conditions={state.conditions}
            join={state.join}
            onApply={(conditions, join) => onNarrow({ conditions, join })}
            onClose={() => setPanel(false)}
          />
        </Suspense>
      )}
    </search>
  );
}

/** Asks 250 ms after the last key. */
function SearchBox({ text, onSearch }: { text: string; onSearch: (text: string) => void }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(text);
  const send = useDebouncedCallback(onSearch, 250);
  useEffect(() => setTyped(text), [text]);
  return (
    <TextInput
      className="k-search"
      type="search"
      aria-label={t('list.search')}
      placeholder={t('list.search')}
      maxLength={200}
      leftSection={<IconSearch size={16} stroke={1.7} aria-hidden />}
      value={typed}
      onChange={event => {
        setTyped(event.currentTarget.value);
        send(event.currentTarget.value);
      }}
    />
  );
}
