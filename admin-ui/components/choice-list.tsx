import { Checkbox, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Option } from './use-ref-options.ts';
import './choice-list.css';

interface ChoiceListProps {
  label: string;
  options: Option[];
  value: string[];
  onChange: (value: string[]) => void;
  /** Search box above; absent for short lists. */
  search?: { text: string; onChange: (text: string) => void };
}

/** Several of a list, ticked off. */
export function ChoiceList({ label, options, value, onChange, search }: ChoiceListProps) {
  const { t } = useTranslation();
  return (
    <div className="k-choices">
      {search && (
        <TextInput
          aria-label={t('choice.search', { label })}
          placeholder={t('choice.find')}
          value={search.text}
          data-autofocus
          onChange={event => search.onChange(event.currentTarget.value)}
        />
      )}
      <Checkbox.Group value={value} onChange={onChange} aria-label={label}>
        <div className="k-choices-list">
          {options.length === 0 && <p className="k-muted">{t('nothingFound')}</p>}
          {options.map(option => (
            <Checkbox key={option.value} value={option.value} label={option.label} size="sm" />
          ))}
        </div>
      </Checkbox.Group>
    </div>
  );
}
