import type { FieldProps } from '@rjsf/utils';
import { Control } from '../widgets/control.tsx';
import { PlainValue } from '../widgets/plain-value.tsx';
import { useCell } from './cell-context.ts';

/** rjsf field of every single value: picks our control by the kind of the leaf. */
export function ValueField(props: FieldProps) {
  const cell = useCell();
  if (!cell) return null;
  const { leaf } = cell;
  const id = props.fieldPathId.$id;
  if (cell.readOnly) return <PlainValue leaf={leaf} value={props.formData} />;
  const invalid = (props.rawErrors?.length ?? 0) > 0;
  const described = [leaf.help && `${id}__help`, invalid && `${id}__error`].filter(Boolean).join(' ');
  return (
    <Control
      leaf={leaf}
      id={id}
      value={props.formData}
      onChange={value => props.onChange(value, props.fieldPathId.path)}
      onLeave={() => props.onBlur(id, props.formData)}
      invalid={invalid}
      disabled={cell.absent}
      describedBy={described || undefined}
      labelledBy={`${id}__label`}
      format={cell.format}
    />
  );
}
