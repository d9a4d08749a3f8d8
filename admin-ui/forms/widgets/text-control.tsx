import { Textarea, TextInput } from '@mantine/core';
import { type ChangeEvent, useLayoutEffect, useRef, useState } from 'react';
import { normaliseInput, showValue, typingMask } from '../validation/formats.ts';
import { type ControlProps, inputProps } from './control.types.ts';
import { applyMask, caretAfter } from './masks.ts';

const asText = (value: unknown) => (value === undefined || value === null ? '' : String(value));

/** Keyboards of phones: digits where the mask wants only digits. */
const inputMode = (format: string | undefined, mask: string | undefined) => {
  if (format === 'email') return 'email' as const;
  if (format === 'uri') return 'url' as const;
  if (format === 'phone-ru') return 'tel' as const;
  return mask && !mask.includes('A') ? ('numeric' as const) : undefined;
};

/** One line of text; identifiers are arranged by their mask while typed, kept in their normal form. */
export function TextControl(props: ControlProps & { format?: string | undefined }) {
  const { leaf, value, onChange } = props;
  const format = props.format ?? leaf.format;
  const mask = typingMask(leaf.mask, format);
  const [text, setText] = useState(() => showValue(format, asText(value)));
  const sent = useRef(value);
  const input = useRef<HTMLInputElement>(null);
  const caret = useRef<number | null>(null);

  // A value that did not come from this input (copied address, other person's change) replaces the text.
  if (sent.current !== value) {
    sent.current = value;
    setText(showValue(format, asText(value)));
  }
  useLayoutEffect(() => {
    if (caret.current === null) return;
    input.current?.setSelectionRange(caret.current, caret.current);
    caret.current = null;
  });

  const change = (event: ChangeEvent<HTMLInputElement>) => {
    const typed = event.currentTarget.value;
    const position = event.currentTarget.selectionStart ?? typed.length;
    // Only growing text is arranged: while deleting, a mark put back at once could never be passed.
    const arranged = mask && typed.length > text.length ? applyMask(mask, typed) : typed;
    if (arranged !== typed) caret.current = caretAfter(typed, position, arranged);
    setText(arranged);
    const next = arranged === '' ? undefined : normaliseInput(format, arranged);
    sent.current = next;
    onChange(next);
  };
  const leave = () => {
    const trimmed = asText(sent.current).trim();
    if (trimmed !== asText(sent.current)) {
      sent.current = trimmed || undefined;
      onChange(sent.current);
    }
    setText(showValue(format, trimmed));
    props.onLeave();
  };
  return (
    <TextInput
      {...inputProps(props)}
      ref={input}
      value={text}
      onChange={change}
      onBlur={leave}
      inputMode={inputMode(format, mask)}
      autoComplete="off"
      spellCheck={false}
    />
  );
}

export function MultilineControl(props: ControlProps) {
  return (
    <Textarea
      {...inputProps(props)}
      value={asText(props.value)}
      onChange={event => props.onChange(event.currentTarget.value || undefined)}
      autosize
      minRows={2}
      maxRows={10}
    />
  );
}
