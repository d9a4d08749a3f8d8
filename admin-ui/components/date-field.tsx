import { Input } from '@mantine/core';
import { useId } from 'react';
import { DateControl } from '../forms/widgets/date-control.tsx';

interface DateFieldProps {
  label: string;
  required?: boolean;
  error?: string | undefined;
  /** ISO day; an unfinished day as typed. */
  value: string;
  onChange: (value: string) => void;
}

/** A day дд.мм.гггг with a label, outside the forms of cards. */
export function DateField({ label, required = false, error, value, onChange }: DateFieldProps) {
  const id = useId();
  return (
    <Input.Wrapper label={label} id={id} required={required} error={error}>
      <DateControl
        leaf={{ path: id, title: label, kind: 'date', required } as never}
        id={id}
        value={value === '' ? undefined : value}
        onChange={next => onChange(typeof next === 'string' ? next : '')}
        onLeave={() => undefined}
        invalid={error !== undefined}
      />
    </Input.Wrapper>
  );
}
