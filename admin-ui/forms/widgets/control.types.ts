import type { Leaf } from '../schema/leaves.ts';

/** What a control gets, whether it stands in the grid of a card or in a cell of a row. */
export interface ControlProps {
  leaf: Leaf;
  id: string;
  value: unknown;
  /** undefined clears the field. */
  onChange: (value: unknown) => void;
  /** The reader left the field: time to check it. */
  onLeave: () => void;
  invalid: boolean;
  disabled?: boolean;
  /** Ids of help and error texts. */
  describedBy?: string | undefined;
  /** Name of a control without a visible label (cells of rows). */
  ariaLabel?: string | undefined;
  /** Id of the visible label, for controls that are a group of inputs. */
  labelledBy?: string | undefined;
  /** Values of the row or form that the control stands in, for masks that depend on another field. */
  siblings?: Record<string, unknown> | undefined;
}

/** Attributes every input of ours shares. */
export const inputProps = (props: ControlProps) => ({
  id: props.id,
  error: props.invalid,
  disabled: props.disabled ?? false,
  'aria-describedby': props.describedBy,
  'aria-label': props.ariaLabel,
  'aria-required': props.leaf.required || undefined,
  onBlur: props.onLeave,
});
