import { Loader, Select } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { AppLink } from '../../components/app-link.tsx';
import { useRefOptions } from '../../components/use-ref-options.ts';
import { useFormEnvironment } from '../environment.ts';
import { type ControlProps, inputProps } from './control.types.ts';
import css from './controls.module.css';

/** Another record, found by a few letters of its caption. The caption shown is the server's. */
export function RefControl(props: ControlProps) {
  const { t } = useTranslation();
  const { references, cardHref } = useFormEnvironment();
  const entity = props.leaf.ref ?? '';
  const id = props.value === undefined || props.value === null ? '' : String(props.value);
  const caption = id ? (references.caption(entity, id) ?? t('form.ref.unnamed')) : '';
  const [typed, setTyped] = useState(caption);
  const [active, setActive] = useState(false);
  const { options, failed, busy } = useRefOptions(entity, typed === caption ? '' : typed, active);

  useEffect(() => setTyped(caption), [caption]);

  const data =
    id && !options.some(({ value }) => value === id) ? [{ value: id, label: caption }, ...options] : options;
  return (
    <div className={css.ref}>
      <Select
        {...inputProps(props)}
        value={id || null}
        data={data}
        searchable
        clearable={!props.leaf.required}
        clearButtonProps={{ 'aria-label': t('form.clear') }}
        searchValue={typed}
        onSearchChange={setTyped}
        filter={({ options }) => options}
        onFocus={() => setActive(true)}
        onChange={chosen => {
          const option = options.find(({ value }) => value === chosen);
          if (option) references.learn(entity, option.value, option.label);
          // Organisations are numbered; all other records have uuids.
          props.onChange(chosen === null ? undefined : entity === 'organisation' ? Number(chosen) : chosen);
        }}
        nothingFoundMessage={failed ? t('form.ref.failed') : t('form.nothingFound')}
        rightSection={busy && active ? <Loader size={14} /> : undefined}
      />
      {id && cardHref && !props.ariaLabel && (
        <AppLink to={cardHref(entity, id)} className={`${css.refLink} k-caption`}>
          {t('form.ref.open')}
        </AppLink>
      )}
    </div>
  );
}
