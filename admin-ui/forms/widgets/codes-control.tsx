import { Checkbox, MultiSelect } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useFormEnvironment } from '../environment.ts';
import { type ControlProps, inputProps } from './control.types.ts';
import css from './controls.module.css';

const BOXES_UP_TO = 8;
const codesOf = (value: unknown) =>
  Array.isArray(value) ? value.filter(code => typeof code === 'string') : [];

/** Several codes of a dictionary: boxes while they fit, else a searchable box of chips. */
export function CodesControl(props: ControlProps) {
  const { t } = useTranslation();
  const items = useFormEnvironment().dictionaries[props.leaf.dictionary ?? ''] ?? [];
  const codes = codesOf(props.value);
  const send = (next: string[]) => props.onChange(next.length > 0 ? next : undefined);
  if (items.length > BOXES_UP_TO) {
    return (
      <MultiSelect
        {...inputProps(props)}
        value={codes}
        onChange={send}
        data={items.map(item => ({ value: item.code, label: item.text }))}
        searchable
        nothingFoundMessage={t('form.nothingFound')}
      />
    );
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would bring a second legend beside the field's label
    <div
      id={props.id}
      role="group"
      tabIndex={-1}
      aria-labelledby={props.labelledBy}
      aria-label={props.labelledBy ? undefined : props.ariaLabel}
      aria-describedby={props.describedBy}
      className={css.boxes}
      onBlur={event => {
        if (!event.currentTarget.contains(event.relatedTarget)) props.onLeave();
      }}
    >
      {items.map(item => (
        <Checkbox
          key={item.code}
          label={item.text}
          checked={codes.includes(item.code)}
          disabled={props.disabled ?? false}
          error={props.invalid}
          onChange={event =>
            send(
              event.currentTarget.checked ? [...codes, item.code] : codes.filter(code => code !== item.code),
            )
          }
        />
      ))}
    </div>
  );
}
