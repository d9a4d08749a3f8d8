import { NativeSelect, Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useFormEnvironment } from '../environment.ts';
import { type ControlProps, inputProps } from './control.types.ts';

/** Above so many options a reader searches rather than looks through. */
const SEARCH_ABOVE = 7;

/** One code of a dictionary: a native select while the list is short or the screen narrow, else a searchable box. */
export function DictionaryControl(props: ControlProps) {
  const { t } = useTranslation();
  const environment = useFormEnvironment();
  const items = environment.dictionaries[props.leaf.dictionary ?? ''] ?? [];
  const value = typeof props.value === 'string' ? props.value : '';
  const data = items.map(item => ({ value: item.code, label: item.text }));
  if (value && !items.some(item => item.code === value)) data.push({ value, label: value });
  const choose = (code: string | null) => props.onChange(code || undefined);
  if (environment.narrow || items.length <= SEARCH_ABOVE) {
    return (
      <NativeSelect
        {...inputProps(props)}
        value={value}
        data={[{ value: '', label: t('form.notChosen') }, ...data]}
        onChange={event => choose(event.currentTarget.value)}
      />
    );
  }
  return (
    <Select
      {...inputProps(props)}
      value={value || null}
      data={data}
      onChange={choose}
      searchable
      clearable={!props.leaf.required}
      limit={200}
      clearButtonProps={{ 'aria-label': t('form.clear') }}
      nothingFoundMessage={t('form.nothingFound')}
      comboboxProps={{ withinPortal: true }}
    />
  );
}
