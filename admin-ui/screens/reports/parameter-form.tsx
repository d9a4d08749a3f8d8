import { Button, Checkbox, MultiSelect, NumberInput, Select, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDictionary } from '../../api/queries.ts';
import type { Parameters } from '../../api/report-queries.ts';
import { DateField } from '../../components/date-field.tsx';
import { RefSelect } from '../../components/ref-select.tsx';
import { missingParameters, type ParameterField } from './parameters.ts';
import './reports.css';

interface ParameterFormProps {
  fields: ParameterField[];
  start: Parameters;
  busy: boolean;
  /** What the button says. Default: «Построить». */
  action?: string;
  onRun: (values: Parameters) => void;
}

/** The parameters of a report on one line where they fit, and the button that builds it. */
export function ParameterForm({ fields, start, busy, action, onRun }: ParameterFormProps) {
  const { t } = useTranslation();
  const [values, setValues] = useState(start);
  const [checked, setChecked] = useState(false);
  const missing = checked ? missingParameters(fields, values) : [];
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setChecked(true);
    if (missingParameters(fields, values).length === 0) onRun(values);
  };
  return (
    <form className="k-parameters k-noprint" onSubmit={submit} noValidate aria-label={t('report.parameters')}>
      {fields.map(field => (
        <div key={field.key} className="k-parameter" data-kind={field.kind}>
          <ParameterInput
            field={field}
            value={values[field.key]}
            error={missing.includes(field) ? t('report.fillIn', { title: field.title }) : undefined}
            onChange={value => setValues(before => ({ ...before, [field.key]: value }))}
          />
        </div>
      ))}
      <Button type="submit" loading={busy}>
        {action ?? t('report.run')}
      </Button>
    </form>
  );
}

interface ParameterInputProps {
  field: ParameterField;
  value: unknown;
  error: string | undefined;
  onChange: (value: unknown) => void;
}

function ParameterInput({ field, value, error, onChange }: ParameterInputProps) {
  const list = Array.isArray(value)
    ? value.map(String)
    : value === undefined || value === ''
      ? []
      : [String(value)];
  const shared = { label: field.title, required: field.required, error };
  switch (field.kind) {
    case 'ref': {
      const ids = (chosen: string[]) => (field.of === 'organisation' ? chosen.map(Number) : chosen);
      return (
        <RefSelect
          {...shared}
          entity={field.of}
          multiple={field.multiple}
          value={list}
          onChange={chosen => onChange(field.multiple ? ids(chosen) : ids(chosen)[0])}
        />
      );
    }
    case 'dictionary':
      return <DictionaryInput field={field} error={error} chosen={list} onChange={onChange} />;
    case 'boolean':
      return (
        <Checkbox
          label={field.title}
          checked={value === true}
          onChange={event => onChange(event.currentTarget.checked)}
        />
      );
    case 'date':
      return (
        <DateField
          label={field.title}
          required={field.required}
          error={error}
          value={typeof value === 'string' ? value : ''}
          onChange={onChange}
        />
      );
    case 'number':
      return (
        <NumberInput
          {...shared}
          hideControls
          decimalSeparator=","
          value={typeof value === 'number' ? value : ''}
          onChange={next => onChange(typeof next === 'number' ? next : undefined)}
        />
      );
    default:
      return (
        <TextInput
          {...shared}
          value={typeof value === 'string' ? value : ''}
          maxLength={field.maxLength ?? 2000}
          onChange={event => onChange(event.currentTarget.value)}
        />
      );
  }
}

interface DictionaryInputProps {
  field: ParameterField;
  chosen: string[];
  error: string | undefined;
  onChange: (value: unknown) => void;
}

function DictionaryInput({ field, chosen, error, onChange }: DictionaryInputProps) {
  const { t } = useTranslation();
  const items = useDictionary(field.of).data?.items ?? [];
  const shared = {
    label: field.title,
    required: field.required,
    error,
    data: items.map(({ code, text }) => ({ value: code, label: text })),
    searchable: items.length > 7,
    clearable: !field.required,
    nothingFoundMessage: t('nothingFound'),
  };
  if (field.multiple) return <MultiSelect {...shared} value={chosen} onChange={onChange} />;
  return <Select {...shared} value={chosen[0] ?? null} onChange={value => onChange(value ?? undefined)} />;
}
