import { TextInput } from '@mantine/core';
import { useRef, useState } from 'react';
import { type ControlProps, inputProps } from './control.types.ts';
import { parseNumber } from './masks.ts';

const show = (value: unknown) =>
  value === undefined || value === null ? '' : String(value).replace('.', ',');

/** A number as text with a decimal comma; what is no number stays visible and is named by the check. */
export function NumberControl(props: ControlProps) {
  const [text, setText] = useState(() => show(props.value));
  const sent = useRef(props.value);
  if (sent.current !== props.value) {
    sent.current = props.value;
    setText(show(props.value));
  }
  return (
    <TextInput
      {...inputProps(props)}
      value={text}
      inputMode="decimal"
      autoComplete="off"
      className="k-numbers"
      onChange={event => {
        const typed = event.currentTarget.value;
        setText(typed);
        sent.current = typed.trim() === '' ? undefined : (parseNumber(typed) ?? typed);
        props.onChange(sent.current);
      }}
    />
  );
}
