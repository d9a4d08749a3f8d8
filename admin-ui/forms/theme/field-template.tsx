import { Checkbox, Tooltip } from '@mantine/core';
import type { FieldTemplateProps } from '@rjsf/utils';
import { IconLock } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { isRealDay } from '../../../core/formats/dates.ts';
import { useFormEnvironment } from '../environment.ts';
import { belowField } from '../validation/messages.ts';
import { elapsed } from '../values/elapsed.ts';
import { isEmpty } from '../values/paths.ts';
import { isInputGroup } from '../widgets/control.tsx';
import { type CellState, useCell } from './cell-context.ts';
import css from './form.module.css';

/** Label above, help under it, the control, what is wrong below. The form's root is only its layout. */
export function FieldTemplate(props: FieldTemplateProps) {
  const cell = useCell();
  if (!cell) return props.children;
  if (cell.leaf.row) return props.children;
  return <LabelledField {...props} cell={cell} />;
}

function LabelledField(props: FieldTemplateProps & { cell: CellState }) {
  const { cell, id } = props;
  const { leaf } = cell;
  const error = props.rawErrors?.[0];
  return (
    <div className={css.field} data-path={leaf.path} data-kind={leaf.kind}>
      <div className={css.head}>
        {leaf.kind === 'boolean' && !cell.readOnly ? (
          <BoxHead cell={cell} />
        ) : (
          <FieldLabel cell={cell} id={id} />
        )}
        {leaf.help && (
          <p id={`${id}__help`} className={css.help}>
            {leaf.help}
          </p>
        )}
      </div>
      {props.children}
      <div>
        {error && (
          <p id={`${id}__error`} className={css.error}>
            {belowField(error, leaf.title)}
          </p>
        )}
        {leaf.schema['x-elapsed'] === true && <Elapsed since={props.formData} />}
        {leaf.absentable && !cell.readOnly && <AbsentBox cell={cell} value={props.formData} id={id} />}
      </div>
    </div>
  );
}

/** A box carries its own label; the space above it keeps it in line with its neighbours. */
const BoxHead = ({ cell }: { cell: CellState }) =>
  cell.leaf.class === 'special' ? (
    <span className={css.label}>
      <SpecialMark />
    </span>
  ) : (
    <span className={css.boxHead} aria-hidden />
  );

function FieldLabel({ cell, id }: { cell: CellState; id: string }) {
  const { leaf } = cell;
  const options = useFormEnvironment().dictionaries[leaf.dictionary ?? '']?.length ?? 0;
  const content = (
    <>
      {leaf.title}
      {cell.required && !cell.readOnly && (
        <span className={css.required} aria-hidden>
          {' *'}
        </span>
      )}
    </>
  );
  const spoken = cell.readOnly || isInputGroup(leaf.kind, options);
  return (
    <div className={css.label}>
      {spoken ? <span id={`${id}__label`}>{content}</span> : <label htmlFor={id}>{content}</label>}
      {leaf.class === 'special' && <SpecialMark />}
    </div>
  );
}

function SpecialMark() {
  const { t } = useTranslation();
  return (
    <Tooltip label={t('form.special')}>
      <span className={css.lock} role="img" aria-label={t('form.special')}>
        <IconLock size={14} stroke={1.8} />
      </span>
    </Tooltip>
  );
}

/** How long ago the day was: length of service. */
function Elapsed({ since }: { since: unknown }) {
  const { t } = useTranslation();
  if (typeof since !== 'string' || !isRealDay(since)) return null;
  const passed = elapsed(since, new Date().toLocaleDateString('sv'));
  if (!passed) return null;
  const parts = [
    ...(passed.years > 0 ? [t('form.elapsed.years', { count: passed.years })] : []),
    ...(passed.months > 0 || passed.years === 0 ? [t('form.elapsed.months', { count: passed.months })] : []),
  ];
  return <p className={css.help}>{t('form.elapsed', { text: parts.join(' ') })}</p>;
}

/** «нет»: the question was asked and the answer is that there is nothing to write. */
function AbsentBox({ cell, value, id }: { cell: CellState; value: unknown; id: string }) {
  const { t } = useTranslation();
  if (!cell.absent && !isEmpty(value)) return null;
  return (
    <Checkbox
      id={`${id}__absent`}
      size="xs"
      mt={6}
      label={t('form.absent')}
      aria-label={t('form.absent.of', { title: cell.leaf.title })}
      checked={cell.absent}
      onChange={event => cell.setAbsent(event.currentTarget.checked)}
    />
  );
}
