import { Loader, MultiSelect, Select } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Option, useRefCaptions, useRefOptions } from './use-ref-options.ts';

interface RefSelectProps {
  entity: string;
  label?: string;
  ariaLabel?: string;
  required?: boolean;
  error?: string | undefined;
  value: string[];
  /** Captions of chosen records that the reader has not searched for. */
  captions?: Record<string, string>;
  multiple?: boolean;
  onChange: (ids: string[], captions: Record<string, string>) => void;
}

/** One or several records, picked by a few letters of their captions. */
export function RefSelect(props: RefSelectProps) {
  const { t } = useTranslation();
  const [search, setSearch] = useState('');
  const [active, setActive] = useState(false);
  const [captions, setCaptions] = useState(props.captions ?? {});
  const unnamed = useRefCaptions(
    props.entity,
    props.value.filter(id => !captions[id]),
  );
  const caption = (id: string) => captions[id] || unnamed[id];
  const chosenLabel = props.multiple ? undefined : caption(props.value[0] ?? '');
  const found = useRefOptions(props.entity, search === chosenLabel ? '' : search, active);
  const chosen = props.value.map(
    (value): Option => ({ value, label: caption(value) ?? t('list.chosenRecord') }),
  );
  const options = [
    ...chosen.filter(item => !found.options.some(({ value }) => value === item.value)),
    ...found.options,
  ];
  const change = (ids: string[]) => {
    const known = Object.fromEntries(options.map(({ value, label }) => [value, label]));
    const kept = Object.fromEntries(ids.map(id => [id, known[id] ?? caption(id) ?? '']));
    setCaptions({ ...captions, ...kept });
    props.onChange(ids, kept);
  };
  const shared = {
    label: props.label,
    'aria-label': props.ariaLabel,
    required: props.required ?? false,
    error: props.error,
    data: options,
    searchable: true,
    clearable: !props.required,
    searchValue: search,
    onSearchChange: setSearch,
    onFocus: () => setActive(true),
    filter: ({ options: all }: { options: unknown[] }) => all as never,
    nothingFoundMessage: t(found.failed ? 'error.other.title' : 'nothingFound'),
    rightSection: found.busy && active ? <Loader size={14} /> : undefined,
    comboboxProps: { withinPortal: true },
  };
  if (props.multiple) return <MultiSelect {...shared} value={props.value} onChange={change} />;
  return (
    <Select
      {...shared}
      value={props.value[0] ?? null}
      onChange={value => change(value === null ? [] : [value])}
    />
  );
}
