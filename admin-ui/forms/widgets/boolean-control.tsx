import { Checkbox } from '@mantine/core';
import type { ControlProps } from './control.types.ts';

/** A box with its label at the right; in a cell of a row the label is only spoken. */
export function BooleanControl(props: ControlProps) {
  return (
    <Checkbox
      id={props.id}
      checked={props.value === true}
      disabled={props.disabled ?? false}
      error={props.invalid}
      onChange={event => props.onChange(event.currentTarget.checked)}
      onBlur={props.onLeave}
      aria-describedby={props.describedBy}
      {...(props.ariaLabel ? { 'aria-label': props.ariaLabel } : { label: props.leaf.title })}
    />
  );
}
