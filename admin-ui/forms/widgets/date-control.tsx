import { ActionIcon, Popover, TextInput } from '@mantine/core';
import { DatePicker } from '@mantine/dates';
import { IconCalendar } from '@tabler/icons-react';
import { type ChangeEvent, useLayoutEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import '@mantine/dates/styles.layer.css';
import 'dayjs/locale/ru';
import { isRealDay, parseDay, showDay } from '../../../core/formats/dates.ts';
import { type ControlProps, inputProps } from './control.types.ts';
import css from './controls.module.css';
import { applyMask, caretAfter } from './masks.ts';

const MASK = '00.00.0000';
const isDay = (value: unknown): value is string => typeof value === 'string' && isRealDay(value);
const shown = (value: unknown) => (typeof value === 'string' ? showDay(value) : '');

/**
 * A day as text дд.мм.гггг with a calendar beside it; the value is the ISO day. An unfinished day is kept as typed,
 * so that the check can name it. Never the browser's own date input: that follows the browser's language.
 */
export function DateControl(props: ControlProps) {
  const { t, i18n } = useTranslation();
  const { value, onChange, onLeave } = props;
  const [text, setText] = useState(() => shown(value));
  const [opened, setOpened] = useState(false);
  const sent = useRef(value);
  const input = useRef<HTMLInputElement>(null);
  const caret = useRef<number | null>(null);

  if (sent.current !== value) {
    sent.current = value;
    setText(shown(value));
  }
  useLayoutEffect(() => {
    if (caret.current === null) return;
    input.current?.setSelectionRange(caret.current, caret.current);
    caret.current = null;
  });

  const send = (next: string | undefined) => {
    sent.current = next;
    onChange(next);
  };
  const change = (event: ChangeEvent<HTMLInputElement>) => {
    const typed = event.currentTarget.value;
    const position = event.currentTarget.selectionStart ?? typed.length;
    const arranged = typed.length > text.length ? applyMask(MASK, typed) : typed;
    if (arranged !== typed) caret.current = caretAfter(typed, position, arranged);
    setText(arranged);
    send(arranged.trim() === '' ? undefined : arranged.length >= MASK.length ? parseDay(arranged) : arranged);
  };
  const leave = () => {
    const day = parseDay(text);
    if (isRealDay(day)) {
      if (day !== sent.current) send(day);
      setText(showDay(day));
    }
    onLeave();
  };
  const pick = (day: string | null) => {
    setOpened(false);
    setText(shown(day));
    send(day ?? undefined);
    input.current?.focus();
  };
  const calendar = (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" trapFocus returnFocus withinPortal>
      <Popover.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={28}
          aria-label={props.ariaLabel ? `${t('form.calendar')}: ${props.ariaLabel}` : t('form.calendar')}
          aria-expanded={opened}
          onClick={() => setOpened(!opened)}
        >
          <IconCalendar size={16} stroke={1.7} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('form.calendar')}>
        <DatePicker
          className={css.calendar}
          locale={i18n.language}
          firstDayOfWeek={1}
          hideOutsideDates
          value={isDay(value) ? value : null}
          {...(isDay(value) ? { defaultDate: value } : {})}
          onChange={pick}
          ariaLabels={{
            previousMonth: t('form.calendar.previousMonth'),
            nextMonth: t('form.calendar.nextMonth'),
            previousYear: t('form.calendar.previousYear'),
            nextYear: t('form.calendar.nextYear'),
            previousDecade: t('form.calendar.previousDecade'),
            nextDecade: t('form.calendar.nextDecade'),
          }}
        />
      </Popover.Dropdown>
    </Popover>
  );
  return (
    <TextInput
      {...inputProps(props)}
      ref={input}
      value={text}
      onChange={change}
      onBlur={leave}
      inputMode="numeric"
      autoComplete="off"
      rightSection={calendar}
      rightSectionWidth={36}
    />
  );
}
