import { TagsInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { normaliseInput, showValue } from '../validation/formats.ts';
import { type ControlProps, inputProps } from './control.types.ts';

/** Several texts as chips: Enter or a semicolon ends one, leaving the field does too. */
export function TextsControl(props: ControlProps) {
  const { t } = useTranslation();
  const { format } = props.leaf;
  const texts = Array.isArray(props.value) ? props.value.map(String) : [];
  return (
    <TagsInput
      {...inputProps(props)}
      value={texts.map(text => showValue(format, text))}
      onChange={next =>
        props.onChange(next.length > 0 ? next.map(text => normaliseInput(format, text)) : undefined)
      }
      splitChars={[';', '\n']}
      acceptValueOnBlur
      description={undefined}
      placeholder={texts.length === 0 ? t('form.texts.hint') : undefined}
    />
  );
}
